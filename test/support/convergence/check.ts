import fc from 'fast-check';
import { play, type Played } from './play.js';
import { reduce } from './reduce.js';
import { scripts, type Script } from './script.js';

/** How long a failing script is made shorter. */
const REDUCTION_MS = 20_000;

/** A script that fails, made as short as it gets. */
export class ConvergenceFailure extends Error {
  override readonly name = 'ConvergenceFailure';

  constructor(
    readonly script: Script,
    readonly seed: number,
    language: string,
    override readonly cause: unknown,
  ) {
    super(
      [
        `In ${language}, seed ${seed}: ${describe(cause)}`,
        'To keep it, put this script into test/fixtures/convergence/<name>.json:',
        JSON.stringify(script, null, 2),
      ].join('\n'),
    );
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Divergence' ? error.message : (error.stack ?? error.message);
}

async function failureOf(script: Script): Promise<unknown> {
  try {
    await play(script);
    return undefined;
  } catch (error) {
    return error ?? new Error('A run threw nothing.');
  }
}

/**
 * Plays random scripts of a language until they made `steps` steps.
 *
 * Throws {@link ConvergenceFailure} with the shortest failing script it finds.
 */
export async function checkConvergence(
  language: string,
  seed: number,
  steps: number,
  onPlayed: (played: Played) => void = () => undefined,
): Promise<Played> {
  const arbitrary = scripts(language);
  const total = { steps: 0, cuts: 0, edges: 0 };
  for (let round = 0; total.steps < steps; round++) {
    // Drawn together, so that small and large values get their share.
    for (const script of fc.sample(arbitrary, { seed: seed + round, numRuns: 20 })) {
      if (total.steps >= steps) break;
      const played = await playOrReduce(script, language, seed);
      total.steps += played.steps;
      total.cuts += played.cuts;
      total.edges += played.edges;
      onPlayed(played);
    }
  }
  return total;
}

async function playOrReduce(script: Script, language: string, seed: number): Promise<Played> {
  try {
    return await play(script);
  } catch (error) {
    const kind = kindOf(error);
    const fails = async (shorter: Script): Promise<boolean> => kindOf(await failureOf(shorter)) === kind;
    const shortest = await reduce(script, fails, REDUCTION_MS);
    throw new ConvergenceFailure(shortest, seed, language, (await failureOf(shortest)) ?? error);
  }
}

/** A shorter script is of use only if it fails for the same kind of reason. */
function kindOf(error: unknown): string {
  return error === undefined ? '' : error instanceof Error ? error.name : typeof error;
}

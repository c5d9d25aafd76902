/**
 * Edits random programs and compares, after every edit, the store with a clean rebuild:
 * `npm run test:convergence -- [--steps N] [--seed S] [--language name]`.
 *
 * Prints the seed first, how it goes now and then, and at a failure the shortest failing script it finds.
 * Ends with status 1 when a script failed and 2 when the arguments are wrong.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { checkConvergence, ConvergenceFailure } from '../support/convergence/check.js';
import { WRITERS } from '../support/convergence/spellings/index.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const DEFAULT_STEPS = 10_000;
const REPORT_MS = 10_000;
/** Steps in one language before it is the next one's turn. */
const TURN = 250;

interface Settings {
  readonly steps: number;
  readonly seed: number;
  readonly languages: readonly string[];
}

function settings(): Settings | undefined {
  try {
    const { values } = parseArgs({
      options: { steps: { type: 'string' }, seed: { type: 'string' }, language: { type: 'string' } },
    });
    const steps = wholeNumber(values.steps, DEFAULT_STEPS);
    const seed = wholeNumber(values.seed, randomInt(2 ** 30));
    const languages = values.language === undefined ? Object.keys(WRITERS) : languagesNamed(values.language);
    return steps === undefined || seed === undefined || languages.length === 0 ? undefined : { steps, seed, languages };
  } catch {
    return undefined;
  }
}

function wholeNumber(text: string | undefined, otherwise: number): number | undefined {
  if (text === undefined) return otherwise;
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Also by the start of the name, or as `ts` and `js`. */
function languagesNamed(name: string): string[] {
  const whole = { ts: 'typescript', js: 'javascript', py: 'python', rs: 'rust', 'c++': 'cpp' }[name] ?? name;
  return Object.keys(WRITERS).filter((language) => language === whole);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function run({ steps, seed, languages }: Settings): Promise<void> {
  print(`seed ${seed}: ${steps} steps in ${languages.join(', ')}`);
  const started = performance.now();
  const total = { steps: 0, cuts: 0, edges: 0 };
  let reported = started;
  const show = (now: number): void => {
    const rate = (total.steps / (now - started)) * 1000;
    print(
      `${total.steps} steps, ${total.cuts} runs cut short, ${total.edges} edges compared, ${rate.toFixed(0)} steps/s`,
    );
    reported = now;
  };
  for (let turn = 0; total.steps < steps; turn++) {
    const language = languages[turn % languages.length] ?? '';
    // Far enough from the seeds of other turns, which count on from theirs.
    const turnSeed = (seed + Math.floor(turn / languages.length) * 1_000) % 2 ** 30;
    await checkConvergence(language, turnSeed, Math.min(TURN, steps - total.steps), (played) => {
      total.steps += played.steps;
      total.cuts += played.cuts;
      total.edges += played.edges;
      const now = performance.now();
      if (now - reported > REPORT_MS) show(now);
    });
  }
  show(performance.now());
}

const chosen = settings();
if (chosen === undefined) {
  process.stderr.write(
    `usage: npm run test:convergence -- [--steps N] [--seed S] [--language ${Object.keys(WRITERS).join('|')}]\n`,
  );
  process.exitCode = EXIT_USAGE;
} else {
  try {
    await run(chosen);
  } catch (error) {
    const text =
      error instanceof ConvergenceFailure ? error.message : String(error instanceof Error ? error.stack : error);
    process.stderr.write(`${text}\n`);
    process.exitCode = EXIT_FAILED;
  }
}

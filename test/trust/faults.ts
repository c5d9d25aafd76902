/**
 * Kills indexing processes at random moments and looks at what is left: `npm run test:faults -- [--runs N] [--seed S]`.
 *
 * Prints the seed first, how it goes now and then, and at a failure the command that repeats the world it happened in;
 * which moment a kill hits, no seed can repeat.
 */
import { KillWorld, type KillCounts } from '../support/trust/kill-world.js';
import { compiledPrograms } from '../support/trust/processes.js';
import { realSources } from '../support/trust/source-tree.js';
import { print, runTrustProgram } from './arguments.js';

const DEFAULT_RUNS = 200;
/** Kills of one store before the next one is made from nothing. */
const RUNS_PER_WORLD = 20;
const REPORT_MS = 15_000;

await runTrustProgram({ option: 'runs', otherwise: DEFAULT_RUNS }, async ({ amount: runs, seed }) => {
  print(`seed ${seed}: ${runs} kills`);
  const started = performance.now();
  const total = { kills: 0, acknowledged: 0, midway: 0, withWriter: 0, withReader: 0, rebuilds: 0 };
  let reported = started;
  for (let world = 0; total.kills < runs; world++) {
    const length = Math.min(RUNS_PER_WORLD, runs - total.kills);
    const counts = await playWorld((seed + world) % 2 ** 30, length, total.kills);
    for (const key of Object.keys(total) as (keyof KillCounts)[]) total[key] += counts[key];
    if (performance.now() - reported < REPORT_MS && total.kills < runs) continue;
    reported = performance.now();
    print(`${JSON.stringify(total)} after ${((reported - started) / 1000).toFixed(0)} s`);
  }
  print(`${total.kills} kills, nothing lost, nothing damaged`);
});

async function playWorld(seed: number, length: number, before: number): Promise<KillCounts> {
  const world = new KillWorld(
    compiledPrograms(),
    { main: realSources(), other: realSources('internal/operators') },
    seed,
  );
  try {
    for (let run = 0; run < length; run++) await world.step();
  } catch (error) {
    const place = `kill ${before + world.counts.kills}, of the store with seed ${seed}`;
    const again = `npm run test:faults -- --runs ${length} --seed ${seed}`;
    throw new Error(`At ${place}: ${String(error)}\nAgain: ${again}`, { cause: error });
  }
  const { counts } = world;
  world.delete();
  return counts;
}

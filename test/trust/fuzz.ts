/**
 * Gives hostile input to everything that takes input: `npm run test:fuzz -- [--minutes M] [--seed S]`. Each input has a
 * seed of its own, counted on from the first; a failure names the one that repeats it.
 */
import { Worker } from 'node:worker_threads';
import { fuzzOnce } from '../support/trust/fuzz/fuzz.js';
import { print, runTrustProgram } from './arguments.js';

const MINUTE_MS = 60_000;
const HANG_MS = 90_000;
const MOST_FAILURES = 10;

/** Ends the process when the seed in the shared memory stays the same for too long. */
const WATCHDOG = `
  const { workerData } = require('node:worker_threads');
  const seen = new Int32Array(workerData.shared);
  let [last, since] = [-1, Date.now()];
  setInterval(() => {
    const now = Atomics.load(seen, 0);
    if (now !== last) [last, since] = [now, Date.now()];
    else if (Date.now() - since > workerData.hangMs) {
      require('node:fs').writeSync(2, 'seed ' + now + ' hangs\\n');
      process.kill(process.pid, 'SIGKILL');
    }
  }, 1000);`;

await runTrustProgram({ option: 'minutes', otherwise: 1 }, async ({ amount: minutes, seed }) => {
  print(`seed ${seed}: ${minutes} minutes`);
  const shared = new SharedArrayBuffer(4);
  const watchdog = new Worker(WATCHDOG, { eval: true, workerData: { shared, hangMs: HANG_MS } });
  const counts = new Map<string, number>();
  const failures: string[] = [];
  const end = performance.now() + minutes * MINUTE_MS;
  for (let own = seed; performance.now() < end && failures.length < MOST_FAILURES; own = (own + 1) % 2 ** 30) {
    Atomics.store(new Int32Array(shared), 0, own);
    try {
      const name = await fuzzOnce(own);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    } catch (error) {
      const again = `npm run test:fuzz -- --minutes 0.001 --seed ${own}`;
      failures.push(String(own));
      print(`${error instanceof Error ? error.message : String(error)}\nAgain: ${again}`);
    }
  }
  await watchdog.terminate();
  print(JSON.stringify(Object.fromEntries(counts)));
  if (failures.length > 0) throw new Error(`${failures.length} inputs were not taken as they may be`);
});

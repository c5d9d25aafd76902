/**
 * Eight processes read a store that two others write: `npm run test:concurrency -- [--minutes M] [--seed S]`. Prints
 * the seed first and a report in JSON at the end: how many answers there were, and how long they took, in milliseconds.
 */
import { compiledPrograms } from '../support/trust/processes.js';
import { realSources } from '../support/trust/source-tree.js';
import { runTraffic } from '../support/trust/traffic.js';
import { print, runTrustProgram } from './arguments.js';

const MINUTE_MS = 60_000;
const READERS = 8;

await runTrustProgram({ option: 'minutes', otherwise: 1 }, async ({ amount: minutes, seed }) => {
  print(`seed ${seed}: ${READERS} readers and 2 writers for ${minutes} minutes`);
  const originals = { main: realSources(), other: realSources('internal/operators') };
  const report = await runTraffic(compiledPrograms(), originals, {
    seed,
    milliseconds: minutes * MINUTE_MS,
    readers: READERS,
  });
  print(JSON.stringify(report, null, 2));
});

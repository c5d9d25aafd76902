/**
 * Measures memory and what stays open: `npm run test:memory -- [--lines N] [--seed S]`. Prints a line of JSON for
 * `index` over so many lines, `watch` over a thousand edits, and a store opened and closed a thousand times.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledPrograms, start } from '../support/trust/processes.js';
import { realSources } from '../support/trust/source-tree.js';
import { print, runTrustProgram } from './arguments.js';

const TIMES = 1000;
const DEFAULT_LINES = 1_000_000;

await runTrustProgram({ option: 'lines', otherwise: DEFAULT_LINES }, async ({ amount: lines, seed }) => {
  print(`seed ${seed}`);
  const measures = [
    { what: 'index', amount: lines, original: realSources() },
    { what: 'watch', amount: Math.min(TIMES, lines), original: realSources('internal/operators') },
    { what: 'open', amount: Math.min(TIMES, lines), original: realSources('internal/scheduler') },
  ];
  for (const measure of measures) {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lestockage-memory-')));
    try {
      const child = await start(compiledPrograms(), 'measure-memory', { ...measure, folder, seed });
      print(JSON.stringify({ ...measure, original: undefined, ...((await child.next()) as object) }));
      await child.ended;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
});

/**
 * Measures memory and what stays open: `npm run test:memory -- [--lines N] [--seed S]`. Prints a line of JSON for
 * `index` over so many lines, `watch` over a thousand edits, and a store opened and closed a thousand times.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledPrograms, start } from '../support/trust/processes.js';
import { realSources, writeLargeTree } from '../support/trust/source-tree.js';
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
      const isIndex = measure.what === 'index';
      const original = isIndex
        ? writeLargeTree(join(folder, 'large'), measure.original, measure.amount)
        : measure.original;
      const child = await start(compiledPrograms(), 'measure-memory', { ...measure, original, folder, seed });
      // The command prints its own report before what was measured of it.
      const report = isIndex ? projectOf(await child.next()) : {};
      print(JSON.stringify({ ...measure, original: undefined, ...report, ...((await child.next()) as object) }));
      await child.ended;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
});

/** What the report of `index` says of its project. */
function projectOf(document: unknown): object {
  const [project] = (document as { readonly projects: readonly Record<string, unknown>[] }).projects;
  return { nodes: project?.['nodes'], edges: project?.['edges'], ms: project?.['ms'] };
}

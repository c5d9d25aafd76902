import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dumpFromScratch, dumpOf, indexFolder, sourceFolder, testStore } from '../support/indexing.js';
import { writeTree } from '../support/temporary-folder.js';

/** The law: a run that reads the whole project concludes what a run that reads a part of it does. */

/** Files that call each other in a ring; more than a run reads one by one. */
function ring(count: number, body: (at: number) => string): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `f${at}.ts`,
      `import { f${(at + 1) % count} } from './f${(at + 1) % count}.js';\nexport function f${at}() {\n  ${body(at)}\n  return f${(at + 1) % count}();\n}\n`,
    ]),
  );
}

describe('a run over most files of a project', () => {
  it('[I5] leaves what a run from scratch gives, and binds only what changed', async () => {
    const count = 90;
    const root = sourceFolder(ring(count, () => ''));
    const store = await testStore(join(root, '..', 'a.db'));
    await indexFolder(store, root);
    const changedFiles = 80;
    writeTree(
      root,
      ring(count, (at) => (at < changedFiles ? 'let changed = 1;' : '')),
    );
    const report = await indexFolder(store, root);
    expect(report.recomputed).toMatchObject({ parse: changedFiles, bindings: changedFiles });
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
    expect((await store.verify()).ok).toBe(true);
    expect(await store.projects.counts(report.project)).toEqual({ nodes: report.nodes, edges: report.edges });
  });
});

describe('a forced run', () => {
  it('repairs edges that were taken away or made by hand', async () => {
    const root = sourceFolder();
    const store = await testStore();
    const { edges } = await indexFolder(store, root);
    const calls = await store.edges.getByType('call');
    const contained = await store.edges.getByType('containment');
    for (const edge of [...calls, ...contained]) await store.edges.delete(edge);
    const [first, last] = [contained[0], contained.at(-1)];
    if (first === undefined || last === undefined) throw new Error('Something is contained.');
    await store.edges.insert({ callerId: last.calleeId, calleeId: first.callerId, edgeType: 'call', metadata: null });
    expect((await indexFolder(store, root)).recomputed.bindings).toBe(0);
    const repaired = await indexFolder(store, root, { force: true });
    expect(repaired.edges).toBe(edges);
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
    expect(await store.projects.counts(repaired.project)).toEqual({ nodes: repaired.nodes, edges });
  });

  it('[I2] brings back analyses that were invalidated', async () => {
    const root = sourceFolder();
    const store = await testStore();
    const { recomputed } = await indexFolder(store, root);
    expect(await store.cache.invalidateBefore(Date.now() + 1000)).toBe(recomputed.analysis);
    const again = await indexFolder(store, root, { force: true });
    expect(again.recomputed.analysis).toBe(recomputed.analysis);
  });
});

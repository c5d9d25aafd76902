import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dumpFromScratch, dumpOf, indexFolder, SOURCES, sourceFolder, testStore } from '../support/indexing.js';
import { writeTree } from '../support/temporary-folder.js';

/**
 * The law: rows that somebody else than indexing wrote are never taken for what a file says, in whatever
 * file, project or later run its content comes up again.
 */

async function storeWithAlteredNode(root: string): Promise<Awaited<ReturnType<typeof testStore>>> {
  const store = await testStore();
  await indexFolder(store, root, { projectId: 'p' });
  const [, altered] = await store.nodes.getByFile('p', 'b.ts');
  if (altered === undefined) throw new Error('There is a function in b.ts.');
  await store.nodes.update(altered.id, { signature: 'altered by hand' });
  return store;
}

describe('a node that was altered by hand', () => {
  it('[I5] says nothing of the same content in another project', async () => {
    const store = await storeWithAlteredNode(sourceFolder());
    const copy = sourceFolder(SOURCES, 'q');
    const { recomputed } = await indexFolder(store, copy, { projectId: 'q' });
    expect(recomputed.parse).toBe(Object.keys(SOURCES).length);
    expect(await dumpOf(store, 'q')).toEqual(await dumpFromScratch(copy, 'q'));
  });

  it('[I5] does not come back when its file is edited and the edit undone', async () => {
    const root = sourceFolder();
    const store = await storeWithAlteredNode(root);
    // Another file first: a commit in between does not make the rows any better.
    writeTree(root, { 'lib/d.ts': 'export const d = 1;\n' });
    await indexFolder(store, root, { projectId: 'p' });
    writeTree(root, { 'b.ts': 'export function b(): number {\n  return 3;\n}\n' });
    await indexFolder(store, root, { projectId: 'p' });
    writeTree(root, { 'b.ts': SOURCES['b.ts'] });
    await indexFolder(store, root, { projectId: 'p' });
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root, 'p'));
  });

  it('[I5] is no better for a run that finds another manifest and nothing else', async () => {
    const root = sourceFolder();
    const store = await storeWithAlteredNode(root);
    writeTree(root, { 'package.json': '{ "name": "shop", "version": "2.0.0" }\n' });
    await indexFolder(store, root, { projectId: 'p' });
    expect((await store.packages.list()).items).toMatchObject([{ name: 'shop' }]);
    const copy = sourceFolder(SOURCES, 'q');
    await indexFolder(store, copy, { projectId: 'q' });
    expect(await dumpOf(store, 'q')).toEqual(await dumpFromScratch(copy, 'q'));
  });

  it('is as the file says after a forced run, whose rows are trusted again', async () => {
    const root = sourceFolder();
    const store = await storeWithAlteredNode(root);
    await indexFolder(store, root, { projectId: 'p', force: true });
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root, 'p'));
    const copy = sourceFolder(SOURCES, 'q');
    expect((await indexFolder(store, copy, { projectId: 'q' })).recomputed.parse).toBe(0);
    expect(await dumpOf(store, 'q')).toEqual(await dumpFromScratch(copy, 'q'));
  });

  it('leaves what other projects say to be used', async () => {
    const store = await storeWithAlteredNode(sourceFolder());
    const other = sourceFolder({ 'x.ts': 'export const x = 1;\n' }, 'r');
    await indexFolder(store, other, { projectId: 'r' });
    const copy = join(sourceFolder({ 'y.ts': 'export const x = 1;\n' }, 's'));
    expect((await indexFolder(store, copy, { projectId: 's' })).recomputed.parse).toBe(0);
  });
});

describe('an edge from another project', () => {
  it('goes with the node it leads to, and is no longer counted', async () => {
    const store = await testStore();
    const [root, other] = [sourceFolder(), sourceFolder(SOURCES, 'q')];
    await indexFolder(store, root, { projectId: 'p' });
    await indexFolder(store, other, { projectId: 'q' });
    const [, target] = await store.nodes.getByFile('p', 'b.ts');
    const [caller] = await store.nodes.getByFile('q', 'a.ts');
    if (target === undefined || caller === undefined) throw new Error('Both files have nodes.');
    await store.edges.insert({ callerId: caller.id, calleeId: target.id, edgeType: 'reference', metadata: null });
    writeTree(other, { 'more.ts': 'export const more = 1;\n' });
    const { edges } = await indexFolder(store, other, { projectId: 'q' });
    writeTree(root, { 'b.ts': '' });
    await indexFolder(store, root, { projectId: 'p' });
    expect((await store.projects.counts('q')).edges).toBe(edges - 1);
  });
});

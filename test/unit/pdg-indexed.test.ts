import { describe, expect, it } from 'vitest';
import { PdgBuilder, pdgLines } from '../../src/graph/index.js';
import { dumpFromScratch, dumpOf, indexFolder, sourceFolder, testStore } from '../support/indexing.js';
import { functionKey as key, pdgNode } from '../support/pdgs.js';

// The law: a graph that was put over an indexed project holds until the next run, which leaves no trace of it.

describe('the graph of an indexed project', () => {
  it('[P1] is what indexing found', async () => {
    const store = await testStore();
    const root = sourceFolder();
    await indexFolder(store, root, { projectId: 'p' });
    const pdg = await store.pdg.loadPdg('p');
    expect([...pdgLines(pdg, 'p')]).toEqual(await dumpOf(store));
    expect([...pdgLines(await store.pdg.loadPdg('p'), 'p')]).toEqual(await dumpOf(store));
  });

  it('[P1] is another one after each run that changes something', async () => {
    const store = await testStore();
    const root = sourceFolder();
    await indexFolder(store, root, { projectId: 'p' });
    const before = await store.pdg.load('p');
    await indexFolder(store, sourceFolder({ 'only.ts': 'export const x = 1;\n' }), { projectId: 'p' });
    const after = await store.pdg.load('p');
    expect(after.generation).toBeGreaterThan(before.generation);
    expect([...pdgLines(after.pdg, 'p')]).toEqual(await dumpOf(store));
    expect([...after.pdg.filePaths()]).toEqual(['only.ts']);
  });

  it('[P1] leaves a sound store and no trace after the next run when it was replaced', async () => {
    const store = await testStore();
    const root = sourceFolder();
    await indexFolder(store, root, { projectId: 'p' });
    const builder = new PdgBuilder(await store.pdg.loadPdg('p'));
    builder.removeNode(key('a'));
    builder.removeEdge({ from: 'lib/c.ts#c(variable)', to: 'b.ts#b(function)', edgeType: 'call' });
    builder
      .addNode(pdgNode('made up'))
      .addNode(pdgNode('elsewhere', { filePath: 'not/there.ts', parentKey: key('made up') }))
      .addNode(pdgNode('react', { filePath: 'npm:react', nodeType: 'external' }))
      .addEdge({ from: 'b.ts#b(function)', to: key('made up'), edgeType: 'call' })
      .addEdge({ from: 'b.ts#b(function)', to: 'lib/c.ts#c(variable)', edgeType: 'data_dependency' });
    await store.pdg.savePdg('p', builder.build());
    expect([...pdgLines(builder.build(), 'p')]).toEqual(await dumpOf(store));
    const report = await indexFolder(store, root, { projectId: 'p' });
    expect(report.files).toMatchObject({ parsed: 3, unchanged: 0 });
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root, 'p'));
    expect((await store.verify()).checks.filter((check) => !check.ok)).toEqual([]);
    expect(await indexFolder(store, root, { projectId: 'p' })).toMatchObject({ files: { parsed: 0, unchanged: 3 } });
  });

  it('[P1] may be replaced by itself', async () => {
    const store = await testStore();
    const root = sourceFolder();
    await indexFolder(store, root, { projectId: 'p' });
    await store.pdg.savePdg('p', await store.pdg.loadPdg('p'));
    expect((await store.verify()).checks.filter((check) => !check.ok)).toEqual([]);
    await indexFolder(store, root, { projectId: 'p' });
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root, 'p'));
  });

  it('[P2] is gone with all that indexing kept of it, and is found again by the next run', async () => {
    const store = await testStore();
    const root = sourceFolder();
    await indexFolder(store, root, { projectId: 'p' });
    expect(await store.pdg.deletePdg('p')).toBe(true);
    expect(await dumpOf(store)).toEqual([]);
    expect((await store.verify()).ok).toBe(true);
    await indexFolder(store, root, { projectId: 'p' });
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root, 'p'));
  });
});

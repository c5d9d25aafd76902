import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { PdgBuilder, PdgStore } from '../../src/graph/index.js';
import { openDatabase } from '../../src/sql/index.js';
import { dumpOf, testStore } from '../support/indexing.js';
import { everythingOf, pdgNode } from '../support/pdgs.js';

// The law: the graph of a real project is the same from wherever it is loaded.

const PROJECTS: readonly (readonly [folder: string, nodes: number])[] = [
  ['node_modules/zod/src', 3000],
  ['node_modules/rxjs/src', 1500],
];

it.each(PROJECTS)(
  '[P1] the graph of %s is equal after it was saved elsewhere, from the tables and from the snapshot',
  async (folder, nodes) => {
    const origin = await testStore();
    const root = fileURLToPath(new URL(`../../${folder}`, import.meta.url));
    await origin.index({ root, projectId: 'p' });
    const pdg = await origin.pdg.loadPdg('p', { embeddings: true });
    const expected = everythingOf(pdg);
    expect(pdg.nodeCount).toBeGreaterThan(nodes);
    expect(pdg.edgeCount).toBeGreaterThan(pdg.nodeCount);
    expect(expected.slice(0, pdg.nodeCount + pdg.edgeCount)).toEqual(await dumpOf(origin));

    const database = await openDatabase({ path: ':memory:' });
    onTestFinished(() => database.close());
    const store = new PdgStore(database, () => 1000);
    const snapshots = async (): Promise<number> => (await database.all('SELECT 1 FROM graph_snapshots')).length;
    await store.savePdg('p', new PdgBuilder().addNode(pdgNode('gone')).build());
    await store.savePdg('p', pdg);
    expect(await snapshots()).toBe(0);
    expect(everythingOf(await store.loadPdg('p', { embeddings: true }))).toEqual(expected);
    // The first load has made the snapshot that the second one reads.
    expect(await snapshots()).toBe(1);
    expect(everythingOf(await store.loadPdg('p', { embeddings: true }))).toEqual(expected);

    await origin.pdg.savePdg('copy', pdg);
    expect(everythingOf(await origin.pdg.loadPdg('copy', { embeddings: true }))).toEqual(expected);
    expect(everythingOf(await origin.pdg.loadPdg('p', { embeddings: true }))).toEqual(expected);
  },
  240_000,
);

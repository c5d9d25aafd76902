import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { PdgBuilder } from '../../../src/graph/index.js';
import { NodeHash, type NodeId } from '../../../src/model/index.js';
import type { Store } from '../../../src/store/index.js';
import { GIVEN_MODEL, type ModelChoice } from '../../../src/vectors/index.js';
import { failureOf, testStore } from '../../support/indexing.js';
import { functionKey, pdgNode } from '../../support/pdgs.js';
import { ABSENT, nodeInput } from '../../support/records.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { v1Embedding } from '../../support/v1-database.js';

const SMALL: ModelChoice = { model: 'small', dimension: 2 };
const LARGE: ModelChoice = { model: 'small', dimension: 3 };
const OTHER: ModelChoice = { model: 'other', dimension: 2 };

async function vectorsOf(store: Store, choice: ModelChoice, project?: string): Promise<[NodeId, number[]][]> {
  const found: [NodeId, number[]][] = [];
  for await (const { nodeId, vector } of store.embeddings.vectors(choice, project)) found.push([nodeId, [...vector]]);
  return found.sort(([a], [b]) => a - b);
}

async function threeNodes(): Promise<{ store: Store; a: NodeId; b: NodeId; c: NodeId }> {
  const store = await testStore();
  const [a, b] = await store.nodes.batchInsert([nodeInput('a'), nodeInput('b')]);
  const c = await store.nodes.insert(nodeInput('c', { projectId: 'q' }));
  if (a === undefined || b === undefined) throw new Error('Nodes are missing.');
  return { store, a, b, c };
}

describe('the embedding store', () => {
  it('[V6] keeps several models and dimensions side by side', async () => {
    const { store, a, b, c } = await threeNodes();
    await store.embeddings.put('p', SMALL, [
      { nodeId: a, vector: Float32Array.of(1, 2) },
      { nodeId: b, vector: Float32Array.of(0.5, -2) },
    ]);
    await store.embeddings.put('q', SMALL, [{ nodeId: c, vector: Float32Array.of(1, 2) }]);
    await store.embeddings.put('p', LARGE, [{ nodeId: a, vector: Float32Array.of(1, 2, 3) }]);
    await store.embeddings.put('p', OTHER, [{ nodeId: a, vector: Float32Array.of(9, 9) }]);
    expect(await store.embeddings.models()).toEqual([OTHER, SMALL, LARGE]);
    expect(await vectorsOf(store, SMALL)).toEqual([
      [a, [1, 2]],
      [b, [0.5, -2]],
      [c, [1, 2]],
    ]);
    expect(await vectorsOf(store, SMALL, 'q')).toEqual([[c, [1, 2]]]);
    expect(await store.embeddings.get(a, LARGE)).toEqual(Float32Array.of(1, 2, 3));
    expect(await store.embeddings.get(b, LARGE)).toBeUndefined();
    // The two nodes with one vector share it.
    expect(await store.embeddings.statistics()).toEqual([
      { ...OTHER, nodes: 1, vectors: 1, orphans: 0 },
      { ...SMALL, nodes: 3, vectors: 2, orphans: 0 },
      { ...LARGE, nodes: 1, vectors: 1, orphans: 0 },
    ]);
    expect((await store.status()).projects.map(({ embeddings }) => embeddings)).toEqual([4, 1]);
  });

  it.each([
    ['a wrong dimension', Float32Array.of(1, 2, 3), /3 values, not 2/],
    ['NaN', Float32Array.of(1, Number.NaN), /value 1 is NaN/],
    ['an infinite value', Float32Array.of(Infinity, 1), /value 0 is Infinity/],
    ['only zeros', Float32Array.of(0, -0), /zero/],
    ['no vector', [1, 2] as unknown as Float32Array, /an array/],
  ])('[V6] refuses %s by name and stores nothing', async (_, vector, message) => {
    const { store, a, b } = await threeNodes();
    const entries = [
      { nodeId: a, vector: Float32Array.of(1, 1) },
      { nodeId: b, vector },
    ];
    const running = store.embeddings.put('p', SMALL, entries);
    await expect(running).rejects.toMatchObject({
      code: 'INVALID_VECTOR',
      details: { model: 'small', row: 1, node: b },
    });
    await expect(running).rejects.toThrow(message);
    expect(await failureOf(store.embeddings.put('p', { model: '', dimension: 2 }, []))).toBe('INVALID_ARGUMENT');
    expect(await failureOf(store.embeddings.put('p', SMALL, [{ nodeId: ABSENT, vector: Float32Array.of(1, 1) }]))).toBe(
      'FOREIGN_KEY',
    );
    expect(await store.embeddings.models()).toEqual([]);
  });

  it('[V7] loses the vector of a node that is gone, or whose content is another', async () => {
    const { store, a, b } = await threeNodes();
    await store.embeddings.put(
      'p',
      SMALL,
      [a, b].map((nodeId) => ({ nodeId, vector: Float32Array.of(nodeId, 1) })),
    );
    await store.nodes.update(a, { signature: 'a()' });
    expect(await store.embeddings.get(a, SMALL)).toBeDefined();
    await store.nodes.update(a, { contentHash: NodeHash.of('changed') });
    await store.nodes.delete(b);
    expect(await vectorsOf(store, SMALL)).toEqual([]);
    expect(await store.embeddings.statistics()).toMatchObject([{ nodes: 0, vectors: 2, orphans: 2 }]);
    await store.projects.delete('p');
    expect((await store.status()).projects).toMatchObject([{ project: 'q', embeddings: 0 }]);
  });

  it('deletes the vectors that nobody has, those that were left first, within the budget', async () => {
    const { store, a } = await threeNodes();
    for (const value of [1, 2, 3, 4]) {
      await store.embeddings.put('p', SMALL, [{ nodeId: a, vector: Float32Array.of(value, 1) }]);
    }
    expect(await store.embeddings.collect(1e9)).toBe(0);
    // Three are left over, of a hundred bytes and some each.
    expect(await store.embeddings.collect(250)).toBe(1);
    expect(await store.embeddings.statistics()).toMatchObject([{ nodes: 1, vectors: 3, orphans: 2 }]);
    // The second comes back into use; the first is not there any more.
    await store.embeddings.put('p', SMALL, [{ nodeId: a, vector: Float32Array.of(2, 1) }]);
    expect(await store.embeddings.collect(0)).toBe(2);
    expect(await vectorsOf(store, SMALL)).toEqual([[a, [2, 1]]]);
    expect(await failureOf(store.embeddings.collect(-1))).toBe('INVALID_ARGUMENT');
  });

  it('[V5] reads vectors in the rows of nodes together with those of graphs, as of one model', async () => {
    const { store, a, b, c } = await threeNodes();
    const given = { model: GIVEN_MODEL, dimension: 24 };
    await store.nodes.update(a, { embedding: v1Embedding(1) });
    await store.nodes.update(b, { embedding: Uint8Array.of(1, 2, 3) });
    await store.embeddings.put('q', given, [{ nodeId: c, vector: new Float32Array(v1Embedding(3).buffer) }]);
    expect(await store.embeddings.models()).toEqual([given]);
    expect((await vectorsOf(store, given)).map(([id]) => id)).toEqual([a, c]);
    expect(await store.embeddings.get(a, given)).toEqual(new Float32Array(v1Embedding(1).buffer));
    expect(await store.embeddings.get(b, given)).toBeUndefined();
  });
});

describe('a graph with embeddings', () => {
  const graph = (seed: number): PdgBuilder =>
    new PdgBuilder()
      .addNode(pdgNode('a', { embedding: v1Embedding(seed) }))
      .addNode(pdgNode('b', { embedding: Uint8Array.of(1, 2, 3) }))
      .addNode(pdgNode('c', { embedding: v1Embedding(seed) }));
  const embeddingsIn = async (store: Store): Promise<(Uint8Array | null)[]> => {
    const pdg = await store.pdg.loadPdg('p', { embeddings: true });
    return ['a', 'b', 'c'].map((name) => pdg.embedding(pdg.indexOf(functionKey(name))));
  };

  it('[V5] puts its vectors into the vector store and gets them back byte for byte', async () => {
    const store = await testStore();
    await store.pdg.savePdg('p', graph(1).build());
    expect(await store.embeddings.statistics()).toEqual([
      { model: GIVEN_MODEL, dimension: 24, nodes: 2, vectors: 1, orphans: 0 },
    ]);
    expect(await embeddingsIn(store)).toEqual([v1Embedding(1), Uint8Array.of(1, 2, 3), v1Embedding(1)]);
    // As the node shows it.
    expect((await store.nodes.getByKey('p', functionKey('a')))?.embedding).toEqual(v1Embedding(1));
    expect((await store.status()).projects[0]?.embeddings).toBe(3);
  });

  it('[V5] takes the vectors of a new graph in the place of the old ones, wherever those lie', async () => {
    const store = await testStore();
    await store.pdg.savePdg('p', graph(1).build());
    const a = await store.nodes.getByKey('p', functionKey('a'));
    if (a === undefined) throw new Error('There is no node for a.');
    await store.nodes.update(a.id, { embedding: v1Embedding(2) });
    expect((await embeddingsIn(store))[0]).toEqual(v1Embedding(2));
    await store.pdg.savePdg('p', graph(3).build());
    expect(await embeddingsIn(store)).toEqual([v1Embedding(3), Uint8Array.of(1, 2, 3), v1Embedding(3)]);
    // What the graph has none for keeps its own while its content stays.
    await store.pdg.savePdg('p', new PdgBuilder().addNode(pdgNode('a')).build());
    expect((await store.nodes.getByKey('p', functionKey('a')))?.embedding).toEqual(v1Embedding(3));
    await store.pdg.savePdg('p', new PdgBuilder().addNode(pdgNode('a', { contentHash: NodeHash.of('x') })).build());
    expect((await store.nodes.getByKey('p', functionKey('a')))?.embedding).toBeNull();
    expect(await store.pdg.deletePdg('p')).toBe(true);
    expect(await store.embeddings.statistics()).toMatchObject([{ nodes: 0 }]);
  });
});

describe('verify', () => {
  it.each([
    ['a vector that is none', 'UPDATE embeddings SET vector = zeroblob(8)', /embedding 1: all its values are zero/],
    ['a vector of another length', "UPDATE embeddings SET vector = x'0000803f'", /another length/],
    ['a wrong count', 'UPDATE embedding_scopes SET node_count = 9', /the count of project p/],
    ['an orphan that is not listed', 'DELETE FROM embedding_orphans', /which nobody has/],
    ['a listed one that is in use', 'INSERT INTO embedding_orphans (embedding_id) VALUES (2)', /somebody has it/],
  ])('tells %s', async (_, sql, message) => {
    const path = join(temporaryFolder(), 'store.db');
    const store = await testStore(path);
    const a = await store.nodes.insert(nodeInput('a'));
    for (const value of [1, 2]) {
      await store.embeddings.put('p', SMALL, [{ nodeId: a, vector: Float32Array.of(value, 1) }]);
    }
    expect((await store.verify()).ok).toBe(true);
    const database = new Sqlite(path);
    database.exec(sql);
    database.close();
    const { ok, checks } = await store.verify();
    expect(ok).toBe(false);
    expect(checks.find(({ name }) => name === 'embeddings')?.detail).toMatch(message);
  });
});

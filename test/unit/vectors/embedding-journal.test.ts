import { describe, expect, it, onTestFinished } from 'vitest';
import { NodeRowEmbeddings, NodeStore } from '../../../src/graph/index.js';
import { NodeHash, type NodeId } from '../../../src/model/index.js';
import { openDatabase } from '../../../src/sql/index.js';
import type { Store } from '../../../src/store/index.js';
import {
  EmbeddingJournal,
  EmbeddingStore,
  type EmbeddingChange,
  type ModelChoice,
} from '../../../src/vectors/index.js';
import { testStore } from '../../support/indexing.js';
import { nodeInput } from '../../support/records.js';

const MODEL: ModelChoice = { model: 'm', dimension: 1 };

async function world(): Promise<{
  store: Store;
  nodes: readonly NodeId[];
  put: (at: number, value: number) => Promise<void>;
}> {
  const store = await testStore();
  const nodes = await store.nodes.batchInsert(['a', 'b', 'c'].map((name) => nodeInput(name)));
  const put = async (at: number, value: number): Promise<void> =>
    store.embeddings.put('p', MODEL, [{ nodeId: nodes[at] as NodeId, vector: Float32Array.of(value) }]);
  await put(0, 1);
  return { store, nodes, put };
}

async function modelId(store: Store): Promise<number> {
  const model = await store.embeddings.findModel(MODEL);
  if (model === undefined) throw new Error('There is no model.');
  return model.id;
}

/** An index as small as can be: it holds what the journal tells. */
async function follow(store: Store, index: Map<number, number>, after: number): Promise<number> {
  const id = await modelId(store);
  let last = after;
  for (;;) {
    const changes: EmbeddingChange[] = await store.embeddingJournal.changes(id, last, 2);
    if (changes.length === 0) return last;
    for (const change of changes) {
      last = change.seq;
      if (change.op === 'put') index.set(change.embeddingId, change.vector[0] ?? 0);
      else index.delete(change.embeddingId);
    }
  }
}

async function truth(store: Store): Promise<Map<number, number>> {
  const all = new Map<number, number>();
  for await (const { embeddingId, vector } of store.embeddings.stored(await modelId(store))) {
    all.set(embeddingId, vector[0] ?? 0);
  }
  return all;
}

describe('the embedding journal', () => {
  it('is empty while nobody follows', async () => {
    const { store, put } = await world();
    await put(1, 2);
    expect(await store.embeddingJournal.size()).toBe(0);
    expect(await store.embeddingJournal.cursor('i')).toBeUndefined();
  });

  it('[V7] brings an index in step with every change, once or twice, and is trimmed behind it', async () => {
    const { store, nodes, put } = await world();
    const journal = store.embeddingJournal;
    const start = await journal.register('i', await modelId(store));
    const index = await truth(store);
    expect([...index.values()]).toEqual([1]);
    await put(1, 2);
    await put(2, 2);
    await put(0, 3);
    const middle = await follow(store, index, start);
    expect(index).toEqual(await truth(store));
    await store.nodes.delete(nodes[1] as NodeId);
    await store.nodes.update(nodes[0] as NodeId, { contentHash: NodeHash.of('other') });
    const last = await follow(store, index, middle);
    expect(index).toEqual(await truth(store));
    expect([...index.values()]).toEqual([2]);
    // A crash before the index was saved: the same changes again.
    await follow(store, index, start);
    expect(index).toEqual(await truth(store));
    expect(await journal.size()).toBeGreaterThan(0);
    await journal.advance('i', last);
    expect([await journal.size(), await journal.cursor('i'), await journal.hasChanges(1, last)]).toEqual([
      0,
      last,
      false,
    ]);
    await journal.advance('i', 0);
    expect(await journal.cursor('i')).toBe(last);
    await store.projects.delete('p');
    await follow(store, index, last);
    expect(index.size).toBe(0);
  });

  it('keeps what the slowest of several indexes needs', async () => {
    const { store, put } = await world();
    const journal = store.embeddingJournal;
    const id = await modelId(store);
    await journal.register('slow', id);
    await put(1, 2);
    const start = await journal.register('fast', id);
    await put(2, 3);
    const [, change] = await journal.changes(id, 0, 10);
    await journal.advance('fast', change?.seq ?? 0);
    expect(await journal.changes(id, 0, 10)).toHaveLength(2);
    expect(start).toBe((await journal.changes(id, 0, 1))[0]?.seq);
    expect(await journal.forget('slow')).toBe(true);
    expect(await journal.forget('slow')).toBe(false);
    expect(await journal.size()).toBe(0);
    // Numbers are not used again, whoever forgot what.
    await put(0, 7);
    expect((await journal.changes(id, 0, 10))[0]?.seq).toBeGreaterThan(change?.seq ?? Infinity);
  });

  it('gives up an index that lies too far behind', async () => {
    const database = await openDatabase({ path: ':memory:' });
    onTestFinished(() => database.close());
    const journal = new EmbeddingJournal(database, Date.now, 3);
    const embeddings = new EmbeddingStore(database, NodeRowEmbeddings);
    const nodeId = await new NodeStore(database).insert(nodeInput('a'));
    const put = async (value: number): Promise<void> =>
      embeddings.put('p', MODEL, [{ nodeId, vector: Float32Array.of(value) }]);
    await put(1);
    const id = (await embeddings.findModel(MODEL))?.id ?? 0;
    const start = await journal.register('left', id);
    await put(2);
    await journal.trim();
    expect([await journal.cursor('left'), await journal.size()]).toEqual([start, 2]);
    await put(3);
    await journal.trim();
    expect([await journal.cursor('left'), await journal.size()]).toEqual([undefined, 0]);
  });
});

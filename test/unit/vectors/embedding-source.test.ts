import { copyFileSync, cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CODE_LIKE, GeneratedVectors } from '../../../bench/generated-vectors.js';
import { NodeHash, type NodeId } from '../../../src/model/index.js';
import { openDatabase, type Database } from '../../../src/sql/index.js';
import type { Store, StoreOptions } from '../../../src/store/index.js';
import {
  EmbeddingJournal,
  EmbeddingSource,
  type ModelChoice,
  type VectorIndexStatus,
} from '../../../src/vectors/index.js';
import { failureOf, testStore } from '../../support/indexing.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { putVectors } from '../../support/vectors/store-with-vectors.js';

const SMALL: ModelChoice = { model: 'small', dimension: 2 };
const MODEL: ModelChoice = { model: 'tested', dimension: 32 };
const VECTORS = new GeneratedVectors(11, { ...CODE_LIKE, dimension: 32, latent: 8, clusters: 8 }).list(300);

interface World {
  readonly store: Store;
  readonly database: Database;
  readonly source: EmbeddingSource;
  readonly nodes: readonly NodeId[];
  readonly put: (at: number, ...values: number[]) => Promise<void>;
}

/** Three nodes, of which the first two have vectors. */
async function world(): Promise<World> {
  const path = join(temporaryFolder(), 'code.db');
  const store = await testStore(path);
  const database = await openDatabase({ path });
  const nodes = await putVectors(store, SMALL, [Float32Array.of(1, 0), Float32Array.of(0, 1)]);
  const put = async (at: number, ...values: number[]): Promise<void> =>
    store.embeddings.put('p', SMALL, [{ nodeId: nodes[at] as NodeId, vector: Float32Array.from(values) }]);
  const model = await store.embeddings.findModel(SMALL);
  if (model === undefined) throw new Error('There is no model.');
  return {
    store,
    database,
    source: new EmbeddingSource(database, model, 'i', new EmbeddingJournal(database)),
    nodes,
    put,
  };
}

async function idsIn(source: EmbeddingSource): Promise<number[]> {
  const ids: number[] = [];
  for await (const chunk of source.scan()) ids.push(...chunk.ids);
  return ids;
}

describe('the embeddings of a model as a source of vectors', () => {
  it('has the vectors that some node has, and no others', async () => {
    const { store, source, nodes, put } = await world();
    expect([await source.count(), await idsIn(source)]).toEqual([2, [1, 2]]);
    await put(1, 1, 0);
    // Both nodes share the first vector now; the second one is kept for contents that come back.
    expect([await source.count(), await idsIn(source)]).toEqual([1, [1]]);
    expect([...(await source.get([1, 2, 99])).keys()]).toEqual([1]);
    expect((await store.embeddings.statistics())[0]).toMatchObject({ nodes: 2, vectors: 2, orphans: 1 });
    await store.nodes.delete(nodes[0] as NodeId);
    expect(await source.count()).toBe(1);
    await store.nodes.update(nodes[1] as NodeId, { contentHash: NodeHash.of('changed') });
    expect([await source.count(), await idsIn(source)]).toEqual([0, []]);
    await put(1, 0, 1);
    expect([await source.count(), await idsIn(source)]).toEqual([1, [2]]);
  });

  it('counts right through everything that may happen to vectors, as verify proves', async () => {
    const { store, database, source, nodes, put } = await world();
    const isSound = async (): Promise<boolean> => (await store.verify()).checks.every(({ ok }) => ok);
    await put(0, 0, 1);
    await put(0, 3, 1);
    await database.write([{ sql: 'DELETE FROM embeddings WHERE id = 2' }]);
    expect([await source.count(), await isSound()]).toEqual([1, true]);
    await store.embeddings.collect(0);
    expect([await source.count(), await isSound()]).toEqual([1, true]);
    await store.nodes.delete(nodes[1] as NodeId);
    await store.projects.delete('p');
    expect([await source.count(), await isSound()]).toEqual([0, true]);
    await database.write([{ sql: 'UPDATE embedding_models SET vector_count = 7' }]);
    expect(await isSound()).toBe(false);
  });

  it('moves its cursor with every change of this model and of no other', async () => {
    const { store, source, nodes, put } = await world();
    const cursors = [await source.newestCursor()];
    const other: ModelChoice = { model: 'other', dimension: 1 };
    await store.embeddings.put('p', other, [{ nodeId: nodes[0] as NodeId, vector: Float32Array.of(1) }]);
    expect(await source.newestCursor()).toBe(cursors[0]);
    for (const act of [() => put(0, 5, 5), () => store.nodes.delete(nodes[0] as NodeId), () => put(1, 7, 7)]) {
      await act();
      cursors.push(await source.newestCursor());
    }
    expect(cursors).toEqual([...new Set(cursors)].sort((a, b) => a - b));
    await put(1, 7, 7);
    expect(await source.newestCursor()).toBe(cursors.at(-1));
  });

  it('says that changes are gone until it is followed, and tells them from then on', async () => {
    const { source, put } = await world();
    expect([await source.identity(), await source.changesSince(0, 10)]).toEqual(['', 'trimmed']);
    const before = await source.newestCursor();
    expect(await source.changesSince(before, 10)).toEqual({ changes: [], cursor: before });
    await source.keeper.begin();
    const identity = await source.identity();
    expect(identity).toMatch(/^[0-9a-f]{32}$/);
    await source.keeper.begin();
    expect(await source.identity()).toBe(identity);
    await put(0, 4, 4);
    const all = await source.changesSince(before, 10);
    expect(all).toEqual({
      changes: [
        { id: 1, isDeleted: true },
        { id: 3, isDeleted: false },
      ],
      cursor: await source.newestCursor(),
    });
    expect(await source.changesSince(before, 1)).toEqual({ changes: [{ id: 1, isDeleted: true }], cursor: before + 1 });
    await source.keeper.advance(before + 1);
    expect(await source.changesSince(before, 10)).toBe('trimmed');
    expect(await source.changesSince(before + 1, 10)).toMatchObject({ changes: [{ id: 3 }] });
    expect(await source.changesSince(1_000_000, 10)).toBe('trimmed');
  });

  it('has a mark for each change, which stays when the change is forgotten by who took it in', async () => {
    const { source, put } = await world();
    await source.keeper.begin();
    await put(0, 4, 4);
    const cursor = await source.newestCursor();
    const mark = await source.keeper.markAt(cursor);
    expect(mark).toMatch(/^[0-9a-f]{16}$/);
    await source.keeper.advance(cursor);
    expect(await source.keeper.markAt(cursor)).toBe(mark);
    expect(await source.keeper.markAt(cursor - 1)).toBe('');
  });

  it('[V6] names a vector whose bytes are not of its dimension, and stops when it is cancelled', async () => {
    const { source, database } = await world();
    await expect(source.scan(AbortSignal.abort()).next()).rejects.toMatchObject({ code: 'CANCELLED' });
    await database.write([{ sql: "UPDATE embeddings SET vector = x'00000000' WHERE id = 2" }]);
    expect(await failureOf(source.get([2]))).toBe('DATABASE_CORRUPT');
    expect(await failureOf(idsIn(source))).toBe('DATABASE_CORRUPT');
  });
});

const OPTIONS: StoreOptions = {
  vectorIndex: { exactBelow: 50, recentLimit: 20, threads: 1, maintenance: 'manual' },
};

async function indexed(path: string): Promise<Store> {
  const store = await testStore({ ...OPTIONS, path });
  await putVectors(store, MODEL, VECTORS.slice(0, 200));
  expect(await store.vectors.maintain()).toMatchObject([{ done: 'built', added: 200 }]);
  return store;
}

async function statusOf(store: Store): Promise<VectorIndexStatus> {
  const [status] = await store.vectors.status(MODEL);
  if (status === undefined) throw new Error('There is no model.');
  return status;
}

/** The nearest of each of some vectors is found, whatever became of the file. */
async function expectRight(store: Store, from: number, to: number): Promise<void> {
  for (const vector of VECTORS.slice(from, to)) {
    const { matches } = await store.vectors.nearest(vector, { k: 1, model: MODEL });
    expect(matches[0]?.similarity).toBeCloseTo(1, 5);
  }
}

describe('an index file beside a database', () => {
  it('is used again by whoever opens the store, and by those who may only read', async () => {
    const path = join(temporaryFolder(), 'code.db');
    await (await indexed(path)).close();
    expect(readdirSync(`${path}.vectors`)).toHaveLength(2);
    for (const readOnly of [false, true]) {
      const store = await testStore({ ...OPTIONS, path, readOnly });
      expect(await statusOf(store)).toMatchObject({ file: 'usable', strategy: 'hnsw', rows: 200, behind: 0 });
      if (readOnly) expect(await failureOf(store.vectors.rebuild())).toBe('READ_ONLY');
      await store.close();
    }
    expect(readdirSync(`${path}.vectors`)).toHaveLength(2);
  });

  it('is not believed when the database was put back to a backup and went on to more changes than the file knows', async () => {
    const path = join(temporaryFolder(), 'code.db');
    const store = await indexed(path);
    await store.close();
    copyFileSync(path, `${path}.backup`);
    const ahead = await testStore({ ...OPTIONS, path });
    await putVectors(ahead, MODEL, VECTORS.slice(200, 230), (at) => ({ filePath: `ahead${at}.ts` }));
    expect(await ahead.vectors.maintain()).toMatchObject([{ done: 'extended', added: 30 }]);
    await ahead.close();
    copyFileSync(`${path}.backup`, path);
    const back = await testStore({ ...OPTIONS, path });
    expect(await statusOf(back)).toMatchObject({ file: 'ahead', strategy: 'exact' });
    // Other vectors, so many that the number of changes goes beyond that of the file.
    await putVectors(back, MODEL, VECTORS.slice(230, 270), (at) => ({ filePath: `back${at}.ts` }));
    await back.close();
    const later = await testStore({ ...OPTIONS, path });
    expect(await statusOf(later)).toMatchObject({
      file: 'foreign',
      strategy: 'exact',
      problem: 'The index file knows another history of the vectors up to change 230.',
    });
    await expectRight(later, 230, 270);
    expect(await later.vectors.maintain()).toMatchObject([{ done: 'built', added: 240 }]);
    expect(await statusOf(later)).toMatchObject({ file: 'usable', strategy: 'hnsw', rows: 240 });
  });

  it('is not believed when the database was made anew in its place', async () => {
    const path = join(temporaryFolder(), 'code.db');
    await (await indexed(path)).close();
    rmSync(path);
    const store = await testStore({ ...OPTIONS, path });
    await putVectors(store, MODEL, VECTORS.slice(50, 250));
    expect(await statusOf(store)).toMatchObject({ file: 'foreign', strategy: 'exact' });
    await expectRight(store, 240, 250);
    expect(await store.vectors.maintain()).toMatchObject([{ done: 'built' }]);
    await expectRight(store, 50, 60);
  });

  it('goes with a copy of both, and each copy goes its own way', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'code.db');
    await (await indexed(path)).close();
    const copy = join(folder, 'copy.db');
    copyFileSync(path, copy);
    cpSync(`${path}.vectors`, `${copy}.vectors`, { recursive: true });
    const store = await testStore({ ...OPTIONS, path: copy });
    expect(await statusOf(store)).toMatchObject({ file: 'usable', rows: 200 });
    await putVectors(store, MODEL, VECTORS.slice(200, 240), (at) => ({ filePath: `copy${at}.ts` }));
    expect(await store.vectors.maintain()).toMatchObject([{ done: 'extended' }]);
    const first = await testStore({ ...OPTIONS, path });
    expect(await statusOf(first)).toMatchObject({ file: 'usable', rows: 200, behind: 0 });
  });

  it('is found anew by a process that lags behind the one that saved it, and the journal is trimmed', async () => {
    const path = join(temporaryFolder(), 'code.db');
    const one = await indexed(path);
    const other = await testStore({ ...OPTIONS, path });
    await expectRight(other, 0, 1);
    await putVectors(one, MODEL, VECTORS.slice(200, 260), (at) => ({ filePath: `more${at}.ts` }));
    expect(await one.embeddingJournal.size()).toBeGreaterThan(0);
    expect(await one.vectors.maintain()).toMatchObject([{ done: 'extended', added: 60 }]);
    expect(await one.embeddingJournal.size()).toBe(0);
    expect(await statusOf(other)).toMatchObject({ file: 'usable', rows: 260, behind: 0, recent: 0 });
    await expectRight(other, 250, 260);
  });

  it('is made anew after its index lay too far behind and was given up', async () => {
    const path = join(temporaryFolder(), 'code.db');
    const store = await indexed(path);
    await store.embeddingJournal.forget('hnsw:tested:32');
    await putVectors(store, MODEL, VECTORS.slice(200, 210), (at) => ({ filePath: `later${at}.ts` }));
    expect(await statusOf(store)).toMatchObject({ strategy: 'exact', file: 'foreign' });
    await expectRight(store, 195, 210);
    expect(await store.vectors.maintain()).toMatchObject([{ done: 'built', added: 210 }]);
    expect(await statusOf(store)).toMatchObject({ strategy: 'hnsw', file: 'usable' });
  });

  it('is kept nowhere for a database in memory, unless a folder is named', async () => {
    const folder = temporaryFolder();
    const without = await testStore(OPTIONS);
    await putVectors(without, MODEL, VECTORS.slice(0, 100));
    expect(await without.vectors.maintain()).toMatchObject([{ done: 'nothing' }]);
    expect(await statusOf(without)).toMatchObject({ strategy: 'exact', reason: 'no-folder', path: null });
    const within = await testStore({ ...OPTIONS, vectorFolder: folder });
    await putVectors(within, MODEL, VECTORS.slice(0, 100));
    expect(await within.vectors.maintain()).toMatchObject([{ done: 'built' }]);
    const status = await statusOf(within);
    expect(existsSync((status as VectorIndexStatus & { path: string }).path)).toBe(true);
    const none = await testStore({ ...OPTIONS, path: join(folder, 'code.db'), vectorFolder: null });
    await putVectors(none, MODEL, VECTORS.slice(0, 100));
    expect(await none.vectors.maintain()).toMatchObject([{ done: 'nothing' }]);
    expect(existsSync(join(folder, 'code.db.vectors'))).toBe(false);
  });
});

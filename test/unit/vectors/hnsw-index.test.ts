import { describe, expect, it } from 'vitest';
import { CODE_LIKE, GeneratedVectors } from '../../../bench/generated-vectors.js';
import {
  type MaintenanceProgress,
  MemoryVectorSource,
  openVectorIndex,
  type VectorIndex,
  type VectorIndexOptions,
} from '../../../src/vectors/index.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { filterOf } from '../../support/vectors/vector-filters.js';

const DIMENSION = 96;
const generated = new GeneratedVectors(5, { ...CODE_LIKE, dimension: DIMENSION, latent: 30, clusters: 60 });
const VECTORS = generated.list(2500);
const QUERIES = generated.list(40);

function sourceOf(vectors: readonly Float32Array[]): MemoryVectorSource {
  const source = new MemoryVectorSource(DIMENSION);
  source.put(vectors.map((vector, id) => [id, vector]));
  return source;
}

function openGraph(source: MemoryVectorSource, options: Partial<VectorIndexOptions> = {}): VectorIndex {
  return openVectorIndex({
    source,
    model: 'test',
    folder: temporaryFolder(),
    exactBelow: 100,
    threads: 1,
    maintenance: 'manual',
    ...options,
  });
}

/** The share of the true best ten that the index finds. */
async function recallOf(index: VectorIndex, filter?: ReturnType<typeof filterOf>): Promise<number> {
  let hits = 0;
  let total = 0;
  for (const query of QUERIES) {
    const options = filter === undefined ? { k: 10 } : { k: 10, filter };
    const truth = new Set((await index.search(query, { ...options, exact: true })).matches.map(({ id }) => id));
    const { matches } = await index.search(query, options);
    hits += matches.filter(({ id }) => truth.has(id)).length;
    total += truth.size;
  }
  return hits / total;
}

describe('graph search', () => {
  it('[V2] finds what exact search finds, with the same scores, and says how', async () => {
    const index = openGraph(sourceOf(VECTORS));
    expect(await index.maintain()).toMatchObject({ done: 'built', added: VECTORS.length });
    for (const query of QUERIES.slice(0, 5)) {
      const answer = await index.search(query);
      expect(answer).toMatchObject({ strategy: 'hnsw', reason: null, recallTarget: 0.98, compared: 30 });
      expect(answer.matches).toEqual((await index.search(query, { exact: true })).matches);
    }
    expect(await recallOf(index)).toBeGreaterThanOrEqual(0.98);
    expect(await index.search(QUERIES[0] ?? new Float32Array(), { exact: true })).toMatchObject({
      strategy: 'exact',
      reason: 'asked',
      recallTarget: 1,
      compared: VECTORS.length,
    });
    await index.close();
  });

  it.each(['i8', 'f16', 'f32'] as const)(
    'holds its recall with %s, and promises none that was not measured',
    async (quantization) => {
      const index = openGraph(sourceOf(VECTORS), { settings: { quantization, connectivity: 12 } });
      await index.maintain();
      expect(await recallOf(index)).toBeGreaterThanOrEqual(0.97);
      expect((await index.search(QUERIES[0] ?? new Float32Array())).recallTarget).toBeNull();
      await index.close();
    },
  );

  it('compares with all until the file is there, and says so', async () => {
    const index = openGraph(sourceOf(VECTORS));
    const query = QUERIES[0] ?? new Float32Array();
    expect(await index.search(query)).toMatchObject({ strategy: 'exact', reason: 'no-index', recallTarget: 1 });
    expect(await index.status()).toMatchObject({ file: 'missing', isMaintenanceDue: true, strategy: 'exact' });
    await index.maintain();
    expect(await index.search(query)).toMatchObject({ strategy: 'hnsw' });
    expect(await index.status()).toMatchObject({ file: 'usable', isMaintenanceDue: false, rows: 2500, recent: 0 });
    await index.close();
  });

  it('is chosen once there are enough vectors, and left when there are few again', async () => {
    const source = sourceOf(VECTORS.slice(0, 300));
    const index = openGraph(source, { exactBelow: 400 });
    const query = QUERIES[0] ?? new Float32Array();
    expect(await index.search(query)).toMatchObject({ reason: 'small' });
    source.put(VECTORS.slice(300, 500).map((vector, i) => [300 + i, vector]));
    await index.maintain();
    expect(await index.search(query)).toMatchObject({ strategy: 'hnsw' });
    source.delete(VECTORS.slice(0, 200).map((_, id) => id));
    expect(await index.search(query)).toMatchObject({ strategy: 'exact', reason: 'small' });
    await index.close();
  });

  it('builds by itself while searches go on, when it may', async () => {
    const index = openGraph(sourceOf(VECTORS.slice(0, 400)), { maintenance: 'automatic' });
    const query = QUERIES[0] ?? new Float32Array();
    const strategies = new Set<string>();
    while (!strategies.has('hnsw')) {
      strategies.add((await index.search(query)).strategy);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([...strategies]).toEqual(['exact', 'hnsw']);
    expect(await index.status()).toMatchObject({ maintenanceError: null, rows: 400 });
    await index.close();
  });
});

describe('changes beside the file', () => {
  it('[V7] are seen at once: puts, replacements, deletions and what comes back', async () => {
    const source = sourceOf(VECTORS);
    const index = openGraph(source);
    await index.maintain();
    const [first, second] = [VECTORS[11], VECTORS[12]];
    if (first === undefined || second === undefined) throw new Error('There are too few vectors.');
    expect((await index.search(first, { k: 1 })).matches).toEqual([{ id: 11, score: expect.closeTo(1, 6) as number }]);
    source.delete([11]);
    expect((await index.search(first)).matches.map(({ id }) => id)).not.toContain(11);
    source.put([[11, second]]);
    expect((await index.search(second, { k: 2 })).matches.map(({ id }) => id)).toEqual([11, 12]);
    expect((await index.search(first)).matches[0]?.score).toBeLessThan(0.999);
    source.put([[9000, first]]);
    expect((await index.search(first, { k: 1 })).matches[0]?.id).toBe(9000);
    expect(await index.status()).toMatchObject({ strategy: 'hnsw', recent: 2 });
    await index.close();
  });

  it('[V7] extend the file once there are many, and hold recall through rounds of churn', async () => {
    const source = sourceOf(VECTORS.slice(0, 2000));
    const folder = temporaryFolder();
    const index = openGraph(source, { folder, recentLimit: 150 });
    await index.maintain();
    const done: string[] = [];
    for (let round = 0; round < 5; round++) {
      const from = round * 100;
      source.delete(Array.from({ length: 50 }, (_, i) => from + i));
      source.put(Array.from({ length: 50 }, (_, i) => [from + 50 + i, VECTORS[2499 - from - i] ?? new Float32Array()]));
      source.put(VECTORS.slice(2000 + from, 2100 + from).map((vector, i) => [5000 + from + i, vector]));
      done.push((await index.maintain()).done);
      expect(await recallOf(index)).toBeGreaterThanOrEqual(0.97);
    }
    expect(done).toEqual(['extended', 'extended', 'extended', 'extended', 'extended']);
    expect(await index.status()).toMatchObject({ count: 2250, rows: 2750, recent: 0 });
    await index.close();
    const again = openGraph(source, { folder });
    expect(await recallOf(again)).toBeGreaterThanOrEqual(0.97);
    expect(await again.status()).toMatchObject({ file: 'usable', strategy: 'hnsw' });
    await again.close();
  });

  it('build the file anew when a quarter of its rows is dead', async () => {
    const source = sourceOf(VECTORS);
    const index = openGraph(source);
    await index.maintain();
    source.delete(Array.from({ length: 800 }, (_, id) => id));
    expect(await index.maintain()).toMatchObject({ done: 'built', added: 1700 });
    expect(await index.status()).toMatchObject({ rows: 1700, count: 1700 });
    expect(await index.maintain()).toMatchObject({ done: 'nothing' });
    await index.close();
  });

  it('[V7] fill the answer when everything near was deleted', async () => {
    const source = sourceOf(VECTORS);
    const index = openGraph(source);
    await index.maintain();
    const query = QUERIES[0] ?? new Float32Array();
    const near = (await index.search(query, { k: 500, exact: true })).matches.map(({ id }) => id);
    source.delete(near);
    const answer = await index.search(query);
    expect(answer.matches).toHaveLength(10);
    expect(answer.matches).toEqual((await index.search(query, { exact: true })).matches);
    await index.close();
  });
});

describe('filters', () => {
  const ids = VECTORS.map((_, id) => id);

  it.each([0.5, 0.1, 0.02, 0.004])('[V7] hold recall when a share of %d passes, spread evenly', async (share) => {
    const index = openGraph(sourceOf(VECTORS));
    await index.maintain();
    const filter = filterOf(ids.filter((id) => (id * 7919) % 1000 < share * 1000));
    expect(await recallOf(index, filter)).toBeGreaterThanOrEqual(0.98);
    await index.close();
  });

  it('[V7] hold recall when what passes lies far from the query', async () => {
    const index = openGraph(sourceOf(VECTORS));
    await index.maintain();
    let hits = 0;
    for (const query of QUERIES) {
      const farthest = (await index.search(query, { k: 2500, exact: true })).matches.slice(-900).map(({ id }) => id);
      const filter = filterOf(farthest);
      const truth = new Set((await index.search(query, { filter, exact: true })).matches.map(({ id }) => id));
      hits += (await index.search(query, { filter })).matches.filter(({ id }) => truth.has(id)).length;
    }
    expect(hits / (10 * QUERIES.length)).toBeGreaterThanOrEqual(0.98);
    await index.close();
  });

  it('are asked for few candidates when many pass, and for their ids when few do', async () => {
    const index = openGraph(sourceOf(VECTORS));
    await index.maintain();
    const query = QUERIES[0] ?? new Float32Array();
    const many = filterOf(ids.filter((id) => id % 10 !== 0));
    expect(await index.search(query, { filter: many })).toMatchObject({ strategy: 'hnsw', compared: 30 });
    expect(many.asked).toEqual({ estimate: 1, ids: 0, test: 1 });
    const few = filterOf([3, 5, 8]);
    const answer = await index.search(query, { filter: few });
    expect(answer).toMatchObject({ strategy: 'exact', reason: 'selective-filter', compared: 3, recallTarget: 1 });
    expect(few.asked).toEqual({ estimate: 1, ids: 1, test: 0 });
    expect((await index.search(query, { filter: filterOf([]) })).matches).toEqual([]);
    await index.close();
  });

  it('[V7] give the right answer whatever they estimate', async () => {
    const index = openGraph(sourceOf(VECTORS));
    await index.maintain();
    const query = QUERIES[1] ?? new Float32Array();
    const passing = ids.filter((id) => id % 25 === 0);
    const truth = (await index.search(query, { filter: filterOf(passing), exact: true })).matches;
    for (const estimate of [0, 1, 100, 2500, 1_000_000]) {
      expect((await index.search(query, { filter: filterOf(passing, estimate) })).matches).toEqual(truth);
    }
    await index.close();
  });

  it('[V7] apply to vectors that changed since the file was made', async () => {
    const source = sourceOf(VECTORS.slice(0, 1500));
    const index = openGraph(source);
    await index.maintain();
    source.put(VECTORS.slice(1500).map((vector, i) => [1500 + i, vector]));
    const filter = filterOf(ids.filter((id) => id % 2 === 1));
    expect(await recallOf(index, filter)).toBeGreaterThanOrEqual(0.98);
    await index.close();
  });
});

describe('maintenance', () => {
  it('tells its progress', async () => {
    const index = openGraph(sourceOf(VECTORS));
    const seen: MaintenanceProgress[] = [];
    await index.maintain({ onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ phase }) => phase)).toEqual(['reading', 'adding', 'adding', 'adding', 'saving']);
    expect(seen.at(-1)).toEqual({ phase: 'saving', done: 2500, total: 2500 });
    await index.close();
  });

  it('leaves the file of before in use when it is cancelled', async () => {
    const source = sourceOf(VECTORS);
    const index = openGraph(source);
    await index.maintain();
    const controller = new AbortController();
    const cancelled = index.maintain({
      mode: 'rebuild',
      signal: controller.signal,
      onProgress: ({ phase }) => phase === 'adding' && controller.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await index.status()).toMatchObject({ file: 'usable', rows: 2500 });
    expect(await recallOf(index)).toBeGreaterThanOrEqual(0.98);
    await index.close();
  });

  it('is ended by closing', async () => {
    const index = openGraph(sourceOf(VECTORS));
    const building = index.maintain();
    await index.status();
    await index.close();
    await expect(building).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

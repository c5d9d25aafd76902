import { describe, expect, it } from 'vitest';
import { checkVector, MemoryVectorSource, openVectorIndex } from '../../../src/vectors/index.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const GOOD = Float32Array.of(1, 2, 3);

function openBoth(): { source: MemoryVectorSource; open: (exactBelow: number) => ReturnType<typeof openVectorIndex> } {
  const source = new MemoryVectorSource(3);
  source.put([[1, GOOD]]);
  const folder = temporaryFolder();
  return { source, open: (exactBelow) => openVectorIndex({ source, model: 'test', folder, exactBelow }) };
}

describe.each([
  ['exact search', 1000],
  ['graph search', 0],
])('%s', (_name, exactBelow) => {
  it.each([
    ['another dimension', Float32Array.of(1, 2), { expected: 3, value: 2 }],
    ['NaN', Float32Array.of(1, Number.NaN, 3), { position: 1, value: 'NaN' }],
    ['an infinite number', Float32Array.of(1, 2, -Infinity), { position: 2, value: '-Infinity' }],
    ['zero', new Float32Array(3), {}],
  ])('[V6] refuses a query with %s by name', async (_what, query, details) => {
    const index = openBoth().open(exactBelow);
    await expect(index.search(query)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: 'query', ...details },
    });
    await index.close();
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses k = %d', async (k) => {
    const index = openBoth().open(exactBelow);
    await expect(index.search(GOOD, { k })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { field: 'k' },
    });
    await index.close();
  });

  it('refuses k of ten million as a limit', async () => {
    const index = openBoth().open(exactBelow);
    await expect(index.search(GOOD, { k: 10_000_000 })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      details: { field: 'k', value: 10_000_000, limit: 10_000 },
    });
    await index.close();
  });

  it('gives what there is when k is larger', async () => {
    const index = openBoth().open(exactBelow);
    await index.maintain();
    expect((await index.search(GOOD, { k: 10_000 })).matches).toHaveLength(1);
    await index.close();
  });

  it('stops when it is cancelled', async () => {
    const index = openBoth().open(exactBelow);
    await expect(index.search(GOOD, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    await index.close();
  });

  it('refuses to work once it is closed, and closes twice', async () => {
    const index = openBoth().open(exactBelow);
    await index.search(GOOD);
    await index.close();
    await index.close();
    await expect(index.search(GOOD)).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  });

  it('answers with nothing when there is nothing', async () => {
    const { source, open } = openBoth();
    source.delete([1]);
    const index = open(exactBelow);
    expect(await index.maintain()).toMatchObject({ done: 'nothing' });
    expect((await index.search(GOOD)).matches).toEqual([]);
    await index.close();
  });
});

describe('a vector', () => {
  it('may have numbers of any finite size', async () => {
    const source = new MemoryVectorSource(3);
    source.put([
      [1, Float32Array.of(3e38, 3e38, 0)],
      [2, Float32Array.of(1e-40, 0, 0)],
    ]);
    const index = openVectorIndex({ source, model: 'test', folder: null });
    const { matches } = await index.search(Float32Array.of(2e38, 2e38, 0));
    expect(matches[0]?.score).toBeCloseTo(1, 6);
    expect(matches[1]).toMatchObject({ id: 2, score: expect.closeTo(Math.SQRT1_2, 6) as number });
    await index.close();
  });

  it('[V6] is refused before anything is stored when it has no direction', async () => {
    const source = new MemoryVectorSource(3);
    const put = (): void =>
      source.put([
        [1, GOOD],
        [2, Float32Array.of(0, 0, Number.NaN)],
      ]);
    expect(put).toThrowError(expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error);
    expect(await source.count()).toBe(0);
    expect(() => checkVector([1, 2, 3], 3)).toThrowError(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error,
    );
  });

  it('that is damaged in the store is told as corruption', async () => {
    const source = new MemoryVectorSource(3);
    const stored = GOOD.slice();
    source.put([[1, stored]]);
    (await source.get([1])).get(1)?.fill(0);
    const index = openVectorIndex({ source, model: 'test', folder: null });
    await expect(index.search(GOOD)).rejects.toMatchObject({ code: 'DATABASE_CORRUPT', details: { id: 1 } });
    await index.close();
  });
});

describe('options', () => {
  it.each([
    [{ exactBelow: -1 }, 'exactBelow'],
    [{ recentLimit: 0 }, 'recentLimit'],
    [{ threads: 0 }, 'threads'],
    [{ settings: { connectivity: 1 } }, 'connectivity'],
    [{ settings: { expansionSearch: 0 } }, 'expansionSearch'],
    [{ settings: { rerankFactor: 0.5 } }, 'rerankFactor'],
    [{ settings: { quantization: 'b1' as 'i8' } }, 'quantization'],
  ])('that are out of range are refused by name: %o', (options, option) => {
    const source = new MemoryVectorSource(3);
    expect(() => openVectorIndex({ source, model: 'test', folder: null, ...options })).toThrowError(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        details: expect.objectContaining({ option }) as object,
      }) as Error,
    );
  });
});

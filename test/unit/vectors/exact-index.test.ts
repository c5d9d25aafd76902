import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GeneratedVectors } from '../../../bench/generated-vectors.js';
import { MemoryVectorSource, openVectorIndex, type VectorIndex } from '../../../src/vectors/index.js';
import { filterOf } from '../../support/vectors/vector-filters.js';

const DIMENSION = 5;

function openExact(source: MemoryVectorSource): VectorIndex {
  return openVectorIndex({ source, model: 'test', folder: null });
}

/** The definition of cosine similarity, term by term. */
function cosine(a: Float32Array, b: Float32Array): number {
  const dot = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  return dot / Math.sqrt(a.reduce((sum, v) => sum + v * v, 0) * b.reduce((sum, v) => sum + v * v, 0));
}

const vectorArbitrary = fc
  .array(fc.integer({ min: -4, max: 4 }), { minLength: DIMENSION, maxLength: DIMENSION })
  .filter((numbers) => numbers.some((value) => value !== 0))
  .map((numbers) => Float32Array.from(numbers));

const stepArbitrary = fc.oneof(
  fc.record({ put: vectorArbitrary, id: fc.nat({ max: 12 }) }),
  fc.record({ delete: fc.nat({ max: 12 }) }),
);

describe('exact search', () => {
  it('[V2] [V7] gives the best by cosine, ties by id, after any puts and deletions', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(stepArbitrary, { maxLength: 40 }),
        vectorArbitrary,
        fc.integer({ min: 1, max: 15 }),
        async (steps, query, k) => {
          const source = new MemoryVectorSource(DIMENSION);
          const index = openExact(source);
          const model = new Map<number, Float32Array>();
          for (const step of steps) {
            if ('put' in step) {
              source.put([[step.id, step.put]]);
              model.set(step.id, step.put);
            } else {
              source.delete([step.delete]);
              model.delete(step.delete);
            }
            // Between the changes, so that they are taken in one at a time.
            await index.search(query, { k });
          }
          const answer = await index.search(query, { k });
          const scores = new Map([...model].map(([id, vector]) => [id, cosine(query, vector)]));
          expect(answer.matches).toHaveLength(Math.min(k, model.size));
          for (const { id, score } of answer.matches) expect(score).toBeCloseTo(scores.get(id) ?? NaN, 6);
          const worst = answer.matches.at(-1)?.score ?? -1;
          const missed = [...scores].filter(([id]) => !answer.matches.some((match) => match.id === id));
          for (const [, score] of missed) expect(score).toBeLessThanOrEqual(worst + 1e-6);
          for (const [i, match] of answer.matches.entries()) {
            const next = answer.matches[i + 1];
            if (next === undefined) continue;
            expect(match.score > next.score || (match.score === next.score && match.id < next.id)).toBe(true);
          }
        },
      ),
    );
  });

  it('reports that it compared with all, and why', async () => {
    const source = new MemoryVectorSource(DIMENSION);
    source.put([[1, Float32Array.of(1, 0, 0, 0, 0)]]);
    const index = openExact(source);
    expect(await index.search(Float32Array.of(2, 0, 0, 0, 0))).toEqual({
      matches: [{ id: 1, score: 1 }],
      strategy: 'exact',
      reason: 'small',
      recallTarget: 1,
      compared: 1,
    });
    expect(await index.status()).toMatchObject({ strategy: 'exact', reason: 'small', count: 1, file: null });
    expect(await index.maintain()).toMatchObject({ done: 'nothing' });
    expect(await index.verify()).toEqual({ ok: true, problems: [] });
    await index.close();
  });

  it('says that there is no folder where that is why no graph is made', async () => {
    const source = new MemoryVectorSource(DIMENSION);
    source.put([[1, Float32Array.of(1, 0, 0, 0, 0)]]);
    const index = openVectorIndex({ source, model: 'test', folder: null, exactBelow: 1 });
    expect(await index.search(Float32Array.of(1, 1, 0, 0, 0))).toMatchObject({
      strategy: 'exact',
      reason: 'no-folder',
    });
    await index.close();
  });

  it('[V7] answers with vectors that pass the filter only', async () => {
    const generated = new GeneratedVectors(1).list(200);
    const source = new MemoryVectorSource(384);
    source.put(generated.map((vector, id) => [id, vector]));
    const index = openExact(source);
    const even = filterOf(generated.map((_, id) => id).filter((id) => id % 2 === 0));
    const query = generated[7] ?? new Float32Array();
    const all = await index.search(query, { k: 200 });
    const filtered = await index.search(query, { k: 5, filter: even });
    expect(filtered.matches).toEqual(all.matches.filter((match) => match.id % 2 === 0).slice(0, 5));
    await index.close();
  });

  it('takes everything in anew when the journal no longer has what changed', async () => {
    const source = new MemoryVectorSource(DIMENSION);
    source.put([[1, Float32Array.of(1, 0, 0, 0, 0)]]);
    const index = openExact(source);
    await index.search(Float32Array.of(1, 0, 0, 0, 0));
    source.put([[2, Float32Array.of(0, 1, 0, 0, 0)]]);
    source.delete([1]);
    source.trim(3);
    const { matches } = await index.search(Float32Array.of(1, 1, 0, 0, 0));
    expect(matches.map((match) => match.id)).toEqual([2]);
    await index.close();
  });
});

import { describe, expect, it } from 'vitest';
import { CODE_LIKE, GeneratedVectors } from '../../../bench/generated-vectors.js';
import type { NodeId, NodeType } from '../../../src/model/index.js';
import type { Store, StoreOptions } from '../../../src/store/index.js';
import type { ModelChoice, NodeFilter } from '../../../src/vectors/index.js';
import { cosine, RecordingEmbedder } from '../../support/embedders.js';
import { failureOf, sourceFolder, testStore } from '../../support/indexing.js';
import { ABSENT } from '../../support/records.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { putVectors, type VectorPlace } from '../../support/vectors/store-with-vectors.js';

const DIMENSION = 48;
const MODEL: ModelChoice = { model: 'tested', dimension: DIMENSION };
const COUNT = 6000;
const K = 10;
/** Shares of all that pass, by paths that begin alike. */
const SHARES = [0.5, 0.1, 0.01, 0.001] as const;

const generated = new GeneratedVectors(21, { ...CODE_LIKE, dimension: DIMENSION, latent: 16, clusters: 40 });
const VECTORS = generated.list(COUNT);
const QUERIES = generated.list(40);

/** One in so many, spread by a multiplication as a hash does. */
function spread(at: number): number {
  return (Math.imul(at + 1, 0x9e3779b1) >>> 0) / 4_294_967_296;
}

/** `x/` passes half, `x/x/` a tenth, and so on. */
function pathOf(at: number): string {
  return `${SHARES.map((share) => (spread(at) < share ? 'x/' : '')).join('')}f${at}.ts`;
}

interface World {
  readonly store: Store;
  readonly nodes: readonly NodeId[];
}

async function world(placeOf: (at: number) => VectorPlace, vectors = VECTORS): Promise<World> {
  const vectorIndex = { exactBelow: 1000, maintenance: 'manual' } as const;
  const store = await testStore({ vectorFolder: temporaryFolder(), vectorIndex });
  const nodes = await putVectors(store, MODEL, vectors, placeOf);
  expect(await store.vectors.maintain()).toMatchObject([{ done: 'built', added: vectors.length }]);
  return { store, nodes };
}

/** Recall against comparing with all, and the ways that the searches went. */
async function recallOf(
  { store, nodes }: World,
  filter: NodeFilter,
  passes: (at: number) => boolean,
  queries = QUERIES,
): Promise<{ recall: number; strategies: readonly string[] }> {
  let [hits, total] = [0, 0];
  const strategies = new Set<string>();
  for (const query of queries) {
    const truth = VECTORS.map((vector, at) => ({ at, score: passes(at) ? cosine(query, vector) : -2 }))
      .filter(({ score }) => score > -2)
      .sort((a, b) => b.score - a.score)
      .slice(0, K);
    const answer = await store.vectors.nearest(query, { k: K, model: MODEL, filter });
    strategies.add(`${answer.strategy} ${answer.reason ?? ''}`.trim());
    expect(answer.matches).toHaveLength(truth.length);
    const found = new Set(answer.matches.map(({ nodeId }) => nodeId));
    hits += truth.filter(({ at }) => found.has(nodes[at] as NodeId)).length;
    total += truth.length;
    const similarities = answer.matches.map(({ similarity }) => similarity);
    expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
  }
  return { recall: hits / total, strategies: [...strategies].sort() };
}

describe('filters of symbols over an index file', () => {
  it('[V7] hold recall from 50 % down to 0.1 % of all vectors', { timeout: 60_000 }, async () => {
    const all = await world((at) => ({ filePath: pathOf(at) }));
    expect(await recallOf(all, {}, () => true)).toMatchObject({ strategies: ['hnsw'] });
    for (const [level, share] of SHARES.entries()) {
      const filter = { pathPrefix: 'x/'.repeat(level + 1) };
      const { recall, strategies } = await recallOf(all, filter, (at) => spread(at) < share);
      expect(recall, `of ${share * 100} %`).toBeGreaterThanOrEqual(0.98);
      // The more pass the more the graph is asked; few are compared one by one, which finds all.
      expect(strategies).toEqual(share === 0.5 ? ['hnsw'] : ['exact selective-filter']);
    }
  });

  it('[V7] hold recall when what passes is alike and far from what is asked for', { timeout: 60_000 }, async () => {
    // By similarity to one vector: each path prefix is a neighbourhood of it.
    const centre = VECTORS[17] as Float32Array;
    const order = VECTORS.map((vector, at) => ({ at, score: cosine(centre, vector) })).sort(
      (a, b) => b.score - a.score,
    );
    const rank = new Map(order.map(({ at }, place) => [at, place / COUNT]));
    const near = (at: number, share: number): boolean => (rank.get(at) ?? 1) < share;
    const alike = await world((at) => ({
      filePath: `${SHARES.map((share) => (near(at, share) ? 'x/' : '')).join('')}f${at}.ts`,
    }));
    const far = [...QUERIES].sort((a, b) => cosine(centre, a) - cosine(centre, b)).slice(0, 12);
    for (const [level, share] of SHARES.entries()) {
      const filter = { pathPrefix: 'x/'.repeat(level + 1) };
      const { recall } = await recallOf(alike, filter, (at) => near(at, share), far);
      expect(recall, `of ${share * 100} %`).toBeGreaterThanOrEqual(0.98);
    }
  });

  it('[V7] hold recall by project, type and language together', { timeout: 60_000 }, async () => {
    const types: readonly NodeType[] = ['function', 'method', 'class', 'variable'];
    const placed = await world((at) => ({
      project: at % 3 === 0 ? 'p' : 'q',
      type: types[at % 4] ?? 'function',
      language: at % 5 === 0 ? 'python' : 'go',
    }));
    const cases: [NodeFilter, (at: number) => boolean][] = [
      [{ projects: ['p'] }, (at) => at % 3 === 0],
      [{ types: ['method', 'class'] }, (at) => at % 4 === 1 || at % 4 === 2],
      [{ projects: ['q'], languages: ['python'] }, (at) => at % 3 !== 0 && at % 5 === 0],
      [{ projects: ['p', 'q'], types: ['class'], languages: ['go'] }, (at) => at % 4 === 2 && at % 5 !== 0],
    ];
    for (const [filter, passes] of cases) {
      const { recall } = await recallOf(placed, filter, passes, QUERIES.slice(0, 15));
      expect(recall, JSON.stringify(filter)).toBeGreaterThanOrEqual(0.98);
    }
  });
});

describe('equally similar symbols', () => {
  it(
    'are ordered by their ids however many there are, by whichever way they are found',
    { timeout: 30_000 },
    async () => {
      const alike = VECTORS.slice(0, 1200);
      // One direction in 60 lengths: different vectors, of which each is as near as the others.
      for (let at = 0; at < 60; at++)
        alike[at * 20] = (VECTORS[0] as Float32Array).map((value) => value * 2 ** (at - 30));
      const { store, nodes } = await world(() => ({}), alike);
      const right = Array.from({ length: 60 }, (_, at) => nodes[at * 20]);
      for (const k of [1, 7, 59]) {
        const { matches } = await store.vectors.nearest(VECTORS[0] as Float32Array, { k, model: MODEL });
        expect(matches.map(({ nodeId }) => nodeId)).toEqual(right.slice(0, k));
        expect(matches.every(({ similarity }) => similarity > 0.999_999 && similarity <= 1)).toBe(true);
      }
    },
  );
});

describe('bad input of a search by vectors', () => {
  const good = VECTORS[0] as Float32Array;
  const withValue = (value: number): Float32Array => good.map((own, at) => (at === 5 ? value : own));

  it.each([
    ['another dimension', good.slice(1), { k: 1 }, 'INVALID_ARGUMENT', /47 numbers instead of 48/],
    ['NaN', withValue(Number.NaN), { k: 1 }, 'INVALID_ARGUMENT', /NaN at position 5/],
    ['an infinite number', withValue(-Infinity), { k: 1 }, 'INVALID_ARGUMENT', /-Infinity at position 5/],
    ['zeros alone', new Float32Array(DIMENSION), { k: 1 }, 'INVALID_ARGUMENT', /zero/],
    ['an array', [...good] as unknown as Float32Array, { k: 1 }, 'INVALID_ARGUMENT', /Float32Array/],
    ['k of 0', good, { k: 0 }, 'INVALID_ARGUMENT', /results k/],
    ['k of 1.5', good, { k: 1.5 }, 'INVALID_ARGUMENT', /results k/],
    ['no k', good, {} as { k: number }, 'INVALID_ARGUMENT', /results k/],
    ['k of ten million', good, { k: 10_000_000 }, 'LIMIT_EXCEEDED', /10000000/],
    ['an unknown model', good, { k: 1, model: { model: 'absent', dimension: 48 } }, 'MODEL_NOT_FOUND', /absent/],
    [
      'a model in another dimension',
      good,
      { k: 1, model: { model: 'tested', dimension: 3 } },
      'MODEL_NOT_FOUND',
      /of 3/,
    ],
    ['an unknown type', good, { k: 1, filter: { types: ['gadget' as NodeType] } }, 'INVALID_ARGUMENT', /types/],
    [
      'a text for a list',
      good,
      { k: 1, filter: { projects: 'p' as unknown as string[] } },
      'INVALID_ARGUMENT',
      /projects/,
    ],
    [
      'a number for a path',
      good,
      { k: 1, filter: { pathPrefix: 7 as unknown as string } },
      'INVALID_ARGUMENT',
      /pathPrefix/,
    ],
    ['a signal that has fired', good, { k: 1, signal: AbortSignal.abort() }, 'CANCELLED', /./],
  ])('[V6] refuses %s', async (_, vector, options, code, message) => {
    const store = await testStore();
    await putVectors(store, MODEL, VECTORS.slice(0, 3));
    const running = store.vectors.nearest(vector, { model: MODEL, ...options });
    await expect(running).rejects.toMatchObject({ code });
    await expect(running).rejects.toThrow(message);
  });

  it('[V6] refuses a vector of another dimension whether or not anything is stored', async () => {
    const store = await testStore({ embedder: new RecordingEmbedder() });
    expect(await failureOf(store.vectors.nearest(Float32Array.of(1), { k: 1 }))).toBe('INVALID_ARGUMENT');
    const answer = await store.vectors.nearest(Float32Array.of(1, 0, 0, 0), { k: 1 });
    expect(answer).toEqual({ matches: [], strategy: 'exact', recallTarget: 1, reason: 'small' });
  });

  it('[V6] refuses an embedder whose vectors have another dimension than it says, and stores nothing', async () => {
    const embedder = {
      id: 'liar',
      dimension: 8,
      embed: async (batch: readonly unknown[]) => batch.map(() => new Float32Array(4).fill(1)),
    };
    const store = await testStore({ embedder });
    const running = store.index({ root: sourceFolder(), projectId: 'p', workers: 0 });
    await expect(running).rejects.toMatchObject({ code: 'EMBEDDER_INVALID', details: { model: 'liar', dimension: 8 } });
    expect(await store.embeddings.statistics()).toMatchObject([{ vectors: 0 }]);
    const answer = await store.vectors.nearest(new Float32Array(8).fill(1), { k: 1 });
    expect(answer.matches).toEqual([]);
  });

  it.each([
    [{ vectorFolder: '' }, 'vectorFolder'],
    [{ vectorFolder: 7 as unknown as string }, 'vectorFolder'],
    [{ vectorIndex: { settings: { quantization: 'i4' as 'i8' } } }, 'quantization'],
    [{ vectorIndex: { settings: { connectivity: 1 } } }, 'connectivity'],
    [{ vectorIndex: { settings: { expansionAdd: 0 } } }, 'expansionAdd'],
    [{ vectorIndex: { settings: { expansionSearch: 1e9 } } }, 'expansionSearch'],
    [{ vectorIndex: { exactBelow: -1 } }, 'exactBelow'],
    [{ vectorIndex: { exactbelow: 5 } }, 'vectorIndex'],
  ])('[V6] refuses the option of a store %j', async (options, option) => {
    await expect(testStore(options as StoreOptions)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      details: { option },
    });
  });

  it('ends a search whose store is closed with a typed error', async () => {
    const store = await testStore();
    await putVectors(store, MODEL, VECTORS.slice(0, 3));
    await store.close();
    expect(await failureOf(store.vectors.nearest(good, { k: 1, model: MODEL }))).toBe('STORE_CLOSED');
    expect(await failureOf(store.nodes.get(ABSENT))).toBe('STORE_CLOSED');
  });
});

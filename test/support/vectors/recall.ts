import type { VectorFilter, VectorIndex } from '../../../src/vectors/index.js';

/** The share of the true best k that an index finds, over all queries. */
export async function recallOf(
  index: VectorIndex,
  queries: readonly Float32Array[],
  options: { readonly k?: number; readonly filter?: VectorFilter } = {},
): Promise<number> {
  let hits = 0;
  let total = 0;
  for (const query of queries) {
    const truth = new Set((await index.search(query, { ...options, exact: true })).matches.map(({ id }) => id));
    const { matches } = await index.search(query, options);
    hits += matches.filter(({ id }) => truth.has(id)).length;
    total += truth.size;
  }
  return total === 0 ? 1 : hits / total;
}

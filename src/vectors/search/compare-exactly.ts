import { dotProduct, inverseLength } from './cosine.js';
import { TopMatches, type VectorMatch } from './top-matches.js';
import type { VectorFilter, VectorSource } from './vector-source.js';
import { damagedVector, throwIfCancelled } from './vector-checks.js';

const IDS_PER_GET = 1024;

export interface Compared {
  readonly matches: readonly VectorMatch[];
  /** Vectors whose score was computed. */
  readonly compared: number;
}

/** Cosine of a query of length 1 and a stored vector; the same bits as `FlatVectors` gives. */
export function exactScore(query: Float32Array, id: number, vectors: Float32Array, offset = 0): number {
  const scale = inverseLength(vectors, offset, query.length);
  if (!Number.isFinite(scale) || scale === 0) throw damagedVector(id);
  return dotProduct(query, vectors, offset) * scale;
}

/** The k best of some ids, read from the source; absent ones are passed over. `query` has length 1. */
export async function compareIds(
  source: VectorSource,
  query: Float32Array,
  ids: readonly number[],
  k: number,
  signal?: AbortSignal,
): Promise<Compared> {
  const best = new TopMatches(k);
  let compared = 0;
  for (let from = 0; from < ids.length; from += IDS_PER_GET) {
    throwIfCancelled(signal);
    const found = await source.get(ids.slice(from, from + IDS_PER_GET));
    for (const [id, vector] of found) best.offer(id, exactScore(query, id, vector));
    compared += found.size;
  }
  return { matches: best.sorted(), compared };
}

/** The k best of all vectors, read from the source in chunks: for collections that are too large for memory. */
export async function compareAll(
  source: VectorSource,
  query: Float32Array,
  k: number,
  filter?: VectorFilter,
  signal?: AbortSignal,
): Promise<Compared> {
  const best = new TopMatches(k);
  let compared = 0;
  for await (const { ids, vectors } of source.scan(signal)) {
    throwIfCancelled(signal);
    const passing = filter === undefined ? undefined : await filter.test([...ids]);
    for (const [row, id] of ids.entries()) {
      if (passing?.has(id) === false) continue;
      best.offer(id, exactScore(query, id, vectors, row * query.length));
      compared++;
    }
  }
  return { matches: best.sorted(), compared };
}

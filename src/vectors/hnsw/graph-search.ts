import type { ChangeFollower } from '../search/change-follower.js';
import { type Compared, exactScore } from '../search/compare-exactly.js';
import { TopMatches, type VectorMatch } from '../search/top-matches.js';
import { throwIfCancelled } from '../search/vector-checks.js';
import type { VectorFilter, VectorSource } from '../search/vector-source.js';
import { type HnswSettings, LEAST_RERANKED } from './hnsw-settings.js';
import type { Segment } from './segment.js';

/** Candidates that a search may ask the graph for before comparing with all is the better way. */
export const MOST_CANDIDATES = 16_384;
const WIDENING = 4;
/** So many that pass a filter are rather compared one by one than looked for ever further away: some 50 ms. */
const SMALL_SUBSET = 8192;

/** What a search works on. */
export interface GraphState {
  readonly source: VectorSource;
  readonly segment: Segment;
  readonly recent: ChangeFollower;
  readonly settings: HnswSettings;
}

export interface GraphQuery {
  /** Of length 1. */
  readonly query: Float32Array;
  readonly k: number;
  /** Candidates to keep in view at first. */
  readonly inView: number;
  readonly filter?: VectorFilter;
  /** What the filter estimates. */
  readonly passing?: number;
  readonly signal?: AbortSignal;
}

/** Candidates that are compared exactly, for k results. */
export function rerankedFor(k: number, settings: HnswSettings): number {
  return Math.max(k * settings.rerankFactor, LEAST_RERANKED);
}

/**
 * Asks the graph for candidates, leaves out those that do not pass or are gone, compares the nearest of the rest
 * exactly and adds the vectors that changed since the graph was made. Looks further when too few remain;
 * undefined when comparing with all is the better way then.
 */
export async function searchGraph(state: GraphState, asked: GraphQuery): Promise<Compared | undefined> {
  const { source, segment, recent, settings } = state;
  const { query, k, filter, signal } = asked;
  let wanted = rerankedFor(k, settings);
  const changed = await searchRecent(recent, query, k, filter);
  for (let inView = Math.max(asked.inView, wanted); ; inView *= WIDENING, wanted *= 2) {
    throwIfCancelled(signal);
    const offered = segment.search(query, inView).filter((id) => !recent.vectors.has(id) && !recent.deleted.has(id));
    const passing = filter === undefined ? undefined : await filter.test(offered);
    const candidates = passing === undefined ? offered : offered.filter((id) => passing.has(id));
    const found = await compareNearest(source, query, candidates, wanted, k);
    const isAll = inView >= segment.rows;
    if (found.compared >= wanted || isAll || inView >= MOST_CANDIDATES) {
      const matches = mergeMatches(changed.matches, found.matches, k);
      const compared = changed.compared + found.compared;
      const isFull = matches.length >= k && (found.compared >= wanted || isAll);
      return isFull ? { matches, compared } : undefined;
    }
    // What passes lies far from the query, where many are nearly as near as each other and the stored vectors,
    // which are rounded, say little about their order.
    if (filter !== undefined && (asked.passing ?? Infinity) <= SMALL_SUBSET) return undefined;
  }
}

/** The best of the first `wanted` candidates that are still there. */
async function compareNearest(
  source: VectorSource,
  query: Float32Array,
  candidates: readonly number[],
  wanted: number,
  k: number,
): Promise<Compared> {
  const best = new TopMatches(k);
  let compared = 0;
  for (let from = 0; from < candidates.length && compared < wanted;) {
    const ids = candidates.slice(from, from + wanted - compared);
    from += ids.length;
    for (const [id, vector] of await source.get(ids)) {
      best.offer(id, exactScore(query, id, vector));
      compared++;
    }
  }
  return { matches: best.sorted(), compared };
}

async function searchRecent(
  { vectors }: ChangeFollower,
  query: Float32Array,
  k: number,
  filter: VectorFilter | undefined,
): Promise<Compared> {
  const compared = vectors.size;
  if (filter === undefined || compared === 0) return { matches: await vectors.search(query, k), compared };
  for (let looked = k * WIDENING; ; looked *= WIDENING) {
    const nearest = await vectors.search(query, looked);
    const passing = await filter.test(nearest.map((match) => match.id));
    const matches = nearest.filter((match) => passing.has(match.id));
    if (matches.length >= k || looked >= vectors.size) return { matches: matches.slice(0, k), compared };
  }
}

function mergeMatches(one: readonly VectorMatch[], other: readonly VectorMatch[], k: number): VectorMatch[] {
  const best = new TopMatches(k);
  // A vector that changed while this search was under way may be in both, with different scores.
  const seen = new Set<number>();
  for (const { id, score } of [...one, ...other]) {
    if (!seen.has(id)) best.offer(id, score);
    seen.add(id);
  }
  return best.sorted();
}

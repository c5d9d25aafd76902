/**
 * Microseconds on one core, as measured with 384 dimensions and a SQLite source: reading a vector by its id and
 * comparing it, and following the graph to one more candidate and testing that. Only their ratio matters.
 */
const READ_AND_COMPARE = 6;
const FIND_AND_TEST = 5;
/** The share of candidates that pass varies from place to place, so more are taken than would do on average. */
const SAFETY = 2;

export interface FilterPlan {
  readonly way: 'compare-subset' | 'over-fetch';
  /** Candidates to ask the graph for. */
  readonly fetch: number;
}

/**
 * How to search among the vectors that pass a filter: compare with all of these, which is exact and takes a time in
 * proportion to their number, or test what the graph offers, which takes a time in proportion to count / passing.
 */
export function planFilter(passing: number, count: number, wanted: number, mostCandidates: number): FilterPlan {
  const share = Math.min(Math.max(passing, 1) / Math.max(count, 1), 1);
  const fetch = Math.ceil((wanted * SAFETY) / share);
  const isCheaper = passing * READ_AND_COMPARE <= fetch * FIND_AND_TEST;
  return { way: isCheaper || fetch > mostCandidates ? 'compare-subset' : 'over-fetch', fetch };
}

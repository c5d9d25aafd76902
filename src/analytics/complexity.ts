import type { ComplexityHistogram } from '../graph/index.js';

/** Upper bounds, not included; the last bucket has none. */
const BUCKETS = [
  ['simple', 5],
  ['moderate', 10],
  ['complex', 20],
  ['very_complex', Number.POSITIVE_INFINITY],
] as const;

export type ComplexityBucket = (typeof BUCKETS)[number][0];

/**
 * How many symbols fall into each bucket of cyclomatic complexity: simple below 5, moderate below
 * 10, complex below 20, very_complex from 20 on. Symbols without a complexity are in none.
 */
export type ComplexityDistribution = Readonly<Record<ComplexityBucket, number>>;

export function distributionOf(histogram: ComplexityHistogram): ComplexityDistribution {
  const counts: Record<ComplexityBucket, number> = { simple: 0, moderate: 0, complex: 0, very_complex: 0 };
  for (const { complexity, count } of histogram) counts[bucketOf(complexity)] += count;
  return counts;
}

export function bucketOf(complexity: number): ComplexityBucket {
  return BUCKETS.find(([, bound]) => complexity < bound)?.[0] ?? 'very_complex';
}

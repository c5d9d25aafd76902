/** The middle of some measurements with how far they spread. */
export interface Summary {
  readonly runs: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** How one side of a comparison relates to another that ran in turn with it. */
export interface RatioSummary {
  /** Median of the one divided by the median of the other. */
  readonly ofMedians: number;
  /** The ratios of the runs that stood next to each other. */
  readonly pairwise: Summary;
}

/** The middle value; the mean of the two middle ones when their number is even. Throws RangeError on an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('There is no median of no values.');
  return (lower + upper) / 2;
}

/** The smallest value that `share` (above 0, up to 1) of all values do not exceed: the nearest rank. Throws RangeError on an empty list. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)];
  if (value === undefined) throw new RangeError('There is no percentile of no values.');
  return value;
}

/** Throws RangeError on an empty list. */
export function summarize(values: readonly number[]): Summary {
  return { runs: values.length, median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/**
 * Compares two sides by the runs they made in turn: the i-th of `measured` against the i-th of `base`.
 * Throws RangeError when the sides have different numbers of runs, or none.
 */
export function ratio(measured: readonly number[], base: readonly number[]): RatioSummary {
  if (measured.length !== base.length) {
    throw new RangeError(`Paired runs are needed; got ${measured.length} and ${base.length}.`);
  }
  const pairs = measured.map((value, run) => value / (base[run] ?? Number.NaN));
  return { ofMedians: median(measured) / median(base), pairwise: summarize(pairs) };
}

/** A seeded generator of numbers in [0, 1): mulberry32, by Tommy Ettinger (public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

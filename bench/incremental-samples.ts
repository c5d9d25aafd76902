import type { GeneratedShape } from './generated-tree.js';
import type { Outcome } from './harness.js';
import type { ColdRun, EditRun, Sample, Work } from './incremental-runs.js';
import { formatCount } from './report.js';
import { type RatioSummary, percentile, ratio } from './statistics.js';

export const BASELINE = 'without the engine';

/** All runs on one generated tree. */
export interface SizeRuns {
  readonly shape: GeneratedShape;
  readonly cold: readonly Outcome<ColdRun>[];
  readonly edits: Outcome<EditRun> | null;
}

/** What readers call a tree. */
export function labelOf({ variant, symbols }: GeneratedShape): string {
  return variant === 'tiny' ? `${formatCount(symbols)} tiny files` : `${formatCount(symbols)} symbols`;
}

/** The runs from nothing of one side. */
export function coldOf(run: SizeRuns, side: string): readonly ColdRun[] {
  return run.cold.find((outcome) => outcome.name === side)?.results ?? [];
}

/** Samples of one kind of work, a list for each round that has any. */
export function roundsOf(run: SizeRuns, work: Work): (readonly Sample[])[] {
  const rounds = run.edits?.results.map((round) => round.samples[work] ?? []) ?? [];
  return rounds.filter((samples) => samples.length > 0);
}

export function timesOf(samples: readonly Sample[]): number[] {
  return samples.map((sample) => sample.indexMs);
}

/** What a call took beyond the floor measured right after it; nothing where there is no floor. */
export function beyondOf(samples: readonly Sample[]): number[] {
  return samples.flatMap(({ indexMs, floorMs }) => (floorMs === null ? [] : [indexMs - floorMs]));
}

export function formatMicros(micros: number): string {
  return `${micros.toFixed(0)} µs`;
}

/** How one kind of work grows from one tree to another, from the rounds that both made in turn. */
export function growthOf(
  small: SizeRuns,
  large: SizeRuns,
  work: Work,
  figure: (times: readonly number[]) => number,
): RatioSummary | null {
  const perRound = (run: SizeRuns): number[] => roundsOf(run, work).map((samples) => figure(timesOf(samples)));
  const [from, to] = [perRound(small), perRound(large)];
  return from.length === 0 || from.length !== to.length ? null : ratio(to, from);
}

export function p95(times: readonly number[]): number {
  return percentile(times, 0.95);
}

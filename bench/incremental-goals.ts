import type { GoalResult } from './harness.js';
import { type ColdRun, type Recomputed, WORK_KINDS, WORKS, type Work } from './incremental-runs.js';
import {
  type SizeRuns,
  BASELINE,
  beyondOf,
  coldOf,
  formatMicros,
  growthOf,
  labelOf,
  p95,
  roundsOf,
  timesOf,
} from './incremental-samples.js';
import { OURS } from './ingest-findings.js';
import { formatCount, formatMs, formatRatio, formatSummary } from './report.js';
import { type RatioSummary, median, percentile, ratio, summarize } from './statistics.js';

const BEYOND_GOAL_MS = 10;
const GROWTH_GOAL = 1.5;
const STAT_GOAL_MS = 80;
const WATCHED_GOAL_MS = 5;
const OVERHEAD_GOAL = 0.1;
const SMALL = 10_000;
const LARGE = 1_000_000;
const GOAL_FILES = 10_000;

const COUNTS = ['parse', 'analysis', 'bindings'] as const;
const COUNT_LABELS = { parse: 'parsed', analysis: 'analysed', bindings: 'bound' } as const;

/** The most computations that an edit calls for, where that does not depend on the tree. */
const EXPECTED: Partial<Record<Work, Partial<Recomputed>>> = {
  stat: { parse: 0, analysis: 0, bindings: 0 },
  watched: { parse: 0, analysis: 0, bindings: 0 },
  comment: { parse: 1, analysis: 0, bindings: 0 },
  body: { parse: 1, analysis: 1, bindings: 1 },
  // A content that was seen before is not parsed again.
  undo: { parse: 0, analysis: 0, bindings: 1 },
  call: { parse: 1, analysis: 1, bindings: 1 },
  interface: { parse: 1, analysis: 1 },
  rename: { parse: 1, analysis: 1 },
  renameBack: { parse: 0, analysis: 0 },
  branchBack: { parse: 0, analysis: 0 },
  branchAgain: { parse: 0, analysis: 0 },
};

/** What was wished for beside what was measured. */
export function goalsOf(runs: readonly SizeRuns[], regular: readonly SizeRuns[]): GoalResult[] {
  const small = regular.find(({ shape }) => shape.symbols === SMALL);
  const large = regular.find(({ shape }) => shape.symbols === LARGE);
  const growth = small === undefined || large === undefined ? null : growthOf(small, large, 'body', p95);
  const files = runs.find(({ shape }) => shape.variant === 'tiny' && shape.symbols === GOAL_FILES);
  return [
    ...regular.map((run): GoalResult => {
      const beyond = beyondOf(roundsOf(run, 'body').flat());
      const found = beyond.length === 0 ? null : percentile(beyond, 0.95);
      return {
        work: `body edit, ${labelOf(run.shape)}`,
        goal: `p95 ≤${BEYOND_GOAL_MS} ms beyond parsing the file`,
        measured: found === null ? '–' : formatMs(found),
        met: found === null ? null : found <= BEYOND_GOAL_MS,
      };
    }),
    {
      work: 'body edit',
      goal: `p95 at ${formatCount(LARGE)} symbols ≤${GROWTH_GOAL}× that at ${formatCount(SMALL)}`,
      measured: growth === null ? '–' : formatRatio(growth),
      met: growth === null ? null : growth.ofMedians <= GROWTH_GOAL,
    },
    noChangeGoal(files, 'stat', STAT_GOAL_MS),
    noChangeGoal(files, 'watched', WATCHED_GOAL_MS),
    ...regular.filter((run) => coldOf(run, BASELINE).length > 0).map(overheadGoal),
  ];
}

function noChangeGoal(run: SizeRuns | undefined, work: Work, limitMs: number): GoalResult {
  const rounds = run === undefined ? [] : roundsOf(run, work);
  const goal = `≤${limitMs} ms for ${formatCount(GOAL_FILES)} files`;
  if (rounds.length === 0) return { work: WORKS[work], goal, measured: '–', met: null };
  const found = summarize(rounds.map((samples) => median(timesOf(samples))));
  return { work: WORKS[work], goal, measured: formatSummary(found, formatMs), met: found.median <= limitMs };
}

/** The engine's share, from indexing with it and indexing by the same functions called directly. */
function overheadGoal(run: SizeRuns): GoalResult {
  const work = `from nothing, ${labelOf(run.shape)}`;
  const goal = `engine overhead <${OVERHEAD_GOAL * 100}% of the time without it`;
  const [ours, base] = [coldOf(run, OURS), coldOf(run, BASELINE)];
  if (ours.length !== base.length) return { work, goal, measured: '–', met: null };
  const compared = (figure: (run: ColdRun) => number): RatioSummary => ratio(ours.map(figure), base.map(figure));
  const found = compared((result) => result.indexMs);
  const used = compared((result) => result.processorMs);
  const extra = summarize(
    ours.map((result, round) => {
      const other = base[round];
      return ((result.indexMs - (other?.indexMs ?? Number.NaN)) / result.nodes) * 1000;
    }),
  );
  return {
    work,
    goal,
    measured: `${formatRatio(found)} of the time, ${formatRatio(used)} of the processor time; ${formatSummary(extra, formatMicros)} more per symbol`,
    met: found.ofMedians < 1 + OVERHEAD_GOAL,
  };
}

/** Where more was computed than the work calls for, and where the changed files that were named did not matter. */
export function excessOf(run: SizeRuns): string[] {
  const notes = WORK_KINDS.flatMap((work) => {
    const samples = roundsOf(run, work).flat();
    const excesses = COUNTS.flatMap((count) => {
      const limit = EXPECTED[work]?.[count];
      const most = Math.max(0, ...samples.map((sample) => sample.recomputed[count]));
      return limit === undefined || most <= limit ? [] : [`${COUNT_LABELS[count]} ${formatCount(most)}, not ${limit}`];
    });
    return excesses.length === 0
      ? []
      : [`${WORKS[work]}, ${labelOf(run.shape)}: more computed than called for, at most ${excesses.join('; ')}.`];
  });
  const ignores = run.edits?.results.some((result) => result.honoursChanged === false) ?? false;
  if (ignores)
    notes.push(`${labelOf(run.shape)}: the changed files that were named did not narrow what was looked at.`);
  return notes;
}

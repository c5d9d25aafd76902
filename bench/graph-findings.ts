import type { Findings } from './findings.js';
import type { GoalResult, Measurement, Outcome } from './harness.js';
import { formatBytes, formatCount, formatMs, formatRatio, formatSummary } from './report.js';
import { median, percentile, ratio, summarize } from './statistics.js';

const MILLION = 1_000_000;
const WARM_GOAL_MS = 5;
const COLD_GOAL_MS = 50;
const RANK_GOAL_MS = 2000;
const RESIDENT_GOAL_BYTES = 400_000_000;
const EQUAL_WITHIN = 1e-6;
const KINDS = { callers: 'callers', callees: 'callees', impact: '5-hop impact, first 100' } as const;
const BARE = 'bare recursive SQL';

/** What one process was told by one side. */
export interface Asked {
  readonly cold: Readonly<Record<string, readonly number[]>>;
  readonly warm: Readonly<Record<string, readonly number[]>>;
  readonly totals: Readonly<Record<string, number>>;
}

export interface Resident {
  readonly keepMs: number;
  readonly residentBytes: number;
}

export interface Measured {
  readonly ms: number;
  readonly nodes: number;
  readonly edges: number;
}

/** Throws an Error when the sides did not find the same number of symbols. */
export function answerFindings(work: string, outcomes: readonly Outcome<Asked>[]): Findings {
  const found = outcomes.map(({ results }) => JSON.stringify(results[0]?.totals));
  if (new Set(found).size > 1) throw new Error(`The sides found different symbols: ${found.join(', ')}.`);
  const rows: string[][] = [];
  const goals: GoalResult[] = [];
  const measurements: Measurement[] = [];
  for (const [kind, label] of Object.entries(KINDS)) {
    for (const temperature of ['warm', 'cold'] as const) {
      const base = outcomes.find(({ name }) => name === BARE)?.results.map((run) => run[temperature][kind] ?? []) ?? [];
      for (const { name, results } of outcomes) {
        const rounds = results.map((run) => run[temperature][kind] ?? []);
        const all = rounds.flat();
        // A graph in memory is never cold.
        if (all.length === 0) continue;
        const p95 = percentile(all, 0.95);
        const compared = name === BARE ? '–' : formatRatio(ratio(rounds.map(median), base.map(median)));
        rows.push([
          label,
          temperature,
          name,
          formatSummary(summarize(rounds.map(median)), formatMs),
          formatMs(p95),
          compared,
        ]);
        measurements.push({ work: `${work}, ${label}`, side: name, metric: temperature, unit: 'ms', values: all });
        if (name !== BARE) goals.push(answerGoal(`${work}, ${label}: ${name}`, temperature, p95));
      }
    }
  }
  const columns = ['question', 'connection', 'side', 'p50', 'p95', 'p50, of the bare script'];
  return { measurements, goals, tables: [{ title: work, columns, rows }], notes: [] };
}

function answerGoal(work: string, temperature: 'warm' | 'cold', p95: number): GoalResult {
  const goal = temperature === 'warm' ? WARM_GOAL_MS : COLD_GOAL_MS;
  return { work, goal: `p95 ≤${goal} ms ${temperature}`, measured: formatMs(p95), met: p95 <= goal };
}

export function residentFindings(nodes: number, work: string, results: readonly Resident[]): Findings {
  const sizes = summarize(results.map((run) => run.residentBytes));
  const goal: GoalResult = {
    work,
    goal: `≤${formatBytes(RESIDENT_GOAL_BYTES)} resident`,
    measured: formatSummary(sizes, formatBytes),
    met: sizes.median <= RESIDENT_GOAL_BYTES,
  };
  const side = 'lestockage, graph in memory';
  return {
    measurements: [
      { work, side, metric: 'resident memory', unit: 'bytes', values: results.map((run) => run.residentBytes) },
      { work, side, metric: 'keep', unit: 'ms', values: results.map((run) => run.keepMs) },
    ],
    goals: nodes === MILLION ? [goal] : [],
    tables: [
      {
        title: `${work}: the graph in memory`,
        columns: ['resident memory', 'per node', 'time to keep it'],
        rows: [
          [
            formatSummary(sizes, formatBytes),
            formatBytes(sizes.median / nodes),
            formatSummary(summarize(results.map((run) => run.keepMs)), formatMs),
          ],
        ],
      },
    ],
    notes: [],
  };
}

/** `values` has the results of the two sides, or nothing when one of them failed. */
export function measureFindings(
  nodes: number,
  measure: 'pageRank' | 'components' | 'betweenness',
  outcomes: readonly Outcome<Measured>[],
  values: readonly Float64Array[],
): Findings {
  const [own, peer] = outcomes;
  const first = own?.results[0];
  const work = `${measure} of ${formatCount(first?.nodes ?? 0)} nodes + ${formatCount(first?.edges ?? 0)} edges`;
  const times = (outcome: Outcome<Measured> | undefined): number[] => (outcome?.results ?? []).map((run) => run.ms);
  const [mine = new Float64Array(), theirs = new Float64Array()] = values;
  const difference = measure === 'components' ? differentGroups(mine, theirs) : largestDifference(mine, theirs);
  const isCompared = values.length === 2;
  const goals: GoalResult[] = [
    {
      work,
      goal: measure === 'components' ? 'the groups of graphology' : `graphology's within ${EQUAL_WITHIN} of the score`,
      measured: isCompared ? `${measure === 'components' ? difference : difference.toExponential(1)}` : '–',
      met: isCompared ? difference <= (measure === 'components' ? 0 : EQUAL_WITHIN) : null,
    },
  ];
  if (isCompared) {
    const compared = ratio(times(own), times(peer));
    goals.push({ work, goal: 'faster than graphology', measured: formatRatio(compared), met: compared.ofMedians < 1 });
  }
  if (measure === 'pageRank' && nodes === MILLION) {
    const summary = summarize(times(own));
    const goal = `≤${RANK_GOAL_MS / 1000} s`;
    goals.push({ work, goal, measured: formatSummary(summary, formatMs), met: summary.median <= RANK_GOAL_MS });
  }
  return {
    measurements: outcomes.map((outcome) => ({
      ...{ work, side: outcome.name, metric: 'computation', unit: 'ms', values: times(outcome) },
    })),
    goals,
    tables: [
      {
        title: work,
        columns: ['side', 'time', 'of graphology'],
        rows: outcomes.map((outcome) => [
          outcome.name,
          outcome.results.length === 0 ? 'failed' : formatSummary(summarize(times(outcome)), formatMs),
          outcome === own && isCompared ? formatRatio(ratio(times(own), times(peer))) : '–',
        ]),
      },
    ],
    notes: outcomes.flatMap(({ name, failure }) => (failure === null ? [] : [`${work}: ${name} failed: ${failure}`])),
  };
}

/** The largest difference of two scores, as a share of the larger. */
export function largestDifference(a: Float64Array, b: Float64Array): number {
  let largest = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  a.forEach((value, at) => {
    const other = b[at] ?? Number.NaN;
    const size = Math.max(Math.abs(value), Math.abs(other));
    // A score that is missing or not a number is as different as can be.
    const share = size === 0 ? 0 : Math.abs(value - other) / size;
    largest = Math.max(largest, Number.isNaN(share) ? Number.POSITIVE_INFINITY : share);
  });
  return largest;
}

/** How many nodes lie in groups that the other grouping has not; numbers of groups mean nothing. */
export function differentGroups(a: Float64Array, b: Float64Array): number {
  const [there, back] = [new Map<number, number>(), new Map<number, number>()];
  let different = Math.abs(a.length - b.length);
  a.forEach((group, at) => {
    const other = b[at] ?? -1;
    if (!there.has(group)) there.set(group, other);
    if (!back.has(other)) back.set(other, group);
    if (there.get(group) !== other || back.get(other) !== group) different++;
  });
  return different;
}

import type { Findings } from './findings.js';
import type { GoalResult, Measurement, Outcome } from './harness.js';
import { formatMs, formatRatio, formatSummary } from './report.js';
import { median, percentile, ratio, summarize } from './statistics.js';

export const SIDES = {
  file: 'lestockage, file',
  replica: 'lestockage, embedded replica',
  http: 'lestockage, server over HTTP',
  socket: 'lestockage, server over a web socket',
  bareHttp: '@libsql/client over HTTP',
  bareSocket: '@libsql/client over a web socket',
  farHttp: 'lestockage over HTTP, 20 ms away',
  farSocket: 'lestockage over a web socket, 20 ms away',
  push: 'lestockage, push of a whole store, compared',
  farPush: 'lestockage, push, 20 ms away',
} as const;

const BARE_GOAL = 0.9;
const LOCAL_GOAL = 3;
const FAR_GOAL = 1.5;

export interface Written {
  readonly ms: number;
}

/** Times of single questions, in milliseconds. */
export type Asked = Readonly<Record<'point' | 'callers' | 'search', readonly number[]>>;

type Times = ReadonlyMap<string, readonly number[]>;

export function writeFindings(work: string, outcomes: readonly Outcome<Written>[]): Findings {
  const times = new Map(outcomes.map(({ name, results }) => [name, results.map(({ ms }) => ms)]));
  const rows = outcomes.map(({ name }) => [
    name,
    formatSummary(summarize(of(times, name)), formatMs),
    name === SIDES.file ? '–' : formatRatio(ratio(of(times, name), of(times, SIDES.file))),
    against(times, name),
  ]);
  return {
    measurements: outcomes.map(({ name }) => ({
      work,
      side: name,
      metric: 'time',
      unit: 'ms',
      values: of(times, name),
    })),
    goals: [
      atMost(`${work}, over HTTP`, times, SIDES.http, SIDES.file, LOCAL_GOAL, 'the time of a file'),
      atMost(`${work}, over a web socket`, times, SIDES.socket, SIDES.file, LOCAL_GOAL, 'the time of a file'),
      atMost(`${work}, 20 ms away`, times, SIDES.farHttp, SIDES.http, FAR_GOAL, 'the time of a near server'),
      atLeast(`${work}, over HTTP`, times, SIDES.http, SIDES.bareHttp, 'of the bare throughput'),
      atLeast(`${work}, over a web socket`, times, SIDES.socket, SIDES.bareSocket, 'of the bare throughput'),
    ],
    tables: [{ title: `writing ${work}`, columns: ['side', 'time', 'of the file', 'of the bare client'], rows }],
    notes: [],
  };
}

const QUESTIONS = { point: 'a node by its id', callers: 'callers of a node', search: 'search by name' } as const;

export function askFindings(work: string, outcomes: readonly Outcome<Asked>[]): Findings {
  const measurements: Measurement[] = [];
  const goals: GoalResult[] = [];
  const rows: string[][] = [];
  for (const [kind, label] of Object.entries(QUESTIONS) as [keyof Asked, string][]) {
    const times = new Map(outcomes.map(({ name, results }) => [name, results.map((run) => median(run[kind]))]));
    for (const { name, results } of outcomes) {
      const all = results.flatMap((run) => run[kind]);
      rows.push([
        label,
        name,
        formatSummary(summarize(of(times, name)), formatMs),
        formatMs(percentile(all, 0.95)),
        name === SIDES.file ? '–' : formatRatio(ratio(of(times, name), of(times, SIDES.file))),
        against(times, name),
      ]);
      measurements.push({
        work: `${work}, ${label}`,
        side: name,
        metric: 'median',
        unit: 'ms',
        values: of(times, name),
      });
    }
    goals.push(
      atLeast(`${label}, over HTTP`, times, SIDES.http, SIDES.bareHttp, 'of the bare throughput'),
      atLeast(`${label}, over a web socket`, times, SIDES.socket, SIDES.bareSocket, 'of the bare throughput'),
      atLeast(`${label}, embedded replica`, times, SIDES.replica, SIDES.file, 'of the speed of a file'),
    );
  }
  const columns = ['question', 'side', 'p50', 'p95', 'p50, of the file', 'p50, of the bare client'];
  return { measurements, goals, tables: [{ title: `asking ${work}`, columns, rows }], notes: [] };
}

function of(times: Times, side: string): readonly number[] {
  return times.get(side) ?? [];
}

/** How a side compares with the bare client that goes the same way. */
function against(times: Times, side: string): string {
  const bare = side === SIDES.http ? SIDES.bareHttp : side === SIDES.socket ? SIDES.bareSocket : undefined;
  return bare === undefined ? '–' : formatRatio(ratio(of(times, side), of(times, bare)));
}

function atMost(work: string, times: Times, side: string, base: string, limit: number, what: string): GoalResult {
  const found = ratio(of(times, side), of(times, base));
  return { work, goal: `≤${limit}× ${what}`, measured: formatRatio(found), met: found.ofMedians <= limit };
}

function atLeast(work: string, times: Times, side: string, base: string, what: string): GoalResult {
  const found = ratio(of(times, base), of(times, side));
  return { work, goal: `≥${BARE_GOAL}× ${what}`, measured: formatRatio(found), met: found.ofMedians >= BARE_GOAL };
}

import type { GoalResult, Table } from './harness.js';
import { formatBytes, formatCount, formatMs } from './report.js';
import { median } from './statistics.js';
import { BYTES_PER_VECTOR } from './vector-data.js';
import type { BuildFigures, QueryFigures } from './vectors-child.js';

/** Everything measured of one side at one size. */
export interface SideFigures {
  readonly name: string;
  readonly count: number;
  /** Null when it could not be built. */
  readonly build: BuildFigures | null;
  /** One for each round. */
  readonly queries: readonly QueryFigures[];
  readonly failure: string | null;
}

const NONE = '–';

function middle(side: SideFigures, read: (run: QueryFigures) => number | undefined): number | undefined {
  const values = side.queries.map(read).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : median(values);
}

function show(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? NONE : format(value);
}

/** For each size all sides, and the project's own side under filters and changes. */
export function tablesOf(figures: readonly SideFigures[], own: string): Table[] {
  const counts = [...new Set(figures.map((side) => side.count))];
  const sides = counts.map((count) => ({
    title: `${formatCount(count)} vectors of 384 numbers`,
    columns: ['side', 'build', 'open to first answer', 'p50', 'p95', 'recall@10', 'disk', 'memory'],
    rows: figures.filter((side) => side.count === count).map(rowOf),
  }));
  const mine = figures.filter((side) => side.name === own);
  return [...sides, filterTable(mine), changeTable(mine)];
}

function rowOf(side: SideFigures): string[] {
  const strategy = side.queries[0]?.strategy;
  return [
    strategy === undefined ? side.name : `${side.name} (${strategy})`,
    show(side.build?.buildMs, formatMs),
    show(
      middle(side, (run) => run.openMs),
      formatMs,
    ),
    show(
      middle(side, (run) => run.p50Ms),
      formatMs,
    ),
    show(
      middle(side, (run) => run.p95Ms),
      formatMs,
    ),
    show(
      middle(side, (run) => run.recall),
      (share) => share.toFixed(4),
    ),
    show(side.build?.diskBytes, formatBytes),
    show(
      middle(side, (run) => run.rssBytes),
      formatBytes,
    ),
  ];
}

function filterTable(mine: readonly SideFigures[]): Table {
  const shares = mine[0]?.queries[0]?.filtered?.map(({ share }) => share) ?? [];
  return {
    title: 'lestockage with a filter: recall@10 and p95 by the share that passes',
    columns: ['vectors', ...shares.map((share) => `${share * 100}%`)],
    rows: mine.map((side) => [
      formatCount(side.count),
      ...shares.map((_, i) => {
        const recall = middle(side, (run) => run.filtered?.[i]?.recall);
        const p95 = middle(side, (run) => run.filtered?.[i]?.p95Ms);
        return `${show(recall, (share) => share.toFixed(4))}, ${show(p95, formatMs)}`;
      }),
    ]),
  };
}

function changeTable(mine: readonly SideFigures[]): Table {
  const perVector = (ms: number): string => `${(ms * 1000).toFixed(0)} µs`;
  return {
    title:
      'lestockage: durable inserts, index included; from a change to the first answer that knows it, for each of 100',
    columns: ['vectors', 'inserts/s', 'put', 'replace', 'delete', 'disk, raw vectors = 1'],
    rows: mine.map(({ count, build }) => [
      formatCount(count),
      show(build?.insertsPerSecond, formatCount),
      show(build?.changeMs?.put, perVector),
      show(build?.changeMs?.replace, perVector),
      show(build?.changeMs?.delete, perVector),
      show(build?.diskBytes, (bytes) => (bytes / count / BYTES_PER_VECTOR).toFixed(2)),
    ]),
  };
}

/** What the suite is to show, at the sizes that were run. */
export function goalsOf(figures: readonly SideFigures[], own: string): GoalResult[] {
  return figures.filter((side) => side.name === own).flatMap((side) => goalsAt(side, figures));
}

function goalsAt(side: SideFigures, figures: readonly SideFigures[]): GoalResult[] {
  const work = `${formatCount(side.count)} vectors`;
  const [recall, p95, p50] = [
    middle(side, (run) => run.recall),
    middle(side, (run) => run.p95Ms),
    middle(side, (run) => run.p50Ms),
  ];
  const goals: GoalResult[] = [];
  const add = (goal: string, value: number | undefined, format: (value: number) => string, met: boolean): void =>
    void goals.push({ work, goal, measured: show(value, format), met: value === undefined ? null : met });
  const isMillion = side.count >= 1_000_000;
  if (side.count >= 100_000) {
    const [least, most] = isMillion ? [0.95, 3] : [0.98, 1];
    add(`recall@10 ≥ ${least}`, recall, (share) => share.toFixed(4), (recall ?? 0) >= least);
    add(`p95 ≤ ${most} ms`, p95, formatMs, (p95 ?? Infinity) <= most);
    const bare = figures.find((other) => other.name === 'usearch' && other.count === side.count);
    const bareP50 = bare === undefined ? undefined : middle(bare, (run) => run.p50Ms);
    const factor = bareP50 === undefined || p50 === undefined ? undefined : p50 / bareP50;
    add('median query ≤ 1.3× bare usearch', factor, (value) => `${value.toFixed(2)}×`, (factor ?? Infinity) <= 1.3);
    const lowest = Math.min(...side.queries.flatMap((run) => run.filtered?.map((each) => each.recall) ?? []));
    add('recall@10 ≥ 0.95 with every filter', lowest, (share) => share.toFixed(4), lowest >= 0.95);
  }
  if (isMillion) {
    const raw = side.count * BYTES_PER_VECTOR;
    const [openMs, rss] = [middle(side, (run) => run.openMs), middle(side, (run) => run.rssBytes)];
    add('open to first answer ≤ 100 ms', openMs, formatMs, (openMs ?? Infinity) <= 100);
    add('resident memory below the raw vectors', rss, formatBytes, (rss ?? Infinity) < raw);
  }
  const inserts = side.build?.insertsPerSecond;
  add('≥ 2,000 durable inserts a second', inserts, formatCount, (inserts ?? 0) >= 2000);
  const size = side.build === null ? undefined : side.build.diskBytes / side.count / BYTES_PER_VECTOR;
  add('≤ 2× the raw vectors on disk', size, (value) => `${value.toFixed(2)}×`, (size ?? Infinity) <= 2);
  return goals;
}

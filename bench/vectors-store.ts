import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand, type GoalResult, type Measurement, type SuiteOptions, type Table } from './harness.js';
import { formatBytes, formatCount, formatMs } from './report.js';
import { median } from './statistics.js';
import type { StoreBuild, StoreQueries } from './vectors-store-child.js';

const TIMEOUT_MS = 4 * 3_600_000;
const RECALL_GOAL = 0.95;

/** What was measured of a whole store with some vectors. */
export interface StoreSide {
  readonly data: string;
  readonly build: StoreBuild;
  readonly queries: readonly StoreQueries[];
}

export interface StoreWork {
  readonly kind: 'generated' | 'code';
  readonly data: string;
  readonly folder: string;
  readonly count: number;
  readonly queries: number;
  readonly projectRoot: string;
  readonly sources: readonly string[];
}

/** Symbols with vectors in a store, their index, and searches that give symbols, narrowed by paths. */
export async function measureStore(work: StoreWork, options: SuiteOptions): Promise<StoreSide> {
  const { kind, data, folder, count, queries, projectRoot, sources } = work;
  const script = fileURLToPath(new URL('vectors-store-child.js', import.meta.url));
  const child = async (mode: string): Promise<unknown> => {
    const args = [script, mode, kind, folder, String(count), String(queries), join(projectRoot, 'dist'), ...sources];
    return JSON.parse((await runCommand(process.execPath, args, { timeoutMs: TIMEOUT_MS })).stdout) as unknown;
  };
  options.progress(`${data}: a whole store builds`);
  const build = (await child('build')) as StoreBuild;
  const runs: StoreQueries[] = [];
  for (let round = 0; round < options.runs; round++) {
    options.progress(`${data}: round ${round + 1}/${options.runs}: a whole store is asked`);
    runs.push((await child('query')) as StoreQueries);
  }
  return { data, build, queries: runs };
}

function middle(side: StoreSide, read: (run: StoreQueries) => number | undefined): number {
  const values = side.queries.map(read).filter((value) => value !== undefined);
  return values.length === 0 ? Number.NaN : median(values);
}

export function storeTables(sides: readonly StoreSide[]): Table[] {
  if (sides.length === 0) return [];
  const shares = sides[0]?.queries[0]?.filtered ?? [];
  return [
    {
      title: 'A whole store: symbols by vector, from the table of embeddings to the symbols that have them',
      columns: ['data', 'vectors', 'index', 'open to first answer', 'p50', 'p95', 'recall@10', 'disk', 'memory'],
      rows: sides.map((side) => [
        `${side.data} (${side.queries[0]?.strategy ?? ''})`,
        formatCount(side.build.count),
        formatMs(side.build.buildMs),
        formatMs(middle(side, (run) => run.openMs)),
        formatMs(middle(side, (run) => run.p50Ms)),
        formatMs(middle(side, (run) => run.p95Ms)),
        middle(side, (run) => run.recall).toFixed(4),
        formatBytes(side.build.diskBytes),
        formatBytes(middle(side, (run) => run.rssBytes)),
      ]),
    },
    {
      title: 'A whole store with a path prefix: recall@10 and p95 by the share that passes',
      columns: ['data', ...shares.map(({ wanted }) => `about ${wanted * 100}%`)],
      rows: sides.map((side) => [
        side.data,
        ...shares.map((_, i) => {
          const share = side.queries[0]?.filtered[i]?.share ?? Number.NaN;
          const recall = middle(side, (run) => run.filtered[i]?.recall);
          const p95 = middle(side, (run) => run.filtered[i]?.p95Ms);
          return `${recall.toFixed(4)}, ${formatMs(p95)} (${(share * 100).toPrecision(2)}%)`;
        }),
      ]),
    },
  ];
}

export function storeMeasurements({ data, build, queries }: StoreSide): Measurement[] {
  const row = (metric: string, unit: string, read: (run: StoreQueries) => number): Measurement => ({
    work: data,
    side: 'lestockage, whole store',
    metric,
    unit,
    values: queries.map(read),
  });
  const once = (metric: string, unit: string, value: number): Measurement => ({
    work: data,
    side: 'lestockage, whole store',
    metric,
    unit,
    values: [value],
  });
  return [
    once('vectors', 'count', build.count),
    once('build', 'ms', build.buildMs),
    once('durable inserts', 'vectors/s', build.insertsPerSecond),
    once('disk', 'bytes', build.diskBytes),
    row('open to first answer', 'ms', (run) => run.openMs),
    row('query p50', 'ms', (run) => run.p50Ms),
    row('query p95', 'ms', (run) => run.p95Ms),
    row('recall@10', 'share', (run) => run.recall),
    row('resident memory', 'bytes', (run) => run.rssBytes),
    ...(queries[0]?.filtered ?? []).flatMap(({ wanted }, i) => [
      row(`recall@10 when about ${wanted * 100}% pass`, 'share', (run) => run.filtered[i]?.recall ?? Number.NaN),
      row(`p95 when about ${wanted * 100}% pass`, 'ms', (run) => run.filtered[i]?.p95Ms ?? Number.NaN),
    ]),
  ];
}

export function storeGoals(side: StoreSide): GoalResult[] {
  const recalls = side.queries.flatMap((run) => [run.recall, ...run.filtered.map(({ recall }) => recall)]);
  const lowest = Math.min(...recalls);
  return [
    {
      work: side.data,
      goal: `a whole store: recall@10 ≥ ${RECALL_GOAL} with every filter`,
      measured: lowest.toFixed(4),
      met: lowest >= RECALL_GOAL,
    },
  ];
}

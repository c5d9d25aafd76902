import Database from 'better-sqlite3';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNumbers, runScript } from './children.js';
import { suiteBySize, type Findings } from './findings.js';
import type { GoalResult, Measurement, Outcome, Side, Suite, SuiteOptions } from './harness.js';
import { alternate } from './harness.js';
import { EDGES_PER_NODE } from './records.js';
import { formatBytes, formatCount, formatMs, formatRatio, formatSummary } from './report.js';
import { median, ratio, summarize } from './statistics.js';

const SNAPSHOT = 'lestockage, kept graph';
const TABLES = 'lestockage, first load';
const BARE = 'bare better-sqlite3';
const SEED = 20_240_229;
const SIZES = { full: [100_000, 1_000_000], quick: [100_000] };
const MILLION = 1_000_000;
const MILLION_GOAL_MS = 1000;

interface LoadRun {
  readonly totalMs: number;
  readonly loadMs: number;
  readonly peakRssBytes: number | null;
}

/** Reading a graph into memory in a process that was just started, and reading the same rows with a bare script. */
export function loadSuite(projectRoot: string): Suite {
  const library = join(projectRoot, 'dist', 'index.js');
  return suiteBySize({ suite: 'load', lane: 'store-only', seeds: { records: SEED } }, SIZES, (nodes, options) =>
    loadAt(nodes, library, options),
  );
}

async function loadAt(nodes: number, library: string, options: SuiteOptions): Promise<Findings> {
  const scratch = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  const file = join(scratch, 'store.db');
  const child = (mode: string) => runScript('load-child.js', mode, file, nodes, SEED, library);
  const side = (name: string, mode: string, before: () => void = () => undefined): Side<LoadRun> => ({
    name,
    run: async () => {
      before();
      const { stdout, peakRssBytes } = await child(mode);
      return { ...readRun(stdout, nodes), peakRssBytes };
    },
  });
  try {
    const label = `${formatCount(nodes)} nodes`;
    options.progress(`${label}: writing them`);
    await child('prepare');
    const progress = (line: string): void => options.progress(`${label}: ${line}`);
    // The first load keeps the graph, from which the side after it reads.
    const sides = [side(TABLES, 'tables', () => forget(file)), side(SNAPSHOT, 'snapshot'), side(BARE, 'bare')];
    return findingsOf(nodes, await alternate(sides, { ...options, progress }, [TABLES, SNAPSHOT, BARE]));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function forget(file: string): void {
  const database = new Database(file);
  database.exec('DELETE FROM graph_snapshots');
  database.close();
}

/** Throws an Error when the child did not read the whole graph. */
function readRun(stdout: string, nodes: number): Omit<LoadRun, 'peakRssBytes'> {
  const read = readNumbers(stdout, ['nodes', 'edges', 'totalMs', 'loadMs']);
  if (read.nodes !== nodes || read.edges !== nodes * EDGES_PER_NODE) {
    throw new Error(`A side did not read the whole graph: ${stdout.slice(0, 200)}`);
  }
  return { totalMs: read.totalMs, loadMs: read.loadMs };
}

function findingsOf(nodes: number, outcomes: readonly Outcome<LoadRun>[]): Findings {
  const work = `${formatCount(nodes)} nodes + ${formatCount(nodes * EDGES_PER_NODE)} edges`;
  const times = (name: string, time: 'totalMs' | 'loadMs'): number[] =>
    (outcomes.find((outcome) => outcome.name === name)?.results ?? []).map((run) => run[time]);
  const goals: GoalResult[] = [];
  if (nodes === MILLION) {
    const summary = summarize(times(SNAPSHOT, 'totalMs'));
    goals.push({
      work,
      goal: `≤${MILLION_GOAL_MS / 1000} s from a cold process`,
      measured: formatSummary(summary, formatMs),
      met: summary.median <= MILLION_GOAL_MS,
    });
  }
  return {
    measurements: outcomes.flatMap((outcome) => measurementsOf(work, outcome)),
    goals,
    tables: [
      {
        title: work,
        columns: ['side', 'from the start of the process', 'the load alone', 'of the bare script', 'peak memory'],
        rows: outcomes.map(({ name, results }) => {
          const peaks = results.map((run) => run.peakRssBytes).filter((peak) => peak !== null);
          return [
            name,
            formatSummary(summarize(times(name, 'totalMs')), formatMs),
            formatMs(median(times(name, 'loadMs'))),
            name === BARE ? '–' : formatRatio(ratio(times(name, 'loadMs'), times(BARE, 'loadMs'))),
            peaks.length === 0 ? '–' : formatBytes(median(peaks)),
          ];
        }),
      },
    ],
  };
}

function measurementsOf(work: string, { name, results }: Outcome<LoadRun>): Measurement[] {
  const row = (metric: string, unit: string, value: (run: LoadRun) => number | null): Measurement => ({
    work,
    side: name,
    metric,
    unit,
    values: results.map(value).filter((figure) => figure !== null),
  });
  return [
    row('total', 'ms', (run) => run.totalMs),
    row('load', 'ms', (run) => run.loadMs),
    row('peak memory', 'bytes', (run) => run.peakRssBytes),
  ].filter((measurement) => measurement.values.length > 0);
}

import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNumbers, runScript } from './children.js';
import { suiteBySize, type Findings } from './findings.js';
import type { GoalResult, Measurement, Outcome, Side, Suite, SuiteOptions, Table } from './harness.js';
import { alternate } from './harness.js';
import { EDGES_PER_NODE } from './records.js';
import { formatBytes, formatCount, formatMs, formatRatio, formatSummary } from './report.js';
import { median, ratio, summarize } from './statistics.js';

const STORE = 'lestockage';
const BARE = 'bare better-sqlite3';
const SEED = 20_240_229;
const RATIO_GOAL = 1.25;
const MILLION = 1_000_000;
const SIZES = { full: [100_000, MILLION], quick: [100_000] };
const MILLION_RUNS = 2;
const MILLION_GOAL_MS = 25_000;

interface BulkRun {
  readonly openMs: number;
  readonly nodesMs: number;
  readonly edgesMs: number;
  readonly closeMs: number;
  readonly totalMs: number;
  readonly peakRssBytes: number | null;
  readonly sizeBytes: number;
}

/** Writing identical records with the store and with a bare script, into the same tables and indexes. */
export function bulkSuite(projectRoot: string): Suite {
  const library = join(projectRoot, 'dist', 'index.js');
  return suiteBySize({ suite: 'bulk', lane: 'store-only', seeds: { records: SEED } }, SIZES, (nodes, options) => {
    // At a million a round takes minutes; two show the ratio, and the page says that there were two.
    const runs = nodes === MILLION ? Math.min(options.runs, MILLION_RUNS) : options.runs;
    return compareAt(nodes, library, { ...options, runs });
  });
}

async function compareAt(nodes: number, library: string, options: SuiteOptions): Promise<Findings> {
  const scratch = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  const child = (mode: string, file: string) => runScript('bulk-child.js', mode, file, nodes, SEED, library);
  const fingerprints = new Map<string, Fingerprint>();
  const side = (name: string, mode: string): Side<BulkRun> => ({
    name,
    run: async (round) => {
      const file = join(scratch, `${mode}.db`);
      // Both start from the same empty file, which the migrations made.
      await copyFile(join(scratch, 'empty.db'), file);
      const result = await child(mode, file);
      if (round === 0) fingerprints.set(name, fingerprint(file));
      const { size } = await stat(file);
      for (const suffix of ['', '-wal', '-shm']) await rm(file + suffix, { force: true });
      return {
        ...readNumbers(result.stdout, ['openMs', 'nodesMs', 'edgesMs', 'closeMs', 'totalMs']),
        peakRssBytes: result.peakRssBytes,
        sizeBytes: size,
      };
    },
  });
  try {
    await child('prepare', join(scratch, 'empty.db'));
    const label = `${formatCount(nodes)} nodes`;
    const progress = (line: string): void => options.progress(`${label}: ${line}`);
    const outcomes = await alternate([side(STORE, 'store'), side(BARE, 'bare')], { ...options, progress }, [
      STORE,
      BARE,
    ]);
    return sizeFindings(nodes, outcomes, differences(fingerprints));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** What a side left behind, without what may rightly differ: the times of writing and the ids' offset. */
interface Fingerprint {
  readonly content: string;
  readonly rowsByTable: ReadonlyMap<string, number>;
}

function fingerprint(file: string): Fingerprint {
  const database = new Database(file, { readonly: true });
  try {
    const hash = createHash('sha256');
    const columns = database
      .prepare("SELECT name FROM pragma_table_info('intel_nodes') WHERE name NOT IN ('id', 'created_at', 'updated_at')")
      .pluck()
      .all();
    const content = [
      `SELECT ${columns.join(', ')} FROM intel_nodes ORDER BY id`,
      'SELECT callee_id - caller_id, edge_type, metadata FROM intel_edges ORDER BY caller_id, callee_id, edge_type',
    ];
    for (const sql of content) {
      for (const row of database.prepare(sql).raw().iterate()) hash.update(JSON.stringify(row));
    }
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
    const rowsByTable = new Map(
      tables.map((table) => {
        const rows = database
          .prepare(`SELECT count(*) FROM "${String(table)}"`)
          .pluck()
          .get();
        return [String(table), Number(rows)];
      }),
    );
    return { content: hash.digest('hex'), rowsByTable };
  } finally {
    database.close();
  }
}

/** Throws an Error when the sides did not write the same nodes and edges; names other tables that differ. */
function differences(fingerprints: ReadonlyMap<string, Fingerprint>): string[] {
  const store = fingerprints.get(STORE);
  const bare = fingerprints.get(BARE);
  if (store === undefined || bare === undefined) throw new Error('A side left no database to compare.');
  if (store.content !== bare.content) throw new Error('The two sides did not write the same nodes and edges.');
  return [...store.rowsByTable]
    .filter(([table, rows]) => bare.rowsByTable.get(table) !== rows)
    .map(([table, rows]) => `rows in ${table}: ${STORE} ${rows}, ${BARE} ${bare.rowsByTable.get(table) ?? 0}`);
}

function sizeFindings(nodes: number, outcomes: readonly Outcome<BulkRun>[], notes: readonly string[]): Findings {
  const work = `${formatCount(nodes)} nodes + ${formatCount(nodes * EDGES_PER_NODE)} edges`;
  const totals = (name: string): number[] =>
    (outcomes.find((outcome) => outcome.name === name)?.results ?? []).map((run) => run.totalMs);
  const compared = ratio(totals(STORE), totals(BARE));
  const goals: GoalResult[] = [
    {
      work,
      goal: `≤${RATIO_GOAL}× the bare script`,
      measured: formatRatio(compared),
      met: compared.ofMedians <= RATIO_GOAL,
    },
  ];
  if (nodes === MILLION) {
    const summary = summarize(totals(STORE));
    const goal = `≤${MILLION_GOAL_MS / 1000} s`;
    goals.push({ work, goal, measured: formatSummary(summary, formatMs), met: summary.median <= MILLION_GOAL_MS });
  }
  return {
    measurements: outcomes.flatMap((outcome) => measurementsOf(work, outcome)),
    goals,
    tables: [tableOf(work, nodes, outcomes)],
    notes: [
      ...notes,
      ...(nodes === MILLION ? [`${formatCount(MILLION)} nodes: ${MILLION_RUNS} runs of each side.`] : []),
    ],
  };
}

function measurementsOf(work: string, outcome: Outcome<BulkRun>): Measurement[] {
  const row = (metric: string, unit: string, value: (run: BulkRun) => number | null): Measurement => ({
    work,
    side: outcome.name,
    metric,
    unit,
    values: outcome.results.map(value).filter((figure) => figure !== null),
  });
  return [
    row('total', 'ms', (run) => run.totalMs),
    row('open', 'ms', (run) => run.openMs),
    row('nodes', 'ms', (run) => run.nodesMs),
    row('edges', 'ms', (run) => run.edgesMs),
    row('close', 'ms', (run) => run.closeMs),
    row('peak memory', 'bytes', (run) => run.peakRssBytes),
    row('database size', 'bytes', (run) => run.sizeBytes),
  ].filter((measurement) => measurement.values.length > 0);
}

function tableOf(work: string, nodes: number, outcomes: readonly Outcome<BulkRun>[]): Table {
  return {
    title: work,
    columns: [
      'side',
      'total',
      'nodes',
      'edges',
      'close',
      'nodes/s',
      'edges/s',
      'peak memory',
      'database',
      'bytes/node',
    ],
    rows: outcomes.map(({ name, results }) => {
      const middle = (value: (run: BulkRun) => number): number => median(results.map(value));
      const peaks = results.map((run) => run.peakRssBytes).filter((peak) => peak !== null);
      return [
        name,
        formatSummary(summarize(results.map((run) => run.totalMs)), formatMs),
        formatMs(middle((run) => run.nodesMs)),
        formatMs(middle((run) => run.edgesMs)),
        formatMs(middle((run) => run.closeMs)),
        formatCount((nodes / middle((run) => run.nodesMs)) * 1000),
        formatCount(((nodes * EDGES_PER_NODE) / middle((run) => run.edgesMs)) * 1000),
        peaks.length === 0 ? '–' : formatBytes(median(peaks)),
        formatBytes(middle((run) => run.sizeBytes)),
        formatCount(middle((run) => run.sizeBytes) / nodes),
      ];
    }),
  };
}

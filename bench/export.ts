import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GoalResult, Measurement, Outcome, Suite, SuiteOptions, SuiteResult, Table } from './harness.js';
import { alternate, runCommand } from './harness.js';
import { EDGES_PER_NODE } from './records.js';
import { formatBytes, formatCount, formatMs, formatSummary } from './report.js';
import { median, summarize } from './statistics.js';

const SEED = 20_240_301;
const SIZES = [100_000, 1_000_000];
const FORMATS = ['jsonl', 'json', 'dot', 'graphml', 'parquet'] as const;
const MEMORY_GOAL_BYTES = 250 * 1024 * 1024;

interface ExportRun {
  readonly wallMs: number;
  readonly sizeBytes: number;
  readonly peakRssBytes: number | null;
}

interface SizeFindings {
  readonly measurements: readonly Measurement[];
  readonly goals: readonly GoalResult[];
  readonly table: Table;
}

/** Exports of a generated store by the command line, each in a process of its own: time, size and peak memory. */
export function exportSuite(projectRoot: string): Suite {
  return { name: 'export', run: (options) => runExport(projectRoot, options) };
}

async function runExport(projectRoot: string, options: SuiteOptions): Promise<SuiteResult> {
  const findings: SizeFindings[] = [];
  for (const nodes of options.sizes ?? (options.quick ? SIZES.slice(0, 1) : SIZES)) {
    findings.push(await exportsAt(nodes, projectRoot, options));
  }
  return {
    suite: 'export',
    lane: 'store-only',
    runs: options.runs,
    quick: options.quick,
    seeds: { records: SEED },
    versions: {},
    measurements: findings.flatMap((finding) => finding.measurements),
    goals: findings.flatMap((finding) => finding.goals),
    tables: findings.map((finding) => finding.table),
    notes: [],
  };
}

async function exportsAt(nodes: number, projectRoot: string, options: SuiteOptions): Promise<SizeFindings> {
  const scratch = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  const prepare = fileURLToPath(new URL('load-child.js', import.meta.url));
  const main = join(projectRoot, 'dist', 'cli', 'main.js');
  const file = join(scratch, 'store.db');
  const label = `${formatCount(nodes)} nodes`;
  const sides = FORMATS.map((format) => ({
    name: format,
    run: async (): Promise<ExportRun> => {
      const out = join(scratch, `out.${format}`);
      const command = [main, 'export', '--format', format, '--out', out, '--db', file, '--json'];
      const { wallMs, peakRssBytes, stdout } = await runCommand(process.execPath, command);
      const sizeBytes = sizeIn(stdout);
      if (format !== 'parquet' && (await stat(out)).size !== sizeBytes) throw new Error(`${out} is not what was told.`);
      await rm(out, { recursive: true });
      return { wallMs, peakRssBytes, sizeBytes };
    },
  }));
  try {
    options.progress(`${label}: writing them`);
    await runCommand(process.execPath, [
      prepare,
      'prepare',
      file,
      String(nodes),
      String(SEED),
      join(projectRoot, 'dist', 'index.js'),
    ]);
    const progress = (line: string): void => options.progress(`${label}: ${line}`);
    return findingsOf(nodes, await alternate(sides, { ...options, progress }, FORMATS));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function sizeIn(stdout: string): number {
  const document: unknown = JSON.parse(stdout);
  const isReport = typeof document === 'object' && document !== null && 'sizeBytes' in document;
  if (!isReport || typeof document.sizeBytes !== 'number') throw new Error(`An export told no size: ${stdout}`);
  return document.sizeBytes;
}

function findingsOf(nodes: number, outcomes: readonly Outcome<ExportRun>[]): SizeFindings {
  const work = `${formatCount(nodes)} nodes + ${formatCount(nodes * EDGES_PER_NODE)} edges`;
  const peaksOf = ({ results }: Outcome<ExportRun>): number[] =>
    results.map((run) => run.peakRssBytes).filter((peak) => peak !== null);
  const peaks = outcomes.flatMap(peaksOf);
  return {
    measurements: outcomes.flatMap((outcome) => [
      { work, side: outcome.name, metric: 'time', unit: 'ms', values: outcome.results.map((run) => run.wallMs) },
      { work, side: outcome.name, metric: 'size', unit: 'bytes', values: outcome.results.map((run) => run.sizeBytes) },
      { work, side: outcome.name, metric: 'peak memory', unit: 'bytes', values: peaksOf(outcome) },
    ]),
    goals: [
      {
        work,
        goal: `every format in ≤${formatBytes(MEMORY_GOAL_BYTES)} of memory`,
        measured: peaks.length === 0 ? 'not observable here' : `at most ${formatBytes(Math.max(...peaks))}`,
        met: peaks.length === 0 ? null : Math.max(...peaks) <= MEMORY_GOAL_BYTES,
      },
    ],
    table: {
      title: work,
      columns: ['format', 'time of the command', 'size', 'peak memory'],
      rows: outcomes.map((outcome) => [
        outcome.name,
        formatSummary(summarize(outcome.results.map((run) => run.wallMs)), formatMs),
        formatBytes(median(outcome.results.map((run) => run.sizeBytes))),
        peaksOf(outcome).length === 0 ? '–' : formatBytes(Math.max(...peaksOf(outcome))),
      ]),
    },
  };
}

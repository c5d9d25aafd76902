import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNumbers, writeGeneratedStore } from './children.js';
import { suiteBySize, type Findings } from './findings.js';
import type { Outcome, Suite, SuiteOptions } from './harness.js';
import { alternate, runCommand } from './harness.js';
import { EDGES_PER_NODE } from './records.js';
import { formatBytes, formatCount, formatMs, formatSummary } from './report.js';
import { median, summarize } from './statistics.js';

const SEED = 20_240_301;
const SIZES = { full: [100_000, 1_000_000], quick: [100_000] };
const FORMATS = ['jsonl', 'json', 'dot', 'graphml', 'parquet'] as const;
const MEMORY_GOAL_BYTES = 250 * 1024 * 1024;

interface ExportRun {
  readonly wallMs: number;
  readonly sizeBytes: number;
  readonly peakRssBytes: number | null;
}

/** Exports of a generated store by the command line, each in a process of its own: time, size and peak memory. */
export function exportSuite(projectRoot: string): Suite {
  return suiteBySize({ suite: 'export', lane: 'store-only', seeds: { records: SEED } }, SIZES, (nodes, options) =>
    exportsAt(nodes, projectRoot, options),
  );
}

async function exportsAt(nodes: number, projectRoot: string, options: SuiteOptions): Promise<Findings> {
  const scratch = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  const main = join(projectRoot, 'dist', 'cli', 'main.js');
  const file = join(scratch, 'store.db');
  const label = `${formatCount(nodes)} nodes`;
  const sides = FORMATS.map((format) => ({
    name: format,
    run: async (): Promise<ExportRun> => {
      const out = join(scratch, `out.${format}`);
      const command = [main, 'export', '--format', format, '--out', out, '--db', file, '--json'];
      const { wallMs, peakRssBytes, stdout } = await runCommand(process.execPath, command);
      const { sizeBytes } = readNumbers(stdout, ['sizeBytes']);
      if (format !== 'parquet' && (await stat(out)).size !== sizeBytes) throw new Error(`${out} is not what was told.`);
      await rm(out, { recursive: true });
      return { wallMs, peakRssBytes, sizeBytes };
    },
  }));
  try {
    options.progress(`${label}: writing them`);
    await writeGeneratedStore(projectRoot, file, nodes, SEED);
    const progress = (line: string): void => options.progress(`${label}: ${line}`);
    return findingsOf(nodes, await alternate(sides, { ...options, progress }, FORMATS));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function findingsOf(nodes: number, outcomes: readonly Outcome<ExportRun>[]): Findings {
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
    tables: [
      {
        title: work,
        columns: ['format', 'time of the command', 'size', 'peak memory'],
        rows: outcomes.map((outcome) => [
          outcome.name,
          formatSummary(summarize(outcome.results.map((run) => run.wallMs)), formatMs),
          formatBytes(median(outcome.results.map((run) => run.sizeBytes))),
          peaksOf(outcome).length === 0 ? '–' : formatBytes(Math.max(...peaksOf(outcome))),
        ]),
      },
    ],
  };
}

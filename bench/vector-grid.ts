import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand, type Measurement, type Suite, type SuiteOptions, type SuiteResult } from './harness.js';
import { versionOf } from './machine.js';
import { formatCount, formatMs } from './report.js';
import type { GridPoint } from './vector-grid-child.js';

const SEED = 20_240_301;
const COUNT = 100_000;
const QUICK_COUNT = 10_000;
const QUERIES = 400;
const TIMEOUT_MS = 3_600_000;
const SEARCHES = [32, 48, 64, 96, 128, 192];
const GRAPHS: readonly (readonly [quantization: string, connectivity: number, expansionAdd: number])[] = [
  ['i8', 12, 64],
  ['i8', 12, 128],
  ['i8', 16, 64],
  ['i8', 16, 128],
  ['i8', 16, 200],
  ['i8', 24, 128],
  ['f16', 16, 128],
  ['f32', 16, 128],
];

/** What the default settings of the graph were chosen by: recall and building time over a grid of them. */
export function vectorGridSuite(projectRoot: string): Suite {
  return { name: 'vector-grid', run: (options) => runGrid(projectRoot, options) };
}

async function runGrid(projectRoot: string, options: SuiteOptions): Promise<SuiteResult> {
  const sizes = options.sizes ?? [options.quick ? QUICK_COUNT : COUNT];
  const found: { readonly count: number; readonly points: readonly GridPoint[] }[] = [];
  for (const count of sizes) found.push({ count, points: await measureAt(count, projectRoot, options) });
  return {
    suite: 'vector-grid',
    lane: 'store-only',
    runs: 1,
    quick: options.quick,
    seeds: { vectors: SEED },
    versions: { usearch: versionOf(projectRoot, 'usearch') },
    measurements: found.flatMap(({ count, points }) => points.flatMap((point) => measurementsOf(count, point))),
    goals: [],
    tables: found.map(({ count, points }) => ({
      title: `recall@10 after comparing 30 candidates exactly, at ${formatCount(count)} vectors`,
      columns: ['graph', 'build', 'bytes a vector', ...SEARCHES.map((each) => `efSearch ${each}`)],
      rows: points.map((point) => [
        nameOf(point),
        formatMs(point.buildMs),
        point.bytesPerVector.toFixed(0),
        ...point.recall.map(({ compared }) => compared.toFixed(4)),
      ]),
    })),
    notes: ['Recall does not depend on the machine. One build of each graph; their times are for comparison only.'],
  };
}

async function measureAt(count: number, projectRoot: string, options: SuiteOptions): Promise<GridPoint[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  const run = async (script: string, ...args: readonly (string | number)[]): Promise<string> => {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const command = [path, ...args.map(String)];
    return (await runCommand(process.execPath, command, { timeoutMs: TIMEOUT_MS })).stdout;
  };
  try {
    options.progress(`${formatCount(count)} vectors: making them, and the true answers`);
    await run('vectors-child.js', 'prepare', '-', folder, count, QUERIES, SEED, join(projectRoot, 'dist'), '-');
    const points: GridPoint[] = [];
    for (const [quantization, connectivity, expansionAdd] of GRAPHS) {
      options.progress(`${quantization}, M ${connectivity}, efConstruction ${expansionAdd}`);
      const args = [folder, count, quantization, connectivity, expansionAdd, SEARCHES.join(',')];
      points.push(JSON.parse(await run('vector-grid-child.js', ...args)) as GridPoint);
    }
    return points;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function nameOf({ quantization, connectivity, expansionAdd }: GridPoint): string {
  return `${quantization}, M ${connectivity}, efConstruction ${expansionAdd}`;
}

function measurementsOf(count: number, point: GridPoint): Measurement[] {
  const work = `${formatCount(count)} vectors`;
  const row = (metric: string, unit: string, value: number): Measurement => ({
    work,
    side: nameOf(point),
    metric,
    unit,
    values: [value],
  });
  return [
    row('build', 'ms', point.buildMs),
    row('size', 'bytes a vector', point.bytesPerVector),
    ...point.recall.flatMap(({ expansionSearch, alone, compared, medianMs }) => [
      row(`recall@10 by the graph, efSearch ${expansionSearch}`, 'share', alone),
      row(`recall@10, efSearch ${expansionSearch}`, 'share', compared),
      row(`graph alone p50, efSearch ${expansionSearch}`, 'ms', medianMs),
    ]),
  ];
}

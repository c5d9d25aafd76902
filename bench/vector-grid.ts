import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printOf } from './children.js';
import { rowOf } from './findings.js';
import { type Measurement, type Suite, type SuiteOptions, type SuiteResult } from './harness.js';
import { versionOf, type BenchPaths } from './machine.js';
import { formatCount, formatMs } from './report.js';
import type { GridPoint } from './vector-grid-child.js';
import { writeCodeVectors, writeGeneratedVectors } from './vector-sources.js';

const SEED = 20_240_301;
const COUNT = 100_000;
const QUICK_COUNT = 10_000;
const QUERIES = 400;
const SEARCHES = [48, 64, 96, 128, 192, 256];
const GRAPHS: readonly (readonly [quantization: string, connectivity: number, expansionAdd: number])[] = [
  ['i8', 12, 128],
  ['i8', 12, 256],
  ['i8', 16, 64],
  ['i8', 16, 128],
  ['i8', 16, 256],
  ['i8', 24, 128],
  ['i8', 24, 256],
  ['f16', 16, 256],
  ['f32', 16, 256],
];

/** What the default settings of the graph were chosen by: recall and building time over a grid of them. */
export function vectorGridSuite(paths: BenchPaths): Suite {
  return { name: 'vector-grid', run: (options) => runGrid(paths, options) };
}

interface Grid {
  readonly data: string;
  readonly points: readonly GridPoint[];
}

async function runGrid(paths: BenchPaths, options: SuiteOptions): Promise<SuiteResult> {
  const { projectRoot } = paths;
  const sizes = options.sizes ?? [options.quick ? QUICK_COUNT : COUNT];
  const found: Grid[] = [await measureWith(codeData(paths, options), options)];
  for (const count of sizes) found.push(await measureWith(generatedData(count, projectRoot), options));
  return {
    suite: 'vector-grid',
    lane: 'store-only',
    runs: 1,
    quick: options.quick,
    seeds: { vectors: SEED },
    versions: { usearch: versionOf(projectRoot, 'usearch') },
    measurements: found.flatMap(({ data, points }) => points.flatMap((point) => measurementsOf(data, point))),
    goals: [],
    tables: found.map(({ data, points }) => ({
      title: `${data}: recall@10 after comparing 30 candidates exactly`,
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

interface Data {
  /** Writes vectors, queries and truth into a folder; gives how many vectors there are. */
  readonly write: (folder: string) => Promise<number>;
  readonly title: (count: number) => string;
}

function generatedData(count: number, projectRoot: string): Data {
  return {
    title: () => `${formatCount(count)} generated vectors`,
    write: (folder) => writeGeneratedVectors(projectRoot, folder, count, QUERIES, SEED),
  };
}

/** Embeddings of code by the built-in embedder, asked with first lines of documentation. */
function codeData(paths: BenchPaths, options: SuiteOptions): Data {
  return {
    title: (count) => `${formatCount(count)} vectors of real code`,
    write: (folder) => writeCodeVectors(paths, folder, QUERIES, options.quick),
  };
}

async function measureWith({ write, title }: Data, options: SuiteOptions): Promise<Grid> {
  const folder = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  try {
    options.progress('making vectors, and the true answers');
    const count = await write(folder);
    const data = title(count);
    const points: GridPoint[] = [];
    for (const [quantization, connectivity, expansionAdd] of GRAPHS) {
      options.progress(`${data}: ${quantization}, M ${connectivity}, efConstruction ${expansionAdd}`);
      const args = [folder, count, quantization, connectivity, expansionAdd, SEARCHES.join(',')];
      points.push(JSON.parse(await printOf('vector-grid-child.js', ...args)) as GridPoint);
    }
    return { data, points };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function nameOf({ quantization, connectivity, expansionAdd }: GridPoint): string {
  return `${quantization}, M ${connectivity}, efConstruction ${expansionAdd}`;
}

function measurementsOf(work: string, point: GridPoint): Measurement[] {
  const row = rowOf(work, nameOf(point));
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

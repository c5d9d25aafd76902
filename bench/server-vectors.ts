import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerIndexSettings } from '../src/index.js';
import { printOf } from './children.js';
import { rowOf } from './findings.js';
import { type Measurement, type Suite, type SuiteOptions, type SuiteResult } from './harness.js';
import type { BenchPaths } from './machine.js';
import { formatBytes, formatCount, formatMs } from './report.js';
import type { ServerPoint } from './server-vectors-child.js';
import { SQLD_VERSION, withServer } from './servers.js';
import { writeCodeVectors, writeGeneratedVectors } from './vector-sources.js';

const SEED = 20_240_301;
const COUNTS = [5_000, 20_000];
const QUICK_COUNTS = [1_000];
const QUERIES = 200;
const GRID: readonly ServerIndexSettings[] = [
  { compressNeighbors: 'float1bit', maxNeighbors: 32, insertL: 70, searchL: 300 },
  { compressNeighbors: 'float8', maxNeighbors: 20, insertL: 50, searchL: 200 },
  { compressNeighbors: 'float8', maxNeighbors: 20, insertL: 50, searchL: 300 },
  { compressNeighbors: 'float8', maxNeighbors: 32, insertL: 70, searchL: 200 },
  { compressNeighbors: 'float8', maxNeighbors: 32, insertL: 70, searchL: 300 },
  { compressNeighbors: 'float8', maxNeighbors: 48, insertL: 100, searchL: 300 },
  { compressNeighbors: 'float16', maxNeighbors: 32, insertL: 70, searchL: 300 },
];
const QUICK_GRID = GRID.slice(2, 3);

/** What the settings of the server's own index were chosen by: time of inserting, size and recall over a grid of them. */
export function serverVectorsSuite(paths: BenchPaths): Suite {
  return { name: 'server-vectors', run: (options) => runGrid(paths, options) };
}

interface Grid {
  readonly data: string;
  readonly points: readonly ServerPoint[];
}

async function runGrid(paths: BenchPaths, options: SuiteOptions): Promise<SuiteResult> {
  const sizes = options.sizes ?? (options.quick ? QUICK_COUNTS : COUNTS);
  const found: Grid[] = [await measureWith(paths, options, undefined)];
  for (const count of sizes) found.push(await measureWith(paths, options, count));
  return {
    suite: 'server-vectors',
    lane: 'store-only',
    runs: 1,
    quick: options.quick,
    seeds: { vectors: SEED },
    versions: { sqld: SQLD_VERSION },
    measurements: found.flatMap(({ data, points }) => points.flatMap((point) => measurementsOf(data, point))),
    goals: [],
    tables: found.map(({ data, points }) => ({
      title: data,
      columns: [
        'compress_neighbors, max_neighbors, insert_l, search_l',
        'insert',
        'bytes a vector',
        'recall@10',
        'p50',
        'p95',
      ],
      rows: points.map((point) => [
        nameOf(point),
        point.settings === null ? '–' : formatMs(point.insertMs),
        point.settings === null ? '–' : formatBytes(point.bytesPerVector),
        point.recall.toFixed(4),
        formatMs(point.p50Ms),
        formatMs(point.p95Ms),
      ]),
    })),
    notes: [
      'Each search is a whole `nearest` over HTTP on this machine: the state of the index, the vectors, their nodes.',
      'Recall does not depend on the machine. One build of each index; their times are for comparison only.',
    ],
  };
}

/** Generated vectors; without a count embeddings of code by the built-in embedder, asked with lines of documentation. */
async function measureWith(paths: BenchPaths, options: SuiteOptions, count: number | undefined): Promise<Grid> {
  const dist = join(paths.projectRoot, 'dist');
  const folder = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  try {
    options.progress('making vectors, and the true answers');
    const made =
      count === undefined
        ? await writeCodeVectors(paths, folder, QUERIES, true)
        : await writeGeneratedVectors(paths.projectRoot, folder, count, QUERIES, SEED);
    const data = `${formatCount(made)} ${count === undefined ? 'vectors of real code' : 'generated vectors'}`;
    options.progress(`${data}: storing, searching, and building each index`);
    const grid = JSON.stringify(options.quick ? QUICK_GRID : GRID);
    const points = await withServer(paths.projectRoot, ({ port }) =>
      printOf('server-vectors-child.js', folder, made, `http://127.0.0.1:${port}`, dist, grid),
    );
    return { data, points: JSON.parse(points) as ServerPoint[] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function nameOf({ settings }: ServerPoint): string {
  if (settings === null) return 'compared with all';
  const { compressNeighbors, maxNeighbors, insertL, searchL } = settings;
  return `${compressNeighbors}, ${maxNeighbors}, ${insertL}, ${searchL}`;
}

function measurementsOf(work: string, point: ServerPoint): Measurement[] {
  const row = rowOf(work, nameOf(point));
  return [
    row('insert', 'ms a vector', point.insertMs),
    row('size', 'bytes a vector', point.bytesPerVector),
    row('recall@10', 'share', point.recall),
    row('p50', 'ms', point.p50Ms),
    row('p95', 'ms', point.p95Ms),
  ];
}

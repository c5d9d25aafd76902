import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServerIndexSettings } from '../src/index.js';
import { runCommand, type Measurement, type Suite, type SuiteOptions, type SuiteResult } from './harness.js';
import { formatBytes, formatCount, formatMs } from './report.js';
import type { ServerPoint } from './server-vectors-child.js';
import { withSqld } from './sqld.js';
import { codeFolders, type VectorPaths } from './vector-sources.js';

const SEED = 20_240_301;
const COUNTS = [5_000, 20_000];
const QUICK_COUNTS = [1_000];
const QUERIES = 200;
const TIMEOUT_MS = 3_600_000;
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
export function serverVectorsSuite(paths: VectorPaths): Suite {
  return { name: 'server-vectors', run: (options) => runGrid(paths, options) };
}

interface Grid {
  readonly data: string;
  readonly points: readonly ServerPoint[];
}

async function runGrid(paths: VectorPaths, options: SuiteOptions): Promise<SuiteResult> {
  const sizes = options.sizes ?? (options.quick ? QUICK_COUNTS : COUNTS);
  const found: Grid[] = [await measureWith(paths, options, undefined)];
  for (const count of sizes) found.push(await measureWith(paths, options, count));
  return {
    suite: 'server-vectors',
    lane: 'store-only',
    runs: 1,
    quick: options.quick,
    seeds: { vectors: SEED },
    versions: { sqld: '0.24.32' },
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
async function measureWith(paths: VectorPaths, options: SuiteOptions, count: number | undefined): Promise<Grid> {
  const dist = join(paths.projectRoot, 'dist');
  const folder = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  try {
    options.progress('making vectors, and the true answers');
    const made = count ?? (await exportCode(paths, folder, dist));
    if (count !== undefined) await run('vectors-child.js', 'prepare', '-', folder, count, QUERIES, SEED, dist, '-');
    const data = `${formatCount(made)} ${count === undefined ? 'vectors of real code' : 'generated vectors'}`;
    options.progress(`${data}: storing, searching, and building each index`);
    const grid = JSON.stringify(options.quick ? QUICK_GRID : GRID);
    const points = await withSqld(paths.projectRoot, (url) =>
      run('server-vectors-child.js', folder, made, url, dist, grid),
    );
    return { data, points: JSON.parse(points) as ServerPoint[] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function exportCode(paths: VectorPaths, folder: string, dist: string): Promise<number> {
  const sources = await codeFolders(paths, true);
  await run('vectors-store-child.js', 'build', 'code', folder, 0, QUERIES, dist, ...sources);
  const exported = await run('vectors-store-child.js', 'export', 'code', folder, 0, QUERIES, dist);
  return (JSON.parse(exported) as { readonly count: number }).count;
}

/** Runs a script beside this one and gives what it prints. */
async function run(script: string, ...args: readonly (string | number)[]): Promise<string> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return (await runCommand(process.execPath, [path, ...args.map(String)], { timeoutMs: TIMEOUT_MS })).stdout;
}

function nameOf({ settings }: ServerPoint): string {
  if (settings === null) return 'compared with all';
  const { compressNeighbors, maxNeighbors, insertL, searchL } = settings;
  return `${compressNeighbors}, ${maxNeighbors}, ${insertL}, ${searchL}`;
}

function measurementsOf(work: string, point: ServerPoint): Measurement[] {
  const row = (metric: string, unit: string, value: number): Measurement => ({
    work,
    side: nameOf(point),
    metric,
    unit,
    values: [value],
  });
  return [
    row('insert', 'ms a vector', point.insertMs),
    row('size', 'bytes a vector', point.bytesPerVector),
    row('recall@10', 'share', point.recall),
    row('p50', 'ms', point.p50Ms),
    row('p95', 'ms', point.p95Ms),
  ];
}

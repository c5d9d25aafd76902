import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Measurement, Outcome, Suite, SuiteOptions, SuiteResult } from './harness.js';
import { alternate, runCommand } from './harness.js';
import { versionOf, type BenchPaths } from './machine.js';
import { formatCount } from './report.js';
import { drawSpeedup, type SpeedupLine } from './speedup-picture.js';
import { median } from './statistics.js';
import { goalsOf, tablesOf, type SideFigures } from './vector-findings.js';
import { codeFolders } from './vector-sources.js';
import type { BuildFigures, QueryFigures } from './vectors-child.js';
import { measureStore, storeGoals, storeMeasurements, storeTables, type StoreSide } from './vectors-store.js';

const SEED = 20_240_301;
const SIZES = [1000, 10_000, 100_000, 1_000_000];
const QUERIES = 400;
/** Comparing with all takes its time; so many comparisons are enough for a median. */
const MOST_COMPARISONS = 20_000_000;
const OWN = 'lestockage';
const BRUTE_FORCE = ['exact scan', 'sqlite-vec'];
/** hnswlib-node adds one vector at a time on one thread, which takes most of an hour for a million. */
const MOST_VECTORS: Readonly<Record<string, number>> = { 'hnswlib-node': 100_000 };
const SIDES = [OWN, 'usearch', 'hnswlib-node', 'sqlite-vec', 'exact scan'];
const PEERS = { 'hnswlib-node': '3.0.0', 'sqlite-vec': '0.1.9' } as const;
const TIMEOUT_MS = 4 * 3_600_000;

/** Search by vectors at growing sizes: building, asking, filters, changes, opening, disk and memory. */
export function vectorsSuite(paths: BenchPaths): Suite {
  return { name: 'vectors', run: (options) => runVectors(paths, options) };
}

async function runVectors(paths: BenchPaths, options: SuiteOptions): Promise<SuiteResult> {
  const peers = await installPeers(paths.cacheFolder, options);
  const sizes = options.sizes ?? (options.quick ? SIZES.slice(0, 2) : SIZES);
  const figures: SideFigures[] = [];
  const stores: StoreSide[] = [];
  for (const count of sizes) {
    const measured = await measureAt(count, paths, peers, options);
    figures.push(...measured.sides);
    stores.push(measured.store);
  }
  stores.push(await measureCode(paths, options));
  const picture = drawSpeedup(speedupLines(figures));
  const isWhole = !options.quick && options.sizes === undefined;
  await writeFile(
    join(isWhole ? join(paths.projectRoot, 'docs', 'images') : paths.cacheFolder, 'vectors-speedup.svg'),
    picture,
  );
  return {
    suite: 'vectors',
    lane: 'store-only',
    runs: options.runs,
    quick: options.quick,
    seeds: { vectors: SEED },
    versions: { usearch: versionOf(paths.projectRoot, 'usearch'), ...installed(peers) },
    measurements: [...figures.flatMap(measurementsOf), ...stores.flatMap(storeMeasurements)],
    goals: [...goalsOf(figures, OWN), ...stores.flatMap(storeGoals)],
    tables: [...tablesOf(figures, OWN), ...storeTables(stores)],
    notes: [
      'Generated vectors of 384 numbers: clusters of unequal size in 40 dimensions, with noise; queries of the same kind. Recall is against comparing with every vector.',
      'Every graph has M 16, efConstruction 256 and efSearch 192. Bare usearch holds float32 and answers by them alone; lestockage holds 8 bits a number and compares 30 candidates by the vectors in its table.',
      'A whole store is asked by `store.vectors.nearest`, the search of symbols and the estimate of the filter included. Its filters are path prefixes: of generated vectors at random, of code folders and files. Code is embedded by the built-in embedder and asked with the first lines of documentation.',
      'Files are built once and asked in every round, by a process of its own each time.',
      ...figures
        .filter((side) => side.failure !== null)
        .map((side) => `${side.name} at ${formatCount(side.count)}: ${side.failure}`),
      ...sizes.flatMap((count) =>
        Object.entries(MOST_VECTORS)
          .filter(([, most]) => count > most)
          .map(([name, most]) => `${name} takes part up to ${formatCount(most)} vectors.`),
      ),
    ],
  };
}

async function measureAt(
  count: number,
  { projectRoot }: BenchPaths,
  peers: string,
  options: SuiteOptions,
): Promise<{ sides: SideFigures[]; store: StoreSide }> {
  const folder = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  const script = fileURLToPath(new URL('vectors-child.js', import.meta.url));
  const label = `${formatCount(count)} vectors`;
  const child = async (mode: string, side: string, queries: number): Promise<unknown> => {
    const modules = join(projectRoot, '.cache', 'modules');
    const args = [script, mode, side, folder, String(count), String(queries), String(SEED), modules, peers];
    const { stdout } = await runCommand(process.execPath, args, { timeoutMs: TIMEOUT_MS });
    return JSON.parse(stdout) as unknown;
  };
  try {
    options.progress(`${label}: making them, and the true answers`);
    await child('prepare', '-', queriesAt(count));
    const built: { name: string; build: BuildFigures | null; failure: string | null }[] = [];
    for (const name of SIDES.filter((side) => count <= (MOST_VECTORS[side] ?? Infinity))) {
      options.progress(`${label}: ${name} builds`);
      const build = child('build', name, 0).then((figures) => ({ build: figures as BuildFigures, failure: null }));
      // A peer that fails is a finding; the project's own side must not.
      const failed = (error: unknown): { build: null; failure: string } => {
        if (name === OWN) throw error;
        return { build: null, failure: String(error).slice(0, 300) };
      };
      built.push({ name, ...(await build.catch(failed)) });
    }
    const asking = built.filter((side) => side.failure === null);
    const sides = asking.map(({ name }) => ({
      name,
      run: async () => (await child('query', name, queriesOf(name, count))) as QueryFigures,
    }));
    const progress = (line: string): void => options.progress(`${label}: ${line}`);
    const outcomes = await alternate(sides, { ...options, progress }, [OWN]);
    const work = { kind: 'generated', data: `generated, ${formatCount(count)}`, sources: [] } as const;
    const store = await measureStore({ ...work, folder, count, queries: queriesAt(count), projectRoot }, options);
    return { sides: built.map((side) => ({ count, ...side, ...resultsOf(outcomes, side) })), store };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function queriesAt(count: number): number {
  return Math.ceil(Math.min(QUERIES, Math.max(100, MOST_COMPARISONS / count)));
}

/** The project's own embeddings of real code. */
async function measureCode(paths: BenchPaths, options: SuiteOptions): Promise<StoreSide> {
  const { projectRoot } = paths;
  const sources = await codeFolders(paths, options.quick);
  const folder = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  try {
    const work = { kind: 'code', data: 'real code', sources, folder, projectRoot } as const;
    return await measureStore({ ...work, count: 0, queries: QUERIES / 2 }, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function resultsOf(
  outcomes: readonly Outcome<QueryFigures>[],
  side: { readonly name: string; readonly failure: string | null },
): Pick<SideFigures, 'queries' | 'failure'> {
  const outcome = outcomes.find(({ name }) => name === side.name);
  return { queries: outcome?.results ?? [], failure: side.failure ?? outcome?.failure ?? null };
}

function queriesOf(side: string, count: number): number {
  return BRUTE_FORCE.includes(side) ? Math.ceil(Math.min(QUERIES, Math.max(10, MOST_COMPARISONS / count))) : QUERIES;
}

/** The peers compile here, since one of them has no prebuilt binary. */
async function installPeers(cacheFolder: string, options: SuiteOptions): Promise<string> {
  const folder = join(cacheFolder, 'vector-peers');
  const isThere = Object.entries(PEERS).every(([name, version]) => versionOf(folder, name) === version);
  if (isThere) return folder;
  options.progress('installing the peers');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  const specs = Object.entries(PEERS).map(([name, version]) => `${name}@${version}`);
  await runCommand('npm', ['install', '--no-audit', '--no-fund', '--silent', '--save-exact', ...specs], {
    cwd: folder,
  });
  return folder;
}

function installed(peers: string): Record<string, string> {
  return Object.fromEntries(Object.keys(PEERS).map((name) => [name, versionOf(peers, name)]));
}

function speedupLines(figures: readonly SideFigures[]): SpeedupLine[] {
  const p50 = (count: number, name: string): number | undefined => {
    const side = figures.find((each) => each.count === count && each.name === name);
    return side === undefined || side.queries.length === 0 ? undefined : median(side.queries.map((run) => run.p50Ms));
  };
  const counts = [...new Set(figures.map(({ count }) => count))];
  return SIDES.filter((name) => name !== 'exact scan').map((name) => ({
    name,
    points: counts.flatMap((count) => {
      const [base, own] = [p50(count, 'exact scan'), p50(count, name)];
      return base === undefined || own === undefined ? [] : [{ count, speedup: base / own }];
    }),
  }));
}

function measurementsOf({ name, count, build, queries }: SideFigures): Measurement[] {
  const work = `${formatCount(count)} vectors`;
  const row = (metric: string, unit: string, values: readonly (number | undefined)[]): Measurement => ({
    work,
    side: name,
    metric,
    unit,
    values: values.filter((value) => value !== undefined),
  });
  return [
    row('build', 'ms', [build?.buildMs]),
    row('disk', 'bytes', [build?.diskBytes]),
    row('durable inserts', 'vectors/s', [build?.insertsPerSecond]),
    row('put seen', 'ms', [build?.changeMs?.put]),
    row('replacement seen', 'ms', [build?.changeMs?.replace]),
    row('deletion seen', 'ms', [build?.changeMs?.delete]),
    row(
      'open to first answer',
      'ms',
      queries.map((run) => run.openMs),
    ),
    row(
      'query p50',
      'ms',
      queries.map((run) => run.p50Ms),
    ),
    row(
      'query p95',
      'ms',
      queries.map((run) => run.p95Ms),
    ),
    row(
      'recall@10',
      'share',
      queries.map((run) => run.recall),
    ),
    row(
      'resident memory',
      'bytes',
      queries.map((run) => run.rssBytes),
    ),
    ...(queries[0]?.filtered ?? []).flatMap(({ share }, i) => [
      row(
        `recall@10 when ${share * 100}% pass`,
        'share',
        queries.map((run) => run.filtered?.[i]?.recall),
      ),
      row(
        `p95 when ${share * 100}% pass`,
        'ms',
        queries.map((run) => run.filtered?.[i]?.p95Ms),
      ),
    ]),
  ].filter((measurement) => measurement.values.length > 0);
}

import { cp, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provideBaseline } from './baseline.js';
import { type GeneratedShape, provideGeneratedTree } from './generated-tree.js';
import { type Outcome, type Side, type Suite, type SuiteOptions, type SuiteResult } from './harness.js';
import { alternate, runCommand } from './harness.js';
import { incrementalFindings } from './incremental-findings.js';
import { type ChildTask, type ColdRun, coldRun, type EditRun, editRun } from './incremental-runs.js';
import { type SizeRuns, BASELINE } from './incremental-samples.js';
import type { BenchPaths } from './machine.js';
import { OURS } from './ingest-findings.js';
import { compareSync } from './sync.js';

const SEED = 20_240_301;
const SIZES: readonly number[] = [10_000, 100_000, 1_000_000];
const QUICK_SIZES: readonly number[] = [2_000, 10_000];
const TINY_FILES = 10_000;
const QUICK_TINY_FILES = 1_000;
/** A larger tree takes minutes to index from nothing: it is indexed once, and not by the baseline. */
const MAX_COMPARED_SYMBOLS = 100_000;
const REPETITIONS = 30;
const QUICK_REPETITIONS = 5;
/** Of one process; what is slower gets fewer repetitions, and the tables say how many. */
const BUDGET_MS = 180_000;
const QUICK_BUDGET_MS = 20_000;
const CHILD_TIMEOUT_MS = 3_600_000;

/** A generated tree in a folder of its own, with the store that the edits work on. */
interface Workplace {
  readonly shape: GeneratedShape;
  readonly folder: string;
  readonly database: string;
}

/** Edits of generated trees in warm processes, and one edit of a real tree by the installed commands. */
export function incrementalSuite(paths: BenchPaths): Suite {
  return { name: 'incremental', run: (options) => runIncremental(paths, options) };
}

async function runIncremental(paths: BenchPaths, options: SuiteOptions): Promise<SuiteResult> {
  const sizes = [...(options.sizes ?? (options.quick ? QUICK_SIZES : SIZES))].sort((a, b) => a - b);
  const shapes: GeneratedShape[] = [
    { variant: 'tiny', symbols: options.quick ? QUICK_TINY_FILES : TINY_FILES, seed: SEED },
    ...sizes.map((symbols) => ({ variant: 'regular' as const, symbols, seed: SEED })),
  ];
  const scratch = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  try {
    const baseline = await baselineOrReason(paths, options);
    const places: Workplace[] = [];
    const cold: Outcome<ColdRun>[][] = [];
    for (const shape of shapes) {
      const place = await prepare(shape, scratch, paths, options);
      places.push(place);
      cold.push(await compareCold(place, scratch, paths, baseline.library, options));
    }
    const edits = await editInTurn(places, cold, paths, options);
    const runs = shapes.map((shape, at): SizeRuns => ({ shape, cold: cold[at] ?? [], edits: edits[at] ?? null }));
    return incrementalFindings(runs, await compareSync(paths, scratch, options), baseline.notes, SEED, options);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function baselineOrReason(
  paths: BenchPaths,
  options: SuiteOptions,
): Promise<{ library: string | null; notes: readonly string[] }> {
  options.progress('building the indexer as it was before the engine');
  try {
    return { library: await provideBaseline(paths.projectRoot, join(paths.cacheFolder, 'baseline')), notes: [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { library: null, notes: [`The overhead of the engine was not measured: ${reason}`] };
  }
}

async function prepare(
  shape: GeneratedShape,
  scratch: string,
  paths: BenchPaths,
  options: SuiteOptions,
): Promise<Workplace> {
  const name = `${shape.variant}-${shape.symbols}`;
  options.progress(`${name}: writing the tree`);
  const kept = await provideGeneratedTree(shape, join(paths.cacheFolder, 'trees'));
  const folder = join(scratch, name);
  // Nothing around the tree, such as a .gitignore, may change what an indexer sees.
  await cp(kept, folder, { recursive: true });
  return { shape, folder, database: join(scratch, `${name}.db`) };
}

/** Indexes a tree from nothing, with the engine and without; the last store with the engine is kept. */
async function compareCold(
  { shape, folder, database }: Workplace,
  scratch: string,
  paths: BenchPaths,
  baseline: string | null,
  options: SuiteOptions,
): Promise<Outcome<ColdRun>[]> {
  const side = (name: string, library: string, file: string): Side<ColdRun> => ({
    name,
    run: async (round) => {
      await removeDatabase(file);
      const task = { ...taskOf({ shape, folder, database: file }, library, options), mode: 'cold' as const, round };
      const result = await runChild(task);
      const { size } = await stat(file);
      return { ...coldRun.parse(JSON.parse(result.stdout)), peakRssBytes: result.peakRssBytes, sizeBytes: size };
    },
  });
  const isCompared = shape.variant === 'regular' && shape.symbols <= MAX_COMPARED_SYMBOLS;
  const sides = [side(OURS, builtLibrary(paths), database)];
  if (isCompared && baseline !== null) sides.push(side(BASELINE, baseline, join(scratch, 'baseline.db')));
  const runs = isCompared ? options.runs : 1;
  const progress = (line: string): void => options.progress(`${shape.variant}-${shape.symbols} cold: ${line}`);
  const outcomes = await alternate(sides, { runs, progress });
  await removeDatabase(join(scratch, 'baseline.db'));
  return outcomes;
}

/** The trees take turns, so that a slow spell of the machine touches all sizes; every turn is a process. */
async function editInTurn(
  places: readonly Workplace[],
  cold: readonly (readonly Outcome<ColdRun>[])[],
  paths: BenchPaths,
  options: SuiteOptions,
): Promise<Outcome<EditRun>[]> {
  const sides = places.map((place, at): Side<EditRun> => {
    const { shape } = place;
    return {
      name: `${shape.variant}-${shape.symbols}`,
      run: async (round) => {
        const failure = cold[at]?.find((outcome) => outcome.name === OURS)?.failure ?? null;
        if (failure !== null) throw new Error(`there is no index to begin with: ${failure}`);
        const mode = shape.variant === 'tiny' ? ('no-change' as const) : ('edits' as const);
        const result = await runChild({ ...taskOf(place, builtLibrary(paths), options), mode, round });
        return { ...editRun.parse(JSON.parse(result.stdout)), peakRssBytes: result.peakRssBytes };
      },
    };
  });
  return alternate(sides, { runs: options.runs, progress: (line) => options.progress(`edits: ${line}`) });
}

function taskOf(place: Workplace, library: string, { quick }: SuiteOptions): Omit<ChildTask, 'mode' | 'round'> {
  return {
    ...place,
    library,
    repetitions: quick ? QUICK_REPETITIONS : REPETITIONS,
    budgetMs: quick ? QUICK_BUDGET_MS : BUDGET_MS,
  };
}

function runChild(task: ChildTask) {
  const script = fileURLToPath(new URL('incremental-child.js', import.meta.url));
  return runCommand(process.execPath, [script, JSON.stringify(task)], { timeoutMs: CHILD_TIMEOUT_MS });
}

function builtLibrary({ projectRoot }: BenchPaths): string {
  return join(projectRoot, 'dist', 'index.js');
}

async function removeDatabase(file: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(file + suffix, { force: true });
}

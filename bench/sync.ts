import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandResult, Measurement, Outcome, Side, SuiteOptions, Table } from './harness.js';
import { alternate, runCommand } from './harness.js';
import type { BenchPaths } from './machine.js';
import { OURS } from './ingest-findings.js';
import { installPeers, PEERS, runPeerCommand } from './peers.js';
import { formatBytes, formatMs, formatRatio, formatSummary } from './report.js';
import { median, ratio, seededRandom, summarize } from './statistics.js';
import { TREES, type TreeSource, copyTree, fetchTree, listFiles } from './trees.js';

const TREE = 'viem';
const NODE = 'node -e 0';
const SEED = 7;
/** A statement that leaves a function, at the first level of its body. */
const STATEMENT = /^ {2}return /m;

/** One round of one side: the index brought up to date after an edit, and once more after none. */
interface SyncRun {
  readonly edit: CommandResult;
  readonly noChange: CommandResult;
  /** Did the command say that one file had changed? Null for what does not index. */
  readonly sawEdit: boolean | null;
}

export interface SyncFindings {
  readonly tables: readonly Table[];
  readonly measurements: readonly Measurement[];
  readonly versions: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

/** What brings one copy of the tree up to date. */
interface Indexing {
  readonly name: string;
  readonly first: (folder: string) => Promise<unknown>;
  readonly sync: (folder: string) => Promise<CommandResult>;
  readonly sawEdit: (result: CommandResult) => boolean;
}

/** One file of a real tree is edited; each installed command brings its index up to date as a whole process. */
export async function compareSync(paths: BenchPaths, scratch: string, options: SuiteOptions): Promise<SyncFindings> {
  const source = TREES.find((tree) => tree.id === TREE);
  if (source === undefined) throw new Error(`There is no tree ${TREE}.`);
  const tree = await fetchTree(source, join(paths.cacheFolder, 'trees'));
  const notes: string[] = [];
  const sides: Side<SyncRun>[] = [];
  for (const indexing of await indexings(paths, scratch, notes, options)) {
    const folder = join(scratch, `sync-${indexing.name}`);
    await copyTree(tree, folder);
    options.progress(`sync: first index by ${indexing.name}`);
    try {
      await indexing.first(folder);
    } catch (error) {
      notes.push(`${indexing.name} failed to index ${source.label}: ${String(error)}`);
      continue;
    }
    const files = await editableFiles(folder, source);
    sides.push({ name: indexing.name, run: (round) => editAndSync(indexing, folder, files, round) });
  }
  sides.push({ name: NODE, run: runNode });
  const outcomes = await alternate(sides, { ...options, progress: (line) => options.progress(`sync: ${line}`) });
  return syncFindings(source, outcomes, notes);
}

async function indexings(
  paths: BenchPaths,
  scratch: string,
  notes: string[],
  options: SuiteOptions,
): Promise<Indexing[]> {
  const cli = join(paths.projectRoot, 'dist', 'cli', 'main.js');
  const database = join(scratch, 'sync.db');
  const index = (folder: string): Promise<CommandResult> =>
    runCommand(process.execPath, [cli, 'index', folder, '--db', database, '--json', '--no-embed']);
  const { peers, missing } = await installPeers(paths, options.progress);
  for (const { source, reason } of missing) notes.push(`${source.packageName} could not be installed: ${reason}`);
  return [
    { name: OURS, first: index, sync: index, sawEdit: ({ stdout }) => /"parsed":\s*1\b/.test(stdout) },
    ...peers.map((peer) => ({
      name: peer.source.name,
      first: (folder: string) => runPeerCommand(peer, peer.source.indexArguments(folder), folder),
      sync: (folder: string) => runPeerCommand(peer, peer.source.syncArguments(folder), folder),
      sawEdit: ({ stdout, stderr }: CommandResult) => /\b1 changed\b/.test(stdout + stderr),
    })),
  ];
}

/** Files that have a place for the edit, in the same order everywhere. */
async function editableFiles(folder: string, source: TreeSource): Promise<string[]> {
  const found: string[] = [];
  for (const path of await listFiles(folder)) {
    if (path.endsWith(source.extension) && STATEMENT.test(await readFile(join(folder, path), 'utf8'))) found.push(path);
  }
  return found;
}

/** Every side gets the same edit of the same file in the same round. */
async function editAndSync(
  indexing: Indexing,
  folder: string,
  files: readonly string[],
  round: number,
): Promise<SyncRun> {
  const path = files[Math.floor(seededRandom(SEED + round)() * files.length)];
  if (path === undefined) throw new Error('The tree has no file to edit.');
  const file = join(folder, path);
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace(STATEMENT, (statement) => `  void ${round + 1}\n${statement}`),
  );
  const edit = await indexing.sync(folder);
  const noChange = await indexing.sync(folder);
  return { edit, noChange, sawEdit: indexing.sawEdit(edit) };
}

async function runNode(): Promise<SyncRun> {
  const start = (): Promise<CommandResult> => runCommand(process.execPath, ['-e', '0']);
  return { edit: await start(), noChange: await start(), sawEdit: null };
}

function syncFindings(source: TreeSource, outcomes: readonly Outcome<SyncRun>[], notes: string[]): SyncFindings {
  for (const { name, results, failure } of outcomes) {
    if (failure !== null) notes.push(`${name} failed to bring ${source.label} up to date: ${failure}`);
    const unseen = results.filter((run) => run.sawEdit === false).length;
    if (unseen > 0)
      notes.push(`${name} did not report exactly one changed file in ${unseen} of ${results.length} rounds.`);
  }
  const finished = outcomes.filter((outcome) => outcome.failure === null && outcome.results.length > 0);
  const works = [
    ['body edit of one file', (run: SyncRun) => run.edit],
    ['no change', (run: SyncRun) => run.noChange],
  ] as const;
  return {
    tables: works.map(([work, part]) => syncTable(`${work}, whole processes, ${source.label}`, finished, part)),
    measurements: works.flatMap(([work, part]) =>
      finished.map((outcome) => measurementOf(work, source, outcome, part)),
    ),
    versions: Object.fromEntries(PEERS.map((peer) => [peer.packageName, peer.version])),
    notes,
  };
}

function measurementOf(
  work: string,
  source: TreeSource,
  outcome: Outcome<SyncRun>,
  part: (run: SyncRun) => CommandResult,
): Measurement {
  const values = outcome.results.map((run) => part(run).wallMs);
  return { work: `${source.label}: ${work}`, side: outcome.name, metric: 'time', unit: 'ms', values };
}

function syncTable(title: string, finished: readonly Outcome<SyncRun>[], part: (run: SyncRun) => CommandResult): Table {
  const timesOf = (outcome: Outcome<SyncRun>): number[] => outcome.results.map((run) => part(run).wallMs);
  const ours = finished.find((outcome) => outcome.name === OURS);
  return {
    title,
    columns: ['side', 'time', 'times lestockage', 'peak memory'],
    rows: finished.map((outcome) => {
      const peaks = outcome.results.flatMap((run) => part(run).peakRssBytes ?? []);
      return [
        outcome.name,
        formatSummary(summarize(timesOf(outcome)), formatMs),
        ours === undefined || outcome === ours ? '–' : formatRatio(ratio(timesOf(outcome), timesOf(ours))),
        peaks.length === 0 ? '–' : formatBytes(median(peaks)),
      ];
    }),
  };
}

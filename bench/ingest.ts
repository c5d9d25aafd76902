import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Outcome, type Side, type Suite, type SuiteOptions, type SuiteResult } from './harness.js';
import type { BenchPaths } from './machine.js';
import { type CommandResult, alternate, runCommand } from './harness.js';
import { PARSE_ONLY, OURS, type IngestRun, type TreeFindings, mergeFindings, treeFindings } from './ingest-findings.js';
import { folderSize, type Peer, installPeers, runPeer } from './peers.js';
import { TREES, type Tree, copyTree, fetchTree } from './trees.js';

/** The indexer takes a thread a core, and no more than this; the floor must have as many. */
const MAX_INDEXER_THREADS = 8;
const QUICK_TREES: readonly string[] = ['viem', 'ouroboros'];

/** Indexing real trees from nothing: the installed commands from start to end, in turn with one another. */
export function ingestSuite(paths: BenchPaths): Suite {
  return { name: 'ingest', run: (options) => runIngest(paths, options) };
}

async function runIngest(paths: BenchPaths, options: SuiteOptions): Promise<SuiteResult> {
  const { peers, missing } = await installPeers(paths, options.progress);
  const findings: TreeFindings[] = [];
  for (const source of TREES.filter((tree) => !options.quick || QUICK_TREES.includes(tree.id))) {
    options.progress(`fetching ${source.packageName}@${source.version}`);
    const tree = await fetchTree(source, join(paths.cacheFolder, 'trees'));
    findings.push(treeFindings(tree, await compareOn(tree, peers, paths, options)));
  }
  return mergeFindings(findings, missing, options);
}

async function compareOn(
  tree: Tree,
  peers: readonly Peer[],
  paths: BenchPaths,
  options: SuiteOptions,
): Promise<Outcome<IngestRun>[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  const folder = join(scratch, tree.source.id);
  try {
    await copyTree(tree, folder);
    const sides: Side<IngestRun>[] = [
      { name: OURS, run: (round) => indexOnce(folder, join(scratch, `store-${round}`), paths, ['--no-embed']) },
      ...peers.map((peer) => ({
        name: peer.source.name,
        run: async () => ({ files: null, ...(await runPeer(peer, folder)) }),
      })),
      { name: PARSE_ONLY, run: () => parseOnce(tree, folder) },
    ];
    return await alternate(sides, { ...options, progress: (line) => options.progress(`${tree.source.id}: ${line}`) }, [
      PARSE_ONLY,
    ]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** One cold run of the built command line on a store that does not exist yet. */
export async function indexOnce(
  folder: string,
  storeFolder: string,
  paths: BenchPaths,
  more: readonly string[],
): Promise<IngestRun> {
  const database = join(storeFolder, 'code.db');
  await mkdir(storeFolder);
  const cli = join(paths.projectRoot, 'dist', 'cli', 'main.js');
  const result = await runCommand(process.execPath, [cli, 'index', folder, '--db', database, '--json', ...more]);
  const counts = countsFromIndex(result);
  if (counts.nodes === 0) throw new Error('The index command found nothing in the tree.');
  const sizeBytes = await folderSize(storeFolder);
  await rm(storeFolder, { recursive: true, force: true });
  return { ...result, ...counts, sizeBytes };
}

/** Reads the `index` document of the command line contract. */
function countsFromIndex(result: CommandResult): Pick<IngestRun, 'files' | 'nodes' | 'edges'> {
  const document: unknown = JSON.parse(result.stdout);
  const projects =
    typeof document === 'object' && document !== null && 'projects' in document ? document.projects : undefined;
  const project: unknown = Array.isArray(projects) ? projects[0] : undefined;
  if (
    typeof project !== 'object' ||
    project === null ||
    !('nodes' in project && typeof project.nodes === 'number') ||
    !('edges' in project && typeof project.edges === 'number') ||
    !('files' in project && typeof project.files === 'object' && project.files !== null) ||
    !('parsed' in project.files && typeof project.files.parsed === 'number')
  ) {
    throw new Error(`The index command printed an unexpected document: ${result.stdout.slice(0, 300)}`);
  }
  return { files: project.files.parsed, nodes: project.nodes, edges: project.edges };
}

async function parseOnce(tree: Tree, folder: string): Promise<IngestRun> {
  const script = fileURLToPath(new URL('parse-only.js', import.meta.url));
  const threads = String(Math.min(availableParallelism(), MAX_INDEXER_THREADS));
  const result = await runCommand(process.execPath, [script, folder, tree.source.language, threads]);
  return { ...result, files: tree.files, nodes: null, edges: null, sizeBytes: null };
}

import type { PreciseStore, ProjectFiles } from '../../graph/index.js';
import type { CommitRight } from '../../incremental/index.js';
import { BusyError, encodePrecise, type PreciseFile, type ProjectId } from '../../model/index.js';
import type { IndexerStores } from '../indexer-stores.js';
import type { IndexReport } from '../indexer.js';
import { sameRoutes } from '../packages/route-update.js';
import { NOTHING } from '../run-state.js';
import { syncProject } from '../sync/sync-project.js';

type CommitStores = IndexerStores & { readonly precise: PreciseStore };

/** How often a run starts anew because another process committed the same project meanwhile. */
const MAX_ATTEMPTS = 5;

/** Runs with the project's lease, and anew when somebody else committed meanwhile. */
export async function onceLeased<R extends Pick<IndexReport, 'ms'>>(
  stores: IndexerStores,
  project: ProjectId,
  signal: AbortSignal | undefined,
  run: (right: CommitRight) => Promise<R>,
): Promise<R> {
  const started = performance.now();
  for (let attempt = 1; ; attempt++) {
    const right = await stores.right(project, false, signal);
    try {
      return { ...(await run(right)), ms: Math.round(performance.now() - started) };
    } catch (error) {
      const isOvertaken =
        error instanceof BusyError && (error.code === 'STALE_GENERATION' || error.code === 'LEASE_LOST');
      if (!isOvertaken || attempt === MAX_ATTEMPTS) throw error;
    } finally {
      await right.release();
    }
  }
}

export interface CommittedPrecise extends Pick<IndexReport, 'generation' | 'nodes' | 'edges' | 'recomputed' | 'ms'> {
  /** Files of which nothing more is said. */
  readonly removed: number;
}

/**
 * Stores what compilers say of files from now on (undefined: nothing more), binds the symbols of those files anew, and
 * commits both as one batch. What is already there is left alone; when all is, nothing is written.
 */
export async function commitPrecise(
  stores: CommitStores,
  project: ProjectId,
  known: ProjectFiles,
  told: ReadonlyMap<string, PreciseFile | undefined>,
  right: CommitRight,
  signal: AbortSignal | undefined,
): Promise<CommittedPrecise> {
  const stored = new Map((await stores.precise.list(project)).map((file) => [file.path, file]));
  const news = new Map([...told].filter(([path, file]) => !isSame(stored.get(path), file)));
  const removed = [...news].flatMap(([path, file]) => (file === undefined ? [path] : []));
  if (news.size === 0) {
    const counts = await stores.projects.counts(project);
    return { generation: known.generation, ...counts, recomputed: recomputed(0), ms: 0, removed: 0 };
  }
  const paths = [...news.keys()].filter((path) => known.files.has(path));
  const whole = await stores.reader.wholeFiles(project, paths);
  const sync = await syncProject(stores, {
    projectId: project,
    generation: known.generation,
    // What was invalidated is for the next index run, which reads the files.
    marks: [],
    versions: await stores.memos(project).versions(),
    parsed: [...whole.values()].map(({ facts }) => facts),
    contents: paths.flatMap((path) => known.files.get(path) ?? []),
    precise: news,
    removed: new Set(),
    routes: sameRoutes(stores.packages, project),
    isForced: false,
    signal,
    onEvent: undefined,
  });
  const { counts } = sync.delta;
  const { generation } = await stores.projects.commit({
    ...NOTHING,
    ...sync.delta,
    counts: { ...counts, nodes: sync.isAsIndexed ? counts.nodes : null },
    projectId: project,
    root: known.root,
    expectedGeneration: known.generation,
    guards: right.guards(),
    alongside: [
      ...(sync.delta.alongside ?? []),
      stores.precise.statementForDelete(project, removed),
      stores.precise.statementForPut(
        project,
        [...news.values()].filter((file) => file !== undefined),
      ),
      ...right.releaseStatements(),
    ],
    deletedFiles: [],
    files: [],
    advancesGeneration: true,
  });
  right.released();
  const { nodes, edges } = counts;
  return { generation, nodes, edges, recomputed: recomputed(sync.bindings), ms: 0, removed: removed.length };
}

function recomputed(bindings: number): IndexReport['recomputed'] {
  return { parse: 0, analysis: 0, bindings, embeddings: 0 };
}

function isSame(a: PreciseFile | undefined, b: PreciseFile | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.contentHash === b.contentHash &&
    a.structureHash === b.structureHash &&
    a.tool === b.tool &&
    a.folder === b.folder &&
    encodePrecise(a) === encodePrecise(b)
  );
}

import { NodeHash, type Fingerprint, type NodeId, type ProjectId } from '../model/index.js';
import type { BulkStatement, Database, Statement } from '../sql/index.js';
import { requireHash } from './argument-checks.js';
import type { Mark, MemoStore } from './memo-store.js';
import { isMemo, type Memo } from './pack.js';

/** A symbol, and the file whose partition its results are in. */
export interface StoredSymbol {
  readonly id: NodeId;
  readonly projectId: ProjectId;
  readonly filePath: string;
}

/** What invalidation has to be told about the graph, which it does not know. */
export interface InvalidationParts {
  readonly memos: (projectId: ProjectId) => MemoStore;
  readonly symbolsWith: (contentHash: NodeHash) => Promise<readonly StoredSymbol[]>;
  /** The symbols of a file, in one project or in all. */
  readonly symbolsIn: (path: string, projectId: ProjectId | undefined) => Promise<readonly StoredSymbol[]>;
  /** Everything that results can have read of these symbols, which are in one file. */
  readonly thingsOfSymbols: (
    projectId: ProjectId,
    path: string,
    ids: readonly NodeId[],
  ) => Promise<Iterable<Fingerprint>>;
  /** Everything that results can have read of a file. */
  readonly thingsOfFile: (projectId: ProjectId, path: string) => Promise<Iterable<Fingerprint>>;
}

export interface Invalidated {
  /** Was there an entry in `analysis_cache`? */
  readonly removed: boolean;
  /** The symbols with this content and those whose bindings read something of them, in order. */
  readonly marked: readonly NodeId[];
}

export interface AffectedOptions {
  /** Default: all projects that have the file. */
  readonly project?: ProjectId;
  /** Also everything outside of the file that depends on it. Default false. */
  readonly transitive?: boolean;
}

/** Makes stored results count as outdated, and says which ones depend on a file. */
export class QueryInvalidation {
  constructor(
    private readonly database: Database,
    private readonly parts: InvalidationParts,
  ) {}

  /**
   * Removes the analysis of a content and marks every symbol that has the content, together with the
   * symbols whose bindings read something of them; both or neither. The next index run parses the marked
   * symbols' files again and looks at all marked bindings. A hash that nothing has changes nothing.
   *
   * Throws UsageError `INVALID_HASH`.
   */
  async invalidateNode(hash: NodeHash): Promise<Invalidated> {
    const contentHash = requireHash(hash);
    const symbols = await this.parts.symbolsWith(contentHash);
    const marked = new Set<NodeId>(symbols.map(({ id }) => id));
    const batch: (Statement | BulkStatement)[] = [
      {
        sql: 'DELETE FROM analysis_cache WHERE node_hash = ? RETURNING 1 AS removed',
        parameters: [NodeHash.toBytes(contentHash)],
      },
    ];
    for (const [projectId, files] of byProjectAndFile(symbols)) {
      const memos = this.parts.memos(projectId);
      // What was never bound will be, without being marked.
      if ((await memos.versions()).size === 0) continue;
      const marks: Mark[] = [];
      const changed = new Set<Fingerprint>();
      for (const [partition, ids] of files) {
        for (const thing of await this.parts.thingsOfSymbols(projectId, partition, ids)) {
          changed.add(thing);
          marks.push({ partition, thing });
        }
      }
      for (const id of await readersOf(memos, files.keys(), changed)) marked.add(id);
      batch.push(memos.statementsForMarks(marks));
    }
    const { returned } = await this.database.write(batch);
    return { removed: returned[0]?.length === 1, marked: inOrder(marked) };
  }

  /**
   * The ids of the symbols of a file, in order; with `transitive`, of all symbols whose results are to be
   * looked at when the file changes or goes: theirs, and those that read anything of it, a name that it
   * gives to others included. Empty for a file that is not in the store.
   */
  async getAffectedNodes(path: string, options: AffectedOptions = {}): Promise<NodeId[]> {
    const symbols = await this.parts.symbolsIn(path, options.project);
    const affected = new Set<NodeId>(symbols.map(({ id }) => id));
    if (options.transitive === true) {
      for (const projectId of new Set(symbols.map((symbol) => symbol.projectId))) {
        const things = new Set(await this.parts.thingsOfFile(projectId, path));
        for (const id of await readersOf(this.parts.memos(projectId), [path], things)) affected.add(id);
      }
    }
    return inOrder(affected);
  }
}

/**
 * The roots that read one of the things, themselves or through other results. They are called after
 * symbols. Bindings do not read bindings, so what they were computed from is all that they depend on.
 */
async function readersOf(
  memos: MemoStore,
  homes: Iterable<string>,
  things: ReadonlySet<Fingerprint>,
): Promise<NodeId[]> {
  const partitions = new Set([...homes, ...(await memos.dependents(things))]);
  const readers: NodeId[] = [];
  for (const { pack } of (await memos.load([...partitions])).values()) {
    const known = new Map<Memo, boolean>();
    const reads = (memo: Memo): boolean => {
      let answer = known.get(memo);
      if (answer === undefined) {
        answer = memo.reads.some((read) => (isMemo(read) ? reads(read) : things.has(read.thing)));
        known.set(memo, answer);
      }
      return answer;
    };
    for (const root of pack?.roots ?? []) if (reads(root)) readers.push(Number(root.key) as NodeId);
  }
  return readers;
}

function byProjectAndFile(symbols: readonly StoredSymbol[]): Map<ProjectId, Map<string, NodeId[]>> {
  const projects = new Map<ProjectId, Map<string, NodeId[]>>();
  for (const { id, projectId, filePath } of symbols) {
    let files = projects.get(projectId);
    if (files === undefined) projects.set(projectId, (files = new Map<string, NodeId[]>()));
    const ids = files.get(filePath);
    if (ids === undefined) files.set(filePath, [id]);
    else ids.push(id);
  }
  return projects;
}

function inOrder(ids: Iterable<NodeId>): NodeId[] {
  return [...ids].sort((a, b) => a - b);
}

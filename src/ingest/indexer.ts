import type {
  EdgeStore,
  FileRecord,
  FileStore,
  NodeStore,
  ProjectFiles,
  ProjectStore,
  ReferenceStore,
} from '../graph/index.js';
import { BusyError, CancelledError, UsageError, type FileFacts, type ProjectId } from '../model/index.js';
import { computeChanges, type ChangeSet } from './change-set.js';
import { FACTS_VERSION, languageOf } from './languages/index.js';
import type { ParseOutcome, ParseTask } from './parse-file.js';
import { parseFiles } from './parse-pool.js';
import { projectIdFor } from './project-id.js';
import { walk, type WalkEntry, type WalkResult } from './walk/index.js';

/** A file may change again within the same tick of the file system's clock; such states are not trusted. */
const CLOCK_GRAIN_MS = 2000;
/** How often a run starts anew because another process committed the same project meanwhile. */
const MAX_ATTEMPTS = 5;

export interface IndexProgress {
  readonly phase: 'scan' | 'parse' | 'bind' | 'commit';
  readonly filesDone: number;
  readonly filesTotal: number;
  /** Symbols found so far in the files parsed by this run. */
  readonly symbols: number;
}

/** Something about a file that the user should know; the rest was indexed. */
export interface IndexWarning {
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

export interface IndexOptions {
  /** The project's folder. */
  readonly root: string;
  /** Default: the id the folder was indexed under, else its name. */
  readonly projectId?: string;
  /** Parsing threads; 0 parses on the calling thread. Default: one for each processor. */
  readonly workers?: number;
  /** Parse every file, changed or not. */
  readonly force?: boolean;
  /** Larger files are reported, not parsed. */
  readonly maxFileBytes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IndexProgress) => void;
}

export interface IndexReport {
  readonly generation: number;
  readonly project: ProjectId;
  readonly files: {
    readonly seen: number;
    readonly parsed: number;
    readonly unchanged: number;
    readonly removed: number;
    readonly skipped: number;
  };
  /** Totals of the project after the run. */
  readonly nodes: number;
  readonly edges: number;
  /** How many computations ran: files parsed, functions analysed, symbols bound, symbols embedded. */
  readonly recomputed: {
    readonly parse: number;
    readonly analysis: number;
    readonly bindings: number;
    readonly embeddings: number;
  };
  readonly warnings: readonly IndexWarning[];
  readonly ms: number;
}

export interface IndexerStores {
  readonly nodes: NodeStore;
  readonly edges: EdgeStore;
  readonly files: FileStore;
  readonly projects: ProjectStore;
  readonly references: ReferenceStore;
}

/** Brings projects in a store up to date with their folders. */
export class Indexer {
  constructor(
    private readonly stores: IndexerStores,
    private readonly clock: () => number = Date.now,
  ) {}

  /**
   * Indexes one folder. Everything it changes is committed as one atomic batch at the end: until then
   * readers see the state before, and an interrupted run leaves it.
   *
   * Throws NotFoundError `FOLDER_NOT_FOUND`, UsageError `NOT_A_FOLDER` or `INVALID_ARGUMENT`,
   * CancelledError, BusyError `STALE_GENERATION` when other processes keep committing the same
   * project, and what the database throws. A file that cannot be read or parsed is a warning.
   */
  async index(options: IndexOptions): Promise<IndexReport> {
    checkOptions(options);
    const started = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        const report = await new IndexRun(this.stores, options, this.clock()).run();
        return { ...report, ms: Math.round(performance.now() - started) };
      } catch (error) {
        const isStale = error instanceof BusyError && error.code === 'STALE_GENERATION';
        if (!isStale || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }
}

function checkOptions({ projectId, workers }: IndexOptions): void {
  if (projectId !== undefined && (projectId === '' || projectId.includes('//') || /\p{Cc}/u.test(projectId))) {
    throw new UsageError(
      'INVALID_ARGUMENT',
      `A project id is a text without '//' and control characters; got ${JSON.stringify(projectId)}.`,
      {
        details: { option: 'projectId', value: projectId },
      },
    );
  }
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 0 && workers <= 64)) {
    throw new UsageError('INVALID_ARGUMENT', `workers is a whole number from 0 to 64; got ${workers}.`, {
      details: { option: 'workers', value: workers },
    });
  }
}

/** One attempt to index one folder. */
class IndexRun {
  private readonly facts: FileFacts[] = [];
  private readonly fileRecords: FileRecord[] = [];
  private readonly warnings: IndexWarning[] = [];
  /** Files that turned out not to be source: what is stored of them goes. */
  private readonly rejected = new Set<string>();
  private skipped = 0;
  private same = 0;
  private symbols = 0;

  constructor(
    private readonly stores: IndexerStores,
    private readonly options: IndexOptions,
    private readonly startedAt: number,
  ) {}

  async run(): Promise<IndexReport> {
    const { signal } = this.options;
    const walked = await walk(this.options.root, {
      languageOf: (path) => languageOf(path)?.name,
      ...(signal === undefined ? {} : { signal }),
    });
    for (const warning of walked.warnings) this.warnings.push(warning);
    const projectId = this.options.projectId ?? projectIdFor(walked.root, await this.stores.projects.list());
    const known = await this.stores.projects.files(projectId);
    this.progress('scan', 0, walked.entries.length);
    const { tasks, unchanged } = this.plan(walked.entries, known);
    await this.parse(tasks, known);
    const removed = this.removedFiles(walked, known);
    return this.commit(projectId, walked, known, removed, unchanged);
  }

  /** Files whose state on disk is the one that was indexed are not read. */
  private plan(entries: readonly WalkEntry[], known: ProjectFiles): { tasks: ParseTask[]; unchanged: number } {
    const tasks: ParseTask[] = [];
    for (const entry of entries) {
      const record = known.files.get(entry.path);
      const isCurrent = record?.language === entry.language && record.factsVersion === FACTS_VERSION;
      if (this.options.force === true || !isCurrent) tasks.push({ entry, knownHash: null });
      else if (record.statKey !== entry.statKey) tasks.push({ entry, knownHash: record.contentHash });
    }
    return { tasks, unchanged: entries.length - tasks.length };
  }

  private async parse(tasks: readonly ParseTask[], known: ProjectFiles): Promise<void> {
    const { workers, signal, maxFileBytes } = this.options;
    const byPath = new Map(tasks.map((task) => [task.entry.path, task.entry]));
    let done = 0;
    await parseFiles(tasks, {
      limits: maxFileBytes === undefined ? {} : { maxFileBytes },
      ...(workers === undefined ? {} : { workers }),
      ...(signal === undefined ? {} : { signal }),
      onOutcome: (outcome) => {
        const entry = byPath.get(outcome.path);
        if (entry !== undefined) this.take(outcome, entry, known);
        this.progress('parse', ++done, tasks.length);
      },
    });
  }

  private take(outcome: ParseOutcome, entry: WalkEntry, known: ProjectFiles): void {
    if (outcome.kind === 'skipped') {
      this.skipped++;
      this.warnings.push({ file: outcome.path, code: outcome.code, message: outcome.message });
      // What cannot be read now is unknown, not gone.
      if (outcome.code !== 'FILE_UNREADABLE' && outcome.code !== 'FILE_CHANGED') this.rejected.add(outcome.path);
      return;
    }
    if (outcome.kind === 'same') this.same++;
    else {
      this.facts.push(outcome.facts);
      this.symbols += outcome.facts.symbols.length;
      for (const warning of outcome.warnings) this.warnings.push({ file: outcome.path, ...warning });
    }
    // What was not parsed again has the syntax errors that it had.
    const errors = outcome.kind === 'parsed' ? outcome.facts : known.files.get(outcome.path);
    this.fileRecords.push({
      path: outcome.path,
      language: entry.language,
      contentHash: outcome.contentHash,
      sizeBytes: outcome.sizeBytes,
      statKey: this.isSettled(outcome.statKey) ? outcome.statKey : null,
      errorCount: errors?.errorCount ?? 0,
      firstErrorLine: errors?.firstErrorLine ?? 0,
      factsVersion: FACTS_VERSION,
    });
  }

  /** Was the file last written so long before this run that a later write must show in its times? */
  private isSettled(statKey: string): boolean {
    const [, modifiedNs = '0', changedNs = '0'] = statKey.split(':');
    const newest = Math.max(Number(BigInt(modifiedNs) / 1_000_000n), Number(BigInt(changedNs) / 1_000_000n));
    return newest + CLOCK_GRAIN_MS < this.startedAt;
  }

  /** Stored files that are no longer there, or no longer source. */
  private removedFiles(walked: WalkResult, known: ProjectFiles): Set<string> {
    const present = new Set(walked.entries.map((entry) => entry.path));
    const isUnknown = (path: string): boolean =>
      walked.unreadableFolders.some((folder) => folder === '' || path.startsWith(`${folder}/`));
    const removed = new Set<string>();
    for (const path of known.files.keys()) {
      if (this.rejected.has(path) || (!present.has(path) && !isUnknown(path))) removed.add(path);
    }
    return removed;
  }

  private async commit(
    projectId: ProjectId,
    walked: WalkResult,
    known: ProjectFiles,
    removed: ReadonlySet<string>,
    unchanged: number,
  ): Promise<IndexReport> {
    const { projects, nodes } = this.stores;
    const advancesGeneration = this.facts.length > 0 || removed.size > 0 || known.generation === 0;
    // A folder that was moved has all its files as they were, but the project's root is another.
    if (!advancesGeneration && this.fileRecords.length === 0 && known.root === walked.root) {
      return this.report(
        projectId,
        walked,
        removed,
        nothingChanged(await projects.counts(projectId)),
        known.generation,
        unchanged,
      );
    }
    this.progress('bind', walked.entries.length, walked.entries.length);
    const changes = advancesGeneration
      ? await computeChanges({ projectId, state: await projects.state(projectId), parsed: this.facts, removed }, nodes)
      : nothingChanged(await projects.counts(projectId));
    this.stopIfCancelled();
    this.progress('commit', walked.entries.length, walked.entries.length);
    this.stopIfCancelled();
    const { generation } = await projects.commit({
      projectId,
      root: walked.root,
      // Had another run committed since the files were compared, the plan of this one would be wrong.
      expectedGeneration: known.generation,
      ...changes,
      deletedFiles: removed,
      files: this.fileRecords,
      advancesGeneration,
    });
    return this.report(projectId, walked, removed, changes, generation, unchanged);
  }

  private report(
    project: ProjectId,
    walked: WalkResult,
    removed: ReadonlySet<string>,
    changes: ChangeSet,
    generation: number,
    unchanged: number,
  ): IndexReport {
    return {
      generation,
      project,
      files: {
        seen: walked.entries.length,
        parsed: this.facts.length,
        unchanged: unchanged + this.same,
        removed: removed.size,
        skipped: this.skipped,
      },
      nodes: changes.nodeCount,
      edges: changes.edgeCount,
      recomputed: { parse: this.facts.length, analysis: changes.analysed, bindings: changes.bound, embeddings: 0 },
      warnings: this.warnings.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)),
      ms: 0,
    };
  }

  private stopIfCancelled(): void {
    if (this.options.signal?.aborted === true) throw new CancelledError();
  }

  private progress(phase: IndexProgress['phase'], filesDone: number, filesTotal: number): void {
    this.options.onProgress?.({ phase, filesDone, filesTotal, symbols: this.symbols });
  }
}

function nothingChanged(counts: { readonly nodes: number; readonly edges: number }): ChangeSet {
  return {
    deletedNodes: [],
    nodes: [],
    references: [],
    deletedEdges: [],
    edges: [],
    nodeCount: counts.nodes,
    edgeCount: counts.edges,
    analysed: 0,
    bound: 0,
  };
}

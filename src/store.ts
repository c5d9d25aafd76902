import { Analytics, type ChangeCounts } from './analytics/index.js';
import {
  checkIntegrity,
  compareWithRebuild,
  dumpLines,
  EdgeStore,
  FactReader,
  FileStore,
  GraphStatistics,
  NodeRowEmbeddings,
  NodeStore,
  PdgStore,
  ProjectStore,
  ReferenceStore,
  SymbolQuery,
  Traversal,
  type Difference,
  type DumpOptions,
  type FreshStore,
  type ProjectSummary,
  type VerifyOptions,
  type VerifyReport,
} from './graph/index.js';
import {
  acquireLease,
  checkMemos,
  ContentStore,
  IncrementalCache,
  MemoStore,
  QueryInvalidation,
  QuerySpace,
  type Query,
  type QueryInput,
  type QuerySpaceOptions,
} from './incremental/index.js';
import type {
  EmbedOptions,
  EmbedReport,
  IndexerStores,
  IndexOptions,
  IndexReport,
  ProgramSlice,
  SliceOptions,
  WatchOptions,
} from './ingest/index.js';
import { UsageError } from './model/index.js';
import { openDatabase, readSchemaVersion, type Database, type StorageConfig } from './sql/index.js';
import {
  checkEmbeddings,
  countEmbeddings,
  EmbeddingJournal,
  EmbeddingQueue,
  EmbeddingStore,
  ensureScope,
  GraphEmbeddings,
  HashedSubWords,
  requireEmbedder,
  type Embedder,
} from './vectors/index.js';

/** How to open a store; every option has a default. Without a `path` the store lives in memory. */
export interface StoreOptions extends Partial<StorageConfig> {
  /** What embeds symbols. Default: the built-in one, which works offline. */
  readonly embedder?: Embedder;
}

/** Vectors that no symbol has any more are kept for contents that come back. */
const ORPHAN_BUDGET_BYTES = 64 * 1024 * 1024;

/** What a store holds, read from one state. */
export interface StoreStatus {
  readonly schemaVersion: number;
  /** Number of the last committed indexing batch; 0 when there was none. */
  readonly generation: number;
  readonly backend: Database['backend'];
  readonly sizeBytes: number;
  readonly projects: readonly ProjectSummary[];
}

const SERVER_URL = /^(libsql|https?|wss?):/i;

/**
 * Opens a store and brings its schema up to date: a path, a `file:` URL, `:memory:`, or options.
 *
 * ```ts
 * const store = await openStore('code.db');
 * await store.index({ root: '.' });
 * const { items } = await store.traversal.callers('openStore');
 * await store.close();
 * ```
 *
 * Throws UsageError `INVALID_OPTION` for a bad option and for a server URL, which this version has no
 * backend for; NotFoundError `DATABASE_NOT_FOUND` when an absent database is to be read only;
 * SchemaVersionError; CorruptionError; BusyError.
 */
export async function openStore(options: StoreOptions | string = {}): Promise<Store> {
  const { embedder, ...rest } = typeof options === 'string' ? { path: options } : options;
  const config = { ...rest, path: rest.path ?? ':memory:' };
  if (SERVER_URL.test(config.path)) {
    throw new UsageError('INVALID_OPTION', 'This version has no backend for a libSQL server; name a local file.', {
      details: { option: 'path', value: withoutSecrets(config.path) },
    });
  }
  if (embedder !== undefined) requireEmbedder(embedder);
  return new Store(await openDatabase(config), embedder);
}

/** A URL may carry a token or a password. */
function withoutSecrets(url: string): string {
  return url.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//');
}

/** An open store: the graphs of all its projects, and what can be asked about them. Made by {@link openStore}. */
export class Store implements AsyncDisposable {
  readonly nodes: NodeStore;
  readonly edges: EdgeStore;
  readonly files: FileStore;
  readonly projects: ProjectStore;
  readonly references: ReferenceStore;
  /** Finds symbols by key and by name. */
  readonly symbols: SymbolQuery;
  /** Callers and callees. */
  readonly traversal: Traversal;
  /** Graphs of whole projects, in memory. */
  readonly pdg: PdgStore;
  readonly analytics: Analytics;
  /** Analyses of single symbols, by the hash of their content. */
  readonly cache: IncrementalCache;
  /** Results that depend on one content alone. */
  readonly contents: ContentStore;
  /** Makes stored results count as outdated, and says which ones depend on a file. */
  readonly invalidation: QueryInvalidation;
  /** What embeds the symbols of this store. */
  readonly embedder: Embedder;
  /** The vectors of symbols, by model. */
  readonly embeddings: EmbeddingStore;
  /** What changed in the vectors, for the indexes over them. */
  readonly embeddingJournal: EmbeddingJournal;
  readonly #database: Database;

  constructor(database: Database, embedder: Embedder = new HashedSubWords()) {
    this.#database = database;
    this.embedder = embedder;
    this.embeddings = new EmbeddingStore(database, NodeRowEmbeddings);
    this.embeddingJournal = new EmbeddingJournal(database);
    this.nodes = new NodeStore(database);
    this.edges = new EdgeStore(database);
    this.files = new FileStore(database);
    this.projects = new ProjectStore(database);
    this.references = new ReferenceStore(database);
    this.symbols = new SymbolQuery(database);
    this.traversal = new Traversal(database);
    this.pdg = new PdgStore(database, Date.now, {
      forget: (project) => memosOf(database, project).statementsForForgetting(),
      embeddings: new GraphEmbeddings({ model: embedder.id, dimension: embedder.dimension }),
    });
    this.analytics = new Analytics(database, (project, signal) => readChanges(this.projects, project, signal));
    this.cache = new IncrementalCache(database);
    this.contents = new ContentStore(database);
    this.invalidation = this.#queryInvalidation();
  }

  /**
   * Opens a space of your own queries, with all inputs and queries that are asked for in it; results of
   * spaces with one name are the same ones. See {@link QuerySpace}.
   *
   * Throws UsageError `INVALID_ARGUMENT` for an empty name and for two definitions with one name.
   */
  queries(name: string, definitions: Iterable<QueryInput | Query>, options: QuerySpaceOptions = {}): QuerySpace {
    return new QuerySpace(this.#database, this.contents, name, definitions, options);
  }

  /**
   * Brings a project up to date with its folder. Everything it changes is committed as one batch; then,
   * unless `embed` is false, the symbols without an embedding are embedded, in batches of their own. When
   * that fails or is interrupted the graph is committed, and the next run goes on.
   *
   * Throws what {@link Store.embed} throws, too.
   */
  async index(options: IndexOptions): Promise<IndexReport> {
    // The parsers are the largest part of the library; whoever only asks does not wait for them.
    const { Indexer } = await import('./ingest/index.js');
    const report = await new Indexer(this.indexerStores()).index(options);
    if (options.embed === false) return report;
    const { signal, onProgress } = options;
    const started = performance.now();
    const { embedded } = await this.embed(report.project, {
      ...(signal === undefined ? {} : { signal }),
      onProgress: ({ filesDone, filesTotal, embedded: symbols }) =>
        onProgress?.({ phase: 'embed', filesDone, filesTotal, symbols }),
    });
    const ms = report.ms + Math.round(performance.now() - started);
    return { ...report, recomputed: { ...report.recomputed, embeddings: embedded }, ms };
  }

  /**
   * Embeds the symbols of a project that have no embedding of the store's model. What was embedded once, in
   * whatever project, branch or version of a file, is not embedded again.
   *
   * Throws NotFoundError `PROJECT_NOT_FOUND`; EmbedderError with the model and the symbol; CancelledError;
   * BusyError when others keep changing the project. Batches that were committed stay.
   */
  async embed(project: string, options: EmbedOptions = {}): Promise<EmbedReport> {
    const { embedProject } = await import('./ingest/index.js');
    const database = this.#database;
    const stores = {
      projects: this.projects,
      reader: new FactReader(database),
      queue: new EmbeddingQueue(database),
      scope: (id: string, model: string, dimension: number) => ensureScope(database, id, model, dimension),
    };
    const report = await embedProject(stores, this.embedder, project, options);
    if (report.embedded + report.reused > 0) {
      await this.embeddings.collect(ORPHAN_BUDGET_BYTES);
      await this.embeddingJournal.trim();
    }
    return report;
  }

  /**
   * Keeps a project fresh until `signal` aborts or the loop over it is left: gives the report of a first
   * index run, then of each run that changed something. While nothing changes, nothing runs.
   *
   * ```ts
   * for await (const report of store.watch({ root: '.' })) console.log(report.files.parsed);
   * ```
   *
   * Throws what {@link Store.index} throws except errors that pass, which are told to `onWarning` and
   * tried again: NotFoundError `FOLDER_NOT_FOUND` also when the folder goes later; LimitError
   * `LIMIT_EXCEEDED` when the system allows no more watches.
   */
  async *watch(options: WatchOptions): AsyncGenerator<IndexReport, void, void> {
    const { watchFolder } = await import('./ingest/index.js');
    const { location } = this.#database;
    const ownFiles = ['', '-wal', '-shm', '-journal'].map((suffix) => location + suffix);
    yield* watchFolder(options, { index: (each) => this.index(each), ownFiles });
  }

  /**
   * The part of a function that a line depends on, or that depends on it. See {@link SliceOptions}.
   *
   * Throws UsageError `INVALID_ARGUMENT`, and `FILE_CHANGED` when the file is not what was indexed;
   * NotFoundError `PROJECT_NOT_FOUND`, `FILE_NOT_FOUND`, `FUNCTION_NOT_FOUND` for a line outside of
   * functions, `FLOW_NOT_AVAILABLE`; AmbiguousError `AMBIGUOUS_PROJECT`.
   */
  async slice(options: SliceOptions): Promise<ProgramSlice> {
    const { sliceFunction } = await import('./ingest/index.js');
    return sliceFunction(this, options);
  }

  /** What index runs work on. @internal */
  indexerStores(): IndexerStores {
    const { nodes, files, projects, cache, contents } = this;
    const database = this.#database;
    return {
      nodes,
      files,
      projects,
      cache,
      contents,
      reader: new FactReader(database),
      memos: (projectId) => memosOf(database, projectId),
      lease: (projectId, signal) => acquireLease(database, projectId, signal === undefined ? {} : { signal }),
    };
  }

  #queryInvalidation(): QueryInvalidation {
    const database = this.#database;
    const { nodes, projects } = this;
    const reader = new FactReader(database);
    return new QueryInvalidation(database, {
      memos: (projectId) => memosOf(database, projectId),
      symbolsWith: (contentHash) => nodes.findByHash(contentHash),
      symbolsIn: async (path, projectId) => {
        const ids = projectId === undefined ? (await projects.list()).map(({ id }) => id) : [projectId];
        return (await Promise.all(ids.map((id) => nodes.getByFile(id, path)))).flat();
      },
      thingsOfFile: async (projectId, path) => {
        const { thingsOfFile } = await import('./ingest/index.js');
        return thingsOfFile(reader, projectId, path);
      },
      thingsOfSymbols: async (projectId, path, ids) => {
        const { thingsOfSymbols } = await import('./ingest/index.js');
        return thingsOfSymbols(reader, projectId, path, ids);
      },
    });
  }

  /** The canonical form, a line at a time: equal for equal graphs. See {@link dumpLines}. */
  dump(options: DumpOptions = {}): AsyncIterable<string> {
    return dumpLines(this.#database, options);
  }

  /**
   * Proves that the store is sound: the database's own check and the invariants of the tables. With
   * `deep`, every project is also derived again from its files into memory and the canonical forms
   * are compared, line by line. Changes nothing.
   *
   * Throws NotFoundError `PROJECT_NOT_FOUND`, CancelledError, and CorruptionError for a database that
   * is too damaged to be read.
   */
  async verify(options: VerifyOptions = {}): Promise<VerifyReport> {
    const { project, signal } = options;
    const chosen = project === undefined ? await this.projects.list() : [await this.projects.require(project)];
    const checks = [
      ...(await checkIntegrity(this.#database)),
      ...(await checkMemos(this.#database)),
      await checkEmbeddings(this.#database),
    ];
    const differences: Difference[] = [];
    for (const each of options.deep === true ? chosen : []) {
      const compared = await compareWithRebuild(this, each, (root) => rebuild(root, each.id, signal), signal);
      checks.push(compared.check);
      differences.push(...compared.differences);
    }
    return { ok: checks.every((check) => check.ok), checks, differences };
  }

  async status(): Promise<StoreStatus> {
    const statistics = new GraphStatistics(this.#database, countEmbeddings);
    const sizeBytes = await this.#database.sizeBytes();
    return this.#database.snapshot(async (snapshot) => ({
      schemaVersion: await readSchemaVersion(snapshot),
      generation: await statistics.generation(snapshot),
      backend: this.#database.backend,
      sizeBytes,
      projects: await statistics.projects(snapshot),
    }));
  }

  /** Releases the database. Closing twice is allowed; every other use afterwards throws `STORE_CLOSED`. */
  async close(): Promise<void> {
    await this.#database.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** What was bound in a project, with what it was computed from. */
function memosOf(database: Database, projectId: string): MemoStore {
  return new MemoStore(database, `project/${projectId}`);
}

/** How often files were changed, of the projects whose folder has a history. */
async function readChanges(
  projects: ProjectStore,
  chosen: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ChangeCounts> {
  const { countChanges } = await import('./ingest/index.js');
  const changes = new Map<string, ReadonlyMap<string, number>>();
  for (const { id, root } of await projects.list()) {
    if (root === null || (chosen !== undefined && id !== chosen)) continue;
    const counts = await countChanges(root, signal);
    if (counts !== undefined) changes.set(id, counts);
  }
  return changes;
}

/** A store in memory that holds nothing but what the folder says now. */
async function rebuild(root: string, projectId: string, signal: AbortSignal | undefined): Promise<FreshStore> {
  const fresh = await openStore();
  try {
    await fresh.index({ root, projectId, embed: false, ...(signal === undefined ? {} : { signal }) });
    return fresh;
  } catch (error) {
    await fresh.close();
    throw error;
  }
}

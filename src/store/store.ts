import { exportLines, type ExportOptions } from '../export/index.js';
import {
  dumpLines,
  FactReader,
  ProjectReader,
  rebuildWords,
  type DumpOptions,
  type VerifyOptions,
  type VerifyReport,
} from '../graph/index.js';
import {
  acquireLease,
  claimProject,
  QuerySpace,
  type Query,
  type QueryInput,
  type QuerySpaceOptions,
} from '../incremental/index.js';
import type {
  EmbedOptions,
  EmbedReport,
  ExportScipOptions,
  ImportScipOptions,
  IndexerStores,
  IndexOptions,
  IndexReport,
  LinkOptions,
  LinkReport,
  ProgramSlice,
  SliceOptions,
  WatchOptions,
} from '../ingest/index.js';
import type { ImportLeIndexOptions } from '../leindex/index.js';
import { ExternalRefs } from '../symbols/index.js';
import { openDatabase, type Database, type ReplicaState } from '../sql/index.js';
import {
  findSimilar,
  type SearchAnswer,
  type SearchOptions,
  type SimilarAnswer,
  type SimilarOptions,
} from '../search/index.js';
import { requireEmbedder } from '../vectors/index.js';
import { shareDatabase } from './database-of.js';
import { importLeIndexInto, importScipInto, removeScipFrom } from './imports.js';
import { linkAfterRun } from './link-after-run.js';
import { memosOf } from './memos-of.js';
import { embedAfterIndexing, embedSymbols } from './embed-symbols.js';
import { readProjectGraph, type ProjectGraph } from './project-graph.js';
import { prepareStore, searchOver, type Searching } from './search-store.js';
import type { StoreOptions, StoreParts } from './store-options.js';
import { StoreRooms } from './store-rooms.js';
import { readStatus, type StoreStatus } from './store-status.js';
import { requireVectorOptions } from './store-vectors.js';
import { homeOptions } from './vector-home.js';
import { verifyStore } from './verify-store.js';

/**
 * Opens a store and brings its schema up to date: a path, a `file:` URL, `:memory:`, the URL of a libSQL
 * server, or options.
 *
 * ```ts
 * const store = await openStore('code.db');
 * await store.index({ root: '.' });
 * const { items } = await store.traversal.callers('openStore');
 * await store.close();
 * ```
 *
 * A server takes a token with `authToken`; with `replicaPath` a copy of its database is kept in a local
 * file that answers everything, while writes go to the server:
 *
 * ```ts
 * const store = await openStore({ path: 'libsql://code.example.org', authToken, replicaPath: 'code.db' });
 * ```
 *
 * With `vectors` the vectors lie in another database than the graph, which is opened when it is first needed:
 *
 * ```ts
 * const store = await openStore({ path: 'code.db', vectors: { path: 'libsql://vectors.example.org', authToken } });
 * ```
 *
 * Throws UsageError `INVALID_OPTION` for a bad option, `NOT_AUTHORIZED` and `SERVER_NOT_SUPPORTED`;
 * NotFoundError `DATABASE_NOT_FOUND` when an absent database is to be read only; SchemaVersionError;
 * CorruptionError; BusyError; ConnectionError when a server cannot be reached.
 */
export async function openStore(options: StoreOptions | string = {}): Promise<Store> {
  const given: StoreOptions = typeof options === 'string' ? { path: options } : options;
  const { embedder, vectorFolder, vectorIndex, vectors, ...rest } = given;
  if (embedder !== undefined) requireEmbedder(embedder);
  requireVectorOptions(vectorFolder, vectorIndex);
  const home = vectors === undefined ? undefined : homeOptions(vectors, rest.readOnly === true);
  // Whoever only reads leaves the index files as they are.
  const maintenance = rest.readOnly === true ? 'manual' : (vectorIndex?.maintenance ?? 'automatic');
  const database = await openDatabase({ ...rest, path: rest.path ?? ':memory:' });
  if (rest.readOnly !== true) await prepareStore(database, home);
  return new Store(database, {
    ...(embedder === undefined ? {} : { embedder }),
    ...(vectorFolder === undefined ? {} : { vectorFolder }),
    ...(home === undefined ? {} : { home }),
    vectorIndex: { ...vectorIndex, maintenance },
  });
}

/** An open store: the graphs of all its projects, and what can be asked about them. Made by {@link openStore}. */
export class Store extends StoreRooms implements AsyncDisposable {
  readonly #database: Database;
  readonly #externals: ExternalRefs;
  readonly #search: Searching;

  constructor(database: Database, parts: StoreParts = {}) {
    super(database, parts);
    this.#database = database;
    shareDatabase(this, database);
    this.#externals = new ExternalRefs(database);
    this.#search = searchOver(database, this);
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
    return this.#index(options, false);
  }

  async #index(options: IndexOptions, isWatching: boolean): Promise<IndexReport> {
    // Whoever only asks does not wait for the parsers.
    const { Indexer } = await import('../ingest/index.js');
    const indexed = await new Indexer(this.indexerStores()).index(options);
    const report = await linkAfterRun(this, indexed, options.signal);
    return options.embed === false ? report : embedAfterIndexing(this, this.#database, report, options, isWatching);
  }

  /**
   * Brings the edges between projects up to date: follows what symbols use outside of their project into
   * the packages of the other projects. Index runs and deletions of projects do so themselves.
   *
   * Throws BusyError `STALE_GENERATION` when others change the store all the time, and CancelledError.
   */
  async link(options: LinkOptions = {}): Promise<LinkReport> {
    if (!(await this.#externals.isWaiting())) return { names: 0, edges: 0 };
    const { linkNames, publishSymbols } = await import('../ingest/index.js');
    await publishSymbols(this.globalSymbols);
    return linkNames(this.indexerStores(), options);
  }

  /**
   * Embeds the symbols of a project that have no embedding of the store's model. What was embedded once, in
   * whatever project, branch or version of a file, is not embedded again.
   *
   * Throws NotFoundError `PROJECT_NOT_FOUND`; EmbedderError with the model and the symbol; CancelledError;
   * BusyError when others keep changing the project. Batches that were committed stay.
   */
  async embed(project: string, options: EmbedOptions = {}): Promise<EmbedReport> {
    const { report } = await embedSymbols(this, this.#database, project, options);
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
    const { watchFolder } = await import('../ingest/index.js');
    const { location } = this.#database;
    const ownFiles = OWN_FILES.map((suffix) => location + suffix);
    yield* watchFolder(options, { index: (each) => this.#index(each, true), ownFiles });
  }

  /**
   * The part of a function that a line depends on, or that depends on it. See {@link SliceOptions}.
   *
   * Throws UsageError `INVALID_ARGUMENT`, and `FILE_CHANGED` when the file is not what was indexed;
   * NotFoundError `PROJECT_NOT_FOUND`, `FILE_NOT_FOUND`, `FUNCTION_NOT_FOUND` for a line outside of
   * functions, `FLOW_NOT_AVAILABLE`; AmbiguousError `AMBIGUOUS_PROJECT`.
   */
  async slice(options: SliceOptions): Promise<ProgramSlice> {
    const { sliceFunction } = await import('../ingest/index.js');
    return sliceFunction(this, options);
  }

  /**
   * Lays a SCIP index over a project that was indexed from its folder: its references go before those that the
   * binder finds, for files as they were indexed. Else makes a project from it, or replaces what an earlier import
   * made. Everything is committed as one batch. See {@link ImportScipOptions}.
   *
   * Throws NotFoundError `FILE_NOT_FOUND`; ParseError `NOT_AN_INDEX`, `INDEX_DAMAGED`, `INDEX_VERSION`;
   * UsageError `INVALID_ARGUMENT`; LimitError `LIMIT_EXCEEDED`; BusyError; CancelledError.
   */
  async importScip(options: ImportScipOptions): Promise<IndexReport> {
    return importScipInto(this, options);
  }

  /** Takes back what imports laid over a project. Throws NotFoundError `PROJECT_NOT_FOUND`, BusyError, CancelledError. */
  async removeScip(project: string, options: { readonly signal?: AbortSignal } = {}): Promise<IndexReport> {
    return removeScipFrom(this, project, options.signal);
  }

  /**
   * Imports the projects of a LeIndex database, with nodes, edges, metadata and embeddings; each project is
   * committed as one batch. See {@link ImportLeIndexOptions}.
   *
   * Throws NotFoundError `DATABASE_NOT_FOUND`; CorruptionError; SchemaVersionError for a database that is
   * not LeIndex's, or of another version than 3; UsageError `INVALID_ARGUMENT`, and `PROJECT_HAS_FOLDER` for a
   * project that was indexed from its folder; BusyError; CancelledError.
   */
  async importLeIndex(options: ImportLeIndexOptions): Promise<IndexReport[]> {
    return importLeIndexInto(this, options);
  }

  /** Which projects depend on which, by manifests and by code, and the cycles among them. */
  async projectGraph(): Promise<ProjectGraph> {
    return readProjectGraph(this, this.#database);
  }

  /**
   * The symbols that fit a text best: by name, by the words of their texts, by meaning, or, unless a mode is
   * given, by all of these fused. Every item says why it is an answer. See {@link SearchOptions}.
   *
   * Throws UsageError `INVALID_ARGUMENT` for an empty text, a bad option and a foreign cursor; LimitError
   * `LIMIT_EXCEEDED`; EmbedderError; CancelledError.
   */
  async search(text: string, options: SearchOptions = {}): Promise<SearchAnswer> {
    return this.#search.search.search(text, options);
  }

  /**
   * The symbols whose vectors are nearest to that of one symbol, which a key or an unambiguous name gives.
   *
   * Throws NotFoundError `SYMBOL_NOT_FOUND`, `EMBEDDING_NOT_FOUND`; AmbiguousError `AMBIGUOUS_SYMBOL` with
   * candidates; UsageError `INVALID_ARGUMENT`; LimitError `LIMIT_EXCEEDED`; CancelledError.
   */
  async similar(nameOrKey: string, options: SimilarOptions = {}): Promise<SimilarAnswer> {
    return findSimilar(this.#database, this.#search, nameOrKey, options);
  }

  /** Makes what symbols are found by in a search anew, from their rows. Throws CancelledError. */
  async rebuildSearch(signal?: AbortSignal): Promise<void> {
    await rebuildWords(this.#database, signal);
  }

  /** What index runs work on. @internal */
  indexerStores(): IndexerStores {
    const { nodes, files, projects, cache, contents, packages } = this;
    const database = this.#database;
    return {
      nodes,
      files,
      projects,
      cache,
      contents,
      packages,
      externals: this.#externals,
      reader: new FactReader(database),
      memos: (projectId) => memosOf(database, projectId),
      right: (projectId, isShort, signal) =>
        (isShort ? claimProject : acquireLease)(database, projectId, signal === undefined ? {} : { signal }),
    };
  }

  /** The canonical form, a line at a time: equal for equal graphs; see {@link dumpLines}. */
  dump(options: DumpOptions = {}): AsyncIterable<string> {
    return dumpLines(this.#database, options);
  }

  /** All nodes, then all edges, in the canonical order, a line at a time. See {@link ExportOptions}. */
  exportLines(options: ExportOptions): AsyncIterable<string> {
    return exportLines(this.#database, options);
  }

  /**
   * A project as a SCIP index, which other tools read: a piece of the file at a time, from one state of the
   * store. See {@link ExportScipOptions}.
   *
   * The iteration throws NotFoundError `PROJECT_NOT_FOUND` and CancelledError.
   */
  async *exportScip(projectId: string, options: ExportScipOptions = {}): AsyncGenerator<Uint8Array, void, void> {
    const project = await this.projects.require(projectId);
    const { exportScip } = await import('../ingest/index.js');
    yield* ProjectReader.read(this.#database, projectId, (reader) => exportScip(reader, project, options));
  }

  /**
   * Proves that the store is sound: the database's own check and the invariants of the tables. With
   * `deep`, every project is also derived again from its files into memory and the canonical forms
   * are compared, line by line, and so are its packages. Changes nothing.
   *
   * Throws NotFoundError `PROJECT_NOT_FOUND`, CancelledError, and CorruptionError for a database that
   * is too damaged to be read.
   */
  async verify(options: VerifyOptions = {}): Promise<VerifyReport> {
    return verifyStore(this, this.#database, options, openStore);
  }

  /**
   * Brings an embedded replica up to date with its server, and says how fresh it is; undefined for every
   * other store, which has nothing to catch up with. Throws ConnectionError, and BusyError when another
   * process does so with the same file for the whole wait.
   */
  async sync(): Promise<ReplicaState | undefined> {
    return this.#database.replica?.sync();
  }

  async status(): Promise<StoreStatus> {
    return readStatus(this.#database, this.vectorReader.home);
  }

  /** Releases the database. Closing twice is allowed; every other use afterwards throws `STORE_CLOSED`. */
  async close(): Promise<void> {
    this.pdg.release();
    await this.vectors.close();
    await this.#database.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** What SQLite and replicas keep beside a database. */
const OWN_FILES = [
  '',
  '-wal',
  '-shm',
  '-journal',
  '-client_wal_index',
  '-info',
  '-origin',
  '-lock',
  '-lock-journal',
  '.vectors',
];

import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { NodeRowEmbeddings, NodeSelection } from '../graph/index.js';
import { CancelledError, NodeHash, NotFoundError, UsageError } from '../model/index.js';
import type { Database } from '../sql/index.js';
import {
  EmbeddingIndexes,
  GIVEN_MODEL,
  migrateVectors,
  NearestSymbolSearch,
  NO_INDEX,
  requireIndexOptions,
  resolveServerSettings,
  reconcile,
  resolveSettings,
  sendVectors,
  type EmbeddingIndexOptions,
  type EmbeddingStore,
  type HnswSettings,
  type Maintenance,
  type MaintenanceOptions,
  type MaintenanceProgress,
  type ModelChoice,
  type NearestAnswer,
  type NearestOptions,
  type MigrateOptions,
  type MigrationReport,
  type NearestSymbols,
  type Reconciled,
  type Sent,
  type VectorHome,
  type VectorIndexStatus,
  type VectorReader,
} from '../vectors/index.js';

/** How the indexes over a store's vectors are made and searched. Every field has a default. */
export interface StoreVectorOptions extends Omit<EmbeddingIndexOptions, 'folder' | 'follower'> {
  /** Settings of the graph; with others an index file is built anew. */
  readonly settings?: Partial<HnswSettings>;
}

const OPTION_NAMES = [
  'exactBelow',
  'settings',
  'recentLimit',
  'threads',
  'maintenance',
  'server',
] as const satisfies (keyof StoreVectorOptions)[];

/** The vectors of one model in a store, and the index over them. */
export interface ModelVectors extends VectorIndexStatus, ModelChoice {
  /** Symbols that have a vector of the model. */
  readonly nodes: number;
  /** Of these, symbols with a vector in their own row; it is not part of the index and is compared with always. */
  readonly nodeRows: number;
  /** Where the manifest of the index file is, there or not; null when no files are kept. */
  readonly path: string | null;
  readonly settings: HnswSettings;
}

/** Which models; all of the store unless told. */
export interface ModelSelection {
  readonly model?: string;
  readonly dimension?: number;
}

export interface MaintainOptions extends ModelSelection {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: MaintenanceProgress & ModelChoice) => void;
}

export interface ModelMaintenance extends Maintenance, ModelChoice {}

export interface StoreNearestOptions extends NearestOptions {
  /** Default: that of the store's embedder. */
  readonly model?: ModelChoice;
}

/** What search by vectors works on. */
export interface VectorParts {
  readonly database: Database;
  readonly embeddings: EmbeddingStore;
  /** The model of the store's embedder. */
  readonly own: ModelChoice;
  readonly reader: VectorReader;
}

/** Search by the vectors of symbols, and the upkeep of the index files that it uses. */
export class StoreVectors implements NearestSymbols {
  readonly #indexes: EmbeddingIndexes;
  readonly #settings: HnswSettings;
  readonly #reader: VectorReader;
  readonly #home: VectorHome | undefined;
  private readonly database: Database;
  private readonly embeddings: EmbeddingStore;
  private readonly own: ModelChoice;

  /** Throws UsageError `INVALID_OPTION`. */
  constructor(parts: VectorParts, vectorFolder: string | null | undefined, options: StoreVectorOptions = {}) {
    const { database, embeddings, own, reader } = parts;
    this.database = database;
    this.embeddings = embeddings;
    this.own = own;
    this.#reader = reader;
    this.#home = reader.home;
    this.#settings = resolveSettings(options.settings);
    const isThere = vectorFolder === undefined && reader.home?.options.hasVectorSearch === true;
    const place = placeOf(database, isThere ? null : vectorFolder);
    this.#indexes = new EmbeddingIndexes(database, NodeSelection, { ...options, ...place }, reader);
  }

  /**
   * The symbols whose vectors are nearest to one by angle.
   *
   * ```ts
   * const [vector] = await store.embedder.embed([queryInput('parse a date')]);
   * const { matches } = await store.vectors.nearest(vector, { k: 10, filter: { projects: ['shop'] } });
   * ```
   *
   * Throws NotFoundError `MODEL_NOT_FOUND` for a model that the store has no vectors of; UsageError
   * `INVALID_ARGUMENT` for a vector of another dimension, with NaN or an infinite number, or zero, for a bad k and a
   * bad filter; LimitError above 10,000 results; CancelledError.
   */
  async nearest(vector: Float32Array, options: StoreNearestOptions): Promise<NearestAnswer> {
    const { model = this.own, ...rest } = options;
    // A store in which nothing is embedded yet has its own model all the same.
    if (!isSame(model, this.own)) await this.#choose(model);
    return this.of(model).nearest(vector, rest);
  }

  /** Search by the vectors of one model; a model without vectors gives nothing. */
  of(model: ModelChoice): NearestSymbols {
    return new NearestSymbolSearch(this.database, this.#indexes, NodeRowEmbeddings, model);
  }

  /** Every model that there are vectors of. Throws NotFoundError `MODEL_NOT_FOUND` when none fits. */
  async status(selection: ModelSelection = {}): Promise<ModelVectors[]> {
    const chosen = await this.#choose(selection);
    const statistics = await this.embeddings.statistics();
    const all: ModelVectors[] = [];
    for (const choice of chosen) {
      const nodeRows = await this.#countRows(choice);
      const linked = statistics.find((each) => isSame(each, choice))?.nodes ?? 0;
      const found = await this.#indexes.find(choice);
      all.push({
        ...choice,
        nodes: linked + nodeRows,
        nodeRows,
        ...(found === undefined ? withoutIndex(choice) : await found.index.status()),
        path: this.#indexes.manifestPath(choice),
        settings: this.#settings,
      });
    }
    return all;
  }

  /**
   * Sends what waits to where the vectors lie, and builds or extends indexes where that is due. Throws NotFoundError `MODEL_NOT_FOUND`; LimitError `DISK_FULL`;
   * CorruptionError `INDEX_UNWRITABLE`; UsageError `READ_ONLY`; CancelledError. The files of before stay in use then.
   */
  async maintain(options: MaintainOptions = {}): Promise<ModelMaintenance[]> {
    await this.send(options.signal);
    return this.#run(options, 'due');
  }

  /** Builds the index files from nothing, whatever there is. Throws what {@link StoreVectors.maintain} throws. */
  async rebuild(options: MaintainOptions = {}): Promise<ModelMaintenance[]> {
    await this.send(options.signal);
    return this.#run(options, 'rebuild');
  }

  /**
   * One sentence for each fault of an index file; none of a file that is merely missing, outdated or of another origin.
   * Reads the files whole.
   */
  async verify(signal?: AbortSignal): Promise<{ readonly checked: number; readonly problems: readonly string[] }> {
    const problems: string[] = [];
    let checked = 0;
    for (const choice of await this.embeddings.models()) {
      const found = await this.#indexes.find(choice);
      if (found === undefined || !(this.#indexes.isOnServer || this.#indexes.hasFile(choice))) continue;
      const { ok, problems: faults } = await found.index.verify(signal);
      const { file, rows } = await found.index.status();
      if (this.#indexes.isOnServer && rows === 0) continue;
      checked++;
      if (!ok && (file === null || file === 'damaged' || file === 'usable')) {
        problems.push(...faults.map((fault) => `${choice.model} of ${choice.dimension} numbers: ${fault}`));
      }
    }
    return { checked, problems };
  }

  /**
   * After symbols were embedded: brings the index of their model up to date where that is due. While nothing changed
   * only an absent file is looked for. Returns why it failed: then searches do without the file. @internal
   */
  async follow(changed: boolean, options: MaintainOptions = {}): Promise<Error | undefined> {
    const found = await this.#indexes.find(this.own);
    if (found === undefined) return undefined;
    if (!this.#indexes.isOnServer) {
      if (this.#indexes.manifestPath(this.own) === null) return undefined;
      if (!changed && this.#indexes.hasFile(this.own)) return undefined;
    }
    try {
      await found.index.maintain(maintenanceOf(this.own, options, 'due'));
      return undefined;
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /**
   * Sends vectors that were stored with the graph to the database that has the vectors; of a store without one there
   * is nothing to send. Index runs do so themselves.
   *
   * Throws ConnectionError, and what was not sent stays where it is; UsageError `VECTORS_MISMATCH`; CorruptionError
   * `VECTORS_OUT_OF_STEP`; CancelledError.
   */
  async send(signal?: AbortSignal): Promise<Sent> {
    if (this.#home === undefined || this.#home.options.readOnly) return { sent: 0, released: 0 };
    return sendVectors(this.#home, { signal });
  }

  /**
   * Brings the graph and the database of its vectors together after one of both was put back to an earlier state; see
   * {@link reconcile}. A store that has its vectors itself has nothing to bring together.
   */
  async reconcile(signal?: AbortSignal): Promise<Reconciled> {
    return this.#home === undefined ? { found: 0, lost: 0 } : reconcile(this.#home, signal);
  }

  /**
   * Moves vectors out of the rows of nodes into the table of vectors, and on to the database that has the vectors of the
   * store where that is another one. Answers stay the same throughout; see {@link migrateVectors}.
   *
   * ```ts
   * await store.vectors.migrate();
   * await store.vectors.migrate({ mode: 'finalize' });
   * ```
   */
  async migrate(options: MigrateOptions = {}): Promise<MigrationReport> {
    return migrateVectors(this.database, NodeRowEmbeddings, this.#reader, options);
  }

  /** @internal */
  async close(): Promise<void> {
    await this.#indexes.close();
    await this.#home?.close();
  }

  async #run(options: MaintainOptions, mode: 'due' | 'rebuild'): Promise<ModelMaintenance[]> {
    const done: ModelMaintenance[] = [];
    for (const choice of await this.#choose(options)) {
      const found = await this.#indexes.find(choice);
      const maintained =
        found === undefined
          ? { done: 'nothing' as const, why: 'All vectors are in the rows of their nodes.', added: 0 }
          : await found.index.maintain(maintenanceOf(choice, options, mode));
      done.push({ ...choice, ...maintained });
    }
    return done;
  }

  async #choose({ model, dimension }: ModelSelection): Promise<ModelChoice[]> {
    const known = await this.embeddings.models();
    const fits = (each: ModelChoice): boolean =>
      (model ?? each.model) === each.model && (dimension ?? each.dimension) === each.dimension;
    const chosen = known.filter(fits);
    if (chosen.length > 0 || (model === undefined && dimension === undefined)) return chosen;
    const asked = [model, ...(dimension === undefined ? [] : [`of ${dimension} numbers`])].filter(Boolean).join(' ');
    throw new NotFoundError('MODEL_NOT_FOUND', `There are no vectors of the model ${asked}.`, {
      details: { model, dimension, models: known },
    });
  }

  async #countRows({ model, dimension }: ModelChoice): Promise<number> {
    return model === GIVEN_MODEL ? NodeRowEmbeddings.count(this.database, dimension * 4) : 0;
  }
}

function isSame(one: ModelChoice, other: ModelChoice): boolean {
  return one.model === other.model && one.dimension === other.dimension;
}

/** What is said of a model whose vectors are all in the rows of nodes. */
function withoutIndex({ dimension }: ModelChoice): VectorIndexStatus {
  return { ...NO_INDEX, strategy: 'exact', reason: 'small', count: 0, dimension };
}

function maintenanceOf(
  choice: ModelChoice,
  { signal, onProgress }: MaintainOptions,
  mode: 'due' | 'rebuild',
): MaintenanceOptions {
  return {
    mode,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress: (progress) => onProgress({ ...progress, ...choice }) }),
  };
}

/**
 * Beside the file of a database; for others in a folder of their own below the one that was named. The followers of one
 * database that several machines share are told apart by machine and folder.
 */
function placeOf(
  { backend, location }: Database,
  vectorFolder: string | null | undefined,
): Pick<EmbeddingIndexOptions, 'folder' | 'follower'> {
  const isLocal = backend === 'file' || backend === 'replica';
  if (vectorFolder === null || (vectorFolder === undefined && !isLocal)) return { folder: null, follower: '' };
  const place = isLocal ? resolve(location) : location;
  const folder =
    vectorFolder === undefined ? `${place}.vectors` : join(resolve(vectorFolder), NodeHash.of(place).slice(0, 16));
  const isOnly = vectorFolder === undefined && backend === 'file';
  return { folder, follower: isOnly ? '' : `@${NodeHash.of(`${hostname()}\n${folder}`).slice(0, 16)}` };
}

/** Throws UsageError `INVALID_OPTION`, before a database is opened. */
export function requireVectorOptions(folder: string | null | undefined, options: StoreVectorOptions = {}): void {
  if (folder !== undefined && folder !== null && (typeof folder !== 'string' || folder === '')) {
    throw new UsageError('INVALID_OPTION', 'The option vectorFolder is a path or null.', {
      details: { option: 'vectorFolder', value: folder },
    });
  }
  const known: readonly string[] = OPTION_NAMES;
  const stranger = Object.keys(options).find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new UsageError('INVALID_OPTION', `The option vectorIndex has ${known.join(', ')}; got ${stranger}.`, {
      details: { option: 'vectorIndex', value: stranger },
    });
  }
  requireIndexOptions(options);
  resolveServerSettings(options.server);
}

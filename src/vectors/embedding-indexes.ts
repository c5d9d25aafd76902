import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../model/index.js';
import type { Database } from '../sql/index.js';
import { EmbeddingJournal } from './embedding-journal.js';
import { findModel, type EmbeddingModel } from './embedding-model.js';
import { EmbeddingSource } from './embedding-source.js';
import type { ModelChoice } from './embedding-store.js';
import type { HnswSettings } from './hnsw/hnsw-settings.js';
import { HomeCollection } from './home/home-collection.js';
import { HomeIndex } from './home/home-index.js';
import { VectorReader } from './home/vector-reader.js';
import { indexSlug } from './hnsw/index-files.js';
import { NodeFilters, type NodeChooser } from './node-filter.js';
import { openVectorIndex } from './open-vector-index.js';
import type { VectorIndex } from './search/vector-index.js';
import { ownCollection, type ServerCollection } from './server/server-collection.js';
import { ServerSearch, type ServerSearchOptions } from './server/server-search.js';
import {
  DEFAULT_SERVER_EXACT_BELOW,
  resolveServerSettings,
  type ServerIndexSettings,
} from './server/server-settings.js';

export interface EmbeddingIndexOptions {
  /** Folder of the index files; null keeps none. */
  readonly folder: string | null;
  /** Tells the indexes of this folder from those of others over the same database; empty where there are no others. */
  readonly follower: string;
  readonly exactBelow?: number;
  readonly settings?: Partial<HnswSettings>;
  readonly recentLimit?: number;
  readonly threads?: number;
  readonly maintenance?: 'automatic' | 'manual';
  /** Of the index that a server keeps itself, which is asked where no folder for files is named. */
  readonly server?: Partial<ServerIndexSettings>;
}

/** The index over the vectors of one model, and what translates filters of nodes for it. */
export interface EmbeddingIndex {
  readonly model: EmbeddingModel;
  readonly index: VectorIndex;
  readonly filters: NodeFilters;
}

/** The indexes over the embeddings of a database, one for each model, opened when they are first asked for. */
export class EmbeddingIndexes {
  private readonly opened = new Map<string, EmbeddingIndex>();
  private readonly journal: EmbeddingJournal;
  private isClosed = false;

  /** Throws UsageError `INVALID_OPTION`. */
  constructor(
    private readonly database: Database,
    private readonly chooser: NodeChooser,
    private readonly options: EmbeddingIndexOptions,
    private readonly reader = new VectorReader(database),
  ) {
    this.journal = new EmbeddingJournal(database);
  }

  /** Searches run on the server that has the vectors, unless some of them lie elsewhere. */
  get isOnServer(): boolean {
    const { home } = this.reader;
    const { hasVectorSearch } = home === undefined ? this.database : home.options;
    return hasVectorSearch && this.options.folder === null;
  }

  /** Where the manifest of a model's index file is; null when none is kept. */
  manifestPath(choice: ModelChoice): string | null {
    const { folder } = this.options;
    return folder === null ? null : join(folder, `${indexSlug(choice.model, choice.dimension)}.json`);
  }

  hasFile(choice: ModelChoice): boolean {
    const path = this.manifestPath(choice);
    return path !== null && existsSync(path);
  }

  /** Undefined for a model that nothing was stored under. */
  async find(choice: ModelChoice): Promise<EmbeddingIndex | undefined> {
    const key = `${choice.model}:${choice.dimension}`;
    const known = this.opened.get(key);
    if (known !== undefined) return known;
    const model = await findModel(this.database, choice.model, choice.dimension);
    if (this.isClosed) throw new UsageError('STORE_CLOSED', 'The vector indexes are closed.');
    if (model === undefined) return undefined;
    // Somebody else may have opened it meanwhile.
    const opened = this.opened.get(key) ?? this.open(model, `hnsw:${key}${this.options.follower}`);
    this.opened.set(key, opened);
    return opened;
  }

  /** Ends maintenance under way and releases memory. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.opened.values()].map(({ index }) => index.close()));
    this.opened.clear();
  }

  private open(model: EmbeddingModel, indexName: string): EmbeddingIndex {
    const { follower: _, server: __, ...options } = this.options;
    const filters = new NodeFilters(this.database, model, this.chooser);
    const { home } = this.reader;
    const onServer = (collection: ServerCollection): ServerSearch =>
      new ServerSearch(collection, this.serverOptions(model.dimension));
    if (this.isOnServer && home === undefined) {
      return { model, filters, index: onServer(ownCollection(this.database, model)) };
    }
    const source = new EmbeddingSource(this.database, model, indexName, this.journal, this.reader);
    const here = openVectorIndex({ ...options, source, model: model.model });
    if (!this.isOnServer || home === undefined) return { model, filters, index: here };
    return { model, filters, index: new HomeIndex(home, onServer(new HomeCollection(home, model)), here) };
  }

  private serverOptions(dimension: number): ServerSearchOptions {
    const { exactBelow = DEFAULT_SERVER_EXACT_BELOW, server } = this.options;
    return { dimension, exactBelow, settings: resolveServerSettings(server) };
  }
}

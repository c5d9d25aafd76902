import type { StorageConfig } from '../sql/index.js';
import type { Embedder, VectorHomeOptions } from '../vectors/index.js';
import type { StoreVectorOptions } from './store-vectors.js';

/** How to open a store; every option has a default. Without a `path` the store lives in memory. */
export interface StoreOptions extends Partial<StorageConfig> {
  /** What embeds symbols. Default: the built-in one, which works offline. */
  readonly embedder?: Embedder;
  /**
   * Where the files of vector indexes are kept, in a folder of the database's own. Default: beside a database file;
   * for servers and in memory none are kept, and vectors are compared one by one. Null: none whatever the database.
   */
  readonly vectorFolder?: string | null;
  readonly vectorIndex?: StoreVectorOptions;
  /**
   * Another database that has the vectors: what it is opened with, or its path or URL alone. It is opened when it is
   * first needed. Once a store has vectors there, it is to be opened with it.
   */
  readonly vectors?: StorageConfig | string;
}

/** What a store is made with beside its database. */
export type StoreParts = Pick<StoreOptions, 'embedder' | 'vectorFolder' | 'vectorIndex'> & {
  /** Where the vectors lie, when that is another database. */
  readonly home?: VectorHomeOptions;
};

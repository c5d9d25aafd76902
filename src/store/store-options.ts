import type { ProjectSummary } from '../graph/index.js';
import type { Database, ReplicaState, StorageConfig } from '../sql/index.js';
import type { Embedder } from '../vectors/index.js';
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
}

/** What a store is made with beside its database. */
export type StoreParts = Pick<StoreOptions, 'embedder' | 'vectorFolder' | 'vectorIndex'>;

/** What a store holds, read from one state. */
export interface StoreStatus {
  readonly schemaVersion: number;
  /** Number of the last committed indexing batch; 0 when there was none. */
  readonly generation: number;
  readonly backend: Database['backend'];
  /** Of the file; on a server, of what the database holds there. */
  readonly sizeBytes: number;
  /** Of an embedded replica: how fresh it is. */
  readonly replica?: ReplicaState;
  readonly projects: readonly ProjectSummary[];
}

export type {
  BulkStatement,
  Database,
  ReplicaControl,
  ReplicaState,
  Snapshot,
  SqlRow,
  SqlValue,
  Statement,
  WriteOptions,
  WriteResult,
} from './database.js';
export { withLifecycle } from './lifecycle.js';
export { openDatabase, openForeignDatabase, type OpenOptions } from './open-database.js';
export {
  resolveStorageConfig,
  type Durability,
  type ResolvedStorageConfig,
  type StorageConfig,
} from './storage-config.js';
export type { ServerOptions } from './server-options.js';
export { rewriteForRows, type ColumnKind } from './bulk-rewrite.js';
export { DEFER_FROM_ROWS, findDeferrable, type DeferredIndexes } from './deferred-indexes.js';
export { ChunkBuilder, type RowChunk } from './row-chunks.js';
export { readSchemaVersion } from './schema-version.js';

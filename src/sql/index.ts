export { checkDrivers, componentCheck, type ComponentCheck } from './component-check.js';
export { copyRowsToFile, type CopyRowsOptions } from './copy-rows.js';
export type {
  BulkStatement,
  CopyOptions,
  Database,
  LocalUpkeep,
  ReplicaControl,
  ReplicaState,
  Snapshot,
  SqlRow,
  SqlValue,
  Statement,
  WriteOptions,
  WriteResult,
} from './database.js';
export { readSchemaState, type SchemaState } from './inspect-schema.js';
export { originOf, type ReplicaOrigin } from './replica-origin.js';
export { isServerUrl } from './server-options.js';
export { withLifecycle } from './lifecycle.js';
export { describeStorage, openDatabase, openForeignDatabase, type OpenOptions } from './open-database.js';
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

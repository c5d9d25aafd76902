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
export { describeStorage, openDatabase, openForeignDatabase, type OpenOptions } from './open-database.js';
export {
  resolveStorageConfig,
  type Durability,
  type ResolvedStorageConfig,
  type StorageConfig,
} from './storage-config.js';
export type { ServerOptions } from './server-options.js';
export { readSchemaVersion } from './schema-version.js';

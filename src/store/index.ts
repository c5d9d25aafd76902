export { openStore, Store } from './store.js';
export type { ProjectGraph } from './project-graph.js';
export type { StoreOptions } from './store-options.js';
export type { StoreStatus } from './store-status.js';
export type { VectorsStatus } from './vector-home.js';
export {
  StoreVectors,
  type MaintainOptions,
  type ModelMaintenance,
  type ModelSelection,
  type ModelVectors,
  type StoreNearestOptions,
  type StoreVectorOptions,
} from './store-vectors.js';
export {
  outlineDigest,
  publishOutline,
  pullStore,
  pushStore,
  type PublishedOutline,
  type TransferOptions,
  type TransferReport,
} from './transfer/transfer-store.js';
export type { ProjectTransfer, TransferProgress } from './transfer/transfer-project.js';
export { databaseOf } from './database-of.js';
export { exportParquet } from './export-tables.js';

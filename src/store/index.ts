export { openStore, Store, type StoreOptions, type StoreStatus } from './store.js';
export type { ProjectGraph } from './project-graph.js';
export { pullStore, pushStore, type TransferOptions, type TransferReport } from './transfer/transfer-store.js';
export type { ProjectTransfer, TransferProgress } from './transfer/transfer-project.js';

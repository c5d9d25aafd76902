export { openStore, Store, type StoreOptions, type StoreStatus } from './store.js';
export type { ProjectGraph } from './project-graph.js';
export { databaseOf } from './database-of.js';
export { exportParquet } from './export-tables.js';

export { openStore, Store, type StoreOptions, type StoreStatus } from './store.js';
export type { ProjectGraph } from './project-graph.js';

export { openStore, Store, type StoreOptions } from './store.js';
export type { StoreStatus } from './store-status.js';

export { openStore, Store, type StoreOptions, type StoreStatus } from './store.js';

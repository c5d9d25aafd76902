import type { Database } from '../sql/index.js';
import type { Store } from './store.js';

const databases = new WeakMap<Store, Database>();

/** Lets functions of the library that take a store work on its database. For the store itself. */
export function shareDatabase(store: Store, database: Database): void {
  databases.set(store, database);
}

/** The database of a store. Every store has shared it. @internal */
export function databaseOf(store: Store): Database {
  const database = databases.get(store);
  if (database === undefined) throw new TypeError('Not a store that openStore() made.');
  return database;
}

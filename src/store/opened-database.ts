import type { Database } from '../sql/index.js';

const databases = new WeakMap<object, Database>();

/** Remembers the database of a store for what works on two stores at once, and gives it back. */
export function opened(store: object, database: Database): Database {
  databases.set(store, database);
  return database;
}

/** The database of a store that {@link opened} was told of. */
export function databaseOf(store: object): Database {
  const database = databases.get(store);
  if (database === undefined) throw new RangeError('This is no store that was opened here.');
  return database;
}

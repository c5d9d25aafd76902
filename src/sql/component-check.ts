import Sqlite from 'better-sqlite3';

/** A library that the store needs: does it load here? */
export interface ComponentCheck {
  readonly name: string;
  readonly ok: boolean;
  /** What it says of itself, or why it does not load. */
  readonly detail: string;
}

/** Do the libraries of the databases load? */
export async function checkDrivers(): Promise<ComponentCheck[]> {
  return [
    await componentCheck('better-sqlite3', () => {
      const database = new Sqlite(':memory:');
      try {
        return `SQLite ${String(database.prepare('SELECT sqlite_version()').pluck().get())}`;
      } finally {
        database.close();
      }
    }),
    await componentCheck('@libsql/client', async () => {
      await import('@libsql/client/sqlite3');
      return 'loads';
    }),
  ];
}

/** Runs what loads a library. */
export async function componentCheck(name: string, load: () => string | Promise<string>): Promise<ComponentCheck> {
  try {
    return { name, ok: true, detail: await load() };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

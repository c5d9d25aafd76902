import type { Snapshot } from './database.js';

/** The number of the last migration that was applied. An open database is always at the newest this library knows. */
export async function readSchemaVersion(snapshot: Snapshot): Promise<number> {
  const row = await snapshot.first<{ version: number }>('SELECT max(version) AS version FROM schema_migrations');
  return row?.version ?? 0;
}

import type { Snapshot } from './database.js';
import { loadMigrations } from './migration-files.js';
import {
  hasMigrationTable,
  planMigrations,
  RECORDED_MIGRATIONS_SQL,
  SCHEMA_COLUMNS_SQL,
  type RecordedMigration,
  type SchemaColumn,
} from './schema-plan.js';

/** The schema of a database, and the newest that this library knows. */
export interface SchemaState {
  /** 0 for a database without tables. */
  readonly version: number;
  readonly supported: number;
}

/**
 * Reads which schema a database has; changes nothing. Throws SchemaVersionError for a schema that is newer,
 * changed or of another program.
 */
export async function readSchemaState(snapshot: Snapshot, location: string): Promise<SchemaState> {
  const columns = await snapshot.all<SchemaColumn>(SCHEMA_COLUMNS_SQL);
  const recorded = hasMigrationTable(columns) ? await snapshot.all<RecordedMigration>(RECORDED_MIGRATIONS_SQL) : [];
  const migrations = loadMigrations();
  const { version } = planMigrations(location, columns, recorded, migrations);
  return { version, supported: migrations.length };
}

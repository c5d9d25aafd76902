import { SchemaVersionError } from '../model/index.js';
import type { Migration } from './migration-files.js';

/** One row for each table and view, and for each column of the two tables that tell versions apart. */
export interface SchemaColumn {
  readonly tableName: string;
  readonly columnName: string | null;
}

/** Reads {@link SchemaColumn} rows. */
export const SCHEMA_COLUMNS_SQL = `
  SELECT name AS tableName, NULL AS columnName FROM sqlite_schema
  WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
  UNION ALL SELECT 'intel_nodes', name FROM pragma_table_info('intel_nodes')
  UNION ALL SELECT 'schema_migrations', name FROM pragma_table_info('schema_migrations')`;

/** One applied migration as the database remembers it. */
export interface RecordedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

/** Reads {@link RecordedMigration} rows; only where {@link hasMigrationTable} holds. */
export const RECORDED_MIGRATIONS_SQL = 'SELECT version, name, checksum FROM schema_migrations ORDER BY version';

export const CREATE_MIGRATION_TABLE_SQL = `
  CREATE TABLE IF NOT EXISTS schema_migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at INTEGER NOT NULL
  )`;

export const RECORD_MIGRATION_SQL =
  'INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (?, ?, ?, ?)';

/** What a version 1 made by another program may lack; migration 2 relies on all tables of version 1. */
export const COMPLETE_VERSION_1_SQL = `
  CREATE TABLE IF NOT EXISTS intel_edges (
    caller_id INTEGER NOT NULL, callee_id INTEGER NOT NULL, edge_type TEXT NOT NULL, metadata TEXT,
    PRIMARY KEY (caller_id, callee_id, edge_type)
  );
  CREATE TABLE IF NOT EXISTS analysis_cache (
    node_hash TEXT PRIMARY KEY, cfg_data BLOB, complexity_metrics BLOB, timestamp INTEGER NOT NULL
  )`;

export interface SchemaPlan {
  /** Version the database is at; 0 when it is empty. */
  readonly version: number;
  /** True for a version 1 that another program made, which no migration is recorded in. */
  readonly adopt: boolean;
  readonly pending: readonly Migration[];
}

const MIGRATION_COLUMNS = ['version', 'name', 'checksum', 'applied_at'];
const VERSION_1_NODE_COLUMNS = [
  'id',
  'project_id',
  'file_path',
  'symbol_name',
  'node_type',
  'signature',
  'complexity',
  'content_hash',
  'embedding',
  'created_at',
  'updated_at',
];

/** True when the database keeps its migrations in the table this library uses. */
export function hasMigrationTable(columns: readonly SchemaColumn[]): boolean {
  const present = columnsOf(columns, 'schema_migrations');
  return MIGRATION_COLUMNS.every((column) => present.has(column));
}

/**
 * Decides what a database needs. Reads nothing and changes nothing.
 *
 * Throws SchemaVersionError: `SCHEMA_TOO_NEW` with both versions, `MIGRATION_CHANGED` when a recorded
 * checksum is not that of the migration, `SCHEMA_UNKNOWN` for a database of another program.
 */
export function planMigrations(
  location: string,
  columns: readonly SchemaColumn[],
  recorded: readonly RecordedMigration[],
  migrations: readonly Migration[],
): SchemaPlan {
  if (recorded.length > 0) return planFromRecord(location, recorded, migrations);
  const tables = new Set(columns.map((column) => column.tableName));
  if (hasMigrationTable(columns)) tables.delete('schema_migrations');
  if (tables.size === 0) return { version: 0, adopt: false, pending: migrations };
  if (tables.has('intel_nodes') && !tables.has('schema_migrations')) {
    const present = columnsOf(columns, 'intel_nodes');
    if (present.size === VERSION_1_NODE_COLUMNS.length && VERSION_1_NODE_COLUMNS.every((name) => present.has(name))) {
      return { version: 1, adopt: true, pending: migrations.slice(1) };
    }
  }
  throw new SchemaVersionError('SCHEMA_UNKNOWN', `${location} is a database of another program; it was not touched.`, {
    details: { location, tables: [...tables].sort() },
  });
}

function planFromRecord(
  location: string,
  recorded: readonly RecordedMigration[],
  migrations: readonly Migration[],
): SchemaPlan {
  const version = recorded.reduce((highest, row) => Math.max(highest, row.version), 0);
  if (version > migrations.length) {
    throw new SchemaVersionError(
      'SCHEMA_TOO_NEW',
      `${location} has schema version ${version}; this version of the library knows up to ${migrations.length}.`,
      { details: { location, version, supported: migrations.length } },
    );
  }
  for (const migration of migrations.slice(0, version)) {
    const row = recorded.find((candidate) => candidate.version === migration.version);
    if (row?.checksum !== migration.checksum) {
      throw new SchemaVersionError(
        'MIGRATION_CHANGED',
        `${location} was made with another text of migration ${migration.version} (${migration.name}).`,
        { details: { location, version: migration.version, recorded: row?.checksum, expected: migration.checksum } },
      );
    }
  }
  return { version, adopt: false, pending: migrations.slice(version) };
}

/** Throws SchemaVersionError with code `SCHEMA_TOO_OLD` when a database that may not be changed needs migrating. */
export function requireCurrent(location: string, plan: SchemaPlan, supported: number): void {
  if (plan.pending.length === 0) return;
  throw new SchemaVersionError(
    'SCHEMA_TOO_OLD',
    plan.version === 0
      ? `${location} has no tables yet; open it once for writing.`
      : `${location} has schema version ${plan.version} and needs ${supported}; open it once for writing to upgrade it.`,
    { details: { location, version: plan.version, supported } },
  );
}

function columnsOf(columns: readonly SchemaColumn[], table: string): Set<string> {
  const names = columns.flatMap((column) =>
    column.tableName === table && column.columnName !== null ? [column.columnName] : [],
  );
  return new Set(names);
}

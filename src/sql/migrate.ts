import { CorruptionError, isLestockageError, SchemaVersionError } from '../model/index.js';
import { loadMigrations, type Migration } from './migration-files.js';
import {
  COMPLETE_VERSION_1_SQL,
  CREATE_MIGRATION_TABLE_SQL,
  hasMigrationTable,
  planMigrations,
  RECORD_MIGRATION_SQL,
  RECORDED_MIGRATIONS_SQL,
  SCHEMA_COLUMNS_SQL,
  type RecordedMigration,
  type SchemaColumn,
  type SchemaPlan,
} from './schema-plan.js';
import type { SqliteConnection } from './sqlite-connection.js';

/** What the database of this connection needs; changes nothing. Throws SchemaVersionError. */
export function inspectSchema(connection: SqliteConnection): SchemaPlan {
  const columns = connection.all(SCHEMA_COLUMNS_SQL) as SchemaColumn[];
  const recorded = hasMigrationTable(columns) ? (connection.all(RECORDED_MIGRATIONS_SQL) as RecordedMigration[]) : [];
  return planMigrations(connection.location, columns, recorded, loadMigrations());
}

/**
 * Brings the schema up to date, all pending migrations in one transaction: a process that ends in between
 * leaves the database as it was. Of two processes that open the same database, one migrates and the other
 * waits and finds it done. Does nothing to a database that is up to date.
 *
 * Throws SchemaVersionError, BusyError when the wait was used up, and CorruptionError when the rows
 * would break a foreign key; the database is then as it was.
 */
export function migrate(connection: SqliteConnection, clock: () => number): void {
  if (inspectSchema(connection).pending.length === 0) return;
  // A migration replaces tables that others refer to, and this cannot be set within a transaction.
  connection.exec('PRAGMA foreign_keys = OFF');
  try {
    applyPending(connection, clock);
  } finally {
    connection.exec('PRAGMA foreign_keys = ON');
  }
}

/** Applies the migrations that are still pending once the lock is held. */
function applyPending(connection: SqliteConnection, clock: () => number): void {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const plan = inspectSchema(connection);
    if (plan.pending.length > 0) connection.exec(CREATE_MIGRATION_TABLE_SQL);
    if (plan.adopt) adoptVersion1(connection, clock());
    for (const migration of plan.pending) {
      runScript(connection, migration);
      record(connection, migration, clock());
      checkForeignKeys(connection, migration);
    }
    connection.exec('COMMIT');
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

function adoptVersion1(connection: SqliteConnection, appliedAt: number): void {
  connection.exec(COMPLETE_VERSION_1_SQL);
  for (const migration of loadMigrations().slice(0, 1)) record(connection, migration, appliedAt);
}

function runScript(connection: SqliteConnection, migration: Migration): void {
  try {
    connection.exec(migration.script);
  } catch (error) {
    if (isLestockageError(error) && error.code !== 'CONSTRAINT' && error.code !== 'UNIQUE') throw error;
    throw new SchemaVersionError(
      'SCHEMA_UNKNOWN',
      `${connection.location} cannot be upgraded to version ${migration.version}: ${String(error)}`,
      { details: { location: connection.location, version: migration.version }, cause: error },
    );
  }
}

function record(connection: SqliteConnection, migration: Migration, appliedAt: number): void {
  const { version, name, checksum } = migration;
  connection.prepare(RECORD_MIGRATION_SQL).run([version, name, checksum, appliedAt]);
}

function checkForeignKeys(connection: SqliteConnection, migration: Migration): void {
  const violations = connection.all('PRAGMA foreign_key_check');
  if (violations.length === 0) return;
  throw new CorruptionError(
    'DATABASE_CORRUPT',
    `${connection.location} has ${violations.length} rows that name missing rows; it stays as it was.`,
    { details: { location: connection.location, version: migration.version, violations: violations.slice(0, 10) } },
  );
}

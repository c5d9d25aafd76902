import { ConstraintError, CorruptionError, isLestockageError, SchemaVersionError } from '../model/index.js';
import { overHttpFirst, type LibsqlLink } from './libsql-link.js';
import { loadMigrations, type Migration } from './migration-files.js';
import { mayPass, Patience, repeatRead } from './repeat.js';
import {
  COMPLETE_VERSION_1_SQL,
  CREATE_MIGRATION_TABLE_SQL,
  hasMigrationTable,
  planMigrations,
  RECORDED_MIGRATIONS_SQL,
  SCHEMA_COLUMNS_SQL,
  type RecordedMigration,
  type SchemaColumn,
  type SchemaPlan,
} from './schema-plan.js';
import { CREATE_DRIVER_TABLES_SQL, DRIVER_TABLES } from './write-claims.js';

/** What a server needs before it can be used. */
export interface RemoteSchemaPlan extends SchemaPlan {
  /** The driver's own tables are there. */
  readonly hasDriverTables: boolean;
}

/** Fails the transaction when a row names a missing one: `name` cannot be NULL. */
const REQUIRE_FOREIGN_KEYS_SQL = `
  INSERT INTO schema_migrations (version, name, checksum, applied_at)
  SELECT -1, NULL, '', 0 FROM pragma_foreign_key_check LIMIT 1`;

/** What the database on the server needs; changes nothing. Throws SchemaVersionError. */
export async function inspectRemoteSchema(link: LibsqlLink, busyTimeoutMs: number): Promise<RemoteSchemaPlan> {
  return repeatRead(busyTimeoutMs, async () => {
    const { rows } = await link.execute({ sql: SCHEMA_COLUMNS_SQL, parameters: [] });
    const all = rows as unknown as readonly SchemaColumn[];
    const own: readonly string[] = DRIVER_TABLES;
    const columns = all.filter(({ tableName }) => !own.includes(tableName) && !isOfServer(tableName));
    const recorded = hasMigrationTable(columns)
      ? (await link.execute({ sql: RECORDED_MIGRATIONS_SQL, parameters: [] })).rows
      : [];
    const plan = planMigrations(
      link.location,
      columns,
      recorded as unknown as readonly RecordedMigration[],
      loadMigrations(),
    );
    return { ...plan, hasDriverTables: own.every((name) => all.some(({ tableName }) => tableName === name)) };
  });
}

/**
 * Brings the schema on a server up to date, in one request: each migration in a transaction of its own
 * with its record first, so that of two programs one applies it and the other finds it done. A lost
 * answer is looked up.
 *
 * Throws SchemaVersionError, CorruptionError when the rows would break a foreign key, BusyError and
 * ConnectionError; a migration that fails leaves nothing behind.
 */
export async function migrateRemote(link: LibsqlLink, busyTimeoutMs: number, clock: () => number): Promise<void> {
  const patience = new Patience(busyTimeoutMs);
  let failure: unknown;
  for (;;) {
    const plan = await inspectRemoteSchema(link, busyTimeoutMs);
    const [next] = plan.pending;
    if (next === undefined && plan.hasDriverTables) return;
    if (failure !== undefined && !(isPassing(failure) && (await patience.wait()))) {
      throw next === undefined ? failure : migrationError(link.location, next, failure);
    }
    const scripts = plan.pending.map((each) => scriptOf(each, plan.adopt && each === next, clock()));
    try {
      const script = [...scripts, CREATE_DRIVER_TABLES_SQL].join(';\n');
      await overHttpFirst(link, (way) => way.script(script));
      failure = undefined;
    } catch (error) {
      failure = error;
    }
  }
}

/** Somebody else was faster, or the server could not be asked just now. */
function isPassing(error: unknown): boolean {
  return (error instanceof ConstraintError && error.message.includes('schema_migrations.version')) || mayPass(error);
}

/** Tables that the server's own SQLite keeps for its vector indexes and replication. */
function isOfServer(table: string): boolean {
  return table.startsWith('libsql_') || table.startsWith('_litestream');
}

/** Foreign keys cannot be switched off within a transaction, and a migration replaces tables that others refer to. */
function scriptOf(migration: Migration, adopt: boolean, appliedAt: number): string {
  const [first] = loadMigrations();
  return [
    'PRAGMA foreign_keys = OFF',
    'BEGIN IMMEDIATE',
    CREATE_MIGRATION_TABLE_SQL,
    ...(adopt && first !== undefined ? [COMPLETE_VERSION_1_SQL, recordOf(first, appliedAt)] : []),
    recordOf(migration, appliedAt),
    migration.script.replace(/;\s*$/, ''),
    REQUIRE_FOREIGN_KEYS_SQL,
    'COMMIT',
    'PRAGMA foreign_keys = ON',
  ].join(';\n');
}

/** Names and checksums are ours and hold no quotes. */
function recordOf({ version, name, checksum }: Migration, appliedAt: number): string {
  return `INSERT INTO schema_migrations (version, name, checksum, applied_at)
          VALUES (${version}, '${name}', '${checksum}', ${Math.trunc(appliedAt)})`;
}

function migrationError(location: string, { version }: Migration, error: unknown): unknown {
  const details = { location, version };
  if (error instanceof ConstraintError && error.message.includes('schema_migrations.name')) {
    return new CorruptionError('DATABASE_CORRUPT', `${location} has rows that name missing rows; it stays as it was.`, {
      details,
      cause: error,
    });
  }
  if (isLestockageError(error) && !(error instanceof ConstraintError)) return error;
  return new SchemaVersionError(
    'SCHEMA_UNKNOWN',
    `${location} cannot be upgraded to version ${version}: ${error instanceof Error ? error.message : String(error)}`,
    { details, cause: error },
  );
}

import { closeSync, constants, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { BusyError, CorruptionError, NotFoundError, UsageError } from '../model/index.js';
import type { Database } from './database.js';
import { withLifecycle } from './lifecycle.js';
import { makeFolderOf } from './local-file.js';
import { loadMigrations } from './migration-files.js';
import { inspectSchema, migrate } from './migrate.js';
import { requireCurrent } from './schema-plan.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { configure, connect, SqliteFileDatabase } from './sqlite-driver.js';
import { osReason, unwritableError } from './sqlite-errors.js';
import { SqliteMemoryDatabase } from './sqlite-memory.js';
import { resolveServerConfig, type ResolvedServerConfig } from './server-config.js';
import { isServerUrl, withoutSecrets } from './server-options.js';
import { MEMORY_PATH, resolveStorageConfig, type ResolvedStorageConfig, type StorageConfig } from './storage-config.js';

export interface OpenOptions {
  /** Milliseconds since the Unix epoch; the time that is recorded with a migration. */
  readonly clock?: () => number;
}

const SQLITE_MAGIC = Buffer.from('SQLite format 3\0', 'latin1');
const JOURNAL_RETRY_MS = 10;

/**
 * Opens a database with the current schema, making or upgrading it when needed: a file, with the folders
 * on the way to it, one in memory, or one on a libSQL server. A database that cannot be used is left as it
 * is.
 *
 * ```ts
 * const database = await openDatabase({ path: 'code.db' });
 * ```
 *
 * Throws UsageError `INVALID_OPTION`; NotFoundError `DATABASE_NOT_FOUND` when it is to be read only and
 * absent; SchemaVersionError; CorruptionError `NOT_A_DATABASE`, `DATABASE_CORRUPT` or
 * `DATABASE_UNWRITABLE`; BusyError when another process kept it locked for the whole wait. Of a server also
 * UsageError `NOT_AUTHORIZED` and `SERVER_NOT_SUPPORTED`, and ConnectionError.
 */
export async function openDatabase(config: StorageConfig, options: OpenOptions = {}): Promise<Database> {
  const clock = options.clock ?? Date.now;
  if (typeof config.path === 'string' && isServerUrl(config.path)) {
    const remote = resolveServerConfig(config);
    // Whoever works on a file does not wait for what only a server needs.
    return withLifecycle(await openRemote(remote, config, clock));
  }
  const settings = resolveStorageConfig(config);
  const database = settings.path === MEMORY_PATH ? openMemory(settings, clock) : await openFile(settings, clock);
  return withLifecycle(database);
}

/** What can be said of a database before it is opened. Throws UsageError `INVALID_OPTION`. */
export function describeStorage(config: StorageConfig): {
  readonly location: string;
  readonly hasVectorSearch: boolean;
} {
  if (typeof config.path === 'string' && isServerUrl(config.path)) {
    const { url, replicaPath } = resolveServerConfig(config);
    return { location: replicaPath ?? withoutSecrets(url), hasVectorSearch: replicaPath === undefined };
  }
  return { location: resolveStorageConfig(config).path, hasVectorSearch: false };
}

/**
 * Opens a database of another program to read it. Nothing is made, set or migrated in it.
 *
 * Throws UsageError `INVALID_OPTION`; NotFoundError `DATABASE_NOT_FOUND`; CorruptionError `NOT_A_DATABASE`,
 * `DATABASE_CORRUPT` or `DATABASE_UNWRITABLE`; BusyError when another process kept it locked.
 */
export function openForeignDatabase(path: string): Database {
  const settings = resolveStorageConfig({ path, readOnly: true });
  prepareFile(settings);
  return withLifecycle(new SqliteFileDatabase(settings, undefined));
}

async function openRemote(remote: ResolvedServerConfig, config: StorageConfig, clock: () => number): Promise<Database> {
  const { replicaPath: path, busyTimeoutMs } = remote;
  if (path === undefined) {
    const { openServer } = await import('./open-server.js');
    return openServer(remote, clock);
  }
  const readers = config.readers === undefined ? {} : { readers: config.readers };
  const local = resolveStorageConfig({ path, busyTimeoutMs, readOnly: true, ...readers });
  const { openReplica } = await import('./open-replica.js');
  return openReplica(remote, local, clock);
}

function openMemory(settings: ResolvedStorageConfig, clock: () => number): Database {
  const connection = connect(settings, false);
  migrate(connection, clock);
  return new SqliteMemoryDatabase(connection);
}

async function openFile(settings: ResolvedStorageConfig, clock: () => number): Promise<Database> {
  prepareFile(settings);
  const connection = connect(settings, settings.readOnly);
  try {
    // Looked at before anything is set that changes the file, so that a refused one stays as it is.
    const plan = inspectSchema(connection);
    if (settings.readOnly) {
      requireCurrent(settings.path, plan, loadMigrations().length);
      connection.close();
      return new SqliteFileDatabase(settings, undefined);
    }
    await setJournalMode(connection, settings);
    migrate(connection, clock);
    configure(connection, settings);
    return new SqliteFileDatabase(settings, connection);
  } catch (error) {
    connection.close();
    if (error instanceof UsageError && error.code === 'READ_ONLY') {
      throw unwritableError(settings.path, 'the file or its folder is write-protected', error);
    }
    throw error;
  }
}

/** Makes the folders of a new file; refuses a file that is no database before SQLite sees it. */
function prepareFile(settings: ResolvedStorageConfig): void {
  const { path, readOnly } = settings;
  if (existsSync(path)) {
    refuseForeignFile(path);
    return;
  }
  if (readOnly) {
    throw new NotFoundError('DATABASE_NOT_FOUND', `There is no database at ${path}.`, { details: { path } });
  }
  makeFolderOf(path);
}

/** SQLite takes a file of one byte for an empty database and would write over it. */
function refuseForeignFile(path: string): void {
  const start = Buffer.alloc(SQLITE_MAGIC.length);
  let length: number;
  try {
    // Without waiting: a pipe with no writer would be waited for without end.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(file);
      if (!stat.isFile() && !stat.isDirectory()) {
        throw new CorruptionError('NOT_A_DATABASE', `${path} is not a file.`, { details: { path } });
      }
      length = readSync(file, start, 0, start.length, 0);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof CorruptionError) throw error;
    throw unwritableError(path, osReason(error), error);
  }
  if (length > 0 && !start.equals(SQLITE_MAGIC)) {
    throw new CorruptionError('NOT_A_DATABASE', `${path} is not a SQLite database.`, { details: { path } });
  }
}

/**
 * Switches between write-ahead log and rollback journal when the file is not as configured. SQLite does
 * not wait for the lock that this needs, so the waiting is done here.
 */
async function setJournalMode(connection: SqliteConnection, settings: ResolvedStorageConfig): Promise<void> {
  const wanted = settings.wal ? 'wal' : 'delete';
  if (journalMode(connection.first('PRAGMA journal_mode')) === wanted) return;
  const deadline = Date.now() + settings.busyTimeoutMs;
  for (;;) {
    try {
      if (journalMode(connection.first(`PRAGMA journal_mode = ${wanted}`)) === wanted) return;
      throw unwritableError(settings.path, `the journal mode '${wanted}' is not possible here`, undefined);
    } catch (error) {
      if (!(error instanceof BusyError) || Date.now() >= deadline) throw error;
      await pause(JOURNAL_RETRY_MS);
    }
  }
}

function journalMode(row: unknown): string {
  return (row as { journal_mode: string }).journal_mode;
}

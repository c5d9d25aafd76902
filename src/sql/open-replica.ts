import { BusyError, ConnectionError } from '../model/index.js';
import type { Database } from './database.js';
import { LibsqlDatabase } from './libsql-driver.js';
import { LibsqlLink } from './libsql-link.js';
import { makeFolderOf } from './local-file.js';
import { inspectSchema } from './migrate.js';
import { loadMigrations } from './migration-files.js';
import { connectToServer, prepareServer } from './open-server.js';
import { ReplicaDatabase } from './replica-driver.js';
import { readOrigin, writeOrigin } from './replica-origin.js';
import { ReplicaSync } from './replica-sync.js';
import { requireCurrent } from './schema-plan.js';
import type { ResolvedServerConfig } from './server-config.js';
import { connect, SqliteFileDatabase } from './sqlite-driver.js';
import type { ResolvedStorageConfig } from './storage-config.js';

/**
 * Opens an embedded replica and brings it up to date. A replica that is there already is opened also when
 * its server cannot be reached, as it was when it last could.
 *
 * Throws what opening a server throws; UsageError `INVALID_OPTION` for a file that is no replica of it.
 */
export async function openReplica(
  config: ResolvedServerConfig,
  local: ResolvedStorageConfig,
  clock: () => number,
): Promise<Database> {
  const { url, authToken, requestTimeoutMs, busyTimeoutMs, syncIntervalMs } = config;
  const { path } = local;
  makeFolderOf(path);
  const origin = readOrigin(path, url);
  const canWait = typeof origin?.syncedAt === 'number';
  const { link, isThere } = await reach(config, canWait, clock);
  const replica = new ReplicaDatabase({
    path,
    url,
    server: new LibsqlDatabase(link, config),
    sync: new ReplicaSync({ path, url, authToken, requestTimeoutMs, busyTimeoutMs }),
    openLocal: () => openFile(local),
    syncedAt: origin?.syncedAt ?? null,
    syncIntervalMs,
    busyTimeoutMs,
    clock,
  });
  try {
    if (origin === undefined) writeOrigin(path, url, null);
    if (isThere) {
      await replica.sync().catch((error: unknown) => {
        if (!canWait || !isAbsence(error)) throw error;
      });
    }
    await replica.first('SELECT 1');
    return replica;
  } catch (error) {
    await replica.close();
    throw error;
  }
}

/** The way to the server, whose schema is brought up to date when it can be reached. */
async function reach(
  config: ResolvedServerConfig,
  canWait: boolean,
  clock: () => number,
): Promise<{ link: LibsqlLink; isThere: boolean }> {
  try {
    const link = await connectToServer(config);
    try {
      await prepareServer(link, config, clock);
      return { link, isThere: true };
    } catch (error) {
      link.close();
      throw error;
    }
  } catch (error) {
    if (!canWait || !isAbsence(error)) throw error;
    return { link: await LibsqlLink.open(config), isThere: false };
  }
}

/** Opens the file that is there now; its schema came from the server. */
function openFile(local: ResolvedStorageConfig): Database {
  const connection = connect(local, true);
  try {
    requireCurrent(local.path, inspectSchema(connection), loadMigrations().length);
  } finally {
    connection.close();
  }
  return new SqliteFileDatabase(local, undefined);
}

/** The server is not there now, or somebody else brings the replica up to date. */
function isAbsence(error: unknown): boolean {
  return error instanceof ConnectionError || error instanceof BusyError;
}

import { isLestockageError, UsageError } from '../model/index.js';
import type { Database } from './database.js';
import { LibsqlDatabase } from './libsql-driver.js';
import { LibsqlLink, overHttpFirst } from './libsql-link.js';
import { inspectRemoteSchema, migrateRemote } from './libsql-migrate.js';
import { loadMigrations } from './migration-files.js';
import { requireCurrent } from './schema-plan.js';
import type { ResolvedServerConfig } from './server-config.js';

/** Before 3.45 SQLite read JSON otherwise than the driver writes it. */
const OLDEST_VERSION = [3, 45] as const;
const VERSION_SQL = 'SELECT sqlite_version() AS version';
const VECTORS_SQL = "SELECT vector_distance_cos(vector32('[1,0]'), vector32('[0,1]')) AS distance";

/**
 * Opens a database on a server, making or upgrading its schema when needed. A server that cannot be
 * reached is not waited for.
 *
 * Throws UsageError `NOT_AUTHORIZED`, `SERVER_NOT_SUPPORTED` and `READ_ONLY` when the token may not
 * write and the schema needs it; NotFoundError `DATABASE_NOT_FOUND`; SchemaVersionError; ConnectionError.
 */
export async function openServer(config: ResolvedServerConfig, clock: () => number): Promise<Database> {
  const link = await connectToServer(config);
  try {
    await prepareServer(link, config, clock);
    return new LibsqlDatabase(link, config);
  } catch (error) {
    link.close();
    throw error;
  }
}

/** The way to a server that answered and can do what is asked of it. */
export async function connectToServer(config: ResolvedServerConfig): Promise<LibsqlLink> {
  const link = await LibsqlLink.open(config);
  try {
    await checkServer(link, await readVersion(link));
    return link;
  } catch (error) {
    link.close();
    throw error;
  }
}

/** Brings the schema up to date, or checks that it is where nothing may be changed. */
export async function prepareServer(
  link: LibsqlLink,
  config: Pick<ResolvedServerConfig, 'readOnly' | 'busyTimeoutMs'>,
  clock: () => number,
): Promise<void> {
  const plan = await inspectRemoteSchema(link, config.busyTimeoutMs);
  if (config.readOnly) requireCurrent(link.location, plan, loadMigrations().length);
  else if (plan.pending.length > 0 || !plan.hasDriverTables) await migrateRemote(link, config.busyTimeoutMs, clock);
}

async function readVersion(link: LibsqlLink): Promise<string> {
  const { rows } = await overHttpFirst(link, (way) => way.execute({ sql: VERSION_SQL, parameters: [] }));
  return String(rows[0]?.['version']);
}

async function checkServer(link: LibsqlLink, version: string): Promise<void> {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor < OLDEST_VERSION[1])) {
    throw notSupported(link, `its SQLite is ${version}, and ${OLDEST_VERSION.join('.')} is needed`, { version });
  }
  try {
    await link.execute({ sql: VECTORS_SQL, parameters: [] });
  } catch (error) {
    if (isLestockageError(error)) throw error;
    throw notSupported(link, 'it has no vector functions', { version }, error);
  }
}

function notSupported(link: LibsqlLink, reason: string, details: object, cause?: unknown): UsageError {
  return new UsageError('SERVER_NOT_SUPPORTED', `The server ${link.location} cannot be used: ${reason}.`, {
    details: { location: link.location, ...details, reason },
    cause,
  });
}

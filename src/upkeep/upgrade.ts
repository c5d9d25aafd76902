import { existsSync } from 'node:fs';
import { fillWords } from '../graph/index.js';
import { SchemaVersionError, UsageError } from '../model/index.js';
import {
  isServerUrl,
  openDatabase,
  openForeignDatabase,
  readSchemaState,
  resolveStorageConfig,
  type StorageConfig,
} from '../sql/index.js';
import { backupDatabase } from './backup.js';

export interface UpgradeOptions extends StorageConfig {
  /** Copies the database beside itself first, under a name with its version. Default true; a server has none. */
  readonly backup?: boolean;
  readonly signal?: AbortSignal;
}

export interface UpgradeReport {
  /** Schema versions before and after; the same when there was nothing to do. */
  readonly from: number;
  readonly to: number;
  /** Path of the copy of the earlier version; null when none was made. */
  readonly backup: string | null;
  readonly ms: number;
}

/**
 * Brings the schema of a database up to date, in place and in one transaction: whoever ends in between leaves the
 * database as it was. What search needs of its nodes is made then, and else when it is opened for writing next. A copy
 * of the earlier version stays beside it.
 *
 * Throws NotFoundError `DATABASE_NOT_FOUND`; SchemaVersionError for a newer schema and one of another program;
 * CorruptionError; BusyError while others use the database; LimitError `DISK_FULL`; UsageError `INVALID_OPTION`
 * when a server's database needs upgrading and `backup` is not false: it is copied by its own means.
 */
export async function upgradeStore(options: UpgradeOptions): Promise<UpgradeReport> {
  const startedAt = performance.now();
  const { backup = true, signal, ...config } = options;
  const { from, to } = await versionsOf(config);
  let copy: string | null = null;
  if (from < to && backup && from > 0) copy = await copyBeside(config, from, signal);
  // One that was cut off after the schema was there has words to make, too.
  const database = await openDatabase(config);
  try {
    await fillWords(database, signal);
  } finally {
    await database.close();
  }
  return { from, to, backup: copy, ms: Math.round(performance.now() - startedAt) };
}

/** The schema that is there, and the one that is needed. Changes nothing. */
async function versionsOf(config: StorageConfig): Promise<{ readonly from: number; readonly to: number }> {
  if (isServerUrl(config.path)) return remoteVersions(config);
  const database = openForeignDatabase(resolveStorageConfig(config).path);
  try {
    const { version, supported } = await readSchemaState(database, database.location);
    return { from: version, to: supported };
  } finally {
    await database.close();
  }
}

async function remoteVersions(config: StorageConfig): Promise<{ readonly from: number; readonly to: number }> {
  const { replicaPath: _replica, syncIntervalMs: _interval, ...server } = config;
  try {
    const database = await openDatabase({ ...server, readOnly: true });
    try {
      const { version, supported } = await readSchemaState(database, database.location);
      return { from: version, to: supported };
    } finally {
      await database.close();
    }
  } catch (error) {
    if (!(error instanceof SchemaVersionError) || error.code !== 'SCHEMA_TOO_OLD') throw error;
    return { from: Number(error.details['version']), to: Number(error.details['supported']) };
  }
}

async function copyBeside(config: StorageConfig, version: number, signal: AbortSignal | undefined): Promise<string> {
  if (isServerUrl(config.path)) {
    throw new UsageError(
      'INVALID_OPTION',
      "A database on a server is copied by the server's own means before it is upgraded; then upgrade without a backup.",
      { details: { option: 'backup', value: true } },
    );
  }
  const { path } = resolveStorageConfig({ path: config.path });
  const database = openForeignDatabase(path);
  try {
    const report = await backupDatabase(database, freeName(path, version), signal === undefined ? {} : { signal });
    return report.path;
  } finally {
    await database.close();
  }
}

/** `code.db.v4.bak`, or with a number where an earlier attempt left one. */
function freeName(path: string, version: number): string {
  const name = `${path}.v${version}`;
  if (!existsSync(`${name}.bak`)) return `${name}.bak`;
  let attempt = 2;
  while (existsSync(`${name}-${attempt}.bak`)) attempt++;
  return `${name}-${attempt}.bak`;
}

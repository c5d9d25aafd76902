import { statSync } from 'node:fs';
import { CorruptionError } from '../model/index.js';
import { readGeneration } from '../graph/index.js';
import {
  copyRowsToFile,
  openForeignDatabase,
  readSchemaState,
  type Database,
  type StorageConfig,
} from '../sql/index.js';
import { databaseOf, type Store } from '../store/index.js';
import { openToLook } from './open-to-look.js';
import { discardFile, placeFile, targetFile } from './target-file.js';

export interface BackupOptions {
  /** Replaces a file that is there, once the copy is complete. Default false. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  /** Told now and then; of a server's database, whose pages nobody sees, it is not. */
  readonly onProgress?: (progress: { readonly pagesDone: number; readonly pagesTotal: number }) => void;
}

export interface BackupReport {
  readonly path: string;
  readonly sizeBytes: number;
  readonly schemaVersion: number;
  /** Of the state that was copied. */
  readonly generation: number;
  readonly ms: number;
}

/**
 * Copies one state of a store into a database file, while others read and write: of a file and a replica page by
 * page, of a server row by row from one snapshot. The copy is verified by SQLite before it takes its place; it is
 * one file, which `openStore` opens as a store.
 *
 * Throws UsageError `TARGET_EXISTS` when a file is there and `force` is not set, or when it is a database in use;
 * `INVALID_ARGUMENT` for the store's own file; CorruptionError, also when the copy is not sound; LimitError
 * `DISK_FULL`; ConnectionError; CancelledError. Then nothing is at the path that was not there before.
 */
export async function backupStore(store: Store, path: string, options: BackupOptions = {}): Promise<BackupReport> {
  return backupDatabase(databaseOf(store), path, options);
}

/**
 * The same of a database that is not open as a store; one with an older schema is copied as it is. Also throws
 * NotFoundError `DATABASE_NOT_FOUND`, and SchemaVersionError for the database of another program or a newer version.
 */
export async function backupDatabaseAt(
  config: StorageConfig,
  path: string,
  options: BackupOptions = {},
): Promise<BackupReport> {
  const database = await openToLook(config);
  try {
    return await backupDatabase(database, path, options);
  } finally {
    await database.close();
  }
}

/** The same of a database of any schema version. */
export async function backupDatabase(database: Database, path: string, options: BackupOptions): Promise<BackupReport> {
  const startedAt = performance.now();
  const place = { force: options.force === true, own: database.location };
  const target = targetFile(path, place);
  try {
    const { signal, onProgress } = options;
    const stops = signal === undefined ? {} : { signal };
    if (database.local === undefined) {
      await database.snapshot((snapshot) => copyRowsToFile(snapshot, target.temporary, stops));
    } else {
      await database.local.copyTo(target.temporary, { ...stops, ...(onProgress === undefined ? {} : { onProgress }) });
    }
    const state = await verifiedCopy(target.temporary);
    await placeFile(target, place);
    const { size: sizeBytes } = statSync(target.path);
    return { path: target.path, sizeBytes, ...state, ms: Math.round(performance.now() - startedAt) };
  } finally {
    discardFile(target);
  }
}

/** What is in a copy. Throws CorruptionError `DATABASE_CORRUPT` when it is not sound. */
async function verifiedCopy(path: string): Promise<Pick<BackupReport, 'schemaVersion' | 'generation'>> {
  const copy = openForeignDatabase(path);
  try {
    const rows = await copy.all<{ quick_check: string }>('PRAGMA quick_check(10)');
    const faults = rows.map((row) => row.quick_check).filter((text) => text !== 'ok');
    if (faults.length > 0) {
      throw new CorruptionError('DATABASE_CORRUPT', `The copy is damaged, as the store may be: ${faults.join('; ')}.`, {
        details: { faults },
      });
    }
    const { version } = await readSchemaState(copy, path);
    const isOlder = (await copy.first("SELECT 1 FROM sqlite_schema WHERE name = 'generations'")) === undefined;
    return { schemaVersion: version, generation: isOlder ? 0 : await readGeneration(copy) };
  } finally {
    await copy.close();
  }
}

import { BusyError, UsageError } from '../model/index.js';
import { copyToFile } from './copy-file.js';
import type {
  BulkStatement,
  CopyOptions,
  Database,
  LocalUpkeep,
  Snapshot,
  SqlRow,
  Statement,
  WriteOptions,
  WriteResult,
} from './database.js';
import { ReadLease } from './read-lease.js';
import { SqliteConnection } from './sqlite-connection.js';
import { applyBatch } from './sqlite-write.js';
import type { ResolvedStorageConfig } from './storage-config.js';
import { WaitList } from './wait-list.js';

const SYNCHRONOUS = { off: 0, normal: 1, full: 2 } as const;
/** The log is cut back to this after a large batch, so that one import does not leave a large file. */
const WAL_SIZE_LIMIT_BYTES = 64 * 1024 * 1024;
/** Closing folds the log into the file when nobody else reads it; it does not wait long for that. */
const CLOSE_WAIT_MS = 100;

/** Opens one connection with the settings of the configuration. */
export function connect(config: ResolvedStorageConfig, readOnly: boolean): SqliteConnection {
  const connection = new SqliteConnection({
    source: config.path,
    location: config.path,
    readOnly,
    busyTimeoutMs: config.busyTimeoutMs,
  });
  try {
    configure(connection, config);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Sets what SQLite keeps for each connection. Reads and writes nothing of the file. */
export function configure(connection: SqliteConnection, config: ResolvedStorageConfig): void {
  connection.exec(`
    PRAGMA foreign_keys = ON;
    PRAGMA synchronous = ${SYNCHRONOUS[config.durability]};
    PRAGMA cache_size = -${Math.ceil(config.cacheSizeBytes / 1024)};
    PRAGMA query_only = ${config.readOnly ? 1 : 0};
    PRAGMA journal_size_limit = ${WAL_SIZE_LIMIT_BYTES};
  `);
}

/**
 * A database file: one connection that writes, one for single reads, and more for snapshots and
 * iterations. Those are opened when needed and a configured number of them is kept; a reader never
 * waits for another.
 */
export class SqliteFileDatabase implements Database {
  readonly backend = 'file';
  readonly hasVectorSearch = false;
  readonly location: string;
  readonly local: LocalUpkeep;
  private pointReader: SqliteConnection | undefined;
  private readonly idleReaders: SqliteConnection[] = [];
  private readonly leases = new Set<ReadLease>();
  private readonly leaseEnded = new WaitList();
  private writing = false;

  /** `writer` is undefined for a database that is open for reading only. */
  constructor(
    private readonly config: ResolvedStorageConfig,
    private readonly writer: SqliteConnection | undefined,
  ) {
    this.location = config.path;
    this.local = {
      copyTo: async (path, options) => this.copyTo(path, options),
      ...(writer === undefined ? {} : { compact: async () => this.compact(writer) }),
    };
  }

  async all<T>(sql: string, parameters?: SqlRow): Promise<T[]> {
    return this.single().all(sql, parameters) as T[];
  }

  async first<T>(sql: string, parameters?: SqlRow): Promise<T | undefined> {
    return this.single().first(sql, parameters) as T | undefined;
  }

  async *iterate<T>(sql: string, parameters?: SqlRow): AsyncGenerator<T, void, void> {
    const lease = this.lease();
    try {
      yield* lease.iterate<T>(sql, parameters);
    } finally {
      this.release(lease);
    }
  }

  async snapshot<T>(reads: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    const lease = this.lease();
    try {
      lease.connection.exec('BEGIN');
      // BEGIN alone takes no snapshot; the first read does.
      lease.connection.first('SELECT 1 FROM sqlite_schema LIMIT 1');
      return await reads(lease);
    } finally {
      this.release(lease);
    }
  }

  async write(batch: readonly (Statement | BulkStatement)[], options?: WriteOptions): Promise<WriteResult> {
    const writer = this.writer;
    if (writer === undefined) {
      throw new UsageError('READ_ONLY', `The database ${this.location} is open for reading only.`, {
        details: { location: this.location },
      });
    }
    // Only the source of the rows of a running batch can call in here; its batch ends first.
    while (this.writing) await Promise.resolve();
    if (!this.config.wal) await this.readersGone();
    this.writing = true;
    try {
      return applyBatch(writer, batch, options);
    } finally {
      this.writing = false;
    }
  }

  async bulk(sql: string, rows: Iterable<SqlRow>, options?: WriteOptions): Promise<WriteResult> {
    return this.write([{ sql, rows }], options);
  }

  async sizeBytes(): Promise<number> {
    const row = this.single().first('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size');
    return (row as { bytes: number }).bytes;
  }

  async close(): Promise<void> {
    for (const lease of this.leases) this.release(lease);
    for (const reader of this.idleReaders.splice(0)) reader.close();
    this.pointReader?.close();
    this.pointReader = undefined;
    if (this.writer === undefined) return;
    try {
      this.writer.exec(`PRAGMA busy_timeout = ${CLOSE_WAIT_MS}`);
      if (this.config.wal) this.writer.all('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // What is committed is safe in the log; whoever opens or closes the file next folds it in.
    } finally {
      this.writer.close();
    }
  }

  private async copyTo(path: string, options?: CopyOptions): Promise<void> {
    const lease = this.lease();
    try {
      const { connection } = lease;
      // With a rollback journal a state that is held would keep every writer away.
      if (this.config.wal) {
        connection.exec('BEGIN');
        connection.first('SELECT 1 FROM sqlite_schema LIMIT 1');
      }
      await copyToFile(connection, path, options);
    } finally {
      this.release(lease);
    }
  }

  private async compact(writer: SqliteConnection): Promise<void> {
    await this.readersGone();
    writer.exec('VACUUM');
    if (this.config.wal) writer.all('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  private single(): SqliteConnection {
    this.pointReader ??= connect(this.config, true);
    return this.pointReader;
  }

  private lease(): ReadLease {
    const lease = new ReadLease(this.idleReaders.pop() ?? connect(this.config, true));
    this.leases.add(lease);
    return lease;
  }

  private release(lease: ReadLease): void {
    if (!this.leases.delete(lease)) return;
    lease.end();
    const { connection } = lease;
    if (connection.inTransaction) connection.exec('ROLLBACK');
    if (this.idleReaders.length < this.config.readers) this.idleReaders.push(connection);
    else connection.close();
    if (this.leases.size === 0) this.leaseEnded.wake();
  }

  /** Without a write-ahead log a commit needs the file for itself, and this thread must not block for its own readers. */
  private async readersGone(): Promise<void> {
    const deadline = Date.now() + this.config.busyTimeoutMs;
    while (this.leases.size > 0) {
      if (!(await this.leaseEnded.wait(deadline - Date.now()))) {
        throw new BusyError('DATABASE_BUSY', `Readers of ${this.location} did not finish within the wait.`, {
          details: { location: this.location, readers: this.leases.size, busyTimeoutMs: this.config.busyTimeoutMs },
        });
      }
    }
  }
}

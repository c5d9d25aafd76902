import { UsageError } from '../model/index.js';
import type { BulkStatement, Database, Snapshot, SqlRow, Statement, WriteOptions, WriteResult } from './database.js';
import type { LibsqlLink, RemoteResult } from './libsql-link.js';
import { assertRead, isTooLarge, LibsqlSnapshot } from './libsql-snapshot.js';
import { LibsqlWriter } from './libsql-writer.js';
import { repeatRead } from './repeat.js';
import type { ResolvedServerConfig } from './server-config.js';

/**
 * A database on a libSQL server. A single read is one round trip, and so is a batch; a snapshot is a
 * transaction on the server that begins with its first read. Reads that find no server are repeated, and
 * so are batches that were certainly not applied.
 */
export class LibsqlDatabase implements Database {
  readonly backend = 'server';
  /** A server without them is refused on opening. */
  readonly hasVectorSearch = true;
  readonly location: string;
  private readonly busyTimeoutMs: number;
  private readonly writer: LibsqlWriter | undefined;
  private readonly snapshots = new Set<LibsqlSnapshot>();

  constructor(
    private readonly link: LibsqlLink,
    { busyTimeoutMs, readOnly }: Pick<ResolvedServerConfig, 'busyTimeoutMs' | 'readOnly'>,
  ) {
    this.location = link.location;
    this.busyTimeoutMs = busyTimeoutMs;
    this.writer = readOnly ? undefined : new LibsqlWriter(link, busyTimeoutMs);
  }

  async all<T>(sql: string, parameters: SqlRow = []): Promise<T[]> {
    try {
      return (await this.ask(sql, parameters)).rows as T[];
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      return this.snapshot((snapshot) => snapshot.all<T>(sql, parameters));
    }
  }

  async first<T>(sql: string, parameters: SqlRow = []): Promise<T | undefined> {
    try {
      return (await this.ask(sql, parameters)).rows[0] as T | undefined;
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      return this.snapshot((snapshot) => snapshot.first<T>(sql, parameters));
    }
  }

  async *iterate<T>(sql: string, parameters?: SqlRow): AsyncGenerator<T, void, void> {
    const snapshot = this.openSnapshot();
    try {
      yield* snapshot.iterate<T>(sql, parameters);
    } finally {
      this.endSnapshot(snapshot);
    }
  }

  async snapshot<T>(reads: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    const snapshot = this.openSnapshot();
    try {
      return await reads(snapshot);
    } finally {
      this.endSnapshot(snapshot);
    }
  }

  async write(batch: readonly (Statement | BulkStatement)[], options?: WriteOptions): Promise<WriteResult> {
    if (this.writer === undefined) {
      throw new UsageError('READ_ONLY', `The database ${this.location} is open for reading only.`, {
        details: { location: this.location },
      });
    }
    // A snapshot that was opened before this write does not show it, also when it has read nothing yet.
    await Promise.allSettled([...this.snapshots].map((snapshot) => snapshot.begin()));
    return this.writer.write(batch, options);
  }

  async bulk(sql: string, rows: Iterable<SqlRow>, options?: WriteOptions): Promise<WriteResult> {
    return this.write([{ sql, rows }], options);
  }

  /** Without the pages that the server keeps for later use; how large its files are is its own business. */
  async sizeBytes(): Promise<number> {
    const row = await this.first<{ bytes: number }>(
      `SELECT (page_count - freelist_count) * page_size AS bytes
       FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
    );
    return row?.bytes ?? 0;
  }

  async close(): Promise<void> {
    for (const snapshot of this.snapshots) this.endSnapshot(snapshot);
    this.link.close();
  }

  private async ask(sql: string, parameters: SqlRow): Promise<RemoteResult> {
    assertRead(sql);
    return repeatRead(this.busyTimeoutMs, () => this.link.execute({ sql, parameters }));
  }

  private openSnapshot(): LibsqlSnapshot {
    const snapshot = new LibsqlSnapshot(this.link, this.busyTimeoutMs);
    this.snapshots.add(snapshot);
    return snapshot;
  }

  private endSnapshot(snapshot: LibsqlSnapshot): void {
    this.snapshots.delete(snapshot);
    snapshot.end();
  }
}

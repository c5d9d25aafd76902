import { standAlone } from './copy-file.js';
import type {
  BulkStatement,
  Database,
  LocalUpkeep,
  Snapshot,
  SqlRow,
  Statement,
  WriteOptions,
  WriteResult,
} from './database.js';
import { writeFileSync } from 'node:fs';
import { ReadLease } from './read-lease.js';
import { SqliteConnection } from './sqlite-connection.js';
import { osReason, unwritableError } from './sqlite-errors.js';
import { applyBatch } from './sqlite-write.js';

/** A frozen state that snapshots read: the live connection until somebody writes, then a copy. */
interface FrozenState {
  connection: SqliteConnection;
  readers: number;
}

/**
 * A database in memory, on one connection. A snapshot reads that connection until the first write;
 * before it the state is copied once for all snapshots that are open, so neither waits for the other.
 */
export class SqliteMemoryDatabase implements Database {
  readonly backend = 'memory';
  readonly hasVectorSearch = false;
  readonly location: string;
  readonly local: LocalUpkeep = {
    copyTo: async (path) => this.copyTo(path),
    compact: async () => this.compact(),
  };
  private writing = false;
  /** The state that open snapshots share with the live connection, if there are any. */
  private live: FrozenState | undefined;
  private readonly copies = new Set<FrozenState>();

  constructor(private readonly connection: SqliteConnection) {
    this.location = connection.location;
  }

  async all<T>(sql: string, parameters?: SqlRow): Promise<T[]> {
    await this.batchEnded();
    return this.connection.all(sql, parameters) as T[];
  }

  async first<T>(sql: string, parameters?: SqlRow): Promise<T | undefined> {
    await this.batchEnded();
    return this.connection.first(sql, parameters) as T | undefined;
  }

  /** Reads all rows at once: an open cursor would keep the one connection from writing. */
  async *iterate<T>(sql: string, parameters?: SqlRow): AsyncGenerator<T, void, void> {
    yield* await this.all<T>(sql, parameters);
  }

  async snapshot<T>(reads: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    await this.batchEnded();
    const state = (this.live ??= { connection: this.connection, readers: 0 });
    state.readers++;
    const snapshot = new MemorySnapshot(state);
    try {
      return await reads(snapshot);
    } finally {
      snapshot.end();
      this.release(state);
    }
  }

  async write(batch: readonly (Statement | BulkStatement)[], options?: WriteOptions): Promise<WriteResult> {
    await this.batchEnded();
    this.preserveSnapshots();
    this.writing = true;
    try {
      return applyBatch(this.connection, batch, options);
    } finally {
      this.writing = false;
    }
  }

  async bulk(sql: string, rows: Iterable<SqlRow>, options?: WriteOptions): Promise<WriteResult> {
    return this.write([{ sql, rows }], options);
  }

  async sizeBytes(): Promise<number> {
    const row = await this.first<{ bytes: number }>(
      'SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size',
    );
    return row?.bytes ?? 0;
  }

  private async copyTo(path: string): Promise<void> {
    await this.batchEnded();
    try {
      writeFileSync(path, this.connection.serialize(), { flag: 'wx' });
    } catch (error) {
      throw unwritableError(path, osReason(error), error);
    }
    standAlone(path);
  }

  private async compact(): Promise<void> {
    await this.batchEnded();
    this.preserveSnapshots();
    this.connection.exec('VACUUM');
  }

  async close(): Promise<void> {
    for (const state of this.copies) state.connection.close();
    this.copies.clear();
    this.connection.close();
  }

  /** Only the source of the rows of a running batch can call in during it, and must not see half of it. */
  private async batchEnded(): Promise<void> {
    while (this.writing) await Promise.resolve();
  }

  private preserveSnapshots(): void {
    const state = this.live;
    if (state === undefined) return;
    this.live = undefined;
    state.connection = new SqliteConnection({
      source: this.connection.serialize(),
      location: this.location,
      readOnly: true,
      busyTimeoutMs: 0,
    });
    this.copies.add(state);
  }

  private release(state: FrozenState): void {
    state.readers--;
    if (state.readers > 0) return;
    if (this.live === state) this.live = undefined;
    if (this.copies.delete(state)) state.connection.close();
  }
}

/** Reads whichever connection holds its state now. Never leaves a cursor open on it. */
class MemorySnapshot implements Snapshot {
  private ended = false;

  constructor(private readonly state: FrozenState) {}

  async all<T>(sql: string, parameters?: SqlRow): Promise<T[]> {
    return this.lease().all<T>(sql, parameters);
  }

  async first<T>(sql: string, parameters?: SqlRow): Promise<T | undefined> {
    return this.lease().first<T>(sql, parameters);
  }

  async *iterate<T>(sql: string, parameters?: SqlRow): AsyncGenerator<T, void, void> {
    yield* await this.all<T>(sql, parameters);
  }

  end(): void {
    this.ended = true;
  }

  private lease(): ReadLease {
    const lease = new ReadLease(this.state.connection);
    if (this.ended) lease.end();
    return lease;
  }
}

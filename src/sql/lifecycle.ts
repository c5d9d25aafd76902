import { UsageError } from '../model/index.js';
import type {
  BulkStatement,
  Database,
  LocalUpkeep,
  ReplicaControl,
  ReplicaState,
  Snapshot,
  SqlRow,
  Statement,
  WriteOptions,
  WriteResult,
} from './database.js';

/**
 * Guards the life of a database of any backend: after `close()` every call is refused with a
 * UsageError with code `STORE_CLOSED`. Closing waits for what is running, a snapshot included; an
 * iteration that stands between two rows ends, and asking it for the next row is refused as well.
 * All calls of `close()` share one result. A snapshot must not close the database it reads.
 */
export function withLifecycle(database: Database): Database {
  return new GuardedDatabase(database);
}

class GuardedDatabase implements Database {
  readonly backend: Database['backend'];
  readonly location: string;
  readonly hasVectorSearch: boolean;
  readonly replica?: ReplicaControl;
  readonly local?: LocalUpkeep;
  private readonly running = new Set<Promise<unknown>>();
  private readonly iterators = new Set<AsyncIterator<unknown>>();
  private closing: Promise<void> | undefined;

  constructor(private readonly inner: Database) {
    this.backend = inner.backend;
    this.location = inner.location;
    this.hasVectorSearch = inner.hasVectorSearch;
    const { local, replica } = inner;
    if (local !== undefined) {
      const { compact } = local;
      this.local = {
        copyTo: async (path, options) => this.track(() => local.copyTo(path, options)),
        ...(compact === undefined ? {} : { compact: async () => this.track(() => compact()) }),
      };
    }
    if (replica === undefined) return;
    this.replica = {
      get state(): ReplicaState {
        return replica.state;
      },
      sync: async () => this.track(() => replica.sync()),
    };
  }

  async all<T>(sql: string, parameters?: SqlRow): Promise<T[]> {
    return this.track(() => this.inner.all<T>(sql, parameters));
  }

  async first<T>(sql: string, parameters?: SqlRow): Promise<T | undefined> {
    return this.track(() => this.inner.first<T>(sql, parameters));
  }

  async *iterate<T>(sql: string, parameters?: SqlRow): AsyncGenerator<T, void, void> {
    this.assertOpen();
    const rows = this.inner.iterate<T>(sql, parameters)[Symbol.asyncIterator]();
    this.iterators.add(rows);
    try {
      for (;;) {
        const next = await this.track(() => rows.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      this.iterators.delete(rows);
      await rows.return?.();
    }
  }

  async snapshot<T>(reads: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return this.track(() => this.inner.snapshot(reads));
  }

  async write(batch: readonly (Statement | BulkStatement)[], options?: WriteOptions): Promise<WriteResult> {
    return this.track(() => this.inner.write(batch, options));
  }

  async bulk(sql: string, rows: Iterable<SqlRow>, options?: WriteOptions): Promise<WriteResult> {
    return this.track(() => this.inner.bulk(sql, rows, options));
  }

  async sizeBytes(): Promise<number> {
    return this.track(() => this.inner.sizeBytes());
  }

  async close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    await Promise.allSettled(this.running);
    await Promise.allSettled([...this.iterators].map(async (rows) => rows.return?.()));
    await this.inner.close();
  }

  private async track<T>(operation: () => Promise<T>): Promise<T> {
    this.assertOpen();
    const result = operation();
    this.running.add(result);
    try {
      return await result;
    } finally {
      this.running.delete(result);
    }
  }

  private assertOpen(): void {
    if (this.closing !== undefined) {
      throw new UsageError('STORE_CLOSED', `The database ${this.location} has been closed.`, {
        details: { location: this.location },
      });
    }
  }
}

import { UsageError } from '../model/index.js';
import type { Snapshot, SqlRow } from './database.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { toTypedError } from './sqlite-errors.js';

/** The use of one connection for reading, until it is ended. */
export class ReadLease implements Snapshot {
  private readonly iterators = new Set<IterableIterator<unknown>>();
  private ended = false;

  constructor(readonly connection: SqliteConnection) {}

  async all<T>(sql: string, parameters?: SqlRow): Promise<T[]> {
    this.assertNotEnded();
    return this.connection.all(sql, parameters) as T[];
  }

  async first<T>(sql: string, parameters?: SqlRow): Promise<T | undefined> {
    this.assertNotEnded();
    return this.connection.first(sql, parameters) as T | undefined;
  }

  async *iterate<T>(sql: string, parameters?: SqlRow): AsyncGenerator<T, void, void> {
    this.assertNotEnded();
    const rows = this.connection.iterate(sql, parameters);
    this.iterators.add(rows);
    try {
      for (;;) {
        this.assertNotEnded();
        const next = this.step(rows);
        if (next.done === true) return;
        yield next.value as T;
      }
    } finally {
      this.iterators.delete(rows);
      rows.return?.();
    }
  }

  /** Stops all reading through this lease; what is read on after that is an error. */
  end(): void {
    this.ended = true;
    for (const rows of this.iterators) rows.return?.();
    this.iterators.clear();
  }

  private step(rows: IterableIterator<unknown>): IteratorResult<unknown> {
    try {
      return rows.next();
    } catch (error) {
      throw toTypedError(error, { location: this.connection.location });
    }
  }

  private assertNotEnded(): void {
    if (this.ended) throw new UsageError('STORE_CLOSED', 'This snapshot has ended and cannot be read any more.');
  }
}

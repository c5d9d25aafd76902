import type {
  BulkStatement,
  Database,
  Snapshot,
  SqlRow,
  Statement,
  WriteOptions,
  WriteResult,
} from '../../../src/sql/index.js';
import type { Cut } from './script.js';

/** What a write fails with; no code of the project knows it. */
export class CutError extends Error {
  override readonly name = 'CutError';
}

/** A database whose writes fail when they are told to. */
export class CutDatabase implements Database {
  readonly backend: Database['backend'];
  readonly location: string;
  readonly hasVectorSearch: boolean;
  private cut: Cut | undefined;
  private writes = 0;

  constructor(private readonly inner: Database) {
    this.backend = inner.backend;
    this.location = inner.location;
    this.hasVectorSearch = inner.hasVectorSearch;
  }

  /** Lets the cut happen; undefined lets every write pass again. */
  arm(cut: Cut | undefined): void {
    this.cut = cut?.how === 'abort' ? undefined : cut;
    this.writes = 0;
  }

  async all<T>(sql: string, parameters?: SqlRow): Promise<T[]> {
    return this.inner.all<T>(sql, parameters);
  }

  async first<T>(sql: string, parameters?: SqlRow): Promise<T | undefined> {
    return this.inner.first<T>(sql, parameters);
  }

  iterate<T>(sql: string, parameters?: SqlRow): AsyncIterable<T> {
    return this.inner.iterate<T>(sql, parameters);
  }

  async snapshot<T>(reads: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return this.inner.snapshot(reads);
  }

  async write(batch: readonly (Statement | BulkStatement)[], options?: WriteOptions): Promise<WriteResult> {
    const how = this.next();
    if (how === undefined) return this.inner.write(batch, options);
    const middle = Math.ceil(batch.length / 2);
    if (how === 'fail inside') {
      return this.inner.write([...batch.slice(0, middle), FAILING, ...batch.slice(middle)], options);
    }
    if (how === 'fail after') await this.inner.write(batch, options);
    throw new CutError(how);
  }

  async bulk(sql: string, rows: Iterable<SqlRow>, options?: WriteOptions): Promise<WriteResult> {
    const how = this.next();
    if (how === undefined) return this.inner.bulk(sql, rows, options);
    if (how === 'fail inside') return this.inner.bulk(sql, thenFailing(rows), options);
    if (how === 'fail after') await this.inner.bulk(sql, rows, options);
    throw new CutError(how);
  }

  async sizeBytes(): Promise<number> {
    return this.inner.sizeBytes();
  }

  async close(): Promise<void> {
    return this.inner.close();
  }

  /** How this write fails, if it does. */
  private next(): Cut['how'] | undefined {
    this.writes++;
    if (this.cut === undefined || this.writes < this.cut.at) return undefined;
    if (this.writes === this.cut.at) return this.cut.how;
    return this.cut.lasting === true ? 'fail before' : undefined;
  }
}

function* thenFailing(rows: Iterable<SqlRow>): Generator<SqlRow> {
  yield* rows;
  throw new CutError('fail inside');
}

const FAILING: BulkStatement = {
  sql: 'DELETE FROM intel_nodes WHERE id = ?',
  rows: { [Symbol.iterator]: () => thenFailing([]) },
};

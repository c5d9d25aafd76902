import Sqlite from 'better-sqlite3';
import { UsageError } from '../model/index.js';
import type { SqlRow } from './database.js';
import { toTypedError } from './sqlite-errors.js';

export type SqliteStatement = Sqlite.Statement<unknown[]>;

export interface ConnectionOptions {
  /** Path of the file, `:memory:`, or the bytes of a whole database. */
  readonly source: string | Buffer;
  /** What errors and status call it. */
  readonly location: string;
  readonly readOnly: boolean;
  readonly busyTimeoutMs: number;
}

/** More than the distinct statements of all stores together, so that in practice none is dropped. */
const STATEMENT_CACHE_SIZE = 256;
const PRAGMA = /^\s*PRAGMA\b/i;

/** One SQLite connection with its prepared statements. Everything here is synchronous. */
export class SqliteConnection {
  readonly location: string;
  private readonly handle: Sqlite.Database;
  /** In order of last use, the oldest first. */
  private readonly statements = new Map<string, SqliteStatement>();

  /** Throws CorruptionError with code `DATABASE_UNWRITABLE` when the file cannot be opened. */
  constructor(options: ConnectionOptions) {
    this.location = options.location;
    try {
      this.handle =
        typeof options.source === 'string'
          ? new Sqlite(options.source, { readonly: options.readOnly, timeout: options.busyTimeoutMs })
          : new Sqlite(options.source);
    } catch (error) {
      throw toTypedError(error, { location: this.location });
    }
  }

  get inTransaction(): boolean {
    return this.handle.inTransaction;
  }

  /** The prepared statement of a text, kept for the next use of the same text. */
  prepare(sql: string): SqliteStatement {
    const known = this.statements.get(sql);
    if (known !== undefined) {
      this.statements.delete(sql);
      this.statements.set(sql, known);
      return known;
    }
    const statement = this.handle.prepare<unknown[]>(sql);
    this.statements.set(sql, statement);
    if (this.statements.size > STATEMENT_CACHE_SIZE) {
      const [oldest] = this.statements.keys();
      if (oldest !== undefined) this.statements.delete(oldest);
    }
    return statement;
  }

  all(sql: string, parameters: SqlRow = []): unknown[] {
    try {
      return this.prepareRead(sql).all(parameters);
    } catch (error) {
      throw toTypedError(error, { location: this.location });
    }
  }

  first(sql: string, parameters: SqlRow = []): unknown {
    try {
      return this.prepareRead(sql).get(parameters);
    } catch (error) {
      throw toTypedError(error, { location: this.location });
    }
  }

  /** Rows as they are read. Until the iterator ends or is returned, the connection cannot write. */
  iterate(sql: string, parameters: SqlRow = []): IterableIterator<unknown> {
    try {
      const statement = this.prepareRead(sql);
      // A statement that is being iterated has its place in its own rows; a second one is needed.
      return (statement.busy ? this.handle.prepare<unknown[]>(sql) : statement).iterate(parameters);
    } catch (error) {
      throw toTypedError(error, { location: this.location });
    }
  }

  /** Runs a script of statements that have no parameters and whose rows are of no interest. */
  exec(script: string): void {
    try {
      this.handle.exec(script);
    } catch (error) {
      throw toTypedError(error, { location: this.location });
    }
  }

  /** A copy of the whole database as it is now. */
  serialize(): Buffer {
    return this.handle.serialize();
  }

  /** Copies the state that this connection sees, a number of pages at a time, with `onPages` in between. */
  async backup(path: string, pagesAtOnce: number, onPages: (left: number, total: number) => void): Promise<void> {
    try {
      await this.handle.backup(path, {
        progress: ({ totalPages, remainingPages }) => {
          onPages(remainingPages, totalPages);
          return pagesAtOnce;
        },
      });
    } catch (error) {
      throw toTypedError(error, { location: path });
    }
  }

  /** From now on the tables that SQLite keeps behind virtual ones can be written. Only for a copy in the making. */
  allowShadowTables(): void {
    this.handle.unsafeMode(true);
  }

  close(): void {
    this.statements.clear();
    this.handle.close();
  }

  private prepareRead(sql: string): SqliteStatement {
    const statement = this.prepare(sql);
    if (!statement.readonly && !PRAGMA.test(sql)) {
      throw new UsageError('READ_ONLY', 'A statement that changes the database goes through write().', {
        details: { sql },
      });
    }
    return statement;
  }
}

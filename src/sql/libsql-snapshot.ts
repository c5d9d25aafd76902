import { isLestockageError, UsageError } from '../model/index.js';
import type { Snapshot, SqlRow, SqlValue } from './database.js';
import { RESPONSE_TOO_LARGE } from './libsql-errors.js';
import type { LibsqlLink, ReadTransaction, RemoteResult } from './libsql-link.js';
import { ofRead, repeatRead } from './repeat.js';
import { shapeOf } from './sql-tokens.js';

type Row = Readonly<Record<string, SqlValue>>;

/** A server forgets a stream over HTTP that is silent for 10 seconds. */
const KEEP_ALIVE_MS = 3000;
const FIRST_PAGE_ROWS = 500;
const MOST_PAGE_ROWS = 50_000;
/** A page is to be about this large; servers send up to 10 MB. */
const PAGE_BYTES = 3_000_000;
const SAMPLED_ROWS = 50;

/**
 * Reads of one state of a server: a transaction that begins with the first of them, in the same round
 * trip. Answers that are larger than the server sends come in parts, from the same state.
 */
export class LibsqlSnapshot implements Snapshot {
  private transaction: ReadTransaction | undefined;
  private beginning: Promise<RemoteResult> | undefined;
  private keepAlive: NodeJS.Timeout | undefined;
  private reading = 0;
  private ended = false;

  constructor(
    private readonly link: LibsqlLink,
    private readonly busyTimeoutMs: number,
  ) {}

  /** Settles which state is read, if no read has done so yet. */
  async begin(): Promise<void> {
    if (this.beginning === undefined && !this.ended) await this.read('SELECT 1 FROM sqlite_schema LIMIT 1', []);
    else await this.beginning;
  }

  async all<T>(sql: string, parameters: SqlRow = []): Promise<T[]> {
    assertRead(sql);
    try {
      return (await this.read(sql, parameters)).rows as T[];
    } catch (error) {
      if (!isTooLarge(error) || !shapeOf(sql).isQuery) throw error;
      const rows: T[] = [];
      for await (const page of this.pages(sql, parameters)) for (const row of page) rows.push(row as T);
      return rows;
    }
  }

  async first<T>(sql: string, parameters: SqlRow = []): Promise<T | undefined> {
    assertRead(sql);
    try {
      return (await this.read(sql, parameters)).rows[0] as T | undefined;
    } catch (error) {
      if (!isTooLarge(error) || !shapeOf(sql).isQuery) throw error;
      return (await this.read(`SELECT * FROM (${trimmed(sql)}) LIMIT 1`, parameters)).rows[0] as T | undefined;
    }
  }

  async *iterate<T>(sql: string, parameters: SqlRow = []): AsyncGenerator<T, void, void> {
    assertRead(sql);
    if (!shapeOf(sql).isQuery) {
      yield* await this.all<T>(sql, parameters);
      return;
    }
    for await (const page of this.pages(sql, parameters)) {
      for (const row of page) {
        this.assertNotEnded();
        yield row as T;
      }
    }
  }

  /** Stops all reading; what is read on after that is an error. */
  end(): void {
    this.ended = true;
    clearInterval(this.keepAlive);
    this.transaction?.end();
    this.transaction = undefined;
  }

  /** The rows of a query in parts. The state is the same for all, and so is the plan, and with it the order. */
  private async *pages(sql: string, parameters: SqlRow): AsyncGenerator<readonly Row[], void, void> {
    const paged = `SELECT * FROM (${trimmed(sql)}) LIMIT ? OFFSET ?`;
    let size = FIRST_PAGE_ROWS;
    let offset = 0;
    for (;;) {
      let rows: readonly Row[];
      try {
        ({ rows } = await this.read(paged, [...parameters, size, offset]));
      } catch (error) {
        if (!isTooLarge(error) || size === 1) throw error;
        size = Math.ceil(size / 8);
        continue;
      }
      yield rows;
      if (rows.length < size) return;
      offset += rows.length;
      size = pageSizeAfter(rows);
    }
  }

  private async read(sql: string, parameters: SqlRow): Promise<RemoteResult> {
    this.assertNotEnded();
    if (this.beginning === undefined) {
      const beginning = this.open(sql, parameters);
      this.beginning = beginning;
      // A failed beginning settled no state; the next read begins anew.
      beginning.catch(() => {
        if (this.beginning === beginning) this.beginning = undefined;
      });
      return beginning;
    }
    await this.beginning;
    return this.ask(sql, parameters);
  }

  private async open(sql: string, parameters: SqlRow): Promise<RemoteResult> {
    const result = await repeatRead(this.busyTimeoutMs, async () => {
      this.transaction?.end();
      this.transaction = await this.link.transaction();
      return this.ask(sql, parameters);
    });
    this.keepAlive ??= setInterval(() => void this.touch(), KEEP_ALIVE_MS).unref();
    return result;
  }

  private async ask(sql: string, parameters: SqlRow): Promise<RemoteResult> {
    this.assertNotEnded();
    this.reading++;
    try {
      // The transaction is there as long as the snapshot has not ended.
      return await this.transaction!.read({ sql, parameters });
    } catch (error) {
      throw ofRead(error);
    } finally {
      this.reading--;
    }
  }

  private async touch(): Promise<void> {
    if (this.reading > 0 || this.ended) return;
    try {
      await this.ask('SELECT 1', []);
    } catch {
      // The next read meets the same failure and has somebody to tell it to.
      clearInterval(this.keepAlive);
    }
  }

  private assertNotEnded(): void {
    if (this.ended) throw new UsageError('STORE_CLOSED', 'This snapshot has ended and cannot be read any more.');
  }
}

/** Throws UsageError `READ_ONLY` for a statement that changes something; the server would let it pass. */
export function assertRead(sql: string): void {
  if (shapeOf(sql).isRead) return;
  throw new UsageError('READ_ONLY', 'A statement that changes the database goes through write().', {
    details: { sql },
  });
}

/** Is this the refusal of an answer for its size, which a smaller question avoids? */
export function isTooLarge(error: unknown): boolean {
  return isLestockageError(error) && error.details['serverCode'] === RESPONSE_TOO_LARGE;
}

function trimmed(sql: string): string {
  return sql.replace(/(?<![\s;])[\s;]+$/, '');
}

function pageSizeAfter(rows: readonly Row[]): number {
  const step = Math.max(1, Math.floor(rows.length / SAMPLED_ROWS));
  let bytes = 0;
  let sampled = 0;
  for (let at = 0; at < rows.length; at += step) {
    for (const value of Object.values(rows[at] ?? {})) bytes += sizeOf(value);
    sampled++;
  }
  return Math.min(MOST_PAGE_ROWS, Math.max(1, Math.floor(PAGE_BYTES / Math.max(1, bytes / sampled))));
}

/** About what a value takes in an answer. */
function sizeOf(value: SqlValue): number {
  if (typeof value === 'string') return value.length + 30;
  return value instanceof Uint8Array ? value.byteLength * 1.4 + 30 : 40;
}

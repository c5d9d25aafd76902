import { BusyError, CorruptionError, LimitError, type LestockageError } from '../../../src/model/index.js';
import type {
  BulkStatement,
  Database,
  Snapshot,
  SqlRow,
  Statement,
  WriteOptions,
  WriteResult,
} from '../../../src/sql/index.js';

/** `full` is SQLite's own error, of a file that may not grow; the others are thrown where SQLite would find them. */
export const FAULT_KINDS = ['busy', 'full', 'no room', 'input/output', 'slow'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** Which operation it hits, from 1: statements of batches, single reads, snapshots and reads in them all count. */
  readonly at: number;
  /** Those after it fail as well, as on a disk that stays full. */
  readonly isLasting: boolean;
}

const ERRORS: Readonly<Record<Exclude<FaultKind, 'slow'>, () => LestockageError>> = {
  busy: () => new BusyError('DATABASE_BUSY', 'Injected: the database is in use.'),
  full: () => new LimitError('DISK_FULL', 'Injected: no room left.'),
  'no room': () => new LimitError('DISK_FULL', 'Injected: no room left.'),
  'input/output': () => new CorruptionError('DATABASE_UNWRITABLE', 'Injected: disk I/O error.'),
};
const TURNS_WHEN_SLOW = 5;
const MOST_PAGES = 1_073_741_823;

/** A database whose n-th operation fails as a disk or another process can make it fail, or takes its time. */
export class FaultyDatabase implements Database {
  readonly backend: Database['backend'];
  readonly location: string;
  readonly hasVectorSearch: boolean;
  private fault: Fault | undefined;
  private operations = 0;
  /** Whether the fault happened. */
  hasStruck = false;
  /** Is told after every batch that was applied. */
  onWritten: () => Promise<void> = async () => undefined;

  constructor(private readonly inner: Database) {
    this.backend = inner.backend;
    this.location = inner.location;
    this.hasVectorSearch = inner.hasVectorSearch;
  }

  /** Counts from here on; without a fault nothing fails any more. */
  arm(fault?: Fault): void {
    this.fault = fault;
    this.operations = 0;
    this.hasStruck = false;
  }

  /** Operations since it was armed. */
  get count(): number {
    return this.operations;
  }

  async all<T>(sql: string, parameters?: SqlRow): Promise<T[]> {
    await this.passRead();
    return this.inner.all<T>(sql, parameters);
  }

  async first<T>(sql: string, parameters?: SqlRow): Promise<T | undefined> {
    await this.passRead();
    return this.inner.first<T>(sql, parameters);
  }

  async *iterate<T>(sql: string, parameters?: SqlRow): AsyncGenerator<T, void, void> {
    await this.passRead();
    yield* this.inner.iterate<T>(sql, parameters);
  }

  async snapshot<T>(reads: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    await this.passRead();
    const pass = async (): Promise<void> => this.passRead();
    return this.inner.snapshot(async (snapshot) =>
      reads({
        async all<R>(sql: string, parameters?: SqlRow) {
          await pass();
          return snapshot.all<R>(sql, parameters);
        },
        async first<R>(sql: string, parameters?: SqlRow) {
          await pass();
          return snapshot.first<R>(sql, parameters);
        },
        async *iterate<R>(sql: string, parameters?: SqlRow) {
          await pass();
          yield* snapshot.iterate<R>(sql, parameters);
        },
      }),
    );
  }

  async write(batch: readonly (Statement | BulkStatement)[], options?: WriteOptions): Promise<WriteResult> {
    const first = this.operations + 1;
    this.operations += batch.length;
    const { fault } = this;
    const isHit = fault !== undefined && fault.at <= this.operations && (fault.at >= first || fault.isLasting);
    const result = isHit
      ? await this.writeHit(fault, batch, fault.at - first, options)
      : await this.inner.write(batch, options);
    await this.onWritten();
    return result;
  }

  async bulk(sql: string, rows: Iterable<SqlRow>, options?: WriteOptions): Promise<WriteResult> {
    return this.write([{ sql, rows }], options);
  }

  async sizeBytes(): Promise<number> {
    return this.inner.sizeBytes();
  }

  async close(): Promise<void> {
    return this.inner.close();
  }

  private async writeHit(
    { kind }: Fault,
    batch: readonly (Statement | BulkStatement)[],
    before: number,
    options: WriteOptions | undefined,
  ): Promise<WriteResult> {
    this.hasStruck = true;
    if (kind === 'slow') {
      await turns();
      return this.inner.write(batch, options);
    }
    if (kind === 'full') return this.withoutGrowth(() => this.inner.write(batch, options));
    const place = Math.max(0, before);
    const failing = { sql: 'DELETE FROM intel_nodes WHERE id = ?', rows: throwing(ERRORS[kind]) };
    return this.inner.write([...batch.slice(0, place), failing, ...batch.slice(place)], options);
  }

  /** The file has no more pages than it has; what fits into them is written. */
  private async withoutGrowth<T>(act: () => Promise<T>): Promise<T> {
    await this.inner.write([{ sql: 'PRAGMA max_page_count = 1' }]);
    try {
      return await act();
    } finally {
      await this.inner.write([{ sql: `PRAGMA max_page_count = ${MOST_PAGES}` }]);
    }
  }

  private async passRead(): Promise<void> {
    this.operations++;
    const { fault } = this;
    if (fault === undefined || fault.at > this.operations) return;
    if (fault.at < this.operations && !fault.isLasting) return;
    // A full disk can be read.
    if (fault.kind === 'full' || fault.kind === 'no room') return;
    this.hasStruck = true;
    if (fault.kind === 'slow') return turns();
    throw ERRORS[fault.kind]();
  }
}

function throwing(error: () => LestockageError): Iterable<SqlRow> {
  return {
    [Symbol.iterator]: () => ({
      next: () => {
        throw error();
      },
    }),
  };
}

/** Others get their turn a few times. */
async function turns(): Promise<void> {
  for (let left = TURNS_WHEN_SLOW; left > 0; left--) await new Promise((resolve) => setImmediate(resolve));
}

import type {
  BulkStatement,
  Database,
  Snapshot,
  SqlRow,
  Statement,
  WriteOptions,
  WriteResult,
} from '../../src/sql/index.js';

/** A database that notes every text it is asked to read with. */
export class RecordedDatabase implements Database {
  readonly backend: Database['backend'];
  readonly location: string;
  readonly hasVectorSearch: boolean;
  reads: string[] = [];

  constructor(private readonly database: Database) {
    this.backend = database.backend;
    this.location = database.location;
    this.hasVectorSearch = database.hasVectorSearch;
  }

  /** The reads so far, which are forgotten. */
  take(): string[] {
    const taken = this.reads;
    this.reads = [];
    return taken;
  }

  /** How many of the reads so far went to the edges; forgets all reads. */
  takeEdgeReads(): number {
    return this.take().filter((sql) => sql.includes('intel_edges')).length;
  }

  async all<T>(sql: string, parameters?: SqlRow): Promise<T[]> {
    this.reads.push(sql);
    return this.database.all(sql, parameters);
  }

  async first<T>(sql: string, parameters?: SqlRow): Promise<T | undefined> {
    this.reads.push(sql);
    return this.database.first(sql, parameters);
  }

  iterate<T>(sql: string, parameters?: SqlRow): AsyncIterable<T> {
    this.reads.push(sql);
    return this.database.iterate(sql, parameters);
  }

  async snapshot<T>(reads: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return this.database.snapshot((snapshot) =>
      reads({
        all: async (sql, parameters) => {
          this.reads.push(sql);
          return snapshot.all(sql, parameters);
        },
        first: async (sql, parameters) => {
          this.reads.push(sql);
          return snapshot.first(sql, parameters);
        },
        iterate: (sql, parameters) => {
          this.reads.push(sql);
          return snapshot.iterate(sql, parameters);
        },
      }),
    );
  }

  async write(batch: readonly (Statement | BulkStatement)[], options?: WriteOptions): Promise<WriteResult> {
    return this.database.write(batch, options);
  }

  async bulk(sql: string, rows: Iterable<SqlRow>, options?: WriteOptions): Promise<WriteResult> {
    return this.database.bulk(sql, rows, options);
  }

  async sizeBytes(): Promise<number> {
    return this.database.sizeBytes();
  }

  async close(): Promise<void> {
    return this.database.close();
  }
}

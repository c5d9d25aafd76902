import type { Database, Snapshot } from '../../src/sql/index.js';

/** A database that notes the texts of the statements that are read with. */
export interface RecordedDatabase {
  readonly database: Database;
  /** What was read since the last call. */
  take(): string[];
}

export function recorded(inner: Database): RecordedDatabase {
  let statements: string[] = [];
  const noting = (reader: Snapshot): Snapshot => ({
    all: (sql, parameters) => (statements.push(sql), reader.all(sql, parameters)),
    first: (sql, parameters) => (statements.push(sql), reader.first(sql, parameters)),
    iterate: (sql, parameters) => (statements.push(sql), reader.iterate(sql, parameters)),
  });
  const database: Database = {
    ...noting(inner),
    backend: inner.backend,
    location: inner.location,
    snapshot: (reads) => inner.snapshot((snapshot) => reads(noting(snapshot))),
    write: (batch, options) => inner.write(batch, options),
    bulk: (sql, rows, options) => inner.bulk(sql, rows, options),
    sizeBytes: () => inner.sizeBytes(),
    close: () => inner.close(),
  };
  return {
    database,
    take: () => {
      const taken = statements;
      statements = [];
      return taken;
    },
  };
}

import type { VectorChanges, VectorChunk, VectorSource } from '../../../src/vectors/index.js';
import type { Database } from '../../../src/sql/index.js';
import { CancelledError } from '../../../src/model/index.js';

const ROWS_PER_CHUNK = 1024;

interface VectorRow {
  readonly id: number;
  readonly vector: Uint8Array;
}

/** A small table of vectors with a journal, for tests and benchmarks of indexes. */
export class SqlVectorSource implements VectorSource {
  private constructor(
    private readonly database: Database,
    readonly dimension: number,
  ) {}

  static async open(database: Database, dimension: number): Promise<SqlVectorSource> {
    await database.write([
      { sql: 'CREATE TABLE IF NOT EXISTS bench_vectors (id INTEGER PRIMARY KEY, vector BLOB NOT NULL) STRICT' },
      {
        sql: `CREATE TABLE IF NOT EXISTS bench_vector_changes
              (position INTEGER PRIMARY KEY AUTOINCREMENT, id INTEGER NOT NULL, is_deleted INTEGER NOT NULL) STRICT`,
      },
      { sql: 'CREATE TABLE IF NOT EXISTS bench_vector_identity (identity TEXT NOT NULL) STRICT' },
      {
        sql: `INSERT INTO bench_vector_identity SELECT hex(randomblob(8))
              WHERE NOT EXISTS (SELECT 1 FROM bench_vector_identity)`,
      },
    ]);
    return new SqlVectorSource(database, dimension);
  }

  /** Stores vectors and their journal entries in one batch. */
  async put(entries: readonly (readonly [id: number, vector: Float32Array])[]): Promise<void> {
    await this.database.write([
      {
        sql: 'INSERT INTO bench_vectors (id, vector) VALUES (?, ?) ON CONFLICT DO UPDATE SET vector = excluded.vector',
        rows: entries.map(([id, vector]) => [id, new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)]),
      },
      {
        sql: 'INSERT INTO bench_vector_changes (id, is_deleted) VALUES (?, 0)',
        rows: entries.map(([id]) => [id]),
      },
    ]);
  }

  async delete(ids: readonly number[]): Promise<void> {
    await this.database.write([
      { sql: 'DELETE FROM bench_vectors WHERE id = ?', rows: ids.map((id) => [id]) },
      { sql: 'INSERT INTO bench_vector_changes (id, is_deleted) VALUES (?, 1)', rows: ids.map((id) => [id]) },
    ]);
  }

  async identity(): Promise<string> {
    const row = await this.database.first<{ identity: string }>('SELECT identity FROM bench_vector_identity');
    return row?.identity ?? '';
  }

  async count(): Promise<number> {
    const row = await this.database.first<{ count: number }>('SELECT count(*) AS count FROM bench_vectors');
    return row?.count ?? 0;
  }

  async newestCursor(): Promise<number> {
    const row = await this.database.first<{ position: number | null }>(
      'SELECT max(position) AS position FROM bench_vector_changes',
    );
    return row?.position ?? 0;
  }

  async *scan(signal?: AbortSignal): AsyncGenerator<VectorChunk> {
    for (let after = -1; ;) {
      if (signal?.aborted === true) throw new CancelledError();
      const rows = await this.database.all<VectorRow>(
        'SELECT id, vector FROM bench_vectors WHERE id > ? ORDER BY id LIMIT ?',
        [after, ROWS_PER_CHUNK],
      );
      if (rows.length === 0) return;
      const vectors = new Float32Array(rows.length * this.dimension);
      rows.forEach(({ vector }, row) => vectors.set(toVector(vector), row * this.dimension));
      yield { ids: Float64Array.from(rows, ({ id }) => id), vectors };
      after = rows.at(-1)?.id ?? after;
    }
  }

  async get(ids: readonly number[]): Promise<Map<number, Float32Array>> {
    const rows = await this.database.all<VectorRow>(
      'SELECT id, vector FROM bench_vectors WHERE id IN (SELECT value FROM json_each(?))',
      [JSON.stringify(ids)],
    );
    return new Map(rows.map(({ id, vector }) => [id, toVector(vector)]));
  }

  async changesSince(cursor: number, limit: number): Promise<VectorChanges | 'trimmed'> {
    const rows = await this.database.all<{ position: number; id: number; is_deleted: number }>(
      'SELECT position, id, is_deleted FROM bench_vector_changes WHERE position > ? ORDER BY position LIMIT ?',
      [cursor, limit],
    );
    const [first] = rows;
    if (first !== undefined && first.position > cursor + 1) return 'trimmed';
    return {
      changes: rows.map((row) => ({ id: row.id, isDeleted: row.is_deleted === 1 })),
      cursor: rows.at(-1)?.position ?? cursor,
    };
  }
}

/** A view where the bytes are aligned, a copy where they are not. */
function toVector(bytes: Uint8Array): Float32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}

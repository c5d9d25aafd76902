import type { Database } from '../sql/index.js';
import { decodeVector } from './embedding-codec.js';
import type { EmbeddingJournal } from './embedding-journal.js';
import type { EmbeddingModel } from './embedding-model.js';
import { VectorReader } from './home/vector-reader.js';
import { damagedVector, throwIfCancelled } from './search/vector-checks.js';
import type { ChangeKeeper, VectorChanges, VectorChunk, VectorSource } from './search/vector-source.js';

const ROWS_PER_CHUNK = 1024;

interface VectorRow {
  readonly id: number;
  readonly vector: Uint8Array;
}

/** The vectors of a model that some node has, by the ids of the embeddings table, for the index of one name. */
export class EmbeddingSource implements VectorSource {
  readonly dimension: number;
  readonly keeper: ChangeKeeper;

  /** `indexName` is what the index is known by in the journal. */
  constructor(
    private readonly database: Database,
    private readonly model: EmbeddingModel,
    private readonly indexName: string,
    journal: EmbeddingJournal,
    private readonly reader = new VectorReader(database),
  ) {
    this.dimension = model.dimension;
    this.keeper = {
      begin: () => journal.follow(indexName, model.id),
      markAt: (cursor) => this.markAt(cursor),
      advance: (cursor) => journal.advance(indexName, cursor),
    };
  }

  /** Empty while the index does not follow the journal: no file has that. */
  async identity(): Promise<string> {
    const row = await this.database.first<{ identity: string }>(
      'SELECT lower(hex(identity)) AS identity FROM index_cursors WHERE index_name = ? AND model_id = ?',
      [this.indexName, this.model.id],
    );
    return row?.identity ?? '';
  }

  async count(): Promise<number> {
    const row = await this.database.first<{ count: number }>(
      'SELECT vector_count AS count FROM embedding_models WHERE id = ?',
      [this.model.id],
    );
    return row?.count ?? 0;
  }

  async newestCursor(): Promise<number> {
    const row = await this.database.first<{ version: number }>('SELECT version FROM embedding_models WHERE id = ?', [
      this.model.id,
    ]);
    return row?.version ?? 0;
  }

  /** Each part is read from the state of its moment: what changes meanwhile is in the journal. */
  async *scan(signal?: AbortSignal): AsyncGenerator<VectorChunk, void, void> {
    for (let after = 0; ;) {
      throwIfCancelled(signal);
      const rows = await this.database.all<VectorRow>(
        `SELECT e.id, e.vector FROM embeddings AS e
         WHERE e.model_id = ? AND e.id > ? AND EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = e.id)
         ORDER BY e.id LIMIT ${ROWS_PER_CHUNK}`,
        [this.model.id, after],
      );
      if (rows.length === 0) return;
      const whole = await this.reader.resolve(rows, ({ id }) => id);
      const vectors = new Float32Array(whole.length * this.dimension);
      whole.forEach((row, at) => vectors.set(this.vectorOf(row), at * this.dimension));
      yield { ids: Float64Array.from(whole, ({ id }) => id), vectors };
      if (rows.length < ROWS_PER_CHUNK) return;
      after = rows[rows.length - 1]?.id ?? after;
    }
  }

  async get(ids: readonly number[]): Promise<Map<number, Float32Array>> {
    const rows = await this.database.all<VectorRow>(
      `SELECT e.id, e.vector FROM json_each(?) AS w CROSS JOIN embeddings AS e ON e.id = w.value AND e.model_id = ?
       WHERE EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = e.id)`,
      [JSON.stringify(ids), this.model.id],
    );
    const whole = await this.reader.resolve(rows, ({ id }) => id);
    return new Map(whole.map((row) => [row.id, this.vectorOf(row)]));
  }

  async changesSince(cursor: number, limit: number): Promise<VectorChanges | 'trimmed'> {
    return this.database.snapshot(async (snapshot) => {
      const state = await snapshot.first<{ version: number; kept: number | null }>(
        `SELECT version, (SELECT min(seq) FROM index_cursors WHERE model_id = m.id) AS kept
         FROM embedding_models AS m WHERE m.id = ?`,
        [this.model.id],
      );
      const { version = 0, kept = null } = state ?? {};
      if (cursor === version) return { changes: [], cursor };
      if (cursor > version || kept === null || cursor < kept) return 'trimmed';
      const rows = await snapshot.all<{ seq: number; id: number; isLive: number }>(
        `SELECT seq, embedding_id AS id,
           EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = j.embedding_id) AS isLive
         FROM embedding_journal AS j WHERE model_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
        [this.model.id, cursor, limit],
      );
      const changes = rows.map(({ id, isLive }) => ({ id, isDeleted: isLive === 0 }));
      return { changes, cursor: rows[rows.length - 1]?.seq ?? version };
    });
  }

  private async markAt(cursor: number): Promise<string> {
    const row = await this.database.first<{ mark: string | null }>(
      `SELECT lower(hex(coalesce(
         (SELECT mark FROM embedding_journal WHERE model_id = ? AND seq = ?),
         (SELECT mark FROM index_cursors WHERE index_name = ? AND seq = ?)))) AS mark`,
      [this.model.id, cursor, this.indexName, cursor],
    );
    return row?.mark ?? '';
  }

  private vectorOf({ id, vector }: VectorRow): Float32Array {
    if (vector.length !== this.dimension * 4) throw damagedVector(id);
    return decodeVector(vector);
  }
}

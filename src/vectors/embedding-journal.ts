import type { Database, Snapshot, Statement } from '../sql/index.js';
import { decodeVector } from './embedding-codec.js';
import { VectorReader } from './home/vector-reader.js';

/** An embedding that an index must take in, in the place of what it has under that id, or leave out. */
export type EmbeddingChange =
  | { readonly op: 'put'; readonly seq: number; readonly embeddingId: number; readonly vector: Float32Array }
  | { readonly op: 'delete'; readonly seq: number; readonly embeddingId: number };

interface ChangeRow {
  readonly seq: number;
  readonly embeddingId: number;
  /** Null when no node has it any more. */
  readonly vector: Uint8Array | null;
}

/** An index that lies further behind is built anew: that is less work, and the journal stays small. */
const DEFAULT_MAX_LAG = 250_000;

/**
 * Tells derived indexes which embeddings of a model came and went. The changes of a model are counted, and an
 * entry has the number of its change. An index is known by a name of its own and has a cursor: the number of
 * the last change that it took in and saved. The journal is written only while a model has an index, and goes
 * as far back as the slowest of them needs.
 *
 * To build an index, `register` it, read all embeddings of the model, and save the index with the number that
 * `register` gave. To keep it, read `changes` after its number, apply them, save it with the last number, then
 * `advance`. Applying a change twice does no harm. An index whose own number is smaller than its cursor, or
 * that has no cursor, lacks changes and is built anew.
 */
export class EmbeddingJournal {
  constructor(
    private readonly database: Database,
    private readonly clock: () => number = Date.now,
    private readonly maxLag = DEFAULT_MAX_LAG,
    private readonly reader = new VectorReader(database),
  ) {}

  /** Begins to follow a model; gives the number of the last change before. Starts anew if it was there. */
  async register(indexName: string, modelId: number): Promise<number> {
    const { returned } = await this.database.write([
      { sql: 'DELETE FROM index_cursors WHERE index_name = ?', parameters: [indexName] },
      this.registering(indexName, modelId),
      ...trimStatements(this.maxLag),
    ]);
    return Number(returned[1]?.[0]?.['seq']);
  }

  /** Begins to follow a model unless the index does so already. */
  async follow(indexName: string, modelId: number): Promise<void> {
    await this.database.write([this.registering(indexName, modelId)], { repeatable: true });
  }

  private registering(indexName: string, modelId: number): Statement {
    return {
      sql: `INSERT INTO index_cursors (index_name, model_id, seq, mark, updated_at)
            SELECT ?, m.id, m.version, (SELECT mark FROM embedding_journal WHERE model_id = m.id AND seq = m.version), ?
            FROM embedding_models AS m WHERE m.id = ?
            ON CONFLICT (index_name) DO NOTHING RETURNING seq`,
      parameters: [indexName, this.clock(), modelId],
    };
  }

  /** Up to where an index says that it followed; undefined when it must be built. */
  async cursor(indexName: string, snapshot: Snapshot = this.database): Promise<number | undefined> {
    const row = await snapshot.first<{ seq: number }>('SELECT seq FROM index_cursors WHERE index_name = ?', [
      indexName,
    ]);
    return row?.seq;
  }

  /** The next changes of a model after a number, oldest first; each as the embedding is now. */
  async changes(
    modelId: number,
    after: number,
    limit: number,
    snapshot: Snapshot = this.database,
  ): Promise<EmbeddingChange[]> {
    const rows = await snapshot.all<ChangeRow>(
      `SELECT j.seq, j.embedding_id AS embeddingId,
         CASE WHEN EXISTS (SELECT 1 FROM node_embeddings AS l WHERE l.embedding_id = j.embedding_id)
           THEN e.vector END AS vector
       FROM embedding_journal AS j LEFT JOIN embeddings AS e ON e.id = j.embedding_id
       WHERE j.model_id = ? AND j.seq > ? ORDER BY j.seq LIMIT ?`,
      [modelId, after, limit],
    );
    const whole = new Map(
      (await this.reader.resolve(rows, ({ embeddingId }) => embeddingId)).map((row) => [row.seq, row.vector]),
    );
    return rows.map(({ seq, embeddingId }) => {
      const vector = whole.get(seq) ?? null;
      return vector === null
        ? { op: 'delete', seq, embeddingId }
        : { op: 'put', seq, embeddingId, vector: decodeVector(vector) };
    });
  }

  /** Are there changes of a model after a number? */
  async hasChanges(modelId: number, after: number): Promise<boolean> {
    const row = await this.database.first('SELECT 1 FROM embedding_journal WHERE model_id = ? AND seq > ? LIMIT 1', [
      modelId,
      after,
    ]);
    return row !== undefined;
  }

  /** Notes that an index took in all changes up to a number, and forgets what no index needs. Never goes back. */
  async advance(indexName: string, seq: number): Promise<void> {
    await this.database.write(
      [
        {
          sql: `WITH reached (seq) AS (
                  SELECT min(?, m.version) FROM index_cursors AS c JOIN embedding_models AS m ON m.id = c.model_id
                  WHERE c.index_name = ?)
                UPDATE index_cursors SET seq = (SELECT seq FROM reached), updated_at = ?, mark = (
                  SELECT j.mark FROM embedding_journal AS j
                  WHERE j.model_id = index_cursors.model_id AND j.seq = (SELECT seq FROM reached))
                WHERE index_name = ? AND seq < (SELECT seq FROM reached)`,
          parameters: [seq, indexName, this.clock(), indexName],
        },
        ...trimStatements(this.maxLag),
      ],
      { repeatable: true },
    );
  }

  /** Ceases to follow; gives whether the index was known. */
  async forget(indexName: string): Promise<boolean> {
    const { returned } = await this.database.write([
      { sql: 'DELETE FROM index_cursors WHERE index_name = ? RETURNING index_name', parameters: [indexName] },
      ...trimStatements(this.maxLag),
    ]);
    return returned[0]?.length === 1;
  }

  /** Forgets what no index needs, and indexes that lie too far behind. */
  async trim(): Promise<void> {
    if ((await this.database.first('SELECT 1 FROM embedding_journal LIMIT 1')) === undefined) return;
    await this.database.write(trimStatements(this.maxLag));
  }

  /** How many changes are kept. */
  async size(): Promise<number> {
    const row = await this.database.first<{ count: number }>('SELECT count(*) AS count FROM embedding_journal');
    return row?.count ?? 0;
  }
}

function trimStatements(maxLag: number): Statement[] {
  return [
    {
      sql: `DELETE FROM index_cursors
            WHERE seq < (SELECT version FROM embedding_models WHERE id = index_cursors.model_id) - ?`,
      parameters: [maxLag],
    },
    {
      sql: `DELETE FROM embedding_journal WHERE seq <= coalesce(
              (SELECT min(seq) FROM index_cursors WHERE model_id = embedding_journal.model_id), 9007199254740991)`,
    },
  ];
}

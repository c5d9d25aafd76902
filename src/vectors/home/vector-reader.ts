import { UsageError, type NodeId } from '../../model/index.js';
import type { Database, Snapshot } from '../../sql/index.js';
import { GIVEN_MODEL } from '../embedding-model.js';
import { outOfStep, readHome, type EmbeddingKey, type VectorHome } from './vector-home.js';
import { ELSEWHERE_SQL, isElsewhere } from './vector-marker.js';

interface VectorRow {
  readonly vector: Uint8Array | null;
}

const ROWS_PER_FETCH = 512;

/** Puts the vectors of rows in their place, wherever they lie. */
export class VectorReader {
  constructor(
    private readonly database: Database,
    readonly home?: VectorHome,
  ) {}

  /**
   * The rows with their vectors; `idOf` gives the id of their embedding. Rows whose embedding is gone by now are left
   * out. Throws UsageError `VECTORS_ELSEWHERE` when the store was opened without the database that has the vectors;
   * CorruptionError `VECTORS_OUT_OF_STEP` when it lacks one; ConnectionError.
   */
  async resolve<T extends VectorRow>(rows: T[], idOf: (row: T) => number): Promise<T[]> {
    const away = rows.filter(({ vector }) => isElsewhere(vector)).map(idOf);
    if (away.length === 0) return rows;
    const { home } = this;
    if (home === undefined) {
      const row = await readHome(this.database);
      // Where nothing lies elsewhere the bytes are what they are, and whoever reads them says that they are no vector.
      if (row === undefined) return rows;
      throw this.elsewhere(row.location);
    }
    const found = await this.fetch(home, away);
    return rows.flatMap((row) => {
      if (!isElsewhere(row.vector)) return [row];
      const vector = found.get(idOf(row));
      return vector === undefined ? [] : [{ ...row, vector }];
    });
  }

  async *stream<T extends VectorRow>(rows: AsyncIterable<T>, idOf: (row: T) => number): AsyncGenerator<T, void, void> {
    let waiting: T[] = [];
    for await (const row of rows) {
      if (waiting.length === 0 && !isElsewhere(row.vector)) {
        yield row;
        continue;
      }
      waiting.push(row);
      if (waiting.length < ROWS_PER_FETCH) continue;
      yield* await this.resolve(waiting, idOf);
      waiting = [];
    }
    yield* await this.resolve(waiting, idOf);
  }

  /** The vectors that nodes were given, of those that have one beside their row. */
  async given(nodes: readonly NodeId[], snapshot: Snapshot = this.database): Promise<Map<NodeId, Uint8Array>> {
    const rows = await snapshot.all<{ nodeId: NodeId; id: number; vector: Uint8Array }>(
      `SELECT l.node_id AS nodeId, e.id, e.vector FROM json_each(?) AS w
       CROSS JOIN node_embeddings AS l ON l.node_id = w.value
       JOIN embeddings AS e ON e.id = l.embedding_id
       JOIN embedding_models AS m ON m.id = e.model_id AND m.model = ? ORDER BY e.id`,
      [JSON.stringify(nodes), GIVEN_MODEL],
    );
    const whole = await this.resolve(rows, ({ id }) => id);
    return new Map(whole.map(({ nodeId, vector }) => [nodeId, vector]));
  }

  private async fetch(home: VectorHome, ids: readonly number[]): Promise<Map<number, Uint8Array>> {
    const found = await home.fetch(await this.keysOf(ids));
    const missing = ids.filter((id) => !found.has(id));
    if (missing.length === 0) return found;
    // What is gone here as well went while it was asked for, and what came back has its vector here.
    const still = (await this.keysOf(missing)).map(({ id }) => id);
    if (still.length === 0) return found;
    const { location } = home.options;
    throw outOfStep(`${location} lacks ${still.length} vectors`, { location, missing: still.length });
  }

  private async keysOf(ids: readonly number[]): Promise<EmbeddingKey[]> {
    return this.database.all<EmbeddingKey>(
      `SELECT e.id, m.model, m.dimension, lower(hex(e.content_hash)) AS hash FROM json_each(?) AS w
       CROSS JOIN embeddings AS e ON e.id = w.value JOIN embedding_models AS m ON m.id = e.model_id
       WHERE e.vector = ${ELSEWHERE_SQL}`,
      [JSON.stringify(ids)],
    );
  }

  private elsewhere(location: string): UsageError {
    return new UsageError(
      'VECTORS_ELSEWHERE',
      `The vectors of ${this.database.location} lie in ${location}, which the store was opened without.`,
      { details: { location: this.database.location, vectors: location } },
    );
  }
}

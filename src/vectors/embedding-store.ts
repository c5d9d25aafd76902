import { NodeHash, UsageError, type NodeId, type ProjectId } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import { decodeVector, encodeVector, requireVector, vectorOfBytes } from './embedding-codec.js';
import { VectorReader } from './home/vector-reader.js';
import { findModel, GIVEN_MODEL, listModels, scopeStatements, type EmbeddingModel } from './embedding-model.js';

/** A model by name, with the dimension where it has several. */
export interface ModelChoice {
  readonly model: string;
  readonly dimension: number;
}

/** A vector of a node. */
export interface NodeVector {
  readonly nodeId: NodeId;
  readonly vector: Float32Array;
}

/** A vector with what it is stored under; nodes with one content share it. */
export interface StoredVector {
  readonly embeddingId: number;
  readonly vector: Float32Array;
}

/** Embeddings that lie in the rows of nodes, as version 1 of the schema had them and `nodes.insert` puts them. */
export interface NodeRowEmbeddings {
  /** The lengths in bytes that occur. */
  lengths(snapshot: Snapshot): Promise<number[]>;
  get(snapshot: Snapshot, node: NodeId): Promise<Uint8Array | undefined>;
  all(snapshot: Snapshot, project?: ProjectId): AsyncIterable<{ readonly id: NodeId; readonly embedding: Uint8Array }>;
}

export interface EmbeddingStatistics {
  readonly model: string;
  readonly dimension: number;
  /** Nodes that have an embedding of the model. */
  readonly nodes: number;
  /** Vectors that are stored. */
  readonly vectors: number;
  /** Vectors that no node has; kept for contents that come back. */
  readonly orphans: number;
}

const VECTOR_OVERHEAD_BYTES = 100;

/** The embeddings of all projects, by model. They are stored once for a content, whoever has it. */
export class EmbeddingStore {
  constructor(
    private readonly database: Database,
    private readonly nodeRows: NodeRowEmbeddings,
    private readonly reader = new VectorReader(database),
  ) {}

  /** The models that there are vectors of; those of node rows count to the model `given`. */
  async models(): Promise<ModelChoice[]> {
    return this.database.snapshot(async (snapshot) => {
      const choices: ModelChoice[] = (await listModels(snapshot)).map(({ model, dimension }) => ({ model, dimension }));
      for (const length of await this.nodeRows.lengths(snapshot)) {
        const dimension = length / 4;
        const isKnown = choices.some((each) => each.model === GIVEN_MODEL && each.dimension === dimension);
        if (Number.isInteger(dimension) && dimension > 0 && !isKnown) choices.push({ model: GIVEN_MODEL, dimension });
      }
      return choices;
    });
  }

  /** The row of a model, or undefined when nothing was stored under it. */
  async findModel(
    { model, dimension }: ModelChoice,
    snapshot: Snapshot = this.database,
  ): Promise<EmbeddingModel | undefined> {
    return findModel(snapshot, model, dimension);
  }

  /** The vector of a node under a model, or undefined. */
  async get(node: NodeId, choice: ModelChoice): Promise<Float32Array | undefined> {
    return this.database.snapshot(async (snapshot) => {
      if (choice.model === GIVEN_MODEL) {
        // What lies in the row was put there later: saving a graph empties it.
        const bytes = await this.nodeRows.get(snapshot, node);
        const vector = bytes?.length === choice.dimension * 4 ? vectorOfBytes(bytes) : undefined;
        if (vector !== undefined) return vector;
      }
      const rows = await snapshot.all<{ id: number; vector: Uint8Array }>(
        `SELECT e.id, e.vector FROM node_embeddings AS l JOIN embeddings AS e ON e.id = l.embedding_id
         JOIN embedding_models AS m ON m.id = e.model_id
         WHERE l.node_id = ? AND m.model = ? AND m.dimension = ?`,
        [node, choice.model, choice.dimension],
      );
      const [row] = await this.reader.resolve(rows, ({ id }) => id);
      return row === undefined ? undefined : decodeVector(row.vector);
    });
  }

  /**
   * Stores vectors of nodes under a model of your own, in the place of those they have under it, as one
   * atomic batch. They stay until the content of the node changes.
   *
   * Throws UsageError `INVALID_ARGUMENT` for the name of the model, `INVALID_VECTOR` with the number of the
   * entry for a vector of another dimension, with NaN, infinite or only zero values; ConstraintError for a
   * node that the project does not have.
   */
  async put(project: ProjectId, choice: ModelChoice, entries: readonly NodeVector[]): Promise<void> {
    const { model, dimension } = requireModel(choice);
    const rows = entries.map(({ nodeId, vector }, row) => {
      const bytes = encodeVector(requireVector(vector, dimension, { model, row, node: nodeId }));
      return { nodeId, bytes, hash: NodeHash.toBytes(NodeHash.of(bytes)) };
    });
    await this.database.write([
      ...scopeStatements(project, model, dimension),
      {
        sql: `INSERT INTO embeddings (model_id, content_hash, vector)
              VALUES ((SELECT id FROM embedding_models WHERE model = ? AND dimension = ?), ?, ?)
              ON CONFLICT (model_id, content_hash) DO NOTHING`,
        rows: rows.map(({ hash, bytes }) => [model, dimension, hash, bytes]),
      },
      {
        sql: LINK_SQL,
        rows: rows.map(({ nodeId, hash }) => [nodeId, project, model, dimension, model, dimension, hash]),
      },
    ]);
  }

  /** The vectors of a model that some node has, in the order of their ids, from after one on. */
  async *stored(
    modelId: number,
    after = 0,
    snapshot: Snapshot = this.database,
  ): AsyncGenerator<StoredVector, void, void> {
    const rows = snapshot.iterate<{ id: number; vector: Uint8Array }>(
      `SELECT e.id, e.vector FROM embeddings AS e
       WHERE e.model_id = ? AND e.id > ? AND EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = e.id)
       ORDER BY e.id`,
      [modelId, after],
    );
    const whole = this.reader.stream(rows, ({ id }) => id);
    for await (const { id, vector } of whole) yield { embeddingId: id, vector: decodeVector(vector) };
  }

  /**
   * The vectors of all nodes under a model, of one project or of all, those in the rows of nodes included;
   * in no particular order.
   */
  async *vectors(
    choice: ModelChoice,
    project?: ProjectId,
    snapshot: Snapshot = this.database,
  ): AsyncGenerator<NodeVector, void, void> {
    const inRows = new Set<NodeId>();
    if (choice.model === GIVEN_MODEL) {
      for await (const { id, embedding } of this.nodeRows.all(snapshot, project)) {
        const vector = embedding.length === choice.dimension * 4 ? vectorOfBytes(embedding) : undefined;
        if (vector === undefined) continue;
        inRows.add(id);
        yield { nodeId: id, vector };
      }
    }
    const rows = snapshot.iterate<{ nodeId: NodeId; id: number; vector: Uint8Array }>(
      `SELECT l.node_id AS nodeId, e.id, e.vector FROM embedding_models AS m
       CROSS JOIN embedding_scopes AS s ON s.model_id = m.id ${project === undefined ? '' : 'AND s.project_id = ?'}
       CROSS JOIN node_embeddings AS l ON l.scope_id = s.id
       CROSS JOIN embeddings AS e ON e.id = l.embedding_id
       WHERE m.model = ? AND m.dimension = ?`,
      [...(project === undefined ? [] : [project]), choice.model, choice.dimension],
    );
    for await (const { nodeId, vector } of this.reader.stream(rows, ({ id }) => id)) {
      if (!inRows.has(nodeId)) yield { nodeId, vector: decodeVector(vector) };
    }
  }

  /** The nodes that have each of these vectors, by the id it is stored under. */
  async nodesOf(embeddingIds: Iterable<number>, snapshot: Snapshot = this.database): Promise<Map<number, NodeId[]>> {
    const rows = await snapshot.all<{ embeddingId: number; nodeId: NodeId }>(
      `SELECT l.embedding_id AS embeddingId, l.node_id AS nodeId
       FROM json_each(?) AS w CROSS JOIN node_embeddings AS l ON l.embedding_id = w.value
       ORDER BY l.embedding_id, l.node_id`,
      [JSON.stringify([...embeddingIds])],
    );
    const nodes = new Map<number, NodeId[]>();
    for (const { embeddingId, nodeId } of rows) {
      const list = nodes.get(embeddingId);
      if (list === undefined) nodes.set(embeddingId, [nodeId]);
      else list.push(nodeId);
    }
    return nodes;
  }

  /** Vectors by the id they are stored under; absent ones are left out. */
  async byIds(embeddingIds: Iterable<number>, snapshot: Snapshot = this.database): Promise<Map<number, Float32Array>> {
    const rows = await snapshot.all<{ id: number; vector: Uint8Array }>(
      'SELECT e.id, e.vector FROM json_each(?) AS w CROSS JOIN embeddings AS e ON e.id = w.value',
      [JSON.stringify([...embeddingIds])],
    );
    const whole = await this.reader.resolve(rows, ({ id }) => id);
    return new Map(whole.map(({ id, vector }) => [id, decodeVector(vector)]));
  }

  async statistics(): Promise<EmbeddingStatistics[]> {
    return this.database.all<EmbeddingStatistics>(
      `SELECT m.model, m.dimension,
         (SELECT coalesce(sum(node_count), 0) FROM embedding_scopes WHERE model_id = m.id) AS nodes,
         (SELECT count(*) FROM embeddings WHERE model_id = m.id) AS vectors,
         (SELECT count(*) FROM embedding_orphans AS o JOIN embeddings AS e ON e.id = o.embedding_id
          WHERE e.model_id = m.id) AS orphans
       FROM embedding_models AS m ORDER BY m.model, m.dimension`,
    );
  }

  /**
   * Deletes vectors that no node has, those first that were left first, until the rest of them is within the
   * budget. Returns how many were removed.
   */
  async collect(budgetBytes: number): Promise<number> {
    if (!Number.isFinite(budgetBytes) || budgetBytes < 0) {
      throw new UsageError('INVALID_ARGUMENT', `A budget is a number of bytes from 0 on; got ${budgetBytes}.`, {
        details: { argument: 'budgetBytes', value: budgetBytes },
      });
    }
    const kept = await this.database.first<{ bytes: number }>(
      `SELECT coalesce(sum(m.dimension * 4 + ${VECTOR_OVERHEAD_BYTES}), 0) AS bytes FROM embedding_orphans AS o
       CROSS JOIN embeddings AS e ON e.id = o.embedding_id JOIN embedding_models AS m ON m.id = e.model_id`,
    );
    if ((kept?.bytes ?? 0) <= budgetBytes) return 0;
    const { returned } = await this.database.write([
      {
        sql: `DELETE FROM embeddings WHERE id IN (
                SELECT embedding_id FROM (
                  SELECT o.embedding_id,
                    sum(m.dimension * 4 + ${VECTOR_OVERHEAD_BYTES}) OVER (ORDER BY o.id DESC ROWS UNBOUNDED PRECEDING) AS total
                  FROM embedding_orphans AS o JOIN embeddings AS e ON e.id = o.embedding_id
                    JOIN embedding_models AS m ON m.id = e.model_id
                ) WHERE total > ?)
              AND NOT EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = embeddings.id)
              AND NOT EXISTS (SELECT 1 FROM vector_holders WHERE embedding_id = embeddings.id)
              RETURNING id`,
        parameters: [budgetBytes],
      },
    ]);
    return returned[0]?.length ?? 0;
  }
}

/** The scope must be there; a vector that is not makes the row fail. */
const LINK_SQL = `
  INSERT INTO node_embeddings (node_id, scope_id, embedding_id)
  VALUES (?,
    (SELECT s.id FROM embedding_models AS m JOIN embedding_scopes AS s ON s.model_id = m.id AND s.project_id = ?
     WHERE m.model = ? AND m.dimension = ?),
    (SELECT e.id FROM embedding_models AS m JOIN embeddings AS e ON e.model_id = m.id
     WHERE m.model = ? AND m.dimension = ? AND e.content_hash = ?))
  ON CONFLICT (node_id, scope_id) DO UPDATE SET embedding_id = excluded.embedding_id
  WHERE embedding_id <> excluded.embedding_id`;

function requireModel(choice: ModelChoice): ModelChoice {
  const { model, dimension } = choice;
  if (typeof model === 'string' && model !== '' && Number.isInteger(dimension) && dimension > 0) return choice;
  throw new UsageError('INVALID_ARGUMENT', 'A model has a name and a dimension from 1 on.', {
    details: { argument: 'model', value: { model, dimension } },
  });
}

import { NodeHash, type NodeId, type ProjectId } from '../model/index.js';
import type { BulkStatement, Snapshot, Statement } from '../sql/index.js';
import { vectorOfBytes } from './embedding-codec.js';
import { GIVEN_MODEL, scopeStatements } from './embedding-model.js';
import type { VectorReader } from './home/vector-reader.js';
import type { ModelChoice } from './embedding-store.js';

const GIVEN_SCOPES = `
  SELECT s.id FROM embedding_models AS m JOIN embedding_scopes AS s ON s.model_id = m.id AND s.project_id = ?
  WHERE m.model = '${GIVEN_MODEL}'`;
/** A graph that was loaded brings back what its nodes have already, under whatever model. */
const IS_NEW = `NOT EXISTS (
  SELECT 1 FROM node_embeddings AS l JOIN embeddings AS x ON x.id = l.embedding_id
  WHERE l.node_id = g.node AND x.vector = g.vector)`;

/**
 * Keeps the vectors that come with a graph under the model `given`. Nobody knows what they were made of, so
 * what they are stored under is the hash of the vector itself.
 */
export class GraphEmbeddings {
  /** `own` is the model whose vectors a node has in a graph when none was given to it. */
  constructor(
    private readonly own: ModelChoice,
    private readonly reader?: VectorReader,
  ) {}

  accepts(bytes: Uint8Array): boolean {
    return vectorOfBytes(bytes) !== undefined;
  }

  statements(
    project: ProjectId,
    entries: readonly { readonly id: NodeId; readonly bytes: Uint8Array }[],
  ): (Statement | BulkStatement)[] {
    const dimensions = new Set(entries.map(({ bytes }) => bytes.length / 4));
    const hashes = entries.map(({ bytes }) => NodeHash.toBytes(NodeHash.of(bytes)));
    return [
      ...[...dimensions].flatMap((dimension) => scopeStatements(project, GIVEN_MODEL, dimension)),
      {
        sql: `DELETE FROM node_embeddings WHERE node_id = ? AND scope_id IN (${GIVEN_SCOPES})`,
        rows: entries.map(({ id }) => [id, project]),
      },
      {
        sql: `WITH g (node, dimension, hash, vector) AS (VALUES (?, ?, ?, ?))
              INSERT INTO embeddings (model_id, content_hash, vector)
              SELECT m.id, g.hash, g.vector FROM g
              JOIN embedding_models AS m ON m.model = '${GIVEN_MODEL}' AND m.dimension = g.dimension
              WHERE ${IS_NEW}
              ON CONFLICT (model_id, content_hash) DO NOTHING`,
        rows: entries.map(({ id, bytes }, at) => [id, bytes.length / 4, hashes[at] ?? null, bytes]),
      },
      {
        sql: `WITH g (node, project, dimension, hash, vector) AS (VALUES (?, ?, ?, ?, ?))
              INSERT INTO node_embeddings (node_id, scope_id, embedding_id)
              SELECT g.node, s.id, e.id FROM g
              JOIN embedding_models AS m ON m.model = '${GIVEN_MODEL}' AND m.dimension = g.dimension
              JOIN embedding_scopes AS s ON s.model_id = m.id AND s.project_id = g.project
              JOIN embeddings AS e ON e.model_id = m.id AND e.content_hash = g.hash
              WHERE ${IS_NEW}`,
        rows: entries.map(({ id, bytes }, at) => [id, project, bytes.length / 4, hashes[at] ?? null, bytes]),
      },
    ];
  }

  /** The vectors of a project's nodes: those that were given, and of the own model where there are none. */
  async read(snapshot: Snapshot, project: ProjectId): Promise<Map<NodeId, Uint8Array>> {
    const vectors = new Map<NodeId, Uint8Array>();
    const rows = snapshot.iterate<{ nodeId: NodeId; id: number; vector: Uint8Array; isGiven: number }>(
      `SELECT l.node_id AS nodeId, e.id, e.vector, m.model = ? AS isGiven
       FROM embedding_scopes AS s JOIN embedding_models AS m ON m.id = s.model_id
       CROSS JOIN node_embeddings AS l ON l.scope_id = s.id
       CROSS JOIN embeddings AS e ON e.id = l.embedding_id
       WHERE s.project_id = ? AND (m.model = ? OR (m.model = ? AND m.dimension = ?))`,
      [GIVEN_MODEL, project, GIVEN_MODEL, this.own.model, this.own.dimension],
    );
    const whole = this.reader === undefined ? rows : this.reader.stream(rows, ({ id }) => id);
    for await (const { nodeId, vector, isGiven } of whole) {
      if (isGiven === 0 && vectors.has(nodeId)) continue;
      vectors.set(nodeId, new Uint8Array(vector.buffer, vector.byteOffset, vector.length));
    }
    return vectors;
  }
}

/** How many embeddings each project has. */
export async function countEmbeddings(snapshot: Snapshot): Promise<Map<ProjectId, number>> {
  const rows = await snapshot.all<{ project: ProjectId; count: number }>(
    'SELECT project_id AS project, sum(node_count) AS count FROM embedding_scopes GROUP BY project_id',
  );
  return new Map(rows.map(({ project, count }) => [project, count]));
}

/** How many nodes of each project have a vector of a model; projects without any are left out. */
export async function embeddedNodes(snapshot: Snapshot, choice: ModelChoice): Promise<Map<ProjectId, number>> {
  const rows = await snapshot.all<{ project: ProjectId; count: number }>(
    `SELECT s.project_id AS project, s.node_count AS count FROM embedding_models AS m
     JOIN embedding_scopes AS s ON s.model_id = m.id
     WHERE m.model = ? AND m.dimension = ? AND s.node_count > 0`,
    [choice.model, choice.dimension],
  );
  return new Map(rows.map(({ project, count }) => [project, count]));
}

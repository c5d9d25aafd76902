import type { NodeId, ProjectId } from '../model/index.js';
import type { BulkStatement, Snapshot } from '../sql/index.js';
import { conditionOf, type NodeColumns } from './node-selection.js';

interface EmbeddingRow {
  readonly id: NodeId;
  readonly embedding: Uint8Array;
}

/** The embeddings that lie in the rows of nodes, as they are. */
export const NodeRowEmbeddings = {
  /** The lengths in bytes that occur. */
  async lengths(snapshot: Snapshot): Promise<number[]> {
    const rows = await snapshot.all<{ length: number }>(
      'SELECT DISTINCT length(embedding) AS length FROM intel_nodes WHERE embedding IS NOT NULL ORDER BY 1',
    );
    return rows.map(({ length }) => length);
  },

  async get(snapshot: Snapshot, node: NodeId): Promise<Uint8Array | undefined> {
    const row = await snapshot.first<EmbeddingRow>(
      'SELECT id, embedding FROM intel_nodes WHERE id = ? AND embedding IS NOT NULL',
      [node],
    );
    return row?.embedding;
  },

  all(snapshot: Snapshot, project?: ProjectId): AsyncIterable<EmbeddingRow> {
    return snapshot.iterate<EmbeddingRow>(
      `SELECT id, embedding FROM intel_nodes WHERE embedding IS NOT NULL
       ${project === undefined ? '' : 'AND project_id = ?'}`,
      project === undefined ? [] : [project],
    );
  },

  async count(snapshot: Snapshot, lengthBytes: number): Promise<number> {
    const row = await snapshot.first<{ count: number }>(
      'SELECT count(*) AS count FROM intel_nodes WHERE embedding IS NOT NULL AND length(embedding) = ?',
      [lengthBytes],
    );
    return row?.count ?? 0;
  },

  /** The next ones by the id of their node, with its project. */
  async next(
    snapshot: Snapshot,
    after: number,
    limit: number,
  ): Promise<(EmbeddingRow & { readonly project: ProjectId })[]> {
    return snapshot.all<EmbeddingRow & { readonly project: ProjectId }>(
      `SELECT id, project_id AS project, embedding FROM intel_nodes
       WHERE embedding IS NOT NULL AND id > ? ORDER BY id LIMIT ?`,
      [after, limit],
    );
  },

  /** A condition: the node with an id has these bytes; it takes the two. */
  hasBytes: 'EXISTS (SELECT 1 FROM intel_nodes WHERE id = ? AND embedding = ?)',

  /** Takes bytes out of the rows that have them. */
  clear(rows: readonly EmbeddingRow[]): BulkStatement {
    return {
      sql: 'UPDATE intel_nodes SET embedding = NULL WHERE id = ? AND embedding = ?',
      rows: rows.map(({ id, embedding }) => [id, embedding]),
    };
  },

  /** Nodes and edges of all projects. */
  async sizeOfGraph(snapshot: Snapshot): Promise<{ readonly nodes: number; readonly edges: number }> {
    const row = await snapshot.first<{ nodes: number; edges: number }>(
      'SELECT (SELECT count(*) FROM intel_nodes) AS nodes, (SELECT count(*) FROM intel_edges) AS edges',
    );
    return row ?? { nodes: 0, edges: 0 };
  },

  /** Those of one length in bytes, of the nodes that fit. */
  ofLength(snapshot: Snapshot, lengthBytes: number, wanted: NodeColumns): AsyncIterable<EmbeddingRow> {
    const fits = conditionOf(wanted);
    return snapshot.iterate<EmbeddingRow>(
      `SELECT n.id, n.embedding FROM intel_nodes AS n
       WHERE n.embedding IS NOT NULL AND length(n.embedding) = ? AND ${fits.sql}`,
      [lengthBytes, ...fits.parameters],
    );
  },
} as const;

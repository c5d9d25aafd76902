import type { NodeId, ProjectId } from '../model/index.js';
import type { Snapshot } from '../sql/index.js';

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
} as const;

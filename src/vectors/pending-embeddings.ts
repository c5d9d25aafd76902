import type { Snapshot } from '../sql/index.js';

/** Files of a project whose symbols wait for embeddings of a model. */
export interface PendingEmbeddings {
  readonly project: string;
  readonly model: string;
  readonly files: number;
}

/** What is still to be embedded, by project and model. */
export async function readPendingEmbeddings(snapshot: Snapshot): Promise<PendingEmbeddings[]> {
  return snapshot.all<PendingEmbeddings>(
    `SELECT s.project_id AS project, m.model AS model, count(*) AS files
     FROM embedding_queue AS q JOIN embedding_scopes AS s ON s.id = q.scope_id
       JOIN embedding_models AS m ON m.id = s.model_id
     GROUP BY 1, 2 ORDER BY 1, 2`,
  );
}

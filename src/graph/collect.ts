import type { Database } from '../sql/index.js';

export interface HistoryLimits {
  /** How many snapshots of measures each project and the store keep, the newest. All, when left out. */
  readonly keepSnapshots?: number;
  /** How many of the last generations are remembered with their time. All, when left out. */
  readonly keepGenerations?: number;
}

export interface CollectedHistory {
  /** Graphs and results of earlier generations, which are made again when they are asked for. */
  readonly graphs: number;
  readonly snapshots: number;
  readonly generations: number;
}

/** Deletes what is kept of graphs that are no more, and histories beyond the limits, as one batch. */
export async function collectHistory(database: Database, limits: HistoryLimits): Promise<CollectedHistory> {
  const { keepSnapshots, keepGenerations } = limits;
  const { returned } = await database.write([
    {
      sql: `DELETE FROM graph_snapshots
            WHERE NOT EXISTS (SELECT 1 FROM projects AS p
              WHERE p.id = project_id AND p.generation = graph_snapshots.generation)
            RETURNING 1`,
    },
    {
      sql: `DELETE FROM graph_results
            WHERE generation <> CASE WHEN project_id = '' THEN (SELECT coalesce(max(id), 0) FROM generations)
              ELSE coalesce((SELECT p.generation FROM projects AS p WHERE p.id = project_id), -1) END
            RETURNING 1`,
    },
    {
      sql: `DELETE FROM metric_snapshots WHERE id IN (
              SELECT id FROM (
                SELECT id, row_number() OVER (PARTITION BY project_id ORDER BY taken_at DESC, id DESC) AS place
                FROM metric_snapshots) WHERE place > ?)
            RETURNING 1`,
      parameters: [keepSnapshots ?? Number.MAX_SAFE_INTEGER],
    },
    // The newest says which generation the store is at, projects name theirs, and those that stay have no gaps.
    {
      sql: `DELETE FROM generations
            WHERE id <= (SELECT max(id) FROM generations) - ? AND NOT EXISTS (
              SELECT 1 FROM projects WHERE generation BETWEEN 1 AND generations.id)
            RETURNING 1`,
      parameters: [keepGenerations ?? Number.MAX_SAFE_INTEGER],
    },
  ]);
  const [graphs = 0, results = 0, snapshots = 0, generations = 0] = returned.map((rows) => rows.length);
  return { graphs: graphs + results, snapshots, generations };
}

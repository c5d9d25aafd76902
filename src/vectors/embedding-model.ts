import type { ProjectId } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';

/**
 * The model of vectors that somebody gave without saying what made them: those of graphs that were saved
 * with them, and those that lie in the rows of nodes.
 */
export const GIVEN_MODEL = 'given';

/** A model with one of its dimensions; vectors of different ones are never compared. */
export interface EmbeddingModel {
  readonly id: number;
  readonly model: string;
  readonly dimension: number;
}

/** The embeddings of one model in one project. */
export interface EmbeddingScope {
  readonly id: number;
  readonly modelId: number;
}

/** All models that the store has embeddings of, or had. */
export async function listModels(snapshot: Snapshot): Promise<EmbeddingModel[]> {
  return snapshot.all<EmbeddingModel>('SELECT id, model, dimension FROM embedding_models ORDER BY model, dimension');
}

export async function findModel(
  snapshot: Snapshot,
  model: string,
  dimension: number,
): Promise<EmbeddingModel | undefined> {
  return snapshot.first<EmbeddingModel>(
    'SELECT id, model, dimension FROM embedding_models WHERE model = ? AND dimension = ?',
    [model, dimension],
  );
}

/** Makes the rows of a model, and of it in a project, unless they are there. */
export async function ensureScope(
  database: Database,
  project: ProjectId,
  model: string,
  dimension: number,
): Promise<EmbeddingScope> {
  const found = await findScope(database, project, model, dimension);
  if (found !== undefined) return found;
  await database.write(scopeStatements(project, model, dimension));
  const made = await findScope(database, project, model, dimension);
  if (made === undefined) throw new RangeError(`There is no scope of ${model} in ${project}.`);
  return made;
}

/** What makes these rows, for a larger batch. */
export function scopeStatements(
  project: ProjectId,
  model: string,
  dimension: number,
): { readonly sql: string; readonly parameters: readonly (string | number)[] }[] {
  return [
    {
      sql: 'INSERT INTO embedding_models (model, dimension) VALUES (?, ?) ON CONFLICT (model, dimension) DO NOTHING',
      parameters: [model, dimension],
    },
    {
      sql: `INSERT INTO embedding_scopes (project_id, model_id)
            SELECT ?, id FROM embedding_models WHERE model = ? AND dimension = ?
            ON CONFLICT (project_id, model_id) DO NOTHING`,
      parameters: [project, model, dimension],
    },
  ];
}

async function findScope(
  snapshot: Snapshot,
  project: ProjectId,
  model: string,
  dimension: number,
): Promise<EmbeddingScope | undefined> {
  return snapshot.first<EmbeddingScope>(
    `SELECT s.id, s.model_id AS modelId FROM embedding_models AS m
     JOIN embedding_scopes AS s ON s.model_id = m.id AND s.project_id = ?
     WHERE m.model = ? AND m.dimension = ?`,
    [project, model, dimension],
  );
}

import { NotFoundError, type ProjectId } from '../model/index.js';
import type { Database } from '../sql/index.js';

/** Where a project lies. */
export interface ProjectShard {
  readonly project: ProjectId;
  readonly namespace: string;
  /** The project's generation there that the shared namespace knows; 0 before the first one. */
  readonly generation: number;
}

/** Which namespace has which project: rows of the shared one. */
export class ShardMap {
  constructor(private readonly shared: Database) {}

  /** All projects, in the order of their ids. */
  async list(): Promise<ProjectShard[]> {
    return this.shared.all<ProjectShard>(
      'SELECT project_id AS project, namespace, generation FROM shard_projects ORDER BY project_id',
    );
  }

  async find(project: ProjectId): Promise<ProjectShard | undefined> {
    return this.shared.first<ProjectShard>(
      'SELECT project_id AS project, namespace, generation FROM shard_projects WHERE project_id = ?',
      [project],
    );
  }

  /** Throws NotFoundError `PROJECT_NOT_FOUND`. */
  async require(project: ProjectId): Promise<ProjectShard> {
    const found = await this.find(project);
    if (found !== undefined) return found;
    throw new NotFoundError('PROJECT_NOT_FOUND', `There is no project '${project}'.`, { details: { project } });
  }

  /** Notes where a project lies, unless it is known to lie somewhere; gives where it does. */
  async place(project: ProjectId, namespace: string): Promise<ProjectShard> {
    await this.shared.write(
      [
        {
          sql: 'INSERT INTO shard_projects (project_id, namespace) VALUES (?, ?) ON CONFLICT (project_id) DO NOTHING',
          parameters: [project, namespace],
        },
      ],
      { repeatable: true },
    );
    return this.require(project);
  }

  /** Notes which generation of a project the shared namespace knows. */
  async published(project: ProjectId, generation: number): Promise<void> {
    await this.shared.write(
      [
        {
          sql: 'UPDATE shard_projects SET generation = ? WHERE project_id = ?',
          parameters: [generation, project],
        },
      ],
      { repeatable: true },
    );
  }

  async remove(project: ProjectId): Promise<void> {
    await this.shared.write([{ sql: 'DELETE FROM shard_projects WHERE project_id = ?', parameters: [project] }], {
      repeatable: true,
    });
  }
}

/** The numbers of the last commits of the projects of a database. */
export async function readGenerations(database: Database): Promise<Map<ProjectId, number>> {
  const rows = await database.all<{ readonly id: ProjectId; readonly generation: number }>(
    'SELECT id, generation FROM projects',
  );
  return new Map(rows.map(({ id, generation }) => [id, generation]));
}

import { NotFoundError, UsageError, type NodeId, type ProjectId } from '../model/index.js';
import type { Database } from '../sql/index.js';
import { commitDelta } from './project-commit.js';
import type { ProjectDelta } from './project-delta.js';
import { FORGET_EDGE_COUNTS_SQL } from './project-rows.js';
import {
  countEdgesAcross,
  readBoundEdges,
  readEdgesFrom,
  readProjectFiles,
  readProjectState,
  type ProjectFiles,
  type ProjectState,
  type StateEdge,
} from './project-state.js';
import { COUNT, NAME, requireValue } from './value-checks.js';

export interface Project {
  readonly id: ProjectId;
  /** Folder it was indexed from, or null. */
  readonly root: string | null;
  /** Generation of its last committed indexing batch; 0 before the first. */
  readonly generation: number;
  /** Time of that batch in milliseconds since the Unix epoch; null before the first. */
  readonly indexedAt: number | null;
}

const LONGEST_DELETION_MS = 10 * 60 * 1000;
const PROJECT_COLUMNS = 'id, root, generation, indexed_at AS indexedAt';

/** The projects of a store, and the commits that change them. */
export class ProjectStore {
  constructor(
    private readonly database: Database,
    private readonly clock: () => number = Date.now,
    /** Runs after a project was deleted. */
    private readonly afterDelete: () => Promise<void> = () => Promise.resolve(),
  ) {}

  /** All projects, ordered by id. */
  async list(): Promise<Project[]> {
    return this.database.all<Project>(`SELECT ${PROJECT_COLUMNS} FROM projects ORDER BY id`);
  }

  /** The project with this id, or undefined. */
  async get(id: ProjectId): Promise<Project | undefined> {
    return this.database.first<Project>(`SELECT ${PROJECT_COLUMNS} FROM projects WHERE id = ?`, [id]);
  }

  /** The project with this id; throws NotFoundError `PROJECT_NOT_FOUND`. */
  async require(id: ProjectId): Promise<Project> {
    const project = await this.get(id);
    if (project !== undefined) return project;
    throw new NotFoundError('PROJECT_NOT_FOUND', `There is no project '${id}'.`, { details: { project: id } });
  }

  /**
   * Throws UsageError `PROJECT_HAS_FOLDER` for a project that was indexed from its folder: what such a
   * project holds is what its files say, and nothing may take its place.
   */
  async requireWithoutFolder(id: ProjectId): Promise<void> {
    const root = (await this.get(id))?.root ?? null;
    if (root === null) return;
    throw new UsageError(
      'PROJECT_HAS_FOLDER',
      `The project '${id}' was indexed from ${root}; import under another project id.`,
      { details: { project: id, root } },
    );
  }

  /**
   * Removes a project with its nodes, their edges and references, and its files, and gives whether
   * there was one. Edges of other projects that reached into it go too. Counts as a generation.
   */
  async delete(id: ProjectId): Promise<boolean> {
    const batch = [
      {
        sql: `INSERT INTO generations (project_id, committed_at)
              SELECT id, ? FROM projects WHERE id = ?`,
        parameters: [this.clock(), id],
      },
      { sql: 'DELETE FROM intel_nodes WHERE project_id = ?', parameters: [id] },
      { sql: 'DELETE FROM files WHERE project_id = ?', parameters: [id] },
      { sql: 'DELETE FROM projects WHERE id = ? RETURNING id', parameters: [id] },
      { sql: FORGET_EDGE_COUNTS_SQL },
    ];
    // A short request, and much to do for a server.
    const { returned } = await this.database.write(batch, { extraTimeMs: LONGEST_DELETION_MS });
    const wasThere = returned[3]?.length === 1;
    if (wasThere) await this.afterDelete();
    return wasThere;
  }

  /** The files of a project, to see which of them changed; empty for a project that is not in the store. */
  async files(id: ProjectId): Promise<ProjectFiles> {
    return this.database.snapshot((snapshot) => readProjectFiles(snapshot, id));
  }

  /** Everything indexing knows of a project, read from one state; empty for a project that is not in the store. */
  async state(id: ProjectId): Promise<ProjectState> {
    return readProjectState(this.database, id);
  }

  /** The edges that start at some nodes, except those to what is written in them. */
  async boundEdges(callerIds: readonly NodeId[]): Promise<StateEdge[]> {
    return callerIds.length === 0 ? [] : readBoundEdges(this.database, callerIds);
  }

  /** How many edges lead from some nodes into other projects. */
  async countEdgesAcross(callerIds: readonly NodeId[]): Promise<number> {
    return callerIds.length === 0 ? 0 : countEdgesAcross(this.database, callerIds);
  }

  /** All edges that start at some nodes and stay in their project. */
  async edgesFrom(callerIds: readonly NodeId[]): Promise<StateEdge[]> {
    return callerIds.length === 0 ? [] : readEdgesFrom(this.database, callerIds);
  }

  /** The files at some paths, and the project they belong to. */
  async filesAt(id: ProjectId, paths: readonly string[]): Promise<ProjectFiles> {
    return this.database.snapshot((snapshot) => readProjectFiles(snapshot, id, paths));
  }

  async fileCount(id: ProjectId): Promise<number> {
    const row = await this.database.first<{ count: number }>(
      'SELECT count(*) AS count FROM files WHERE project_id = ?',
      [id],
    );
    return row?.count ?? 0;
  }

  /**
   * Are the nodes of the listed files what the files say? Not so once something else than indexing wrote
   * nodes, until everything is derived again.
   */
  async isAsIndexed(id: ProjectId): Promise<boolean> {
    const row = await this.database.first('SELECT 1 FROM projects WHERE id = ? AND node_count IS NOT NULL', [id]);
    return row !== undefined;
  }

  /** How many nodes a project has, and how many edges start in it. */
  async counts(id: ProjectId): Promise<{ nodes: number; edges: number }> {
    const row = await this.database.first<{ nodes: number; edges: number }>(
      `SELECT coalesce(node_count, (SELECT count(*) FROM intel_nodes WHERE project_id = ?)) AS nodes,
         coalesce(edge_count, (SELECT count(*) FROM intel_nodes n JOIN intel_edges e ON e.caller_id = n.id
           WHERE n.project_id = ?)) AS edges
       FROM projects WHERE id = ?`,
      [id, id, id],
    );
    return row ?? { nodes: 0, edges: 0 };
  }

  /** Number of the last committed indexing batch of the whole store; 0 when there is none. */
  async generation(): Promise<number> {
    const row = await this.database.first<{ generation: number }>(
      'SELECT coalesce(max(id), 0) AS generation FROM generations',
    );
    return row?.generation ?? 0;
  }

  /**
   * Applies everything one indexing run changed, as one atomic batch, and gives the project's generation
   * after it. The iterables are read once, while the batch is written. A node whose content is
   * unchanged keeps its embedding when the delta brings none.
   *
   * Throws BusyError `STALE_GENERATION` when the project changed since `expectedGeneration`,
   * ConstraintError `FOREIGN_KEY` with the ends of the edge, and what the iterables throw.
   */
  async commit(delta: ProjectDelta): Promise<{ generation: number }> {
    requireValue(NAME, 'projectId', delta.projectId);
    requireValue(COUNT, 'expectedGeneration', delta.expectedGeneration);
    return commitDelta(this.database, delta, this.clock());
  }
}

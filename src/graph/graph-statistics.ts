import { NotFoundError, type EdgeType, type NodeId, type NodeType, type ProjectId } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import { inTurns } from './graph-adjacency.js';
import { readGeneration } from './page.js';

/** How many of something there are, by name; names of which there is none are absent. */
export type CountsBy<Name extends string> = Readonly<Partial<Record<Name, number>>>;

/** How many symbols have a complexity, in rising order of complexity. */
export type ComplexityHistogram = readonly { readonly complexity: number; readonly count: number }[];

/** What the store holds of one project. */
export interface ProjectSummary {
  readonly project: ProjectId;
  readonly root: string | null;
  readonly files: number;
  readonly nodes: number;
  readonly edges: number;
  /** Of all models together. */
  readonly embeddings: number;
  /** Milliseconds since the Unix epoch of the last committed run; null when there was none. */
  readonly indexedAt: number | null;
}

/** A symbol with how many symbols it calls and how many call it. */
export interface FanCounts {
  readonly id: NodeId;
  readonly project: ProjectId;
  readonly key: string;
  readonly file: string;
  readonly complexity: number;
  readonly fanOut: number;
  readonly fanIn: number;
}

/** A place in the order of {@link GraphStatistics.mostComplex}. */
export type ComplexityPlace = Pick<FanCounts, 'complexity' | 'fanOut' | 'project' | 'key'>;

export interface MostComplexOptions {
  readonly project?: ProjectId | undefined;
  /** Only symbols of this complexity or less. */
  readonly least: number;
  readonly limit: number;
  readonly after?: ComplexityPlace | undefined;
}

/** What is measured of every symbol, with or without a complexity. */
export interface SymbolCounts {
  readonly project: ProjectId;
  readonly key: string;
  readonly type: NodeType;
  readonly complexity: number | null;
  /** From its first to its last one. */
  readonly lines: number;
  /** Distinct symbols over call edges. */
  readonly fanOut: number;
  readonly fanIn: number;
}

/** How many embeddings each project has, by its id. */
export type EmbeddingCounts = (snapshot: Snapshot) => Promise<ReadonlyMap<ProjectId, number>>;

/** Counts over the graph. All methods read; give a snapshot to read several of them from one state. */
export class GraphStatistics {
  readonly #database: Database;
  readonly #embeddings: EmbeddingCounts;

  /** `embeddings` counts those that are kept elsewhere than in the rows of nodes. */
  constructor(database: Database, embeddings: EmbeddingCounts = async () => new Map()) {
    this.#database = database;
    this.#embeddings = embeddings;
  }

  /** Runs `reads` against one state of the store. */
  async snapshot<T>(reads: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return this.#database.snapshot(reads);
  }

  async generation(snapshot: Snapshot = this.#database): Promise<number> {
    return readGeneration(snapshot);
  }

  /** Throws NotFoundError `PROJECT_NOT_FOUND` for a project that is not in the store; no project is the whole store. */
  async requireProject(snapshot: Snapshot, project: ProjectId | undefined): Promise<void> {
    if (project === undefined) return;
    const row = await snapshot.first('SELECT 1 FROM projects WHERE id = ?', [project]);
    if (row !== undefined) return;
    throw new NotFoundError('PROJECT_NOT_FOUND', `There is no project '${project}'.`, { details: { project } });
  }

  async nodesByType(project?: ProjectId, snapshot: Snapshot = this.#database): Promise<CountsBy<NodeType>> {
    const rows = await snapshot.all<{ type: NodeType; count: number }>(
      `SELECT node_type AS type, count(*) AS count FROM intel_nodes
       ${project === undefined ? '' : 'WHERE project_id = ?'} GROUP BY node_type ORDER BY node_type`,
      project === undefined ? [] : [project],
    );
    return countsBy(rows);
  }

  /** How many symbols of a project, or of the store, come up to a place in the order of project and key, itself included. */
  async countUpTo(
    place: { readonly project: ProjectId; readonly key: string },
    project?: ProjectId,
    snapshot: Snapshot = this.#database,
  ): Promise<number> {
    const row = await snapshot.first<{ count: number }>(
      `SELECT count(*) AS count FROM intel_nodes
       WHERE (project_id, node_key) <= (?, ?) ${project === undefined ? '' : 'AND project_id = ?'}`,
      project === undefined ? [place.project, place.key] : [place.project, place.key, project],
    );
    return row?.count ?? 0;
  }

  /** An edge belongs to the project of its caller. */
  async edgesByType(project?: ProjectId, snapshot: Snapshot = this.#database): Promise<CountsBy<EdgeType>> {
    const rows =
      project === undefined
        ? await snapshot.all<{ type: EdgeType; count: number }>(
            'SELECT edge_type AS type, count(*) AS count FROM intel_edges GROUP BY edge_type ORDER BY edge_type',
          )
        : await snapshot.all<{ type: EdgeType; count: number }>(
            `SELECT e.edge_type AS type, count(*) AS count
             FROM intel_nodes AS n CROSS JOIN intel_edges AS e ON e.caller_id = n.id
             WHERE n.project_id = ? GROUP BY e.edge_type ORDER BY e.edge_type`,
            [project],
          );
    return countsBy(rows);
  }

  /** Symbols without a complexity are not in it. */
  async complexityHistogram(
    options: { readonly project?: ProjectId | undefined; readonly least?: number } = {},
    snapshot: Snapshot = this.#database,
  ): Promise<ComplexityHistogram> {
    const { project, least = 0 } = options;
    return snapshot.all<{ complexity: number; count: number }>(
      `SELECT complexity, count(*) AS count FROM intel_nodes
       WHERE complexity >= ? ${project === undefined ? '' : 'AND project_id = ?'}
       GROUP BY complexity ORDER BY complexity`,
      project === undefined ? [least] : [least, project],
    );
  }

  /**
   * Symbols by falling complexity, falling fan-out, project and key, from after a place on. Fans
   * count distinct symbols over call edges; a symbol that calls itself counts in both.
   */
  async mostComplex(options: MostComplexOptions, snapshot: Snapshot = this.#database): Promise<FanCounts[]> {
    const { project, least, limit, after } = options;
    return snapshot.all<FanCounts>(
      `SELECT * FROM (
         SELECT id, project_id AS project, node_key AS key, file_path AS file, complexity,
           (SELECT count(*) FROM intel_edges WHERE caller_id = n.id AND edge_type = 'call') AS fanOut,
           (SELECT count(*) FROM intel_edges WHERE callee_id = n.id AND edge_type = 'call') AS fanIn
         FROM intel_nodes AS n
         WHERE complexity >= ? AND complexity <= ? ${project === undefined ? '' : 'AND project_id = ?'}
       )
       ${after === undefined ? '' : 'WHERE (-complexity, -fanOut, project, key) > (?, ?, ?, ?)'}
       ORDER BY complexity DESC, fanOut DESC, project, key LIMIT ?`,
      [
        least,
        after?.complexity ?? Number.MAX_SAFE_INTEGER,
        ...(project === undefined ? [] : [project]),
        ...(after === undefined ? [] : [-after.complexity, -after.fanOut, after.project, after.key]),
        limit,
      ],
    );
  }

  /** Every symbol, by project and key. Throws CancelledError. */
  symbolCounts(snapshot: Snapshot, project?: ProjectId, signal?: AbortSignal): AsyncIterable<SymbolCounts> {
    const rows = snapshot.iterate<SymbolCounts>(
      `SELECT project_id AS project, node_key AS key, node_type AS type, complexity,
         max(0, end_line - start_line + 1) AS lines,
         (SELECT count(*) FROM intel_edges WHERE caller_id = n.id AND edge_type = 'call') AS fanOut,
         (SELECT count(*) FROM intel_edges WHERE callee_id = n.id AND edge_type = 'call') AS fanIn
       FROM intel_nodes AS n ${project === undefined ? '' : 'WHERE project_id = ?'} ORDER BY project_id, node_key`,
      project === undefined ? [] : [project],
    );
    return inTurns(rows, signal);
  }

  /** Every project of the store, ordered by id. */
  async projects(snapshot: Snapshot = this.#database): Promise<ProjectSummary[]> {
    const rows = await snapshot.all<{ project: ProjectId; root: string | null; indexedAt: number | null }>(
      'SELECT id AS project, root, indexed_at AS indexedAt FROM projects ORDER BY id',
    );
    const files = await groupCounts(snapshot, 'SELECT project_id AS project, count(*) AS count FROM files GROUP BY 1');
    const nodes = await groupCounts(
      snapshot,
      'SELECT project_id AS project, count(*) AS count FROM intel_nodes GROUP BY 1',
    );
    // Few nodes have one in their row, and those are in an index of their own.
    const inRows = await groupCounts(
      snapshot,
      'SELECT project_id AS project, count(*) AS count FROM intel_nodes WHERE embedding IS NOT NULL GROUP BY 1',
    );
    const embeddings = await this.#embeddings(snapshot);
    const edges = await edgeCounts(snapshot, [...nodes.keys()]);
    return rows.map((row) => ({
      project: row.project,
      root: row.root,
      files: files.get(row.project) ?? 0,
      nodes: nodes.get(row.project) ?? 0,
      edges: edges.get(row.project) ?? 0,
      embeddings: (inRows.get(row.project) ?? 0) + (embeddings.get(row.project) ?? 0),
      indexedAt: row.indexedAt,
    }));
  }
}

function countsBy<Name extends string>(rows: readonly { type: Name; count: number }[]): CountsBy<Name> {
  const counts: Partial<Record<Name, number>> = {};
  for (const row of rows) counts[row.type] = row.count;
  return counts;
}

async function groupCounts(snapshot: Snapshot, sql: string): Promise<Map<ProjectId, number>> {
  const rows = await snapshot.all<{ project: ProjectId; count: number }>(sql);
  return new Map(rows.map((row) => [row.project, row.count]));
}

/** A store of one project needs no join to know whose its edges are. */
async function edgeCounts(snapshot: Snapshot, owners: readonly ProjectId[]): Promise<Map<ProjectId, number>> {
  const [only, ...others] = owners;
  if (only !== undefined && others.length === 0) {
    const row = await snapshot.first<{ count: number }>('SELECT count(*) AS count FROM intel_edges');
    return new Map([[only, row?.count ?? 0]]);
  }
  return groupCounts(
    snapshot,
    `SELECT n.project_id AS project, count(*) AS count
     FROM intel_nodes AS n CROSS JOIN intel_edges AS e ON e.caller_id = n.id GROUP BY n.project_id`,
  );
}

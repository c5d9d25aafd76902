import type { ProjectId } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import { writeIfPossible } from './optional-write.js';
import { checksumOf, intactData, packColumns, unpackColumns, type Columns, type PackedRow } from './packed-columns.js';

/** The graph of a project, or without one of the whole store, as it is at one generation. */
export interface GraphState {
  readonly project: ProjectId | undefined;
  /** Of the project or the store; 0 before the first, and for a project that does not exist. */
  readonly generation: number;
  /**
   * Nothing but commits of whole projects wrote since, so that the graph has not changed while the
   * generation is the same.
   */
  readonly isSettled: boolean;
}

/** Of what is written here; a row of another layout is as good as none. */
const LAYOUT = 1;
/** Of one project, and of the whole store; the oldest one makes room. */
const RESULTS_AT_MOST = 8;
/** Larger ones SQLite cannot hold in one row. */
const BYTES_AT_MOST = 900_000_000;

// Both name the same columns, and each takes one parameter. The counts are forgotten by everything that
// changes rows without a new generation.
const PROJECT_STATE = `SELECT generation, node_count IS NOT NULL AND edge_count IS NOT NULL AS settled
  FROM projects WHERE id = ?`;
const STORE_STATE = `SELECT max(id) AS generation,
    NOT EXISTS (SELECT 1 FROM projects WHERE node_count IS NULL OR edge_count IS NULL) AS settled
  FROM generations WHERE ? = ''`;

/** What was computed from whole graphs, each kept while the graph is the same. */
export class GraphResultStore {
  constructor(private readonly database: Database) {}

  async stateOf(snapshot: Snapshot, project: ProjectId | undefined): Promise<GraphState> {
    const row = await snapshot.first<{ generation: number | null; settled: number }>(stateSql(project), [
      project ?? '',
    ]);
    const generation = row?.generation ?? 0;
    return { project, generation, isSettled: generation > 0 && row?.settled === 1 };
  }

  /** The result of a query in this state; undefined when none is kept, or what is kept is damaged. */
  async read(snapshot: Snapshot, state: GraphState, query: string): Promise<Columns | undefined> {
    if (!state.isSettled) return undefined;
    const project = state.project ?? '';
    const row = await snapshot.first<PackedRow>(
      'SELECT data, checksum FROM graph_results WHERE project_id = ? AND query = ? AND generation = ?',
      [project, query, state.generation],
    );
    const data = row === undefined ? undefined : intactData(row);
    if (data === undefined) return undefined;
    // The checksum says that this program wrote it, though perhaps for another row.
    const { about, columns } = unpackColumns(data);
    const isWanted = about['layout'] === LAYOUT && about['project'] === project && about['query'] === query;
    return isWanted && about['generation'] === state.generation ? columns : undefined;
  }

  /**
   * Keeps the result of a query in the place of an earlier one, unless the graph changed meanwhile or the
   * store cannot be written. Results of earlier generations go, and of too many the oldest.
   */
  async keep(state: GraphState, query: string, columns: Columns): Promise<void> {
    const { generation, isSettled } = state;
    if (!isSettled) return;
    const project = state.project ?? '';
    const data = packColumns({ layout: LAYOUT, project, query, generation }, columns);
    if (data.length > BYTES_AT_MOST) return;
    const sql = stateSql(state.project);
    await writeIfPossible(this.database, [
      {
        sql: `DELETE FROM graph_results WHERE project_id = ? AND generation <> (SELECT generation FROM (${sql}))`,
        parameters: [project, project],
      },
      {
        sql: `INSERT INTO graph_results (project_id, query, generation, data, checksum)
              SELECT ?, ?, generation, ?, ? FROM (${sql}) WHERE generation = ? AND settled
              ON CONFLICT (project_id, query) DO UPDATE SET generation = excluded.generation,
                data = excluded.data, checksum = excluded.checksum`,
        parameters: [project, query, data, checksumOf(data), project, generation],
      },
      {
        sql: `DELETE FROM graph_results WHERE project_id = ? AND rowid NOT IN (
                SELECT rowid FROM graph_results WHERE project_id = ? ORDER BY rowid DESC LIMIT ?)`,
        parameters: [project, project, RESULTS_AT_MOST],
      },
    ]);
  }
}

function stateSql(project: ProjectId | undefined): string {
  return project === undefined ? STORE_STATE : PROJECT_STATE;
}

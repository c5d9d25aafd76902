import { ConstraintError, EDGE_TYPES, type Edge, type EdgeType, type NodeId, type ProjectId } from '../model/index.js';
import type { Database, SqlRow } from '../sql/index.js';
import { encodeMetadata } from './edge-metadata.js';
import type { DeltaEdgeKey } from './project-delta.js';
import { FORGET_EDGE_COUNTS_SQL } from './project-rows.js';
import { decodeEdge, type EdgeRow } from './row-codecs.js';
import { oneOf, POSITIVE, requireValue } from './value-checks.js';

/** Without metadata an edge has none. */
export type EdgeInput = Omit<Edge, 'metadata'> & Partial<Pick<Edge, 'metadata'>>;

export const UPSERT_EDGE_SQL = `
  INSERT INTO intel_edges (caller_id, callee_id, edge_type, metadata) VALUES (?, ?, ?, ?)
  ON CONFLICT (caller_id, callee_id, edge_type) DO UPDATE SET metadata = excluded.metadata`;

const EDGE_TYPE = oneOf(EDGE_TYPES);
/** Ids that are looked up with one statement. */
const IDS_PER_LOOKUP = 10_000;

/** The edges of all projects. An edge goes from the caller, which depends, to the callee. */
export class EdgeStore {
  constructor(private readonly database: Database) {}

  /**
   * Stores an edge, or replaces the metadata of the one with the same ends and type. Throws UsageError
   * `INVALID_ARGUMENT`, and ConstraintError `FOREIGN_KEY` whose details name both ends and which of
   * them is missing.
   */
  async insert(edge: EdgeInput): Promise<void> {
    await this.batchInsert([edge]);
  }

  /** Stores many edges, all or none; the errors are those of insert. */
  async batchInsert(edges: readonly EdgeInput[]): Promise<void> {
    if (edges.length === 0) return;
    try {
      await this.database.write([{ sql: UPSERT_EDGE_SQL, rows: edgeRows(edges) }, { sql: FORGET_EDGE_COUNTS_SQL }]);
    } catch (error) {
      if (error instanceof ConstraintError && error.code === 'FOREIGN_KEY') throw await this.explain(error, edges);
      throw error;
    }
  }

  /** The edges that leave a node. */
  async getByCaller(callerId: NodeId): Promise<Edge[]> {
    requireValue(POSITIVE, 'callerId', callerId);
    const rows = await this.database.all<EdgeRow>(
      'SELECT * FROM intel_edges WHERE caller_id = ? ORDER BY callee_id, edge_type',
      [callerId],
    );
    return rows.map(decodeEdge);
  }

  /** The edges that reach a node. */
  async getByCallee(calleeId: NodeId): Promise<Edge[]> {
    requireValue(POSITIVE, 'calleeId', calleeId);
    const rows = await this.database.all<EdgeRow>(
      'SELECT * FROM intel_edges WHERE callee_id = ? ORDER BY caller_id, edge_type',
      [calleeId],
    );
    return rows.map(decodeEdge);
  }

  /** The edges whose two ends are among some nodes, of these types or of all, ordered by their ends. */
  async getAmong(nodeIds: readonly NodeId[], edgeTypes: readonly EdgeType[] = EDGE_TYPES): Promise<Edge[]> {
    for (const id of nodeIds) requireValue(POSITIVE, 'nodeIds', id);
    for (const type of edgeTypes) requireValue(EDGE_TYPE, 'edgeTypes', type);
    const rows = await this.database.all<EdgeRow>(
      `WITH wanted(id) AS MATERIALIZED (SELECT DISTINCT value FROM json_each(?))
       SELECT e.* FROM wanted AS w CROSS JOIN intel_edges AS e ON e.caller_id = w.id
       WHERE e.callee_id IN wanted AND e.edge_type IN (SELECT value FROM json_each(?))
       ORDER BY e.caller_id, e.callee_id, e.edge_type`,
      [JSON.stringify(nodeIds), JSON.stringify(edgeTypes)],
    );
    return rows.map(decodeEdge);
  }

  /** All edges of a type, or those that leave the nodes of one project, ordered by their ends. */
  async getByType(edgeType: EdgeType, options: { readonly project?: ProjectId } = {}): Promise<Edge[]> {
    requireValue(EDGE_TYPE, 'edgeType', edgeType);
    const rows =
      options.project === undefined
        ? await this.database.all<EdgeRow>(
            'SELECT * FROM intel_edges WHERE edge_type = ? ORDER BY caller_id, callee_id',
            [edgeType],
          )
        : await this.database.all<EdgeRow>(
            `SELECT e.* FROM intel_nodes AS n CROSS JOIN intel_edges AS e ON e.caller_id = n.id
             WHERE n.project_id = ? AND e.edge_type = ? ORDER BY e.caller_id, e.callee_id`,
            [options.project, edgeType],
          );
    return rows.map(decodeEdge);
  }

  /** Removes an edge and gives whether there was one. */
  async delete(key: DeltaEdgeKey): Promise<boolean> {
    const { returned } = await this.database.write([
      {
        sql: 'DELETE FROM intel_edges WHERE caller_id = ? AND callee_id = ? AND edge_type = ? RETURNING caller_id',
        parameters: [key.callerId, key.calleeId, key.edgeType],
      },
      { sql: FORGET_EDGE_COUNTS_SQL },
    ]);
    return returned[0]?.length === 1;
  }

  /** SQLite does not say which end of which edge is missing; the first such edge is looked up. */
  private async explain(error: ConstraintError, edges: readonly EdgeInput[]): Promise<ConstraintError> {
    const missing = await this.missingNodes(edges);
    const row = edges.findIndex((edge) => missing.has(edge.callerId) || missing.has(edge.calleeId));
    const edge = edges[row];
    // The node came into being after the batch was refused.
    if (edge === undefined) return error;
    const { callerId, calleeId, edgeType } = edge;
    const ends = [...new Set([callerId, calleeId])].filter((id) => missing.has(id));
    return new ConstraintError(
      'FOREIGN_KEY',
      `The ${edgeType} edge from node ${callerId} to node ${calleeId} has no node ${ends.join(' and ')}.`,
      { details: { callerId, calleeId, edgeType, missing: ends, row }, cause: error },
    );
  }

  private async missingNodes(edges: readonly EdgeInput[]): Promise<Set<number>> {
    const ids = [...new Set(edges.flatMap((edge) => [edge.callerId, edge.calleeId]))];
    const missing = new Set<number>();
    for (let at = 0; at < ids.length; at += IDS_PER_LOOKUP) {
      const rows = await this.database.all<{ id: number }>(
        `SELECT value AS id FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM intel_nodes WHERE id = value)`,
        [JSON.stringify(ids.slice(at, at + IDS_PER_LOOKUP))],
      );
      for (const { id } of rows) missing.add(id);
    }
    return missing;
  }
}

function* edgeRows(edges: readonly EdgeInput[]): Generator<SqlRow, void, void> {
  for (const [row, edge] of edges.entries()) {
    requireValue(POSITIVE, 'callerId', edge.callerId, row);
    requireValue(POSITIVE, 'calleeId', edge.calleeId, row);
    requireValue(EDGE_TYPE, 'edgeType', edge.edgeType, row);
    yield [edge.callerId, edge.calleeId, edge.edgeType, encodeMetadata(edge.metadata ?? null, row)];
  }
}

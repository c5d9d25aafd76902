import type { EdgeType, NodeId, ProjectId } from '../model/index.js';
import type { BulkStatement, Snapshot, SqlRow, Statement } from '../sql/index.js';
import { UPSERT_EDGE_SQL } from './edge-store.js';

/** The strategy of edges that follow from imports of packages. */
export const PACKAGE_STRATEGY = 'package';

/** An edge into another project as it is stored; its metadata is JSON. */
export interface EdgeAcross {
  readonly callerId: NodeId;
  readonly calleeId: NodeId;
  readonly edgeType: EdgeType;
  readonly metadata: string;
}

/** Edges into other projects that differ. */
export interface EdgesAcrossDelta {
  readonly deleted: readonly EdgeAcross[];
  readonly written: readonly EdgeAcross[];
  /** How many more edges there are. */
  readonly growth: number;
}

/** The edges of some symbols that follow from imports of packages. */
export async function readEdgesAcross(snapshot: Snapshot, sources: Iterable<NodeId>): Promise<EdgeAcross[]> {
  return snapshot.all<EdgeAcross>(
    `SELECT e.caller_id AS callerId, e.callee_id AS calleeId, e.edge_type AS edgeType, e.metadata
     FROM json_each(?) AS w CROSS JOIN intel_edges AS e ON e.caller_id = w.value
     WHERE e.metadata ->> 'strategy' = '${PACKAGE_STRATEGY}'`,
    [JSON.stringify([...sources])],
  );
}

/** What writes such edges of a project. They make a generation of the store, and leave the project's own as it is. */
export function edgesAcrossStatements(
  project: ProjectId,
  { deleted, written, growth }: EdgesAcrossDelta,
  now: number,
): (Statement | BulkStatement)[] {
  if (deleted.length === 0 && written.length === 0) return [];
  return [
    {
      sql: 'DELETE FROM intel_edges WHERE caller_id = ? AND callee_id = ? AND edge_type = ?',
      rows: deleted.map(({ callerId, calleeId, edgeType }): SqlRow => [callerId, calleeId, edgeType]),
    },
    {
      sql: UPSERT_EDGE_SQL,
      rows: written.map(({ callerId, calleeId, edgeType, metadata }): SqlRow => {
        return [callerId, calleeId, edgeType, metadata];
      }),
    },
    { sql: 'UPDATE projects SET edge_count = edge_count + ? WHERE id = ?', parameters: [growth, project] },
    { sql: 'INSERT INTO generations (project_id, committed_at) VALUES (?, ?)', parameters: [project, now] },
  ];
}

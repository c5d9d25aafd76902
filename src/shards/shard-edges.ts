import { chunksOf, parseEdgeMetadata, type NodePlace, type WalkRules } from '../graph/index.js';
import type { EdgeMetadata, EdgeType, NodeId, ProjectId } from '../model/index.js';
import type { Database } from '../sql/index.js';

/** An edge, from the end that a walk comes from to the other one. Ids are those of the projects' own databases. */
export interface Step {
  readonly near: NodePlace;
  readonly far: NodePlace;
  readonly type: EdgeType;
}

/** An edge into another project, where the id of its far end is not known yet. */
export interface EdgeAcrossShards {
  readonly near: NodePlace;
  readonly far: Omit<NodePlace, 'id'>;
  readonly type: EdgeType;
}

/** An edge by its ends, between projects. */
export interface NamedEdge {
  readonly from: Omit<NodePlace, 'id'>;
  readonly to: Omit<NodePlace, 'id'>;
  readonly edgeType: EdgeType;
}

type Rules = Pick<WalkRules, 'direction' | 'types'>;

/** The edges of a project's own database that lead on from some of its symbols without leaving it. */
export async function edgesWithin(
  database: Database,
  project: ProjectId,
  places: readonly NodePlace[],
  { direction, types }: Rules,
): Promise<Step[]> {
  const [near, far] = endsOf(direction);
  const steps: Step[] = [];
  for (const some of chunksOf(places)) {
    const rows = await database.all<{ at: number; id: NodeId; key: string; type: EdgeType }>(
      `SELECT w.key AS at, o.id AS id, o.node_key AS key, e.edge_type AS type
       FROM json_each(?) AS w CROSS JOIN intel_edges AS e ON e.${near} = w.value
       CROSS JOIN intel_nodes AS o ON o.id = e.${far} AND o.project_id = ?
       WHERE e.edge_type IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(some.map(({ id }) => id)), project, JSON.stringify(types)],
    );
    for (const { at, id, key, type } of rows) {
      const start = some[at];
      if (start !== undefined) steps.push({ near: start, far: { id, project, key }, type });
    }
  }
  return steps;
}

/** The edges of the shared database that lead from some symbols of a project into other projects. */
export async function edgesAcross(
  shared: Database,
  project: ProjectId,
  places: readonly NodePlace[],
  { direction, types }: Rules,
): Promise<EdgeAcrossShards[]> {
  const [near, far] = endsOf(direction);
  const edges: EdgeAcrossShards[] = [];
  for (const some of chunksOf(places)) {
    const rows = await shared.all<{ at: number; project: ProjectId; key: string; type: EdgeType }>(
      `SELECT w.key AS at, o.project_id AS project, o.node_key AS key, e.edge_type AS type
       FROM json_each(?) AS w CROSS JOIN intel_nodes AS n ON n.project_id = ? AND n.node_key = w.value
       CROSS JOIN intel_edges AS e ON e.${near} = n.id
       CROSS JOIN intel_nodes AS o ON o.id = e.${far} AND o.project_id <> n.project_id
       WHERE e.edge_type IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(some.map(({ key }) => key)), project, JSON.stringify(types)],
    );
    for (const { at, project: other, key, type } of rows) {
      const start = some[at];
      if (start !== undefined) edges.push({ near: start, far: { project: other, key }, type });
    }
  }
  return edges;
}

/** The metadata of edges between projects, in their order; null where there is none. */
export async function metadataAcross(shared: Database, edges: readonly NamedEdge[]): Promise<(EdgeMetadata | null)[]> {
  const found: (EdgeMetadata | null)[] = [];
  for (const some of chunksOf(edges)) {
    const start = found.length;
    for (let at = 0; at < some.length; at++) found.push(null);
    const wanted = some.map(({ from, to, edgeType }) => [from.project, from.key, to.project, to.key, edgeType]);
    const rows = await shared.all<{ at: number; metadata: string | null }>(
      `SELECT w.key AS at, e.metadata AS metadata FROM json_each(?) AS w
       CROSS JOIN intel_nodes AS c ON c.project_id = w.value ->> 0 AND c.node_key = w.value ->> 1
       CROSS JOIN intel_nodes AS t ON t.project_id = w.value ->> 2 AND t.node_key = w.value ->> 3
       CROSS JOIN intel_edges AS e ON e.caller_id = c.id AND e.callee_id = t.id AND e.edge_type = w.value ->> 4`,
      [JSON.stringify(wanted)],
    );
    for (const { at, metadata } of rows) found[start + at] = parseEdgeMetadata(metadata);
  }
  return found;
}

/** The ids that symbols of a project have in its own database. */
export async function existing(
  database: Database,
  project: ProjectId,
  keys: readonly string[],
): Promise<Map<string, NodeId>> {
  const ids = new Map<string, NodeId>();
  for (const some of chunksOf([...new Set(keys)])) {
    const rows = await database.all<{ key: string; id: NodeId }>(
      `SELECT n.node_key AS key, n.id AS id FROM json_each(?) AS w
       CROSS JOIN intel_nodes AS n ON n.project_id = ? AND n.node_key = w.value`,
      [JSON.stringify(some), project],
    );
    for (const { key, id } of rows) ids.set(key, id);
  }
  return ids;
}

function endsOf(direction: WalkRules['direction']): readonly [near: string, far: string] {
  return direction === 'callers' ? ['callee_id', 'caller_id'] : ['caller_id', 'callee_id'];
}

import type { NodeId, ProjectId } from '../model/index.js';
import type { Snapshot } from '../sql/index.js';
import { edgeRows, sortedKeys } from './dump.js';
import { parseEdgeMetadata } from './edge-view.js';

/** A node as exports have it: everything but its times. */
export interface ExportedNode {
  readonly id: NodeId;
  readonly key: string;
  readonly project: ProjectId;
  readonly name: string;
  readonly qualifiedName: string;
  readonly type: string;
  readonly ordinal: number;
  readonly language: string;
  readonly file: string;
  readonly parent: string | null;
  readonly startLine: number;
  readonly endLine: number;
  readonly startByte: number;
  readonly endByte: number;
  readonly visibility: string;
  readonly signature: string | null;
  readonly documentation: string | null;
  readonly valueType: string | null;
  readonly complexity: number | null;
  readonly hash: string;
  readonly interfaceHash: string;
  readonly embedding: Uint8Array | null;
}

/** An edge as exports have it. */
export interface ExportedEdge {
  readonly fromId: NodeId;
  readonly toId: NodeId;
  readonly project: ProjectId;
  readonly from: string;
  /** The project of its end; `to` is the key there. */
  readonly toProject: ProjectId;
  readonly to: string;
  readonly type: string;
  /** With its keys in order. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
}

const NODE_COLUMNS = `n.id AS id, n.node_key AS key, n.project_id AS project, n.symbol_name AS name,
  n.qualified_name AS qualifiedName, n.node_type AS type, n.ordinal AS ordinal, n.language AS language,
  n.file_path AS file, p.node_key AS parent, n.start_line AS startLine, n.end_line AS endLine,
  n.start_byte AS startByte, n.end_byte AS endByte, n.visibility AS visibility, n.signature AS signature,
  n.documentation AS documentation, n.value_type AS valueType, n.complexity AS complexity,
  lower(hex(n.content_hash)) AS hash, lower(hex(n.interface_hash)) AS interfaceHash, n.embedding AS embedding`;

/** All nodes, or those of a project, in canonical order: by project and key. */
export function exportedNodes(snapshot: Snapshot, project: ProjectId | undefined): AsyncIterable<ExportedNode> {
  return snapshot.iterate<ExportedNode>(
    `SELECT ${NODE_COLUMNS}
     FROM intel_nodes AS n LEFT JOIN intel_nodes AS p ON p.id = n.parent_id
     ${project === undefined ? '' : 'WHERE n.project_id = ?'}
     ORDER BY n.project_id, n.node_key`,
    project === undefined ? [] : [project],
  );
}

/** The nodes of other projects that edges of this one lead to, in canonical order. */
export function exportedNeighbours(snapshot: Snapshot, project: ProjectId): AsyncIterable<ExportedNode> {
  return snapshot.iterate<ExportedNode>(
    `SELECT ${NODE_COLUMNS}
     FROM intel_nodes AS n LEFT JOIN intel_nodes AS p ON p.id = n.parent_id
     WHERE n.id IN (
       SELECT t.id FROM intel_nodes AS c CROSS JOIN intel_edges AS e ON e.caller_id = c.id
         CROSS JOIN intel_nodes AS t ON t.id = e.callee_id
       WHERE c.project_id = ? AND t.project_id <> c.project_id)
     ORDER BY n.project_id, n.node_key`,
    [project],
  );
}

/** All edges, or those that start in a project, in canonical order: by start, type and end. */
export async function* exportedEdges(
  snapshot: Snapshot,
  project: ProjectId | undefined,
): AsyncGenerator<ExportedEdge, void, void> {
  for await (const { fromKey, toKey, metadata, ...edge } of edgeRows(snapshot, project)) {
    const to = edge.toProject === edge.project ? toKey : toKey.slice(edge.toProject.length + 2);
    const parsed = parseEdgeMetadata(metadata);
    yield { ...edge, from: fromKey, to, metadata: parsed === null ? null : inOrder(parsed) };
  }
}

function inOrder(metadata: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return sortedKeys(metadata) as Readonly<Record<string, unknown>>;
}

import type { ProjectId } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import { edgeRows, sortedKeys, type DumpedEdge } from './dump.js';
import { parseEdgeMetadata } from './edge-view.js';
import { fromOneState } from './held-snapshot.js';

/** `jsonl` has an object on each line, `json` one document with the lists `nodes` and `edges`. */
export type ExportFormat = 'json' | 'jsonl';

export interface ExportOptions {
  readonly format: ExportFormat;
  /** Only the nodes of this project and the edges that start in it. */
  readonly project?: ProjectId;
}

interface NodeRow {
  readonly embedding: Uint8Array | null;
  readonly [column: string]: unknown;
}

/**
 * All nodes, then all edges, in the canonical order: nodes by project and key, edges by the project and key
 * of their start, their type and their end. Row ids and times are left out, so that equal graphs give equal
 * texts. An embedding is written in base64; a node without one has no such field.
 *
 * Given a line at a time, without line ends, from one state of the store, which is held until the iteration ends.
 */
export function exportLines(database: Database, options: ExportOptions): AsyncGenerator<string, void, void> {
  return fromOneState(database, (snapshot) =>
    options.format === 'jsonl' ? jsonLines(snapshot, options.project) : document(snapshot, options.project),
  );
}

async function* jsonLines(snapshot: Snapshot, project: ProjectId | undefined): AsyncGenerator<string, void, void> {
  for await (const node of nodes(snapshot, project)) yield JSON.stringify({ kind: 'node', ...node });
  for await (const edge of edgeRows(snapshot, project)) yield JSON.stringify({ kind: 'edge', ...edgeOf(edge) });
}

async function* document(snapshot: Snapshot, project: ProjectId | undefined): AsyncGenerator<string, void, void> {
  yield '{"nodes":[';
  yield* separated(nodes(snapshot, project), (node) => JSON.stringify(node));
  yield '],"edges":[';
  yield* separated(edgeRows(snapshot, project), (edge) => JSON.stringify(edgeOf(edge)));
  yield ']}';
}

async function* separated<T>(items: AsyncIterable<T>, toText: (item: T) => string): AsyncGenerator<string, void, void> {
  let last: string | undefined;
  for await (const item of items) {
    if (last !== undefined) yield `${last},`;
    last = toText(item);
  }
  if (last !== undefined) yield last;
}

async function* nodes(
  snapshot: Snapshot,
  project: ProjectId | undefined,
): AsyncGenerator<Record<string, unknown>, void, void> {
  const rows = snapshot.iterate<NodeRow>(
    `SELECT n.node_key AS key, n.project_id AS project, n.symbol_name AS name, n.qualified_name AS qualifiedName,
       n.node_type AS type, n.ordinal AS ordinal, n.language AS language, n.file_path AS file, p.node_key AS parent,
       n.start_line AS startLine, n.end_line AS endLine, n.start_byte AS startByte, n.end_byte AS endByte,
       n.visibility AS visibility, n.signature AS signature, n.documentation AS documentation,
       n.value_type AS valueType, n.complexity AS complexity, lower(hex(n.content_hash)) AS hash,
       lower(hex(n.interface_hash)) AS interfaceHash, n.embedding AS embedding
     FROM intel_nodes AS n LEFT JOIN intel_nodes AS p ON p.id = n.parent_id
     ${project === undefined ? '' : 'WHERE n.project_id = ?'}
     ORDER BY n.project_id, n.node_key`,
    project === undefined ? [] : [project],
  );
  for await (const { embedding, ...row } of rows) {
    yield embedding === null ? row : { ...row, embedding: Buffer.from(embedding).toString('base64') };
  }
}

function edgeOf({ project, fromKey, toKey, type, metadata: text }: DumpedEdge): Record<string, unknown> {
  const metadata = parseEdgeMetadata(text);
  const { confidence = null, strategy = null } = metadata ?? {};
  return { project, from: fromKey, to: toKey, type, confidence, strategy, metadata: sortedKeys(metadata) };
}

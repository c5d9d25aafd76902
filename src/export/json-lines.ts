import type { ProjectId } from '../model/index.js';
import { exportedEdges, exportedNodes, type ExportedEdge, type ExportedNode } from '../graph/index.js';
import type { Snapshot } from '../sql/index.js';

/** An object on each line: nodes of `kind` `node`, then edges of `kind` `edge`. */
export async function* jsonLines(
  snapshot: Snapshot,
  project: ProjectId | undefined,
): AsyncGenerator<string, void, void> {
  for await (const node of exportedNodes(snapshot, project)) yield JSON.stringify({ kind: 'node', ...nodeOf(node) });
  for await (const edge of exportedEdges(snapshot, project)) yield JSON.stringify({ kind: 'edge', ...edgeOf(edge) });
}

/** One document. */
export async function* jsonDocumentLines(
  snapshot: Snapshot,
  project: ProjectId | undefined,
): AsyncGenerator<string, void, void> {
  yield '{"nodes":[';
  yield* separated(exportedNodes(snapshot, project), (node) => JSON.stringify(nodeOf(node)));
  yield '],"edges":[';
  yield* separated(exportedEdges(snapshot, project), (edge) => JSON.stringify(edgeOf(edge)));
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

function nodeOf({ id: _id, embedding, ...node }: ExportedNode): object {
  return embedding === null ? node : { ...node, embedding: Buffer.from(embedding).toString('base64') };
}

function edgeOf({ project, from, toProject, to: key, type, metadata }: ExportedEdge): object {
  const { confidence = null, strategy = null } = metadata ?? {};
  const to = toProject === project ? key : `${toProject}//${key}`;
  return { project, from, to, type, confidence, strategy, metadata };
}

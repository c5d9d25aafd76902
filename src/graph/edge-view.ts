import { CorruptionError, type Edge, type EdgeMetadata } from '../model/index.js';
import type { Snapshot } from '../sql/index.js';
import { chunksOf } from './code-symbol.js';

type EdgeKey = Pick<Edge, 'callerId' | 'calleeId' | 'edgeType'>;

interface MetadataRow {
  readonly position: number;
  readonly metadata: string | null;
}

/** The metadata of these edges, in their order; null where there is none. */
export async function readEdgeMetadata(
  snapshot: Snapshot,
  edges: readonly EdgeKey[],
): Promise<(EdgeMetadata | null)[]> {
  const found: (EdgeMetadata | null)[] = [];
  for (const chunk of chunksOf(edges)) {
    const start = found.length;
    for (let at = 0; at < chunk.length; at++) found.push(null);
    const rows = await snapshot.all<MetadataRow>(
      `SELECT wanted.key AS position, e.metadata AS metadata
       FROM json_each(?) AS wanted CROSS JOIN intel_edges AS e
         ON e.caller_id = wanted.value ->> 0 AND e.callee_id = wanted.value ->> 1 AND e.edge_type = wanted.value ->> 2`,
      [JSON.stringify(chunk.map((edge) => [edge.callerId, edge.calleeId, edge.edgeType]))],
    );
    for (const row of rows) found[start + row.position] = parseEdgeMetadata(row.metadata);
  }
  return found;
}

/** Reads a metadata column; throws CorruptionError with code `DATABASE_CORRUPT` when it holds no JSON object. */
export function parseEdgeMetadata(text: string | null): EdgeMetadata | null {
  if (text === null) return null;
  const parsed = parseJson(text);
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as EdgeMetadata;
  throw new CorruptionError('DATABASE_CORRUPT', 'The metadata of an edge is not a JSON object.', {
    details: { table: 'intel_edges', value: text.slice(0, 200) },
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

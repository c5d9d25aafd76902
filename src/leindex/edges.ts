import { EDGE_TYPES, type EdgeMetadata, type EdgeType } from '../model/index.js';
import type { Snapshot } from '../sql/index.js';
import type { Findings } from './findings.js';

interface EdgeRow {
  readonly callerId: number;
  readonly calleeId: number;
  readonly edgeType: string;
  readonly metadata: unknown;
  /** Null when the callee is not there. */
  readonly calleeProject: string | null;
}

/** An edge by the ids of the imported database. */
export interface ImportedEdge {
  readonly callerId: number;
  readonly calleeId: number;
  readonly calleeProject: string;
  readonly edgeType: EdgeType;
  readonly metadata: EdgeMetadata | null;
}

/** The nearest types of those that have no counterpart; what is not here either is taken for a reference. */
const NEAREST_TYPE: Readonly<Record<string, EdgeType>> = {
  state_transition: 'data_dependency',
  command_argument: 'data_dependency',
  environment: 'data_dependency',
  stdin: 'data_dependency',
};
const MAX_DEPTH = 32;
/** Names of LeIndex's that are ours in another spelling. */
const FIELDS: Readonly<Record<string, string>> = { call_count: 'callCount', variable_name: 'variableName' };

/** The edges that start in a project. Those with the same ends and nearest type become one. */
export async function readEdges(snapshot: Snapshot, project: string, findings: Findings): Promise<ImportedEdge[]> {
  const edges = new Map<string, ImportedEdge>();
  const rows = snapshot.iterate<EdgeRow>(
    `SELECT e.caller_id AS callerId, e.callee_id AS calleeId, e.edge_type AS edgeType, e.metadata AS metadata,
       t.project_id AS calleeProject
     FROM intel_nodes AS n CROSS JOIN intel_edges AS e ON e.caller_id = n.id LEFT JOIN intel_nodes AS t ON t.id = e.callee_id
     WHERE n.project_id = ? ORDER BY e.caller_id, e.callee_id, e.edge_type`,
    [project],
  );
  for await (const row of rows) {
    if (row.calleeProject === null) {
      findings.add('DANGLING_EDGES', placeOf(row));
      continue;
    }
    const edge = importedEdge(row, row.calleeProject, findings);
    const key = `${edge.callerId} ${edge.calleeId} ${edge.edgeType}`;
    const known = edges.get(key);
    if (known !== undefined) findings.add('MERGED_EDGES', placeOf(row));
    edges.set(key, known === undefined ? edge : merged(known, edge));
  }
  return [...edges.values()];
}

/** Edges that start at no node, which belong to the project of their end, or to none. */
export async function countEdgesFromNowhere(
  snapshot: Snapshot,
  project: string,
  isFirst: boolean,
  findings: Findings,
): Promise<void> {
  const rows = snapshot.iterate<EdgeRow>(
    `SELECT e.caller_id AS callerId, e.callee_id AS calleeId, e.edge_type AS edgeType
     FROM intel_edges AS e LEFT JOIN intel_nodes AS n ON n.id = e.caller_id LEFT JOIN intel_nodes AS t ON t.id = e.callee_id
     WHERE n.id IS NULL AND (t.project_id = ? OR (t.id IS NULL AND ?)) ORDER BY 1, 2, 3`,
    [project, isFirst ? 1 : 0],
  );
  for await (const row of rows) findings.add('DANGLING_EDGES', placeOf(row));
}

function importedEdge(row: EdgeRow, calleeProject: string, findings: Findings): ImportedEdge {
  const { callerId, calleeId } = row;
  const known = EDGE_TYPES.find((type) => type === row.edgeType);
  const told = metadataOf(row, findings);
  if (known !== undefined) return { callerId, calleeId, calleeProject, edgeType: known, metadata: told };
  findings.add('UNKNOWN_EDGE_TYPES', placeOf(row));
  const edgeType = NEAREST_TYPE[row.edgeType] ?? 'reference';
  return { callerId, calleeId, calleeProject, edgeType, metadata: { ...told, originalType: row.edgeType } };
}

/** The metadata without what is null; a field keeps its name unless it is known here by another. */
function metadataOf(row: EdgeRow, findings: Findings): EdgeMetadata | null {
  if (row.metadata === null || row.metadata === 'null') return null;
  const parsed = typeof row.metadata === 'string' ? parsedObject(row.metadata) : undefined;
  if (parsed === undefined) {
    findings.add('INVALID_METADATA', placeOf(row));
    return null;
  }
  const fields = Object.entries(parsed).filter(([, value]) => value !== null);
  if (fields.length === 0) return null;
  return Object.fromEntries(fields.map(([name, value]) => [FIELDS[name] ?? name, value]));
}

function parsedObject(text: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject && isStorable(parsed, 0) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Numbers beyond what JSON says again, and nesting beyond all use, are not stored. */
function isStorable(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return depth < MAX_DEPTH && Object.values(value).every((inner) => isStorable(inner, depth + 1));
}

/** One that had its type from the beginning stands for both. */
function merged(a: ImportedEdge, b: ImportedEdge): ImportedEdge {
  const [kept, other] = a.metadata?.['originalType'] === undefined ? [a, b] : [b, a];
  const { also: earlier, ...rest } = other.metadata ?? {};
  const also = [kept.metadata?.['also'], rest, earlier].flat().filter((each) => each !== undefined);
  return { ...kept, metadata: { ...kept.metadata, also } };
}

function placeOf({ callerId, calleeId, edgeType }: EdgeRow): string {
  return `${callerId} → ${calleeId} ${edgeType}`;
}

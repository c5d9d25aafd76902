import type { NodeId, ProjectId } from '../model/index.js';
import type { Database, Snapshot, SqlValue } from '../sql/index.js';
import { parseEdgeMetadata } from './edge-view.js';
import { fromOneState } from './held-snapshot.js';

export interface DumpOptions {
  /** Only the nodes of this project and the edges that start in it. */
  readonly project?: ProjectId;
  /** Leaves out edges that end in another project than they start in. */
  readonly isWithinProjects?: boolean;
}

interface NodeRow {
  readonly project: string;
  readonly key: string;
  readonly [column: string]: SqlValue;
}

/** A row of {@link edgeRows}. */
export interface DumpedEdge {
  readonly fromId: NodeId;
  readonly toId: NodeId;
  readonly project: string;
  readonly fromKey: string;
  readonly type: string;
  readonly toKey: string;
  readonly toProject: string;
  readonly metadata: string | null;
}

/** The attributes of a node line after its project and key, in this order. */
const NODE_ATTRIBUTES = [
  ['parent', 'p.node_key'],
  ['type', 'n.node_type'],
  ['language', 'n.language'],
  ['visibility', 'n.visibility'],
  ['signature', 'n.signature'],
  ['complexity', 'n.complexity'],
  ['content', 'lower(hex(n.content_hash))'],
  ['interface', 'lower(hex(n.interface_hash))'],
  ['value', 'n.value_type'],
  ['bytes', "n.start_byte || '-' || n.end_byte"],
  ['lines', "n.start_line || '-' || n.end_line"],
  ['documentation', 'n.documentation'],
] as const;

/**
 * The canonical form of what the store holds, a line at a time: one per node, ordered by project and
 * key, then one per edge, ordered by the project and key of its start, its type and its end. The
 * order is that of UTF-8 bytes. Row ids, times and embeddings are left out, so equal graphs give
 * equal texts whatever way they came about.
 *
 * A line is tab-separated: `node project key` and `attribute=value` for each that is not null, or
 * `edge project from type to metadata`. Backslashes, tabs and line ends inside are escaped as in
 * JSON; `to` is `project//key` when it lies in another project. All lines are read from one state of
 * the store, which is held until the iteration ends.
 */
export function dumpLines(database: Database, options: DumpOptions = {}): AsyncGenerator<string, void, void> {
  return fromOneState(database, (snapshot) => linesOf(snapshot, options));
}

async function* linesOf(
  snapshot: Snapshot,
  { project, isWithinProjects = false }: DumpOptions,
): AsyncGenerator<string, void, void> {
  for await (const row of nodeRows(snapshot, project)) yield nodeLine(row);
  for await (const row of edgeRows(snapshot, project)) {
    if (!isWithinProjects || row.toProject === row.project) yield edgeLine(row);
  }
}

/** Keys of the nodes of one project, from after the first up to the last. */
interface KeyRange {
  readonly after: string | null;
  readonly upTo: string | null;
}

const NODES_PER_PIECE = 4000;

/**
 * The lines of one project without edges into others, a piece at a time, each with statements of its own: what a server
 * sends in parts it would work out anew for each part.
 */
export async function* dumpPieces(
  snapshot: Snapshot,
  project: ProjectId,
  { nodesOnly = false }: { readonly nodesOnly?: boolean } = {},
): AsyncGenerator<string[], void, void> {
  const bounds = await snapshot.all<{ readonly key: string }>(
    `SELECT key FROM (
       SELECT node_key AS key, row_number() OVER (ORDER BY node_key) AS number FROM intel_nodes WHERE project_id = ?)
     WHERE number % ? = 0 ORDER BY key`,
    [project, NODES_PER_PIECE],
  );
  const keys = [null, ...bounds.map(({ key }) => key), null];
  const ranges = keys.slice(1).map((upTo, at): KeyRange => ({ after: keys[at] ?? null, upTo }));
  for (const range of ranges) {
    const { sql, parameters } = nodesOf(project, range);
    yield (await snapshot.all<NodeRow>(sql, parameters)).map(nodeLine);
  }
  for (const range of nodesOnly ? [] : ranges) {
    const { sql, parameters } = edgesOf(project, range);
    const rows = await snapshot.all<DumpedEdge>(sql, parameters);
    yield rows.filter((row) => row.toProject === row.project).map(edgeLine);
  }
}

interface Question {
  readonly sql: string;
  readonly parameters: readonly string[];
}

function nodeRows(snapshot: Snapshot, project: ProjectId | undefined): AsyncIterable<NodeRow> {
  const { sql, parameters } = nodesOf(project);
  return snapshot.iterate<NodeRow>(sql, parameters);
}

/** The edges that start in a project, or all, in the order of the canonical form. */
export function edgeRows(snapshot: Snapshot, project: ProjectId | undefined): AsyncIterable<DumpedEdge> {
  const { sql, parameters } = edgesOf(project);
  return snapshot.iterate<DumpedEdge>(sql, parameters);
}

function nodesOf(project: ProjectId | undefined, range?: KeyRange): Question {
  const columns = NODE_ATTRIBUTES.map(([name, expression]) => `${expression} AS "${name}"`).join(', ');
  const { where, parameters } = chosen('n', project, range);
  return {
    sql: `SELECT n.project_id AS project, n.node_key AS key, ${columns}
          FROM intel_nodes AS n LEFT JOIN intel_nodes AS p ON p.id = n.parent_id
          ${where} ORDER BY n.project_id, n.node_key`,
    parameters,
  };
}

function edgesOf(project: ProjectId | undefined, range?: KeyRange): Question {
  const { where, parameters } = chosen('c', project, range);
  return {
    sql: `SELECT c.project_id AS project, c.node_key AS fromKey, e.edge_type AS type,
            CASE WHEN t.project_id = c.project_id THEN t.node_key ELSE t.project_id || '//' || t.node_key END AS toKey,
            t.project_id AS toProject, e.metadata AS metadata, c.id AS fromId, t.id AS toId
          FROM intel_nodes AS c CROSS JOIN intel_edges AS e ON e.caller_id = c.id
            CROSS JOIN intel_nodes AS t ON t.id = e.callee_id
          ${where} ORDER BY c.project_id, c.node_key, e.edge_type, toKey, t.project_id`,
    parameters,
  };
}

function chosen(
  node: string,
  project: ProjectId | undefined,
  { after, upTo }: KeyRange = { after: null, upTo: null },
): { readonly where: string; readonly parameters: readonly string[] } {
  const conditions: (readonly [condition: string, value: string])[] = [];
  if (project !== undefined) conditions.push([`${node}.project_id = ?`, project]);
  if (after !== null) conditions.push([`${node}.node_key > ?`, after]);
  if (upTo !== null) conditions.push([`${node}.node_key <= ?`, upTo]);
  return {
    where: conditions.length === 0 ? '' : `WHERE ${conditions.map(([condition]) => condition).join(' AND ')}`,
    parameters: conditions.map(([, value]) => value),
  };
}

function nodeLine(row: NodeRow): string {
  const fields = ['node', escaped(row.project), escaped(row.key)];
  for (const [name] of NODE_ATTRIBUTES) {
    const value = row[name];
    if (value !== null && value !== undefined) fields.push(`${name}=${escaped(String(value))}`);
  }
  return fields.join('\t');
}

function edgeLine(row: DumpedEdge): string {
  const parsed = parseEdgeMetadata(row.metadata);
  const metadata = parsed === null ? '' : JSON.stringify(sortedKeys(parsed));
  return ['edge', row.project, row.fromKey, row.type, row.toKey].map(escaped).concat(escaped(metadata)).join('\t');
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A text on one line and without tabs. */
export function escaped(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (char) => ESCAPES[char] ?? char);
}

/** The same value with the keys of all its objects in order, so that equal values give the same JSON. */
export function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortedKeys(inner)]));
}

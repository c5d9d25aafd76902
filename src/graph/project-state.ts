import type { EdgeType, Node, NodeId, ProjectId } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import type { FileRecord, ReferenceRow } from './project-delta.js';
import { decodeFile, decodeNode, type EdgeRow, type FileRow, type NodeRow } from './row-codecs.js';

/** An edge of a project as it is stored; the metadata stays the text it was written as. */
export interface StateEdge {
  readonly callerId: NodeId;
  readonly calleeId: NodeId;
  readonly edgeType: EdgeType;
  readonly metadata: string | null;
}

/** What is needed to see which files changed. */
export interface ProjectFiles {
  readonly root: string | null;
  /** Generation of the project; 0 when it is not in the store. */
  readonly generation: number;
  readonly files: ReadonlyMap<string, FileRecord>;
}

/** All facts and edges of one project, read from one state of the store. */
export interface ProjectState extends ProjectFiles {
  readonly nodes: readonly Node[];
  readonly references: ReadonlyMap<NodeId, readonly ReferenceRow[]>;
  /** Edges whose caller is in the project. */
  readonly edges: readonly StateEdge[];
}

const FILE_COLUMNS = `f.path, f.language, f.content_hash, f.size_bytes, f.stat_key, f.error_count, f.first_error_line,
  f.facts_version`;
const SELECT_FILES = `SELECT ${FILE_COLUMNS} FROM files AS f WHERE f.project_id = ?`;
/** What lies below a folder sorts between its name with a slash and its name with the character after that. */
const SELECT_FILES_AT = `
  SELECT ${FILE_COLUMNS} FROM json_each(?) AS w JOIN files AS f ON f.project_id = ? AND f.path = w.value
  UNION
  SELECT ${FILE_COLUMNS} FROM json_each(?) AS w
    JOIN files AS f ON f.project_id = ? AND f.path > w.value || '/' AND f.path < w.value || '0'`;

/** With `paths`: only the files at these paths and below them. */
export async function readProjectFiles(
  database: Snapshot,
  id: ProjectId,
  paths?: readonly string[],
): Promise<ProjectFiles> {
  const project = await database.first<{ root: string | null; generation: number }>(
    'SELECT root, generation FROM projects WHERE id = ?',
    [id],
  );
  const wanted = paths === undefined || paths.includes('') ? undefined : JSON.stringify(paths);
  const rows = await database.all<FileRow>(
    wanted === undefined ? SELECT_FILES : SELECT_FILES_AT,
    wanted === undefined ? [id] : [wanted, id, wanted, id],
  );
  const files = new Map(rows.map((row) => [row.path, decodeFile(row)]));
  return { root: project?.root ?? null, generation: project?.generation ?? 0, files };
}

export async function readProjectState(database: Database, id: ProjectId): Promise<ProjectState> {
  return database.snapshot(async (snapshot) => ({
    ...(await readProjectFiles(snapshot, id)),
    nodes: await readNodes(snapshot, id),
    references: await readReferences(snapshot, id),
    edges: await readEdges(snapshot, id),
  }));
}

/** Nodes in the order of their files and then of the source; embeddings are left out. */
async function readNodes(snapshot: Snapshot, id: ProjectId): Promise<Node[]> {
  const rows = await snapshot.all<NodeRow>(
    `SELECT id, project_id, file_path, symbol_name, node_type, signature, complexity, content_hash,
       NULL AS embedding, created_at, updated_at, node_key, qualified_name, ordinal, language, visibility,
       interface_hash, value_type, documentation, parent_id, start_byte, end_byte, start_line, end_line
     FROM intel_nodes WHERE project_id = ? ORDER BY file_path, id`,
    [id],
  );
  return rows.map(decodeNode);
}

async function readReferences(snapshot: Snapshot, id: ProjectId): Promise<Map<NodeId, ReferenceRow[]>> {
  const references = new Map<NodeId, ReferenceRow[]>();
  const rows = snapshot.iterate<ReferenceRow & { readonly sourceId: NodeId }>(
    `SELECT r.source_id AS sourceId, r.kind, r.name, r.receiver, r.alias, r.count, r.line
     FROM symbol_refs r JOIN intel_nodes n ON n.id = r.source_id
     WHERE n.project_id = ? ORDER BY r.source_id, r.ordinal`,
    [id],
  );
  for await (const { sourceId, ...row } of rows) {
    const list = references.get(sourceId);
    if (list === undefined) references.set(sourceId, [row]);
    else list.push(row);
  }
  return references;
}

/**
 * The edges that start at some nodes and stay in their project, except those to what is written in them:
 * these follow from the nodes alone.
 */
export async function readBoundEdges(database: Snapshot, callerIds: readonly NodeId[]): Promise<StateEdge[]> {
  const rows = await database.all<EdgeRow>(
    `SELECT e.caller_id, e.callee_id, e.edge_type, e.metadata
     FROM json_each(?) AS j JOIN intel_edges AS e ON e.caller_id = j.value JOIN intel_nodes AS n ON n.id = e.callee_id
       JOIN intel_nodes AS c ON c.id = e.caller_id AND c.project_id = n.project_id
     WHERE NOT (e.edge_type = 'containment' AND n.parent_id IS e.caller_id AND n.owner_name IS NULL)`,
    [JSON.stringify(callerIds)],
  );
  return rows.map(decodeStateEdge);
}

/** All edges that start at some nodes and stay in their project. */
export async function readEdgesFrom(database: Snapshot, callerIds: readonly NodeId[]): Promise<StateEdge[]> {
  const rows = await database.all<EdgeRow>(
    `SELECT e.caller_id, e.callee_id, e.edge_type, e.metadata
     FROM json_each(?) AS j JOIN intel_edges AS e ON e.caller_id = j.value JOIN intel_nodes AS n ON n.id = e.callee_id
       JOIN intel_nodes AS c ON c.id = e.caller_id AND c.project_id = n.project_id`,
    [JSON.stringify(callerIds)],
  );
  return rows.map(decodeStateEdge);
}

/** How many edges lead from some nodes into other projects. */
export async function countEdgesAcross(database: Snapshot, callerIds: readonly NodeId[]): Promise<number> {
  const row = await database.first<{ count: number }>(
    `SELECT count(*) AS count
     FROM json_each(?) AS j JOIN intel_edges AS e ON e.caller_id = j.value JOIN intel_nodes AS n ON n.id = e.callee_id
       JOIN intel_nodes AS c ON c.id = e.caller_id AND c.project_id <> n.project_id`,
    [JSON.stringify(callerIds)],
  );
  return row?.count ?? 0;
}

async function readEdges(snapshot: Snapshot, id: ProjectId): Promise<StateEdge[]> {
  const rows = await snapshot.all<EdgeRow>(
    `SELECT e.caller_id, e.callee_id, e.edge_type, e.metadata
     FROM intel_edges e JOIN intel_nodes n ON n.id = e.caller_id WHERE n.project_id = ?`,
    [id],
  );
  return rows.map(decodeStateEdge);
}

function decodeStateEdge(row: EdgeRow): StateEdge {
  return { callerId: row.caller_id, calleeId: row.callee_id, edgeType: row.edge_type, metadata: row.metadata };
}

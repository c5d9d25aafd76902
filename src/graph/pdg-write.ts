import { EDGE_TYPES, type NodeId, type Pdg, type ProjectId } from '../model/index.js';
import type { BulkStatement, Snapshot, SqlRow, Statement } from '../sql/index.js';
import type { PdgEmbeddings } from './pdg-store.js';
import { wordStatements, type WordedNode } from './node-words.js';
import { UPSERT_NODE_SQL } from './project-commit.js';
import { ENSURE_PROJECT_SQL, FORGET_EDGES_TO_NODE_SQL } from './project-rows.js';
import { NODE_VALUE_COLUMNS, nodeValues } from './row-codecs.js';

const INSERT_NODE_SQL = `
  INSERT INTO intel_nodes (id, parent_id, owner_name, ${NODE_VALUE_COLUMNS.join(', ')})
  VALUES (?, ?, ?${', ?'.repeat(NODE_VALUE_COLUMNS.length)})`;
const OWN_NODES = 'SELECT id FROM intel_nodes WHERE project_id = ?';
/** No content has this hash, and no extractor this version: the next run parses the file again, or finds it gone. */
const UNREAD_FILE_SQL = `
  INSERT INTO files (project_id, path, language, content_hash, size_bytes, facts_version)
  VALUES (?, ?, NULL, zeroblob(32), 0, 0)`;

/** What a project has now, as far as a graph that takes its place needs it. */
export interface StoredNodes {
  readonly generation: number;
  readonly count: number;
  /** The id of each node of the new graph that is stored already; 0 for the others. */
  readonly ids: Float64Array;
  /** How many of them are stored already. */
  readonly kept: number;
  readonly gone: readonly NodeId[];
}

/** Compares the stored keys with those of the graph; both are in order. */
export async function readStoredNodes(snapshot: Snapshot, project: ProjectId, pdg: Pdg): Promise<StoredNodes> {
  const row = await snapshot.first<{ readonly generation: number }>('SELECT generation FROM projects WHERE id = ?', [
    project,
  ]);
  const ids = new Float64Array(pdg.nodeCount);
  const gone: NodeId[] = [];
  let count = 0;
  const wanted = new Map<string, number>();
  const stored = await snapshot.all<{ readonly id: NodeId; readonly key: string }>(
    'SELECT id, node_key AS key FROM intel_nodes WHERE project_id = ?',
    [project],
  );
  if (stored.length > 0) for (const node of pdg.nodeIndices()) wanted.set(pdg.nodeKey(node), node);
  for (const { id, key } of stored) {
    const node = wanted.get(key);
    count++;
    if (node === undefined) gone.push(id);
    else ids[node] = id;
  }
  return { generation: row?.generation ?? 0, count, ids, kept: count - gone.length, gone };
}

export interface ReplacementOptions {
  /** Ids from this one on are reserved for the nodes that are new; it lies above every stored id. */
  readonly firstNewId: number;
  /** Forgets what was computed from the files of the project. */
  readonly forgotten: readonly Statement[];
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Where embeddings are kept when they are vectors; in the nodes' rows without. */
  readonly embeddings: PdgEmbeddings | undefined;
}

/** Everything that puts a graph in the place of what a project has. The last statement returns the new generation. */
export function replacement(
  project: ProjectId,
  pdg: Pdg,
  stored: StoredNodes,
  { firstNewId, forgotten, now, embeddings }: ReplacementOptions,
): (Statement | BulkStatement)[] {
  const { generation, count, kept, gone } = stored;
  const ids = withNewIds(stored.ids, firstNewId);
  const isElsewhere = (bytes: Uint8Array | null): boolean => bytes !== null && embeddings?.accepts(bytes) === true;
  const rows = (isWanted: (id: number) => boolean): Generator<SqlRow, void, void> =>
    nodeRows(project, pdg, ids, now, isWanted, isElsewhere);
  return [
    { sql: ENSURE_PROJECT_SQL, parameters: [project] },
    {
      sql: `INSERT INTO batch_guards (holds)
            SELECT generation = ? AND (SELECT count(*) FROM intel_nodes WHERE project_id = ?) = ?
            FROM projects WHERE id = ?`,
      parameters: [generation, project, count, project],
    },
    { sql: 'DELETE FROM batch_guards' },
    ...(count === 0 ? [] : removal(project, gone)),
    { sql: 'DELETE FROM files WHERE project_id = ?', parameters: [project] },
    ...forgotten,
    // What is left are edges to other projects.
    {
      sql: `UPDATE projects SET edge_count = (
              SELECT count(*) FROM intel_nodes AS n CROSS JOIN intel_edges AS e ON e.caller_id = n.id
              WHERE n.project_id = ?) WHERE id = ?`,
      parameters: [project, project],
    },
    { sql: UPSERT_NODE_SQL, rows: rows((id) => id < firstNewId) },
    { sql: INSERT_NODE_SQL, rows: rows((id) => id >= firstNewId) },
    ...wordStatements({ [Symbol.iterator]: () => wordedNodes(pdg, ids) }),
    ...vectorStatements(project, pdg, ids, isElsewhere, embeddings),
    {
      sql: 'INSERT INTO intel_edges (caller_id, callee_id, edge_type, metadata) VALUES (?, ?, ?, ?)',
      rows: edgeRows(pdg, ids, kept === 0 ? undefined : byId(ids)),
    },
    { sql: UNREAD_FILE_SQL, rows: fileRows(project, pdg) },
    { sql: 'INSERT INTO generations (project_id, committed_at) VALUES (?, ?)', parameters: [project, now] },
    {
      sql: `UPDATE projects SET generation = (SELECT max(id) FROM generations), indexed_at = ?,
              node_count = ?, edge_count = edge_count + ?
            WHERE id = ? RETURNING generation`,
      parameters: [now, pdg.nodeCount, pdg.edgeCount, project],
    },
  ];
}

/** Edges to and from other projects stay with the nodes that stay. */
function removal(project: ProjectId, gone: readonly NodeId[]): (Statement | BulkStatement)[] {
  return [
    {
      // The plus keeps SQLite from trying every callee with every caller.
      sql: `DELETE FROM intel_edges WHERE caller_id IN (${OWN_NODES}) AND +callee_id IN (${OWN_NODES})`,
      parameters: [project, project],
    },
    { sql: `DELETE FROM symbol_refs WHERE source_id IN (${OWN_NODES})`, parameters: [project] },
    { sql: FORGET_EDGES_TO_NODE_SQL, rows: gone.map((id) => [id, project]) },
    { sql: 'DELETE FROM intel_nodes WHERE id = ?', rows: gone.map((id) => [id]) },
  ];
}

function withNewIds(stored: Float64Array, firstNewId: number): Float64Array {
  let next = firstNewId;
  return stored.map((id) => (id === 0 ? next++ : id));
}

function* nodeRows(
  project: ProjectId,
  pdg: Pdg,
  ids: Float64Array,
  now: number,
  isWanted: (id: number) => boolean,
  isElsewhere: (bytes: Uint8Array | null) => boolean,
): Generator<SqlRow, void, void> {
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index] ?? 0;
    if (!isWanted(id)) continue;
    const parent = pdg.parent(index);
    const node = pdg.node(index);
    yield nodeValues(
      [id, parent < 0 ? null : (ids[parent] ?? null), node.ownerName],
      { ...node, projectId: project, embedding: isElsewhere(node.embedding) ? null : node.embedding },
      now,
    );
  }
}

function* wordedNodes(pdg: Pdg, ids: Float64Array): Generator<readonly [NodeId, WordedNode], void, void> {
  for (let index = 0; index < ids.length; index++) yield [(ids[index] ?? 0) as NodeId, pdg.node(index)];
}

/** What a node has in its row would be taken for newer than what is stored elsewhere. */
function vectorStatements(
  project: ProjectId,
  pdg: Pdg,
  ids: Float64Array,
  isElsewhere: (bytes: Uint8Array | null) => boolean,
  embeddings: PdgEmbeddings | undefined,
): (Statement | BulkStatement)[] {
  const entries = [...pdg.embeddings].flatMap(([index, bytes]) =>
    isElsewhere(bytes) ? [{ id: (ids[index] ?? 0) as NodeId, bytes }] : [],
  );
  if (embeddings === undefined || entries.length === 0) return [];
  return [
    {
      sql: 'UPDATE intel_nodes SET embedding = NULL WHERE id = ? AND embedding IS NOT NULL',
      rows: entries.map(({ id }) => [id]),
    },
    ...embeddings.statements(project, entries),
  ];
}

/** In the order of the table's key, as far as ids ascend with the numbers of the nodes. */
function* edgeRows(
  pdg: Pdg,
  ids: Float64Array,
  callers: Iterable<number> = pdg.nodeIndices(),
): Generator<SqlRow, void, void> {
  for (const caller of callers) {
    const end = pdg.outOffsets[caller + 1] ?? 0;
    for (let edge = pdg.outOffsets[caller] ?? 0; edge < end; edge++) {
      const calleeId = ids[pdg.outTargets[edge] ?? 0] ?? 0;
      yield [ids[caller] ?? 0, calleeId, EDGE_TYPES[pdg.outTypes[edge] ?? 0] ?? '', pdg.edgeMetadataText(edge)];
    }
  }
}

function byId(ids: Float64Array): Uint32Array {
  return Uint32Array.from(ids.keys()).sort((a, b) => (ids[a] ?? 0) - (ids[b] ?? 0));
}

function* fileRows(project: ProjectId, pdg: Pdg): Generator<SqlRow, void, void> {
  for (const path of pdg.filePaths()) yield [project, path];
}

import { ConstraintError, isLestockageError, type NodeId } from '../model/index.js';
import type { BulkStatement, Database, SqlRow, Statement } from '../sql/index.js';
import { encodeMetadata } from './edge-metadata.js';
import { UPSERT_EDGE_SQL } from './edge-store.js';
import { fileRow, UPSERT_FILE_SQL } from './file-store.js';
import type { DeltaEdge, DeltaNode, ProjectDelta } from './project-delta.js';
import { wordStatements, type WordedNode } from './node-words.js';
import { FORGET_EDGES_TO_NODE_SQL } from './project-rows.js';
import { NODE_VALUE_COLUMNS, nodeValues } from './row-codecs.js';

const INSERT_NODE_SQL = `
  INSERT INTO intel_nodes (id, parent_id, owner_name, ${NODE_VALUE_COLUMNS.join(', ')})
  VALUES (?, ?, ?${', ?'.repeat(NODE_VALUE_COLUMNS.length)})`;

/** An embedding stays with the content it was made from, unless a new one comes with the node. */
export const UPSERT_NODE_SQL = `${INSERT_NODE_SQL}
  ON CONFLICT (id) DO UPDATE SET
    ${['parent_id', 'owner_name', ...NODE_VALUE_COLUMNS]
      .filter((column) => column !== 'created_at' && column !== 'embedding')
      .map((column) => `${column} = excluded.${column}`)
      .join(', ')},
    embedding = coalesce(excluded.embedding, CASE WHEN content_hash = excluded.content_hash THEN embedding END)`;

const UPSERT_REFERENCE_SQL = `
  INSERT INTO symbol_refs (source_id, ordinal, kind, name, receiver, alias, count, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (source_id, ordinal) DO UPDATE SET kind = excluded.kind, name = excluded.name,
    receiver = excluded.receiver, alias = excluded.alias, count = excluded.count, line = excluded.line`;

/** As the generation at which edges were counted: nobody's commit matters. */
const ANY_GENERATION = Number.MAX_SAFE_INTEGER;

/** Applies a delta as one batch; what it iterates is read once, while the batch is written. */
export async function commitDelta(
  database: Database,
  delta: ProjectDelta,
  now: number,
): Promise<{ generation: number }> {
  const edges = new EdgeRows(delta.edges);
  const batch = [
    ...(delta.guards ?? []),
    ...guard(delta),
    ...changes(delta, edges, now),
    ...(delta.alongside ?? []),
    ...advance(delta, now),
  ];
  try {
    const { returned } = await database.write(batch);
    const row = returned[batch.length - 1]?.[0];
    return { generation: Number(row?.['generation']) };
  } catch (error) {
    if (isLestockageError(error) && error.code === 'RESULT_LOST') return findCommitted(database, delta, now);
    throw edges.explain(error);
  }
}

/** The generation of a batch that was applied, and of which nothing more is known. */
async function findCommitted(
  database: Database,
  { projectId, advancesGeneration }: ProjectDelta,
  now: number,
): Promise<{ generation: number }> {
  const row = advancesGeneration
    ? await database.first<{ generation: number }>(
        'SELECT max(id) AS generation FROM generations WHERE project_id = ? AND committed_at = ?',
        [projectId, now],
      )
    : await database.first<{ generation: number }>('SELECT generation FROM projects WHERE id = ?', [projectId]);
  return { generation: row?.generation ?? 0 };
}

function guard({ projectId, root, expectedGeneration }: ProjectDelta): Statement[] {
  return [
    {
      sql: `INSERT INTO projects (id, root) VALUES (?, ?)
            ON CONFLICT (id) DO UPDATE SET root = excluded.root WHERE excluded.root IS NOT NULL`,
      parameters: [projectId, root],
    },
    {
      sql: 'INSERT INTO batch_guards (holds) SELECT generation = ? FROM projects WHERE id = ?',
      parameters: [expectedGeneration, projectId],
    },
    { sql: 'DELETE FROM batch_guards' },
  ];
}

function changes(delta: ProjectDelta, edges: EdgeRows, now: number): BulkStatement[] {
  const { projectId } = delta;
  const replaced: (readonly [sourceId: NodeId, rows: number])[] = [];
  const worded: (readonly [NodeId, WordedNode])[] = [];
  return [
    { sql: FORGET_EDGES_TO_NODE_SQL, rows: mapped(delta.deletedNodes, (id) => [id, projectId]) },
    {
      sql: 'DELETE FROM intel_nodes WHERE id = ? AND project_id = ?',
      rows: mapped(delta.deletedNodes, (id) => [id, projectId]),
    },
    // Being ready for a row that is there makes each take more than twice as long.
    { sql: delta.areNodesNew === true ? INSERT_NODE_SQL : UPSERT_NODE_SQL, rows: nodeRows(delta.nodes, now, worded) },
    // Filled while the statement before runs.
    ...wordStatements(worded),
    { sql: UPSERT_REFERENCE_SQL, rows: referenceRows(delta.references, replaced) },
    // So is this: what a source had beyond its new references.
    { sql: 'DELETE FROM symbol_refs WHERE source_id = ? AND ordinal >= ?', rows: replaced },
    {
      sql: 'DELETE FROM intel_edges WHERE caller_id = ? AND callee_id = ? AND edge_type = ?',
      rows: mapped(delta.deletedEdges, (key) => [key.callerId, key.calleeId, key.edgeType]),
    },
    { sql: UPSERT_EDGE_SQL, rows: edges },
    {
      sql: 'DELETE FROM files WHERE project_id = ? AND path = ?',
      rows: mapped(delta.deletedFiles, (path) => [projectId, path]),
    },
    { sql: UPSERT_FILE_SQL, rows: mapped(delta.files, (file) => fileRow(projectId, file)) },
  ];
}

/** The last statement returns the generation that holds afterwards. */
function advance({ projectId, advancesGeneration, counts }: ProjectDelta, now: number): Statement[] {
  if (!advancesGeneration) return [{ sql: 'SELECT generation FROM projects WHERE id = ?', parameters: [projectId] }];
  return [
    { sql: 'INSERT INTO generations (project_id, committed_at) VALUES (?, ?)', parameters: [projectId, now] },
    {
      sql: `UPDATE projects SET generation = (SELECT max(id) FROM generations), indexed_at = ?, node_count = ?,
              edge_count = CASE WHEN (SELECT count(*) FROM generations WHERE id > ?) <= 1 THEN ? END
            WHERE id = ? RETURNING generation`,
      // More generations than this one: others committed since.
      parameters: [now, counts?.nodes ?? null, counts?.countedAt ?? ANY_GENERATION, counts?.edges ?? null, projectId],
    },
  ];
}

function* nodeRows(
  nodes: Iterable<DeltaNode>,
  now: number,
  worded: (readonly [NodeId, WordedNode])[],
): Generator<SqlRow, void, void> {
  for (const { id, parentId, ownerName, record, keepsWords } of nodes) {
    if (keepsWords !== true) worded.push([id, textsOf(record)]);
    yield nodeValues([id, parentId, ownerName ?? null], record, now);
  }
}

/** Without the rest of the record, which a large run should not have to hold in memory. */
function textsOf({ filePath, symbolName, qualifiedName, signature, documentation }: WordedNode): WordedNode {
  return { filePath, symbolName, qualifiedName, signature, documentation };
}

function* referenceRows(
  references: ProjectDelta['references'],
  replaced: (readonly [NodeId, number])[],
): Generator<SqlRow, void, void> {
  for (const { sourceId, rows, isNew } of references) {
    for (const [ordinal, row] of rows.entries()) {
      yield [sourceId, ordinal, row.kind, row.name, row.receiver, row.alias, row.count, row.line];
    }
    if (!isNew) replaced.push([sourceId, rows.length]);
  }
}

function* mapped<T>(items: Iterable<T>, toRow: (item: T) => SqlRow): Generator<SqlRow, void, void> {
  for (const item of items) yield toRow(item);
}

/** The rows of the edges, which remembers the edge that was written last, to name it in an error. */
class EdgeRows implements Iterable<SqlRow> {
  private last: DeltaEdge | undefined;

  constructor(private readonly edges: Iterable<DeltaEdge>) {}

  *[Symbol.iterator](): Generator<SqlRow, void, void> {
    for (const edge of this.edges) {
      this.last = edge;
      yield [edge.callerId, edge.calleeId, edge.edgeType, encodeMetadata(edge.metadata)];
    }
    this.last = undefined;
  }

  explain(error: unknown): unknown {
    if (!(error instanceof ConstraintError) || error.code !== 'FOREIGN_KEY' || this.last === undefined) return error;
    const { callerId, calleeId, edgeType } = this.last;
    return new ConstraintError(
      'FOREIGN_KEY',
      `The ${edgeType} edge from node ${callerId} to node ${calleeId} lacks one of its nodes.`,
      { details: { ...error.details, callerId, calleeId, edgeType }, cause: error },
    );
  }
}

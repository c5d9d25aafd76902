import {
  ConstraintError,
  NodeHash,
  nodeKey,
  NotFoundError,
  type Node,
  type NodeId,
  type NodeRecord,
  type ProjectId,
} from '../model/index.js';
import type { BulkStatement, Database, SqlRow, SqlValue, Statement } from '../sql/index.js';
import { checkNodeChange, completeNode, type NodeChange, type NodeInput } from './node-input.js';
import { wordStatements, wordStatementsByKey, wordStatementsIfSame, type WordedNode } from './node-words.js';
import { ENSURE_PROJECT_SQL, FORGET_EDGE_COUNTS_SQL, FORGET_NODES_SQL } from './project-rows.js';
import { decodeNode, NODE_COLUMNS, NODE_VALUE_COLUMNS, nodeValues, type NodeRow } from './row-codecs.js';
import { POSITIVE, requireValue } from './value-checks.js';

/** The block of ids that was just taken ends before `next_id`; the n-th last id is `next_id - n`. */
const UPSERT_BY_KEY_SQL = `
  INSERT INTO intel_nodes (id, ${NODE_VALUE_COLUMNS.join(', ')})
  VALUES ((SELECT next_id FROM id_blocks WHERE name = 'node') - ?${', ?'.repeat(NODE_VALUE_COLUMNS.length)})
  ON CONFLICT (project_id, node_key) DO UPDATE SET
    ${NODE_VALUE_COLUMNS.filter((column) => column !== 'created_at')
      .map((column) => `${column} = excluded.${column}`)
      .join(', ')}
  RETURNING id`;

const INSERT_SQL = `
  INSERT INTO intel_nodes (id, ${NODE_VALUE_COLUMNS.join(', ')}) VALUES (?${', ?'.repeat(NODE_VALUE_COLUMNS.length)})`;

/** From so many records on, they are first taken to be new: returning each row's id would cost more than the row. */
const NEW_ROWS_FROM = 32;

/** A change of one of them changes the words that a node is found by. */
const WORDED_FIELDS: ReadonlySet<string> = new Set<keyof WordedNode>([
  'filePath',
  'symbolName',
  'qualifiedName',
  'signature',
  'documentation',
]);
const IDENTITY_FIELDS: ReadonlySet<string> = new Set(['filePath', 'qualifiedName', 'nodeType', 'ordinal']);

/** Embeddings of nodes that lie in another database, which leave a mark in their place. */
export interface ElsewhereEmbeddings {
  isElsewhere(bytes: Uint8Array | null): boolean;
  given(nodes: readonly NodeId[]): Promise<ReadonlyMap<NodeId, Uint8Array>>;
}

/** The nodes of all projects. Times come from the clock, in milliseconds since the Unix epoch. */
export class NodeStore {
  constructor(
    private readonly database: Database,
    private readonly clock: () => number = Date.now,
    private readonly elsewhere?: ElsewhereEmbeddings,
  ) {}

  /**
   * Stores a node and gives its id. A node with the same key in the same project is replaced and keeps
   * its id and time of creation. Throws UsageError `INVALID_ARGUMENT` with the field and its value.
   */
  async insert(record: NodeInput): Promise<NodeId> {
    const [id] = await this.insertAll([completeNode(record)]);
    // One row goes in, and RETURNING gives one row for it.
    return id!;
  }

  /**
   * Stores many nodes, all or none, and gives their ids in the order of the records. A record that
   * repeats the key of an earlier one replaces it and gets the same id.
   */
  async batchInsert(records: readonly NodeInput[]): Promise<NodeId[]> {
    return this.insertAll(records.map((record, row) => completeNode(record, row)));
  }

  /**
   * Sets ids aside that no other caller or process will get: `count` of them from the returned one on.
   * They lie above every id in use.
   */
  async reserveIds(count: number): Promise<NodeId> {
    requireValue(POSITIVE, 'count', count);
    const { returned } = await this.database.write([takeIds(count)], { repeatable: true });
    return (Number(returned[0]?.[0]?.['next_id']) - count) as NodeId;
  }

  /** The node with this id, or undefined. */
  async get(id: NodeId): Promise<Node | undefined> {
    requireValue(POSITIVE, 'id', id);
    return (await this.read('id = ?', [id]))[0];
  }

  /** The node with this id; throws NotFoundError `NODE_NOT_FOUND`. */
  async require(id: NodeId): Promise<Node> {
    const node = await this.get(id);
    if (node !== undefined) return node;
    throw new NotFoundError('NODE_NOT_FOUND', `There is no node with id ${id}.`, { details: { id } });
  }

  /** The node with this key in a project, or undefined. */
  async getByKey(projectId: ProjectId, key: string): Promise<Node | undefined> {
    return (await this.read('project_id = ? AND node_key = ?', [projectId, key]))[0];
  }

  /** All nodes with this content, in the order of their ids. Throws UsageError `INVALID_HASH`. */
  async findByHash(hash: NodeHash): Promise<Node[]> {
    return this.read('content_hash = ? ORDER BY id', [NodeHash.toBytes(NodeHash.parse(hash))]);
  }

  /** The nodes of a file in source order, what encloses before what it encloses. */
  async getByFile(projectId: ProjectId, filePath: string): Promise<Node[]> {
    const which = 'file_path = ? AND project_id = ? ORDER BY start_byte, end_byte DESC, id';
    return this.read(which, [filePath, projectId]);
  }

  private async read(which: string, parameters: SqlRow): Promise<Node[]> {
    const rows = await this.database.all<NodeRow>(`SELECT * FROM nodes_with_embedding WHERE ${which}`, parameters);
    return (await this.resolve(rows)).map(decodeNode);
  }

  private async resolve(rows: NodeRow[]): Promise<NodeRow[]> {
    const { elsewhere } = this;
    const away = elsewhere === undefined ? [] : rows.filter(({ embedding }) => elsewhere.isElsewhere(embedding));
    if (elsewhere === undefined || away.length === 0) return rows;
    const found = await elsewhere.given(away.map(({ id }) => id));
    return rows.map((row) => ({ ...row, embedding: found.get(row.id) ?? row.embedding }));
  }

  /**
   * Changes the given fields and gives the node as it is then, or undefined when there is none with
   * this id. Throws UsageError `INVALID_ARGUMENT`, and ConstraintError `UNIQUE` when the new key is taken.
   */
  async update(id: NodeId, change: NodeChange): Promise<Node | undefined> {
    requireValue(POSITIVE, 'id', id);
    const changed = checkNodeChange(change);
    const assignments = changed.map(([field]) => `${NODE_COLUMNS[field]} = ?`);
    const values = changed.map(([field, value]) => columnValue(field, value));
    const batch: Statement[] = [];
    // Graphs that are kept in one piece hold no embeddings; every other change makes them outdated.
    if (changed.some(([field]) => field !== 'embedding')) batch.push(forgetNodesAround(id));
    batch.push({
      sql: `UPDATE intel_nodes SET ${[...assignments, 'updated_at = ?'].join(', ')} WHERE id = ?`,
      parameters: [...values, this.clock(), id],
    });
    if (changed.some(([field]) => IDENTITY_FIELDS.has(field))) {
      batch.push({
        sql: `UPDATE intel_nodes SET node_key = file_path || '#' || qualified_name || '(' || node_type || ')' ||
                CASE WHEN ordinal > 1 THEN '~' || ordinal ELSE '' END
              WHERE id = ?`,
        parameters: [id],
      });
    }
    const hasNewWords = changed.some(([field]) => WORDED_FIELDS.has(field));
    const before = hasNewWords ? await this.get(id) : undefined;
    const expected = before === undefined ? undefined : { ...before, ...Object.fromEntries(changed) };
    const words = expected === undefined ? [] : wordStatementsIfSame([[id, expected]]);
    const readBack = { sql: 'SELECT * FROM nodes_with_embedding WHERE id = ?', parameters: [id] };
    const { returned } = await this.database.write([...batch, ...words, readBack]);
    const rows = (returned[batch.length + words.length] ?? []) as unknown as NodeRow[];
    const [node] = (await this.resolve([...rows])).map(decodeNode);
    return hasNewWords && node !== undefined ? this.wordedAs(node, expected) : node;
  }

  /** Somebody else may have changed the node since its words were split: these are split again, then. */
  private async wordedAs(node: Node, expected: WordedNode | undefined): Promise<Node> {
    let words = expected;
    let now: Node | undefined = node;
    while (now !== undefined && (words === undefined || !isSameText(now, words))) {
      words = now;
      await this.database.write(wordStatementsIfSame([[now.id, now]]));
      now = await this.get(now.id);
    }
    return node;
  }

  /**
   * Removes a node with its edges and references, and gives whether there was one. Nodes it enclosed
   * stay and have no parent then.
   */
  async delete(id: NodeId): Promise<boolean> {
    requireValue(POSITIVE, 'id', id);
    const { returned } = await this.database.write([
      forgetNodesAround(id),
      {
        sql: `UPDATE intel_nodes SET parent_id = NULL
              WHERE file_path = (SELECT file_path FROM intel_nodes WHERE id = ?) AND parent_id = ?`,
        parameters: [id, id],
      },
      { sql: 'DELETE FROM intel_nodes WHERE id = ? RETURNING id', parameters: [id] },
      { sql: FORGET_EDGE_COUNTS_SQL },
    ]);
    return returned[2]?.length === 1;
  }

  private async insertAll(records: readonly NodeRecord[]): Promise<NodeId[]> {
    if (records.length === 0) return [];
    const now = this.clock();
    const ensureProjects = ensureProjectsOf(records);
    if (records.length >= NEW_ROWS_FROM) {
      const ids = await this.insertNew(records, ensureProjects, now);
      if (ids !== undefined) return ids;
    }
    const batch = [
      takeIds(records.length),
      ensureProjects,
      { sql: UPSERT_BY_KEY_SQL, rows: upsertRows(records, now) },
      forgetNodesOf(records),
      ...wordStatementsByKey(records.map((record) => [record.projectId, nodeKey(record), record])),
    ];
    // What is stored has its key, so that a second time gives the same ids.
    const { returned } = await this.database.write(batch, { repeatable: true });
    return (returned[2] ?? []).map((row) => row['id'] as NodeId);
  }

  /** The fast way, for records none of which is stored yet; undefined, with nothing written, when one is. */
  private async insertNew(
    records: readonly NodeRecord[],
    ensureProjects: BulkStatement,
    now: number,
  ): Promise<NodeId[] | undefined> {
    const first = await this.reserveIds(records.length);
    try {
      await this.database.write([
        ensureProjects,
        { sql: INSERT_SQL, rows: newRows(records, first, now) },
        forgetNodesOf(records),
        ...wordStatements(records.map((record, index) => [(first + index) as NodeId, record])),
      ]);
    } catch (error) {
      if (error instanceof ConstraintError && error.code === 'UNIQUE') return undefined;
      throw error;
    }
    return records.map((_, index) => (first + index) as NodeId);
  }
}

function isSameText(a: WordedNode, b: WordedNode): boolean {
  return [...WORDED_FIELDS].every((field) => Reflect.get(a, field) === Reflect.get(b, field));
}

function ensureProjectsOf(records: readonly NodeRecord[]): BulkStatement {
  const projects = new Set(records.map((record) => record.projectId));
  return { sql: ENSURE_PROJECT_SQL, rows: [...projects].map((project) => [project]) };
}

function forgetNodesOf(records: readonly NodeRecord[]): BulkStatement {
  return { sql: FORGET_NODES_SQL, rows: [...new Set(records.map(({ projectId }) => projectId))].map((id) => [id]) };
}

/** Of the project that the node belongs to, while it does. */
function forgetNodesAround(id: NodeId): Statement {
  return {
    sql: FORGET_NODES_SQL.replace('id = ?', 'id = (SELECT project_id FROM intel_nodes WHERE id = ?)'),
    parameters: [id],
  };
}

function* newRows(records: readonly NodeRecord[], first: number, now: number): Generator<SqlRow, void, void> {
  let id = first;
  for (const record of records) yield nodeValues([id++], record, now);
}

function* upsertRows(records: readonly NodeRecord[], now: number): Generator<SqlRow, void, void> {
  for (const [index, record] of records.entries()) yield nodeValues([records.length - index], record, now);
}

/** Starts above every id in use, so that rows written by other means do no harm. */
function takeIds(count: number): Statement {
  return {
    sql: `INSERT INTO id_blocks (name, next_id) VALUES ('node', (SELECT coalesce(max(id), 0) + 1 FROM intel_nodes) + ?)
          ON CONFLICT (name) DO UPDATE
          SET next_id = max(next_id, (SELECT coalesce(max(id), 0) + 1 FROM intel_nodes)) + ?
          RETURNING next_id`,
    parameters: [count, count],
  };
}

function columnValue(field: keyof NodeChange, value: unknown): SqlValue {
  // checkNodeChange has refused everything that a column cannot hold.
  return field === 'contentHash' || field === 'interfaceHash'
    ? NodeHash.toBytes(value as NodeHash)
    : (value as SqlValue);
}

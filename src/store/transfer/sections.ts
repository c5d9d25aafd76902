import { SCOPE_REFERENCE_KINDS } from '../../binding/index.js';
import { gramText, nodeWords, PACKAGE_STRATEGY, type WordedNode } from '../../graph/index.js';
import type { Snapshot, SqlRow, SqlValue } from '../../sql/index.js';

/**
 * How much of a project is taken over: all of it, or its outline, which is what decides where names of other projects lead
 * and what its own lead to, and what it is found by.
 */
export type TransferExtent = 'whole' | 'outline';

/** Some rows of a project: how the one store reads them, and how the other takes them in. */
export interface Section {
  readonly name: string;
  /** Reads the rows; its only parameter is the project. */
  readonly select: string;
  /** What the values of a row are, when they are not those that were read. */
  readonly toValues?: (row: Readonly<Record<string, SqlValue>>) => SqlRow;
  /** What is run for each row, with its values by the number of the column; never as it stands, but for many rows at once. */
  readonly inserts: readonly string[];
  /** The column that numbers the rows, when others name them by it. */
  readonly id?: { readonly kind: NumberedKind; readonly column: number };
  /** The column that has the key of a node. */
  readonly keyColumn?: number;
}

/** Rows that get another number in another store. */
export type NumberedKind = 'node' | 'package' | 'name' | 'pack';

/** How a value of another store becomes one of this: by the number of a node, or moved by a distance. */
type Mapping = NumberedKind;

interface TableSpec {
  readonly table: string;
  /** What stands after FROM, where it is more than the table, which is `t`. */
  readonly from?: string;
  /** Rows of the project, which is the parameter. */
  readonly where: string;
  readonly order: string;
  readonly maps?: Readonly<Record<string, Mapping>>;
  /** Columns that the other store numbers by itself. */
  readonly omit?: readonly string[];
  /** Values that are not taken over as they are. */
  readonly reads?: Readonly<Record<string, string>>;
  /** The rows may be there already, by this column. */
  readonly upsertBy?: string;
  readonly numbers?: { readonly kind: NumberedKind; readonly column: string };
  /** Of a table that is part of the outline: which of the rows, and what is not taken over as it is. */
  readonly outline?: Pick<TableSpec, 'reads'> & { readonly where?: string };
}

const OF_PROJECT = 't.project_id = ?';
const OF_SPACE = `t.space = 'project/' || ?`;

/**
 * The tables that have rows of a project, in the order in which these are written: packages before the files, so
 * that each does not look at all of them; files before the scopes of embeddings, so that they are not queued anew.
 */
const TABLES: readonly TableSpec[] = [
  {
    table: 'intel_nodes',
    where: OF_PROJECT,
    order: 't.id',
    maps: { id: 'node', parent_id: 'node' },
    upsertBy: 'id',
    numbers: { kind: 'node', column: 'id' },
    outline: { reads: { embedding: 'NULL' } },
  },
  {
    table: 'symbol_refs',
    from: 'intel_nodes AS n CROSS JOIN symbol_refs AS t ON t.source_id = n.id',
    where: 'n.project_id = ?',
    order: 't.source_id, t.ordinal',
    maps: { source_id: 'node' },
    outline: { where: `t.kind IN (${SCOPE_REFERENCE_KINDS.map((kind) => `'${kind}'`).join(', ')})` },
  },
  {
    table: 'intel_edges',
    from: `intel_nodes AS n CROSS JOIN intel_edges AS t ON t.caller_id = n.id
           CROSS JOIN intel_nodes AS c ON c.id = t.callee_id AND c.project_id = n.project_id`,
    where: 'n.project_id = ?',
    order: 't.caller_id, t.callee_id, t.edge_type',
    maps: { caller_id: 'node', callee_id: 'node' },
    outline: { where: `t.edge_type = 'containment'` },
  },
  {
    table: 'packages',
    where: OF_PROJECT,
    order: 't.id',
    maps: { id: 'package' },
    numbers: { kind: 'package', column: 'id' },
    outline: {},
  },
  {
    table: 'project_deps',
    where: OF_PROJECT,
    order: 't.id',
    maps: { package_id: 'package' },
    omit: ['id'],
    outline: {},
  },
  { table: 'files', where: OF_PROJECT, order: 't.path', outline: {} },
  { table: 'manifest_files', where: OF_PROJECT, order: 't.path', outline: {} },
  { table: 'import_routes', where: OF_PROJECT, order: 't.topic, t.name', outline: {} },
  { table: 'precise_files', where: OF_PROJECT, order: 't.path' },
  {
    table: 'external_names',
    where: OF_PROJECT,
    order: 't.id',
    maps: { id: 'name' },
    // Where they lead depends on the projects that are there.
    reads: { is_linked: '0' },
    numbers: { kind: 'name', column: 'id' },
    outline: {},
  },
  {
    table: 'external_refs',
    from: 'intel_nodes AS n CROSS JOIN external_refs AS t ON t.source_id = n.id',
    where: 'n.project_id = ?',
    order: 't.source_id, t.name_id, t.kind',
    maps: { source_id: 'node', name_id: 'name' },
    outline: {},
  },
  {
    table: 'memo_packs',
    where: OF_SPACE,
    order: 't.id',
    maps: { id: 'pack' },
    numbers: { kind: 'pack', column: 'id' },
  },
  {
    table: 'memo_dependents',
    from: 'memo_packs AS p CROSS JOIN memo_dependents AS t',
    where: `p.space = 'project/' || ? AND t.pack_id = p.id`,
    order: 't.thing, t.pack_id',
    maps: { pack_id: 'pack' },
  },
  { table: 'memo_marks', where: OF_SPACE, order: 't.partition, t.thing' },
  { table: 'query_versions', where: OF_SPACE, order: 't.query' },
  { table: 'metric_snapshots', where: OF_PROJECT, order: 't.id', omit: ['id'] },
];

const MODEL_ID = 'SELECT id FROM embedding_models WHERE model = ?2 AND dimension = ?3';
const SCOPE_ID = `SELECT id FROM embedding_scopes WHERE project_id = ?1 AND model_id = (${MODEL_ID})`;
const NODE_BY_KEY = (project: number, key: number): string =>
  `(SELECT id FROM intel_nodes WHERE project_id = ?${project} AND node_key = ?${key})`;
/** Edges that follow from packages are derived anew by what is there; only others are taken over. */
const ACROSS = `
  SELECT c.project_id AS p, c.node_key AS k, t.project_id AS q, t.node_key AS l, e.edge_type AS edgeType, e.metadata AS metadata`;
const IS_GIVEN = `CASE WHEN json_valid(e.metadata) THEN coalesce(e.metadata ->> 'strategy', '') ELSE '' END <> '${PACKAGE_STRATEGY}'`;

const TARGET_NODE = `(SELECT target_id FROM transfer_ids WHERE kind = 'node' AND source_id = ?1)`;

interface OtherSection extends Section {
  readonly isInOutline?: boolean;
}

const OTHERS: readonly OtherSection[] = [
  {
    isInOutline: true,
    // What nodes are found by follows from their rows, but no SQL makes it.
    name: 'words of nodes',
    select: `SELECT id, file_path, symbol_name, qualified_name, signature, documentation FROM intel_nodes
             WHERE project_id = ? ORDER BY id`,
    toValues: (row) => {
      const node = wordedNodeOf(row);
      return [row['id'] ?? null, ...nodeWords(node), gramText(node.symbolName)];
    },
    inserts: [
      `INSERT OR REPLACE INTO node_words (rowid, name, humps, scope, signature, documentation)
       VALUES (${TARGET_NODE}, ?2, ?3, ?4, ?5, ?6)`,
      `INSERT OR REPLACE INTO node_grams (rowid, name) VALUES (${TARGET_NODE}, ?7)`,
    ],
  },
  {
    name: 'embedding_scopes',
    select: `SELECT s.project_id AS project, m.model AS model, m.dimension AS dimension, s.follows AS follows
             FROM embedding_scopes AS s JOIN embedding_models AS m ON m.id = s.model_id
             WHERE s.project_id = ? ORDER BY m.model, m.dimension`,
    inserts: [
      'INSERT INTO embedding_models (model, dimension) VALUES (?2, ?3) ON CONFLICT (model, dimension) DO NOTHING',
      `INSERT INTO embedding_scopes (project_id, model_id, follows) VALUES (?1, (${MODEL_ID}), ?4)`,
    ],
  },
  {
    name: 'node_embeddings',
    select: `SELECT s.project_id AS project, m.model AS model, m.dimension AS dimension, l.node_id AS node,
               e.content_hash AS hash
             FROM embedding_scopes AS s JOIN embedding_models AS m ON m.id = s.model_id
             CROSS JOIN node_embeddings AS l ON l.scope_id = s.id CROSS JOIN embeddings AS e ON e.id = l.embedding_id
             WHERE s.project_id = ? ORDER BY s.id, l.node_id`,
    inserts: [
      `INSERT INTO node_embeddings (node_id, scope_id, embedding_id)
       VALUES ((SELECT target_id FROM transfer_ids WHERE kind = 'node' AND source_id = ?4), (${SCOPE_ID}),
         (SELECT id FROM embeddings WHERE model_id = (${MODEL_ID}) AND content_hash = ?5))`,
    ],
  },
  {
    name: 'embedding_queue',
    select: `SELECT s.project_id AS project, m.model AS model, m.dimension AS dimension, q.path AS path
             FROM embedding_scopes AS s JOIN embedding_models AS m ON m.id = s.model_id
             JOIN embedding_queue AS q ON q.scope_id = s.id WHERE s.project_id = ? ORDER BY q.id`,
    inserts: [`INSERT INTO embedding_queue (scope_id, path) VALUES ((${SCOPE_ID}), ?4)`],
  },
  {
    name: 'edges across projects',
    isInOutline: true,
    select: `WITH chosen (id) AS (SELECT ?)
             ${ACROSS} FROM intel_nodes AS c CROSS JOIN intel_edges AS e ON e.caller_id = c.id
             CROSS JOIN intel_nodes AS t ON t.id = e.callee_id AND t.project_id <> c.project_id
             WHERE c.project_id = (SELECT id FROM chosen) AND ${IS_GIVEN}
             UNION ALL
             ${ACROSS} FROM intel_nodes AS t CROSS JOIN intel_edges AS e ON e.callee_id = t.id
             CROSS JOIN intel_nodes AS c ON c.id = e.caller_id AND c.project_id <> t.project_id
             WHERE t.project_id = (SELECT id FROM chosen) AND ${IS_GIVEN}
             ORDER BY 1, 2, 3, 4, 5`,
    // The other project may not be there, or not have the symbol; the edge comes when that project is transferred.
    inserts: [
      `INSERT OR IGNORE INTO intel_edges (caller_id, callee_id, edge_type, metadata)
       VALUES (${NODE_BY_KEY(1, 2)}, ${NODE_BY_KEY(3, 4)}, ?5, ?6)`,
    ],
  },
];

function wordedNodeOf(row: Readonly<Record<string, SqlValue>>): WordedNode {
  const text = (column: string): string => String(row[column] ?? '');
  const optional = (column: string): string | null => (row[column] === null ? null : text(column));
  return {
    filePath: text('file_path'),
    symbolName: text('symbol_name'),
    qualifiedName: text('qualified_name'),
    signature: optional('signature'),
    documentation: optional('documentation'),
  };
}

/** Which of the tables of a store a transfer takes over, and which it leaves to the other store. */
export const TRANSFERRED_TABLES: readonly string[] = [
  ...TABLES.map(({ table }) => table),
  ...['projects', 'embedding_scopes', 'node_embeddings', 'embedding_queue', 'embedding_models', 'embeddings'],
  ...['analysis_cache', 'content_results'],
];

/** Is a section named for the one table that its rows go into? */
export function isTable(section: string): boolean {
  return TRANSFERRED_TABLES.includes(section);
}

/** All sections of an extent, with the columns that the tables have. */
export async function sectionsOf(snapshot: Snapshot, extent: TransferExtent = 'whole'): Promise<readonly Section[]> {
  const isOutline = extent === 'outline';
  const specs = isOutline ? TABLES.flatMap(outlineOf) : TABLES;
  const rows = await snapshot.all<{ readonly tableName: string; readonly columnName: string }>(
    `SELECT w.value AS tableName, c.name AS columnName
     FROM json_each(?) AS w CROSS JOIN pragma_table_info(w.value) AS c ORDER BY w.key, c.cid`,
    [JSON.stringify(specs.map(({ table }) => table))],
  );
  const columnsOf = (table: string): string[] =>
    rows.filter(({ tableName }) => tableName === table).map(({ columnName }) => columnName);
  const others = OTHERS.filter(({ isInOutline }) => !isOutline || isInOutline === true);
  return [...specs.map((spec) => tableSection(spec, columnsOf(spec.table))), ...others];
}

/** A table with the rows and values that the outline has of it; nothing when it has none. */
function outlineOf(spec: TableSpec): TableSpec[] {
  const { outline, where, reads = {} } = spec;
  if (outline === undefined) return [];
  const rows = outline.where === undefined ? where : `${where} AND ${outline.where}`;
  return [{ ...spec, where: rows, reads: { ...reads, ...outline.reads } }];
}

function tableSection(spec: TableSpec, all: readonly string[]): Section {
  const { table, from = `${table} AS t`, where, order, maps = {}, omit = [], reads = {}, upsertBy, numbers } = spec;
  const columns = all.filter((column) => !omit.includes(column));
  const read = columns.map((column) => `${reads[column] ?? `t."${column}"`} AS "${column}"`);
  const values = columns.map((column, index) => valueOf(maps[column], `?${index + 1}`));
  const names = columns.map((column) => `"${column}"`).join(', ');
  const changed = columns.filter((column) => column !== upsertBy).map((column) => `"${column}" = excluded."${column}"`);
  const conflict = upsertBy === undefined ? '' : ` ON CONFLICT (${upsertBy}) DO UPDATE SET ${changed.join(', ')}`;
  return {
    name: table,
    select: `SELECT ${read.join(', ')} FROM ${from} WHERE ${where} ORDER BY ${order}`,
    inserts: [`INSERT INTO ${table} (${names}) VALUES (${values.join(', ')})${conflict}`],
    ...(numbers === undefined ? {} : { id: { kind: numbers.kind, column: columns.indexOf(numbers.column) } }),
    ...(columns.includes('node_key') ? { keyColumn: columns.indexOf('node_key') } : {}),
  };
}

function valueOf(mapping: Mapping | undefined, value: string): string {
  if (mapping === undefined) return value;
  if (mapping === 'node') return `(SELECT target_id FROM transfer_ids WHERE kind = 'node' AND source_id = ${value})`;
  return `${value} + (SELECT target_id FROM transfer_ids WHERE kind = 'distance of ${mapping}s')`;
}

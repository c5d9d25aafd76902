import { FORGET_EDGE_COUNTS_SQL } from '../../graph/index.js';
import {
  rewriteForRows,
  type ColumnKind,
  type DeferredIndexes,
  type Snapshot,
  type SqlValue,
  type Statement,
} from '../../sql/index.js';
import type { NumberRange, PartCounts } from './project-parts.js';
import type { NumberedKind, Section } from './sections.js';
import { markStatements } from './stamps.js';

/** A part that has arrived, without its rows. */
export interface ArrivedPart {
  readonly number: number;
  readonly section: Section;
  readonly kinds: readonly ColumnKind[];
}

/** Everything that a project's rows are swapped by. */
export interface SwapPlan {
  readonly project: string;
  readonly parts: readonly ArrivedPart[];
  readonly counts: PartCounts;
  /** The row of the project in the store it comes from. */
  readonly row: Readonly<Record<string, SqlValue>>;
  /** Indexes that are made when all rows are there, by table. */
  readonly deferred: ReadonlyMap<string, DeferredIndexes>;
  /** The state of the project in that store. */
  readonly stamp: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

const PART = 'FROM transfer_parts WHERE project_id = ? AND part = ?';
/** Values of their own, so that each is read once and not for each row. */
const ROWS = `json_each((SELECT rows ${PART})) AS r`;
const SOURCE = { from: ROWS, bytes: `(SELECT bytes ${PART})` };
const OWN_NODES = 'SELECT id FROM intel_nodes WHERE project_id = ?';
const KEPT_NODES = `SELECT target_id FROM transfer_ids WHERE kind = 'node'`;

/** The columns of a project's row that go with it; what else there is of it counts in its own store. */
export async function readProjectRow(
  snapshot: Snapshot,
  project: string,
): Promise<Readonly<Record<string, SqlValue>> | undefined> {
  return snapshot.first<Record<string, SqlValue>>('SELECT * FROM projects WHERE id = ?', [project]);
}

/** One batch that puts the arrived rows of a project in the place of those it has. Every part of it has arrived. */
export function swapStatements(plan: SwapPlan): Statement[] {
  const { project, parts } = plan;
  return [
    {
      sql: `INSERT INTO batch_guards (holds) SELECT count(*) = ? AND coalesce(max(part), 0) = ?
            FROM transfer_parts WHERE project_id = ?`,
      parameters: [parts.length, parts.length, project],
    },
    { sql: 'DELETE FROM batch_guards' },
    { sql: 'DELETE FROM transfer_ids' },
    ...numbering(plan),
    ...removal(project),
    ...projectRow(plan),
    ...insertions(plan),
    ...settling(plan),
    { sql: 'DELETE FROM transfer_ids' },
    { sql: 'DELETE FROM transfer_parts WHERE project_id = ?', parameters: [project] },
    ...markStatements(project, plan.stamp),
  ];
}

/** Gives every row a number here: nodes by their keys, where they are there already, and all others new ones. */
function numbering({ project, parts, counts }: SwapPlan): Statement[] {
  const statements: Statement[] = [];
  for (const [kind, range] of counts.ranges) statements.push(...distance(kind, range));
  for (const { number, section } of parts) {
    if (section.id?.kind !== 'node' || section.keyColumn === undefined) continue;
    const id = `(r.value ->> '$[${section.id.column}]')`;
    const key = `(r.value ->> '$[${section.keyColumn}]')`;
    statements.push({
      sql: `INSERT INTO transfer_ids (kind, source_id, target_id)
            SELECT 'node', ${id}, coalesce(
              (SELECT n.id FROM intel_nodes AS n WHERE n.project_id = ? AND n.node_key = ${key}),
              ${id} + (SELECT target_id FROM transfer_ids WHERE kind = 'distance of nodes'))
            FROM ${ROWS}`,
      parameters: [project, project, number],
    });
  }
  return statements;
}

/** By how much numbers are moved, so that they lie beyond all that are and were in use. */
function distance(kind: NumberedKind, { first, last }: NumberRange): Statement[] {
  const span = last - first + 1;
  const name = `distance of ${kind}s`;
  if (kind === 'package' || kind === 'name') {
    const table = kind === 'package' ? 'packages' : 'external_names';
    return [
      {
        sql: `INSERT INTO transfer_ids (kind, source_id, target_id) SELECT ?, 0, coalesce(max(id), 0) + 1 - ? FROM ${table}`,
        parameters: [name, first],
      },
    ];
  }
  const [block, table] = kind === 'node' ? ['node', 'intel_nodes'] : ['memo_pack', 'memo_packs'];
  return [
    {
      sql: `INSERT INTO id_blocks (name, next_id) SELECT '${block}', 1 + ? + coalesce(max(id), 0) FROM ${table} WHERE true
            ON CONFLICT (name) DO UPDATE SET next_id = max(next_id + ?, excluded.next_id)`,
      parameters: [span, span],
    },
    {
      sql: `INSERT INTO transfer_ids (kind, source_id, target_id) SELECT ?, 0, next_id - ? - ? FROM id_blocks WHERE name = ?`,
      parameters: [name, span, first, block],
    },
  ];
}

/** Takes away what the project has, but for nodes that stay, and what leads to them from other projects. */
function removal(project: string): Statement[] {
  return [
    {
      sql: `UPDATE projects SET edge_count = NULL WHERE id IN (
              SELECT c.project_id FROM intel_nodes AS n CROSS JOIN intel_edges AS e ON e.callee_id = n.id
              CROSS JOIN intel_nodes AS c ON c.id = e.caller_id
              WHERE n.project_id = ? AND n.id NOT IN (${KEPT_NODES}) AND c.project_id <> n.project_id)`,
      parameters: [project],
    },
    { sql: `DELETE FROM intel_nodes WHERE project_id = ? AND id NOT IN (${KEPT_NODES})`, parameters: [project] },
    { sql: `DELETE FROM intel_edges WHERE caller_id IN (${OWN_NODES})`, parameters: [project] },
    { sql: `DELETE FROM symbol_refs WHERE source_id IN (${OWN_NODES})`, parameters: [project] },
    { sql: 'DELETE FROM files WHERE project_id = ?', parameters: [project] },
    // Triggers take away whatever else belongs to it.
    { sql: 'DELETE FROM projects WHERE id = ?', parameters: [project] },
  ];
}

function projectRow({ project, row }: SwapPlan): Statement[] {
  const columns = Object.keys(row);
  return [
    {
      sql: `INSERT INTO projects (${columns.map((column) => `"${column}"`).join(', ')})
            VALUES (${columns.map(() => '?').join(', ')})`,
      parameters: columns.map((column) => (column === 'id' ? project : (row[column] ?? null))),
    },
  ];
}

function insertions({ project, parts, deferred }: SwapPlan): Statement[] {
  const statements: Statement[] = [];
  for (const [at, part] of parts.entries()) {
    const indexes = deferred.get(part.section.name);
    const isNeighbour = (index: number): boolean => parts[index]?.section === part.section;
    if (!isNeighbour(at - 1)) for (const sql of indexes?.drop ?? []) statements.push({ sql });
    statements.push(...insertion(project, part));
    if (!isNeighbour(at + 1)) for (const sql of indexes?.create ?? []) statements.push({ sql });
  }
  return statements;
}

function insertion(project: string, { number, section, kinds }: ArrivedPart): Statement[] {
  return section.inserts.map((sql) => {
    const rewritten = rewriteForRows(sql)?.(kinds, SOURCE);
    if (rewritten === undefined) throw new RangeError(`This cannot be run for many rows at once: ${sql}`);
    // Every parameter belongs to a pair that names the part.
    const pairs = (rewritten.match(/\?/g)?.length ?? 0) / 2;
    return { sql: rewritten, parameters: Array.from({ length: pairs }, () => [project, number]).flat() };
  });
}

/** The number of edges is known when no others lead over the border; linking counts on from there. */
function settling({ project, row, counts, now }: SwapPlan): Statement[] {
  const isGiven = counts.of('edges across projects') > 0;
  return [
    ...(isGiven ? [{ sql: FORGET_EDGE_COUNTS_SQL }] : []),
    { sql: 'INSERT INTO generations (project_id, committed_at) VALUES (?, ?)', parameters: [project, now] },
    {
      sql: `UPDATE projects SET generation = (SELECT max(id) FROM generations), indexed_at = ?, edge_count = ?
            WHERE id = ?`,
      parameters: [row['indexed_at'] ?? null, isGiven ? null : counts.of('intel_edges'), project],
    },
  ];
}

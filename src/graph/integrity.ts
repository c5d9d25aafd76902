import { EDGE_TYPES, NODE_TYPES } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';

/** One thing that was verified. `detail` says what was found, also when all is well. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** A query for rows that contradict an invariant, each with a text that names the row. */
interface Invariant {
  readonly name: string;
  readonly holds: string;
  readonly sql: string;
}

const EXAMPLES = 3;
/** The FTS5 tables. */
const WORD_TABLES = ['node_words', 'node_grams'];

const list = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');

const INVARIANTS: readonly Invariant[] = [
  {
    name: 'foreign-keys',
    holds: 'every row that another one names is there',
    sql: `SELECT "table" || ' row ' || coalesce(rowid, '?') || ' names a missing ' || parent AS row FROM pragma_foreign_key_check`,
  },
  {
    name: 'node-keys',
    holds: 'every node key says the path, name, type and ordinal of its node',
    sql: `SELECT project_id || '//' || node_key AS row FROM intel_nodes
          WHERE node_key <> file_path || '#' || qualified_name || '(' || node_type || ')'
            || CASE WHEN ordinal > 1 THEN '~' || ordinal ELSE '' END`,
  },
  {
    name: 'node-hashes',
    holds: 'every hash has 32 bytes',
    sql: `SELECT project_id || '//' || node_key AS row FROM intel_nodes
          WHERE length(content_hash) <> 32 OR length(interface_hash) <> 32`,
  },
  {
    name: 'parents',
    holds: 'every parent is a node of the same file',
    sql: `SELECT n.project_id || '//' || n.node_key AS row FROM intel_nodes n
          LEFT JOIN intel_nodes p ON p.id = n.parent_id
          WHERE n.parent_id IS NOT NULL
            AND (p.id IS NULL OR p.project_id <> n.project_id OR p.file_path <> n.file_path)`,
  },
  {
    name: 'node-files',
    holds: 'every node that was indexed belongs to a listed file',
    sql: `SELECT n.project_id || '//' || n.node_key AS row FROM intel_nodes n
          JOIN projects p ON p.id = n.project_id AND p.root IS NOT NULL
          LEFT JOIN files f ON f.project_id = n.project_id AND f.path = n.file_path
          WHERE f.path IS NULL AND n.node_type <> 'external' AND n.language <> 'unknown'`,
  },
  {
    name: 'file-modules',
    holds: 'every listed file has its module',
    sql: `SELECT f.project_id || '//' || f.path AS row FROM files f
          LEFT JOIN intel_nodes n ON n.project_id = f.project_id AND n.node_key = f.path || '#(module)'
          WHERE f.language IS NOT NULL AND n.id IS NULL`,
  },
  {
    name: 'containment',
    holds: 'every symbol of an indexed file is contained in one other',
    sql: `SELECT n.project_id || '//' || n.node_key AS row FROM intel_nodes n
          JOIN files f ON f.project_id = n.project_id AND f.path = n.file_path AND f.language IS NOT NULL
          WHERE n.qualified_name <> ''
            AND 1 <> (SELECT count(*) FROM intel_edges e WHERE e.callee_id = n.id AND e.edge_type = 'containment')`,
  },
  {
    name: 'types',
    holds: 'every node and edge has a known type',
    sql: `SELECT 'node ' || id || ' is a ' || node_type AS row FROM intel_nodes WHERE node_type NOT IN (${list(NODE_TYPES)})
          UNION ALL
          SELECT 'edge ' || caller_id || ' → ' || callee_id || ' is a ' || edge_type FROM intel_edges
          WHERE edge_type NOT IN (${list(EDGE_TYPES)})`,
  },
  {
    name: 'edge-metadata',
    holds: 'the metadata of every edge is a JSON object',
    sql: `SELECT 'edge ' || caller_id || ' → ' || callee_id || ' ' || edge_type AS row FROM intel_edges
          WHERE metadata IS NOT NULL AND (NOT json_valid(metadata) OR json_type(metadata) <> 'object')`,
  },
  {
    name: 'generations',
    holds: 'each project is of a committed generation, and these have no gaps',
    sql: `SELECT id AS row FROM projects WHERE generation > 0 AND generation NOT IN (SELECT id FROM generations)
          UNION ALL
          SELECT 'generations ' || first || ' to ' || last || ', of which there are ' || count AS row
          FROM (SELECT count(*) AS count, min(id) AS first, max(id) AS last FROM generations)
          WHERE count > 0 AND count <> last - first + 1`,
  },
];

/**
 * Verifies a store without its sources: the database's own integrity check, then what the tables
 * promise about each other. All checks read one state. Reads everything once.
 */
export async function checkIntegrity(database: Database): Promise<Check[]> {
  return database.snapshot(async (snapshot) => {
    const checks = [await checkPages(snapshot, database.hasVectorSearch)];
    for (const invariant of INVARIANTS) checks.push(await checkInvariant(snapshot, invariant));
    return checks;
  });
}

/**
 * Pages, indexes against their tables, and constraints, as SQLite checks them. A replica may have indexes over vectors that
 * only its server can read; the tables that have one are passed over then.
 */
async function checkPages(snapshot: Snapshot, readsVectorIndexes: boolean): Promise<Check> {
  // The check of FTS5 itself looks at its tables as this connection remembers them; a read makes it look anew.
  for (const table of WORD_TABLES) await snapshot.first(`SELECT rowid FROM ${table} LIMIT 1`);
  const unreadable = readsVectorIndexes ? [] : await tablesWithVectorIndex(snapshot);
  const arguments_ = unreadable.length === 0 ? ['10'] : await otherTables(snapshot, unreadable);
  const faults: string[] = [];
  for (const argument of arguments_) {
    const rows = await snapshot.all<{ readonly integrity_check: string }>(`PRAGMA integrity_check(${argument})`);
    faults.push(...rows.map((row) => row.integrity_check).filter((text) => text !== 'ok'));
  }
  return {
    name: 'database',
    ok: faults.length === 0,
    detail: faults.length === 0 ? 'pages and indexes are sound' : faults.join('; '),
  };
}

async function tablesWithVectorIndex(snapshot: Snapshot): Promise<string[]> {
  const rows = await snapshot.all<{ readonly name: string }>(
    "SELECT DISTINCT tbl_name AS name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '%libsql_vector_idx%'",
  );
  return rows.map(({ name }) => name);
}

async function otherTables(snapshot: Snapshot, unreadable: readonly string[]): Promise<string[]> {
  const rows = await snapshot.all<{ readonly name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'");
  return rows.flatMap(({ name }) => (unreadable.includes(name) ? [] : [`"${name.replaceAll('"', '""')}"`]));
}

async function checkInvariant(snapshot: Snapshot, { name, holds, sql }: Invariant): Promise<Check> {
  const found = await snapshot.first<{ readonly count: number }>(`SELECT count(*) AS count FROM (${sql})`);
  const count = found?.count ?? 0;
  if (count === 0) return { name, ok: true, detail: holds };
  const examples = await snapshot.all<{ readonly row: string }>(`SELECT row FROM (${sql}) ORDER BY row LIMIT ?`, [
    EXAMPLES,
  ]);
  const more = count > EXAMPLES ? `, and ${count - EXAMPLES} more` : '';
  return { name, ok: false, detail: `not so for ${examples.map(({ row }) => row).join(', ')}${more}: ${holds}` };
}

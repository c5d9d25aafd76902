import type { SqlRow } from './database.js';
import { tokenize } from './sql-tokens.js';

/** Indexes of a table that are dropped before many rows go into it, and made again afterwards. */
export interface DeferredIndexes {
  readonly drop: readonly string[];
  readonly create: readonly string[];
}

/** With fewer rows an index is kept in step as they come. */
export const DEFER_FROM_ROWS = 10_000;

type Read = (sql: string, parameters: SqlRow) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/**
 * What to do about the indexes of tables that get many rows within one transaction. A server has a page cache of a
 * few megabytes; entries that come in no order push its pages out and in again for every row, while an index that
 * is made of all rows at once is written in order. Only tables without rows are found: in others, statements of the
 * same transaction may need their indexes. Unique indexes stay, because rows are to be refused at once.
 */
export async function findDeferrable(read: Read, tables: readonly string[]): Promise<Map<string, DeferredIndexes>> {
  const found = new Map<string, DeferredIndexes>();
  if (tables.length === 0) return found;
  const emptiness = tables.map((table) => `NOT EXISTS (SELECT 1 FROM "${table}") AS "${table}"`);
  const [isEmpty] = await read(`SELECT ${emptiness.join(', ')}`, []);
  const rows = await read(
    `SELECT tbl_name AS "table", name, sql FROM sqlite_schema
     WHERE type = 'index' AND tbl_name IN (SELECT value FROM json_each(?))
       AND sql LIKE 'CREATE INDEX %' AND sql NOT LIKE '%libsql\\_%' ESCAPE '\\' ORDER BY name`,
    [JSON.stringify(tables)],
  );
  for (const table of tables) {
    const own = rows.filter((row) => row['table'] === table);
    if (isEmpty?.[table] !== 1 || own.length === 0) continue;
    found.set(table, {
      drop: own.map(({ name }) => `DROP INDEX "${String(name)}"`),
      create: own.map(({ sql }) => String(sql)),
    });
  }
  return found;
}

const tables = new Map<string, string | undefined>();
const TABLES_LIMIT = 256;

/** The table that a statement inserts into, by its plain name; undefined for other statements. */
export function insertedTable(sql: string): string | undefined {
  if (!tables.has(sql)) {
    if (tables.size >= TABLES_LIMIT) tables.clear();
    const tokens = tokenize(sql);
    const into = tokens.findIndex(({ text }) => text === 'INTO');
    const table = tokens[0]?.text === 'INSERT' ? tokens[into + 1] : undefined;
    tables.set(sql, table?.kind === 'word' ? sql.slice(table.start, table.end) : undefined);
  }
  return tables.get(sql);
}

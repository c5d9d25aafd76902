import { existsSync } from 'node:fs';
import { CancelledError, CorruptionError } from '../model/index.js';
import { standAlone } from './copy-file.js';
import type { Snapshot, SqlValue } from './database.js';
import { migrate } from './migrate.js';
import { SqliteConnection } from './sqlite-connection.js';
import { osReason, unwritableError } from './sqlite-errors.js';

export interface CopyRowsOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds since the Unix epoch. */
  readonly clock?: () => number;
  readonly onTable?: (table: string) => void;
}

interface NamedSql {
  readonly name: string;
  readonly sql: string;
}

/**
 * Copies a state of a database of the current schema, wherever it lies, row by row into a new file; what a
 * server keeps for itself is left out. Throws CorruptionError `DATABASE_UNWRITABLE` when the file is there
 * already, LimitError `DISK_FULL`, ConnectionError and CancelledError; what was written until then is the
 * caller's to remove.
 */
export async function copyRowsToFile(source: Snapshot, path: string, options: CopyRowsOptions = {}): Promise<void> {
  if (existsSync(path)) throw unwritableError(path, osReason(new Error('EEXIST: it is there already')), undefined);
  const copy = new SqliteConnection({ source: path, location: path, readOnly: false, busyTimeoutMs: 0 });
  try {
    migrate(copy, options.clock ?? Date.now);
    copy.allowShadowTables();
    copy.exec('PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE');
    // Rows that triggers would make are copied too.
    const triggers = copy.all("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'") as NamedSql[];
    for (const { name } of triggers) copy.exec(`DROP TRIGGER ${quoted(name)}`);
    for (const table of tablesOf(copy)) {
      options.onTable?.(table);
      await copyTable(source, copy, table, options.signal);
    }
    for (const { sql } of triggers) copy.exec(sql);
    const broken = copy.all('PRAGMA foreign_key_check');
    if (broken.length > 0) {
      throw new CorruptionError('DATABASE_CORRUPT', `${broken.length} rows name rows that are missing.`, {
        details: { violations: broken.slice(0, 10) },
      });
    }
    copy.exec('COMMIT');
  } finally {
    copy.close();
  }
  standAlone(path);
}

/** Those of the schema and those behind virtual tables; the counters of SQLite last, when no row is added any more. */
function tablesOf(copy: SqliteConnection): string[] {
  const rows = copy.all(
    `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
     ORDER BY name`,
  ) as { name: string }[];
  return [...rows.map(({ name }) => name), 'sqlite_sequence'];
}

async function copyTable(
  source: Snapshot,
  copy: SqliteConnection,
  table: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const names = (
    copy.all('SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0', [table]) as { name: string }[]
  ).map(({ name }) => name);
  const columns = names.map(quoted).join(', ');
  copy.exec(`DELETE FROM ${quoted(table)}`);
  const insert = copy.prepare(`INSERT INTO ${quoted(table)} (${columns}) VALUES (${names.map(() => '?').join(', ')})`);
  for await (const row of source.iterate<Record<string, SqlValue>>(`SELECT ${columns} FROM ${quoted(table)}`)) {
    if (signal?.aborted === true) throw new CancelledError();
    insert.run(names.map((name) => row[name] ?? null));
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

import type { Snapshot } from '../sql/index.js';

/** Rows of a table that are not imported. */
export interface LeftOut {
  readonly table: string;
  readonly rows: number;
}

/** Tables that the store has no place for, each with the column that says whose a row is; null for all projects. */
const TABLES: readonly (readonly [table: string, projectColumn: string | null])[] = [
  ['global_symbols', 'project_id'],
  ['external_refs', 'source_project_id'],
  ['project_deps', 'project_id'],
  ['analysis_cache', null],
];

/** How many rows of each such table a project has; rows that are of no project count for the first one. */
export async function readLeftOut(snapshot: Snapshot, project: string, isFirst: boolean): Promise<LeftOut[]> {
  const present = await snapshot.all<{ readonly name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'");
  const names = new Set(present.map(({ name }) => name));
  const leftOut: LeftOut[] = [];
  for (const [table, projectColumn] of TABLES) {
    if (!names.has(table) || (projectColumn === null && !isFirst)) continue;
    const row = await snapshot.first<{ readonly rows: number }>(
      `SELECT count(*) AS rows FROM ${table} ${projectColumn === null ? '' : `WHERE ${projectColumn} = ?`}`,
      projectColumn === null ? [] : [project],
    );
    const rows = row?.rows ?? 0;
    if (rows > 0) leftOut.push({ table, rows });
  }
  return leftOut;
}

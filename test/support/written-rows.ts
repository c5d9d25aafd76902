import Sqlite from 'better-sqlite3';

/** Tables whose rows a run may write. */
const TABLES = [
  'intel_nodes',
  'intel_edges',
  'symbol_refs',
  'files',
  'analysis_cache',
  'memo_packs',
  'memo_dependents',
] as const;

export type WrittenRows = Readonly<Partial<Record<(typeof TABLES)[number], number>>>;

/** Counts the rows that others write into a database, by triggers that note them. */
export class RowCounter {
  private readonly file: Sqlite.Database;

  constructor(path: string) {
    this.file = new Sqlite(path);
    this.file.exec('CREATE TABLE written_rows (name TEXT NOT NULL)');
    for (const table of TABLES) {
      for (const change of ['INSERT', 'UPDATE', 'DELETE']) {
        this.file.exec(
          `CREATE TRIGGER note_${table}_${change} AFTER ${change} ON ${table}
           BEGIN INSERT INTO written_rows VALUES ('${table}'); END`,
        );
      }
    }
  }

  /** How many rows of each table were written since the last call; tables without any are left out. */
  take(): WrittenRows {
    const rows = this.file
      .prepare<[], { name: string; count: number }>('SELECT name, count(*) AS count FROM written_rows GROUP BY name')
      .all();
    this.file.exec('DELETE FROM written_rows');
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  }

  /** Changes rows behind the store's back; not counted. */
  change(sql: string, ...parameters: (string | number | Uint8Array)[]): void {
    this.file.prepare(sql).run(...parameters);
    this.file.exec('DELETE FROM written_rows');
  }

  rows<T>(sql: string): T[] {
    return this.file.prepare<[], T>(sql).all();
  }

  close(): void {
    this.file.close();
  }
}

import type { Database } from '../sql/index.js';

/** Deletes what the index of dependents and the marks say of packs that are no more; gives how many rows. */
export async function collectMemos(database: Database): Promise<number> {
  const { returned } = await database.write([
    {
      sql: `DELETE FROM memo_dependents WHERE NOT EXISTS (SELECT 1 FROM memo_packs WHERE id = pack_id) RETURNING 1`,
    },
    // A mark of a pack that is still to be made has a space with packs or queries; the rest is of nobody.
    {
      sql: `DELETE FROM memo_marks
            WHERE NOT EXISTS (SELECT 1 FROM memo_packs AS p WHERE p.space = memo_marks.space)
              AND NOT EXISTS (SELECT 1 FROM query_versions AS v WHERE v.space = memo_marks.space)
            RETURNING 1`,
    },
  ]);
  return returned.reduce((sum, rows) => sum + rows.length, 0);
}

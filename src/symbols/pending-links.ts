import type { Snapshot } from '../sql/index.js';

/** How many names, uses and files wait for links between projects. */
export async function countPendingLinks(snapshot: Snapshot): Promise<number> {
  const row = await snapshot.first<{ count: number }>(
    `SELECT (SELECT count(*) FROM external_names WHERE is_linked = 0) + (SELECT count(*) FROM external_queue)
       + (SELECT count(*) FROM global_symbols_queue) AS count`,
  );
  return row?.count ?? 0;
}

import { foreignThings, MemoStore } from '../../src/incremental/memo-store.js';
import { contentsOf } from '../../src/incremental/pack.js';
import type { Database } from '../../src/sql/index.js';

/**
 * What is wrong with the index of what packs depend on: entries that are missing, and entries of a pack
 * that say what it does not read. Of a damaged pack, and of one that is gone, it is not known.
 */
export async function faultsInIndex(database: Database): Promise<string[]> {
  const spaces = await database.all<{ readonly space: string }>('SELECT DISTINCT space FROM memo_packs');
  const rows = await database.all<{ readonly thing: number; readonly pack_id: number }>(
    'SELECT thing, pack_id FROM memo_dependents',
  );
  const listed = new Map<number, Set<number>>();
  for (const { thing, pack_id: id } of rows) listed.set(id, (listed.get(id) ?? new Set<number>()).add(thing));
  const faults: string[] = [];
  for (const { space } of spaces) {
    const memos = new MemoStore(database, space);
    for (const [partition, { id, pack }] of await memos.load(await memos.partitions())) {
      if (pack === undefined) continue;
      const wanted = foreignThings(contentsOf(pack));
      const known = listed.get(id) ?? new Set<number>();
      for (const thing of wanted) if (!known.has(thing)) faults.push(`${partition} reads ${thing}: not listed`);
      for (const thing of known) {
        if (!wanted.has(thing as never)) faults.push(`${partition} is listed for ${thing}: not read`);
      }
    }
  }
  return faults;
}

import type { Database, Snapshot, SqlValue } from '../sql/index.js';
import { foreignThings, verifiedPack } from './memo-store.js';
import { contentsOf } from './pack.js';

/** One thing that was verified. `detail` says what was found, also when all is well. */
export interface MemoCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

interface PackRow {
  readonly id: number;
  readonly place: string;
  readonly data: SqlValue;
  readonly checksum: SqlValue;
}

const EXAMPLES = 3;

/**
 * Verifies what is kept of earlier computations, from one state: that each pack of results is what was
 * stored, that the index of what packs depend on lacks nothing (a row too many does no harm, and is
 * counted), and that no lease is in a state that no holder left. Reads every pack once.
 */
export async function checkMemos(database: Database): Promise<MemoCheck[]> {
  return database.snapshot(async (snapshot) => [...(await checkPacks(snapshot)), await checkLeases(snapshot)]);
}

async function checkPacks(snapshot: Snapshot): Promise<MemoCheck[]> {
  const damaged: string[] = [];
  const unlisted: string[] = [];
  let packs = 0;
  let listed = 0;
  const rows = snapshot.iterate<PackRow>(
    "SELECT id, space || '//' || partition AS place, data, checksum FROM memo_packs ORDER BY id",
  );
  for await (const row of rows) {
    packs++;
    const pack = verifiedPack(row);
    if (pack === undefined) {
      damaged.push(row.place);
      continue;
    }
    const things = [...foreignThings(contentsOf(pack))];
    const missing = await countMissing(snapshot, row.id, things);
    listed += things.length - missing;
    if (missing > 0) unlisted.push(`${row.place} (${missing})`);
  }
  const total = await snapshot.first<{ readonly count: number }>('SELECT count(*) AS count FROM memo_dependents');
  const surplus = (total?.count ?? 0) - listed;
  const surplusText = surplus > 0 ? `; ${surplus} rows are about what is no longer read` : '';
  return [
    finding('memo-packs', damaged, 'what is kept of earlier computations is what was stored', `${packs} packs`),
    finding('memo-dependents', unlisted, 'what packs depend on is in the index', `${listed} rows${surplusText}`),
  ];
}

/** How many of the things the index does not have for a pack. */
async function countMissing(snapshot: Snapshot, packId: number, things: readonly number[]): Promise<number> {
  const found = await snapshot.first<{ readonly count: number }>(
    `SELECT count(*) AS count FROM json_each(?) AS wanted
     WHERE NOT EXISTS (SELECT 1 FROM memo_dependents AS d WHERE d.thing = wanted.value AND d.pack_id = ?)`,
    [JSON.stringify(things), packId],
  );
  return found?.count ?? 0;
}

/** A guard is a row for the time of a batch only; one that stayed would make every later batch fail. */
async function checkLeases(snapshot: Snapshot): Promise<MemoCheck> {
  const rows = await snapshot.all<{ readonly place: string }>(
    `SELECT 'the lease of ' || project_id AS place FROM leases
     WHERE typeof(fence) <> 'integer' OR fence < 1 OR typeof(expires_at) <> 'integer' OR expires_at < 0
       OR (holder IS NULL AND expires_at <> 0)
     UNION ALL SELECT 'a guard that was left behind' FROM lease_guards
     ORDER BY place`,
  );
  return finding(
    'leases',
    rows.map(({ place }) => place),
    'every lease is held by somebody or by nobody',
    '',
  );
}

function finding(name: string, faults: readonly string[], holds: string, counted: string): MemoCheck {
  const suffix = counted === '' ? '' : ` (${counted})`;
  if (faults.length === 0) return { name, ok: true, detail: `${holds}${suffix}` };
  const more = faults.length > EXAMPLES ? `, and ${faults.length - EXAMPLES} more` : '';
  return { name, ok: false, detail: `not so for ${faults.slice(0, EXAMPLES).join(', ')}${more}: ${holds}${suffix}` };
}

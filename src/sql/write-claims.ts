import { overHttpFirst, type LibsqlLink, type RemoteStatement } from './libsql-link.js';

/** What became of a batch whose answer was lost. */
export interface Settled {
  readonly isApplied: boolean;
  /** Rows it changed; counted only for batches that return nothing else. */
  readonly changes: number;
}

/** Name of the check that a batch fails when its number was claimed before. */
export const BATCH_REPEATED = 'batch_repeated';

/**
 * The driver's own tables on a server. `driver_writers`: the last number that each open database claimed,
 * and which it gave up. `driver_staging`: rows of batches that are too large for one request.
 */
export const DRIVER_TABLES = ['driver_writers', 'driver_staging'] as const;

export const CREATE_DRIVER_TABLES_SQL = `
  CREATE TABLE IF NOT EXISTS driver_writers (
    writer TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL,
    abandoned INTEGER NOT NULL DEFAULT 0,
    changes INTEGER NOT NULL DEFAULT 0,
    used_at INTEGER NOT NULL,
    is_new INTEGER NOT NULL DEFAULT 1 CONSTRAINT ${BATCH_REPEATED} CHECK (is_new = 1)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS driver_staging (
    writer TEXT NOT NULL,
    batch INTEGER NOT NULL,
    part INTEGER NOT NULL,
    staged_at INTEGER NOT NULL,
    rows TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (writer, batch, part)
  );`;

/** What databases left that were not closed in peace. A lost answer is asked for within seconds. */
export const FORGET_OLD_WRITERS_SQL = 'DELETE FROM driver_writers WHERE used_at < unixepoch() - 7 * 86400';
export const FORGET_OLD_STAGING_SQL = 'DELETE FROM driver_staging WHERE staged_at < unixepoch() - 86400';

const CLAIM_SQL = `
  INSERT INTO driver_writers (writer, sequence, used_at) VALUES (?, ?, unixepoch())
  ON CONFLICT (writer) DO UPDATE
  SET is_new = excluded.sequence > sequence, sequence = excluded.sequence, changes = 0, used_at = excluded.used_at`;

const ABANDON_SQL = `
  INSERT INTO driver_writers (writer, sequence, abandoned, used_at) VALUES (?, ?, ?, unixepoch())
  ON CONFLICT (writer) DO UPDATE SET sequence = excluded.sequence, abandoned = excluded.sequence
  WHERE sequence < excluded.sequence`;

/** Claims a number; of two batches with one number, the second fails as a whole. */
export function claim(writer: string, sequence: number): RemoteStatement {
  return { sql: CLAIM_SQL, parameters: [writer, sequence] };
}

/**
 * Finds out whether the batch with this number was applied. If it was not, its number is claimed and with
 * it the batch given up for good, even if its request is still on the way. Asking again gives the same answer.
 */
export async function settle(link: LibsqlLink, writer: string, sequence: number): Promise<Settled> {
  const statements = [
    { sql: ABANDON_SQL, parameters: [writer, sequence, sequence] },
    { sql: 'SELECT abandoned, changes FROM driver_writers WHERE writer = ?', parameters: [writer] },
  ];
  const [, found] = await overHttpFirst(link, (way) => way.batch(statements, 'write'));
  const row = found?.rows[0];
  return { isApplied: row?.['abandoned'] !== sequence, changes: Number(row?.['changes'] ?? 0) };
}

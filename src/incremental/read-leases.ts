import type { Snapshot } from '../sql/index.js';
import { isDead, parseHolder } from './lease-holder.js';

/** The right to work on a project, as somebody has it. */
export interface HeldLease {
  readonly project: string;
  /** Undefined for a holder that another program wrote. */
  readonly pid: number | undefined;
  readonly host: string | undefined;
  /** Until when it was last renewed, in milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  /** The holder's process is no more, as far as can be told from here. */
  readonly isLeft: boolean;
}

/** The leases that somebody holds, or left behind; ordered by project. */
export async function readLeases(snapshot: Snapshot): Promise<HeldLease[]> {
  const rows = await snapshot.all<{ project: string; holder: string; expiresAt: number }>(
    `SELECT project_id AS project, holder, expires_at AS expiresAt FROM leases
     WHERE holder IS NOT NULL ORDER BY project_id`,
  );
  return rows.map(({ project, holder, expiresAt }) => {
    const seen = parseHolder(holder);
    return { project, pid: seen?.pid, host: seen?.host, expiresAt, isLeft: seen !== undefined && isDead(seen) };
  });
}

import { setTimeout as pause } from 'node:timers/promises';
import { BusyError, CancelledError, isLestockageError, type ProjectId } from '../model/index.js';
import type { Database } from '../sql/index.js';
import { requireInteger, requireName } from './argument-checks.js';
import { formatHolder, isDead, newHolder, parseHolder, type LeaseHolder } from './lease-holder.js';
import { ProjectClaim, type CommitRight } from './project-claim.js';
import { ProjectLease } from './project-lease.js';

export interface LeaseOptions {
  /** Who is to hold it; a new holder in this process when left out. */
  readonly holder?: LeaseHolder;
  /** How long the lease stays valid without being renewed. Default 15 s. */
  readonly ttlMs?: number;
  /** How long to wait for another holder; 0 looks once. Default 2 minutes. */
  readonly waitMs?: number;
  /** Milliseconds since the Unix epoch. */
  readonly clock?: () => number;
  readonly signal?: AbortSignal;
  /** Waits between two looks; may reject, or return early, when the signal fires. */
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<unknown>;
}

/**
 * The right to commit short work to a project: a claim when its lease is free, else the lease itself, waited
 * for as {@link acquireLease} does. Throws what that throws.
 */
export async function claimProject(
  database: Database,
  projectId: ProjectId,
  options: LeaseOptions = {},
): Promise<CommitRight> {
  const { clock = Date.now, ttlMs = DEFAULT_TTL_MS } = options;
  requireName('projectId', projectId);
  const row = await readLease(database, projectId);
  if (judge(row, clock(), ttlMs) !== 'free') return acquireLease(database, projectId, options);
  return new ProjectClaim(projectId, row === undefined ? undefined : { ...row, expiresAt: row.expires_at });
}

interface LeaseRow {
  readonly fence: number;
  readonly holder: string | null;
  readonly expires_at: number;
}

/** What a look at the lease concludes. A silent holder may only have been kept from renewing just now. */
type Finding = 'free' | 'silent' | 'held';

const DEFAULT_TTL_MS = 15_000;
const DEFAULT_WAIT_MS = 120_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/** Takes the lease if its row is still as it was seen, and in no other state. */
const TAKE = `
  INSERT INTO leases (project_id, fence, holder, expires_at) VALUES (?, 1, ?, ?)
  ON CONFLICT (project_id) DO UPDATE SET fence = fence + 1, holder = excluded.holder, expires_at = excluded.expires_at
  WHERE fence = ? AND holder IS ? AND expires_at = ?
  RETURNING fence`;
/** No row has this fence. */
const NOT_SEEN: LeaseRow = { fence: 0, holder: null, expires_at: 0 };

/**
 * Takes the lease of a project, which need not exist yet, and keeps renewing it until it is released.
 * Every taking grows the lease's fence by one, so that an earlier holder cannot commit any more.
 *
 * A lease is free when it has no holder or its holder is a dead process of this host, and when it
 * expires later than its holder can have meant, because a clock was set back. One that has expired is
 * free at a second look. Otherwise this waits, looking again and again.
 *
 * Throws BusyError `PROJECT_BUSY` with the holder's process and host when the wait was used up,
 * CancelledError, and UsageError `INVALID_ARGUMENT`.
 */
export async function acquireLease(
  database: Database,
  projectId: ProjectId,
  options: LeaseOptions = {},
): Promise<ProjectLease> {
  const { signal, clock = Date.now, sleep = defaultSleep } = options;
  requireName('projectId', projectId);
  const ttlMs = requireInteger('ttlMs', options.ttlMs ?? DEFAULT_TTL_MS, 1);
  const waitMs = requireInteger('waitMs', options.waitMs ?? DEFAULT_WAIT_MS, 0);
  const holder = formatHolder(options.holder ?? newHolder(), ttlMs);
  let pauseMs = FIRST_PAUSE_MS;
  let waitedMs = 0;
  let silent: LeaseRow | undefined;
  for (;;) {
    throwIfAborted(signal);
    const row = await readLease(database, projectId);
    const finding = judge(row, clock(), ttlMs);
    if (finding === 'free' || (finding === 'silent' && (waitedMs >= waitMs || isSameState(row, silent)))) {
      const fence = await takeLease(database, projectId, holder, clock() + ttlMs, row ?? NOT_SEEN);
      if (fence !== undefined) return new ProjectLease({ database, projectId, fence, holder, ttlMs, clock });
    }
    silent = finding === 'silent' ? row : undefined;
    if (waitedMs >= waitMs) throw projectBusy(projectId, row, waitedMs);
    const thisPauseMs = Math.min(pauseMs, waitMs - waitedMs);
    await pausing(sleep, thisPauseMs, signal);
    // What was slept is summed up rather than read from a clock, which may be set back meanwhile.
    waitedMs += thisPauseMs;
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

async function readLease(database: Database, projectId: ProjectId): Promise<LeaseRow | undefined> {
  return database.first<LeaseRow>('SELECT fence, holder, expires_at FROM leases WHERE project_id = ?', [projectId]);
}

/** The new fence; undefined when somebody else was faster. */
async function takeLease(
  database: Database,
  projectId: ProjectId,
  holder: string,
  expiresAt: number,
  seen: LeaseRow,
): Promise<number | undefined> {
  try {
    const { returned } = await database.write([
      { sql: TAKE, parameters: [projectId, holder, expiresAt, seen.fence, seen.holder, seen.expires_at] },
    ]);
    const fence = returned[0]?.[0]?.['fence'];
    return fence === undefined ? undefined : Number(fence);
  } catch (error) {
    if (!isLestockageError(error) || error.code !== 'RESULT_LOST') throw error;
    // Nobody else has the name of this holder.
    const row = await readLease(database, projectId);
    return row?.holder === holder ? row.fence : undefined;
  }
}

function judge(row: LeaseRow | undefined, now: number, ownTtlMs: number): Finding {
  if (row === undefined || row.holder === null) return 'free';
  const holder = parseHolder(row.holder);
  if (holder !== undefined && isDead(holder)) return 'free';
  // The clocks of two hosts differ; up to one time to live of that is taken for a difference.
  if (row.expires_at - now > 2 * (holder?.ttlMs ?? ownTtlMs)) return 'free';
  return row.expires_at <= now ? 'silent' : 'held';
}

/**
 * A holder whose process, or whose whole machine, stood still gets to renew its lease between two looks:
 * the timers of all that waited go off together.
 */
function isSameState(row: LeaseRow | undefined, earlier: LeaseRow | undefined): boolean {
  return row !== undefined && row.fence === earlier?.fence && row.expires_at === earlier.expires_at;
}

function projectBusy(projectId: ProjectId, row: LeaseRow | undefined, waitedMs: number): BusyError {
  const holder = typeof row?.holder === 'string' ? parseHolder(row.holder) : undefined;
  const who = holder === undefined ? 'somebody else' : `process ${holder.pid} on ${holder.host}`;
  return new BusyError('PROJECT_BUSY', `The project ${projectId} is in the hands of ${who}; waited ${waitedMs} ms.`, {
    details: { projectId, pid: holder?.pid ?? null, host: holder?.host ?? null, waitedMs },
  });
}

async function pausing(
  sleep: NonNullable<LeaseOptions['sleep']>,
  milliseconds: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await sleep(milliseconds, signal);
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  }
}

async function defaultSleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, signal === undefined ? {} : { signal });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
}

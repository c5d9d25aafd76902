import { BusyError, ConnectionError, isLestockageError, type ProjectId } from '../model/index.js';
import type { Database, Statement } from '../sql/index.js';
import type { CommitRight } from './project-claim.js';

/** What a lease consists of once it was taken. */
export interface TakenLease {
  readonly database: Database;
  readonly projectId: ProjectId;
  readonly fence: number;
  /** The text that names the holder in the table. */
  readonly holder: string;
  readonly ttlMs: number;
  readonly clock: () => number;
}

const RENEWALS_PER_TTL = 3;
/** Timers cannot wait longer. */
const LONGEST_INTERVAL_MS = 2 ** 31 - 1;

/**
 * The right to commit to a project, made by `acquireLease`. It renews itself in the background while
 * the thread has time to; a thread that computes for long calls `renew` in between.
 *
 * An expired lease stays good until somebody else takes it. What makes that safe are the guards: a
 * batch that begins with them is written only while the lease is held.
 */
export class ProjectLease implements CommitRight {
  readonly projectId: ProjectId;
  /** Grows by one with every holder of the project. */
  readonly fence: number;
  private readonly database: Database;
  private readonly holder: string;
  private readonly ttlMs: number;
  private readonly clock: () => number;
  private readonly timer: NodeJS.Timeout;
  private state: 'held' | 'lost' | 'released' = 'held';
  private renewedAt: number;

  constructor(taken: TakenLease) {
    this.database = taken.database;
    this.projectId = taken.projectId;
    this.fence = taken.fence;
    this.holder = taken.holder;
    this.ttlMs = taken.ttlMs;
    this.clock = taken.clock;
    this.renewedAt = taken.clock();
    const everyMs = Math.min(Math.max(1, Math.floor(taken.ttlMs / RENEWALS_PER_TTL)), LONGEST_INTERVAL_MS);
    this.timer = setInterval(() => void this.renewInBackground(), everyMs);
    // A program that has nothing else to do may end; its lease is free when it is gone.
    this.timer.unref();
  }

  /** False once it is known that the lease was released or taken by somebody else. */
  get isHeld(): boolean {
    return this.state === 'held';
  }

  /**
   * Statements to put before those of a batch. The batch fails with BusyError `LEASE_LOST`, and nothing
   * of it is written, when the lease is not held any more.
   */
  guards(): Statement[] {
    return [
      {
        sql: `INSERT INTO lease_guards (holds)
              SELECT EXISTS (SELECT 1 FROM leases WHERE project_id = ? AND fence = ? AND holder = ?)`,
        parameters: this.identity(),
      },
      { sql: 'DELETE FROM lease_guards' },
    ];
  }

  /**
   * Makes the lease valid for its whole time again. Throws BusyError `LEASE_LOST` when somebody else
   * took it or it was released.
   */
  async renew(): Promise<void> {
    if (this.state === 'held') {
      const { changes } = await this.database.write([
        {
          sql: 'UPDATE leases SET expires_at = ? WHERE project_id = ? AND fence = ? AND holder = ?',
          parameters: [this.clock() + this.ttlMs, ...this.identity()],
        },
      ]);
      if (changes > 0) {
        this.renewedAt = this.clock();
        return;
      }
      this.end('lost');
    }
    throw new BusyError('LEASE_LOST', `The lease of the project ${this.projectId} is not held any more.`, {
      details: { projectId: this.projectId, fence: this.fence },
    });
  }

  /** Renews the lease when a good part of its time is over; for a thread that computes for long. */
  async renewWhenDue(): Promise<void> {
    if (Math.abs(this.clock() - this.renewedAt) * RENEWALS_PER_TTL >= this.ttlMs) await this.renew();
  }

  /** Gives the lease back as part of a batch; {@link released} is called once that is written. */
  releaseStatements(): Statement[] {
    return [
      {
        sql: 'UPDATE leases SET holder = NULL, expires_at = 0 WHERE project_id = ? AND fence = ? AND holder = ?',
        parameters: this.identity(),
      },
    ];
  }

  /** Notes that the lease was given back by {@link releaseStatements}. */
  released(): void {
    this.end('released');
  }

  /**
   * Gives the lease back and stops renewing it. Does nothing when it was lost or released already, and
   * leaves it to expire when the database is closed, stays locked or cannot be reached.
   */
  async release(): Promise<void> {
    if (this.state !== 'held') return;
    this.end('released');
    try {
      await this.database.write(this.releaseStatements());
    } catch (error) {
      if (!canBeLeft(error)) throw error;
    }
  }

  private identity(): [ProjectId, number, string] {
    return [this.projectId, this.fence, this.holder];
  }

  private end(state: 'lost' | 'released'): void {
    // A renewal that ran while the lease was released finds that it is gone.
    if (this.state === 'held') this.state = state;
    clearInterval(this.timer);
  }

  /** A failure has no one to go to here: the next commit meets the guards. */
  private async renewInBackground(): Promise<void> {
    try {
      await this.renew();
    } catch (error) {
      if (isLestockageError(error) && error.code === 'STORE_CLOSED') this.end('lost');
    }
  }
}

function canBeLeft(error: unknown): boolean {
  if (error instanceof BusyError || error instanceof ConnectionError) return true;
  return isLestockageError(error) && error.code === 'STORE_CLOSED';
}

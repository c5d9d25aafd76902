import type { ProjectId } from '../model/index.js';
import type { Statement } from '../sql/index.js';

/** What lets a run commit to a project. */
export interface CommitRight {
  /**
   * Statements to put before those of a batch, which fails with BusyError `LEASE_LOST`, and of which nothing
   * is written, when the right is gone.
   */
  guards(): Statement[];
  /** Gives the right back as part of a batch; `released` is called once that is written. */
  releaseStatements(): Statement[];
  released(): void;
  /** Gives the right back outside of a batch; does nothing when that is done already. */
  release(): Promise<void>;
  renewWhenDue(): Promise<void>;
}

/** The row of a project's lease as it was read. */
export interface LeaseState {
  readonly fence: number;
  readonly holder: string | null;
  readonly expiresAt: number;
}

/**
 * A right for work so short that nobody need be kept from doing the same meanwhile: the claim that the
 * project's lease, which was free, is still as it was seen. It writes nothing, which spares a run over
 * few files one of its two transactions; a lease that somebody takes before the commit undoes the run.
 */
export class ProjectClaim implements CommitRight {
  constructor(
    private readonly projectId: ProjectId,
    private readonly seen: LeaseState | undefined,
  ) {}

  guards(): Statement[] {
    const { fence, holder, expiresAt } = this.seen ?? { fence: 0, holder: null, expiresAt: 0 };
    return [
      {
        sql: `INSERT INTO lease_guards (holds)
              SELECT NOT EXISTS (SELECT 1 FROM leases
                WHERE project_id = ? AND NOT (fence = ? AND holder IS ? AND expires_at = ?))`,
        parameters: [this.projectId, fence, holder, expiresAt],
      },
      { sql: 'DELETE FROM lease_guards' },
    ];
  }

  releaseStatements(): Statement[] {
    return [];
  }

  released(): void {
    // Nothing is held.
  }

  async release(): Promise<void> {
    // Nothing is held.
  }

  async renewWhenDue(): Promise<void> {
    // The guards find out whether somebody came.
  }
}

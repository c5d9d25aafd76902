import type { IndexFileState } from '../search/vector-index.js';

/** Rows of replaced and deleted vectors are searched in vain; from this share of all rows on the file is built anew. */
const MOST_DEAD_SHARE = 0.25;

export interface IndexSize {
  readonly state: IndexFileState;
  /** Vectors now. */
  readonly count: number;
  /** Rows of the index file; 0 without a usable one. */
  readonly rows: number;
  /** Changed vectors in memory. */
  readonly recent: number;
  /** Ids that are known to be deleted since the file was made. */
  readonly deleted: number;
  /** Changes from which the file is extended. */
  readonly recentLimit: number;
}

export interface MaintenancePlan {
  readonly action: 'nothing' | 'build' | 'extend';
  readonly why: string;
}

const WHY_BUILD: Readonly<Record<Exclude<IndexFileState, 'usable'>, string>> = {
  missing: 'There was no index file.',
  damaged: 'The index file was damaged.',
  foreign: 'The index file was of another origin.',
  'other-version': 'The index file was of another version.',
  ahead: 'The vectors were put back to a state before that of the index file.',
  behind: 'The index file was too far behind the vectors.',
};

export function planMaintenance(size: IndexSize): MaintenancePlan {
  if (size.count === 0) return { action: 'nothing', why: 'There are no vectors.' };
  if (size.state !== 'usable') return { action: 'build', why: WHY_BUILD[size.state] };
  const rowsAfter = size.rows + size.recent;
  if (rowsAfter - size.count > MOST_DEAD_SHARE * rowsAfter && size.recent + size.deleted > 0) {
    return { action: 'build', why: 'Too many rows of the index file were of replaced or deleted vectors.' };
  }
  if (size.recent >= size.recentLimit) return { action: 'extend', why: `${size.recent} vectors had changed.` };
  return { action: 'nothing', why: 'The index file is up to date.' };
}

import { BusyError, ConstraintError, type ErrorOptions, type LestockageError } from '../model/index.js';

/** Name of the check in migration 2 that a batch with an outdated premise fails. */
const STALE_GENERATION_CHECK = 'stale_generation';
/** Name of the check in migration 3 that a batch of a former holder of a lease fails. */
const LOST_LEASE_CHECK = 'lost_lease';

export type ConstraintKind = 'foreign-key' | 'unique' | 'other';

/** The error for a row that a constraint refused; the text is SQLite's. */
export function constraintFailure(kind: ConstraintKind, text: string, options: ErrorOptions): LestockageError {
  if (kind === 'foreign-key') {
    return new ConstraintError('FOREIGN_KEY', 'A row names another that does not exist.', options);
  }
  if (text.endsWith(STALE_GENERATION_CHECK)) {
    return new BusyError('STALE_GENERATION', 'The project was changed by someone else since it was read.', options);
  }
  if (text.endsWith(LOST_LEASE_CHECK)) {
    return new BusyError('LEASE_LOST', 'The project was taken over by another holder; nothing was written.', options);
  }
  return new ConstraintError(kind === 'unique' ? 'UNIQUE' : 'CONSTRAINT', sentence(text), options);
}

/** SQLite's own words as a sentence. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

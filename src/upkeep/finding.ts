import type { ErrorCode } from '../model/index.js';

/** What a finding is about, where it is no error of the library. */
export type FindingCode =
  | ErrorCode
  | 'NODE_TOO_OLD'
  | 'COMPONENT_MISSING'
  | 'GRAMMAR_MISSING'
  | 'DATABASE_DAMAGED'
  | 'LOG_LARGE'
  | 'PAGES_FREE'
  | 'FOLDER_GONE'
  | 'FILES_CHANGED'
  | 'REPLICA_OLD'
  | 'LINKS_PENDING'
  | 'EMBEDDINGS_PENDING'
  | 'LEASE_HELD'
  | 'LEASE_LEFT';

/** Something to know. An `error` keeps the store from being used, a `warning` can be mended, a `note` passes. */
export interface Finding {
  readonly level: 'error' | 'warning' | 'note';
  readonly code: FindingCode;
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
}

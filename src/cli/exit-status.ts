import type { ErrorCode } from '../index.js';

/** What the process exits with, by what went wrong. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  busy: 4,
  corrupt: 5,
  interrupted: 130,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

const STATUS_BY_CODE: Readonly<Record<ErrorCode, ExitStatus>> = {
  FILE_CHANGED: EXIT.usage,
  INVALID_ARGUMENT: EXIT.usage,
  INVALID_HASH: EXIT.usage,
  INVALID_OPTION: EXIT.usage,
  INVALID_VECTOR: EXIT.usage,
  NOT_A_FOLDER: EXIT.usage,
  QUERY_CYCLE: EXIT.failed,
  READ_ONLY: EXIT.failed,
  STORE_CLOSED: EXIT.failed,
  PROJECT_NOT_FOUND: EXIT.notFound,
  SYMBOL_NOT_FOUND: EXIT.notFound,
  NODE_NOT_FOUND: EXIT.notFound,
  FILE_NOT_FOUND: EXIT.notFound,
  FUNCTION_NOT_FOUND: EXIT.notFound,
  FLOW_NOT_AVAILABLE: EXIT.notFound,
  FOLDER_NOT_FOUND: EXIT.notFound,
  DATABASE_NOT_FOUND: EXIT.notFound,
  AMBIGUOUS_PROJECT: EXIT.usage,
  AMBIGUOUS_SYMBOL: EXIT.usage,
  FOREIGN_KEY: EXIT.failed,
  UNIQUE: EXIT.failed,
  CONSTRAINT: EXIT.failed,
  DATABASE_BUSY: EXIT.busy,
  STALE_GENERATION: EXIT.busy,
  LEASE_LOST: EXIT.busy,
  PROJECT_BUSY: EXIT.busy,
  CONNECTION_FAILED: EXIT.busy,
  SCHEMA_TOO_NEW: EXIT.corrupt,
  SCHEMA_TOO_OLD: EXIT.corrupt,
  SCHEMA_UNKNOWN: EXIT.corrupt,
  MIGRATION_CHANGED: EXIT.corrupt,
  DATABASE_CORRUPT: EXIT.corrupt,
  NOT_A_DATABASE: EXIT.corrupt,
  DATABASE_UNWRITABLE: EXIT.failed,
  PARSE_FAILED: EXIT.failed,
  EMBEDDER_FAILED: EXIT.failed,
  EMBEDDER_INVALID: EXIT.failed,
  EMBEDDER_NOT_INSTALLED: EXIT.failed,
  EMBEDDER_TIMEOUT: EXIT.busy,
  EMBEDDER_UNREACHABLE: EXIT.busy,
  LIMIT_EXCEEDED: EXIT.failed,
  DISK_FULL: EXIT.failed,
  CANCELLED: EXIT.interrupted,
};

export function exitStatusOf(code: ErrorCode): ExitStatus {
  return STATUS_BY_CODE[code];
}

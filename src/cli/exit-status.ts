import type { ErrorCode, FindingCode } from '../index.js';

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
  NOT_AUTHORIZED: EXIT.failed,
  PROJECT_HAS_FOLDER: EXIT.usage,
  PROJECT_NOT_SETTLED: EXIT.failed,
  QUERY_CYCLE: EXIT.failed,
  READ_ONLY: EXIT.failed,
  SERVER_NOT_SUPPORTED: EXIT.corrupt,
  SNAPSHOT_EXISTS: EXIT.usage,
  STORE_CLOSED: EXIT.failed,
  TARGET_EXISTS: EXIT.usage,
  VECTORS_ELSEWHERE: EXIT.usage,
  VECTORS_MIGRATION: EXIT.failed,
  VECTORS_MISMATCH: EXIT.usage,
  PROJECT_NOT_FOUND: EXIT.notFound,
  SYMBOL_NOT_FOUND: EXIT.notFound,
  NODE_NOT_FOUND: EXIT.notFound,
  PACKAGE_NOT_FOUND: EXIT.notFound,
  FILE_NOT_FOUND: EXIT.notFound,
  FUNCTION_NOT_FOUND: EXIT.notFound,
  FLOW_NOT_AVAILABLE: EXIT.notFound,
  FOLDER_NOT_FOUND: EXIT.notFound,
  DATABASE_NOT_FOUND: EXIT.notFound,
  MODEL_NOT_FOUND: EXIT.notFound,
  SNAPSHOT_NOT_FOUND: EXIT.notFound,
  EMBEDDING_NOT_FOUND: EXIT.notFound,
  AMBIGUOUS_PROJECT: EXIT.usage,
  AMBIGUOUS_SYMBOL: EXIT.usage,
  FOREIGN_KEY: EXIT.failed,
  UNIQUE: EXIT.failed,
  CONSTRAINT: EXIT.failed,
  DATABASE_BUSY: EXIT.busy,
  STALE_GENERATION: EXIT.busy,
  LEASE_LOST: EXIT.busy,
  PROJECT_BUSY: EXIT.busy,
  PORT_TAKEN: EXIT.busy,
  CONNECTION_FAILED: EXIT.busy,
  RESULT_LOST: EXIT.busy,
  SCHEMA_TOO_NEW: EXIT.corrupt,
  SCHEMA_TOO_OLD: EXIT.corrupt,
  SCHEMA_UNKNOWN: EXIT.corrupt,
  MIGRATION_CHANGED: EXIT.corrupt,
  DATABASE_CORRUPT: EXIT.corrupt,
  NOT_A_DATABASE: EXIT.corrupt,
  DATABASE_UNWRITABLE: EXIT.failed,
  SNAPSHOT_CORRUPT: EXIT.corrupt,
  INDEX_UNWRITABLE: EXIT.failed,
  TRANSFER_MISMATCH: EXIT.failed,
  VECTORS_DIFFER: EXIT.corrupt,
  VECTORS_OUT_OF_STEP: EXIT.corrupt,
  PARSE_FAILED: EXIT.failed,
  EMBEDDER_FAILED: EXIT.failed,
  EMBEDDER_INVALID: EXIT.failed,
  EMBEDDER_NOT_INSTALLED: EXIT.failed,
  EMBEDDER_TIMEOUT: EXIT.busy,
  EMBEDDER_UNREACHABLE: EXIT.busy,
  NOT_AN_INDEX: EXIT.failed,
  INDEX_DAMAGED: EXIT.failed,
  INDEX_VERSION: EXIT.failed,
  LIMIT_EXCEEDED: EXIT.failed,
  DISK_FULL: EXIT.failed,
  CANCELLED: EXIT.interrupted,
};

export function exitStatusOf(code: ErrorCode): ExitStatus {
  return STATUS_BY_CODE[code];
}

/** What `doctor` exits with for an error that it found. */
export function statusOfFinding(code: FindingCode): ExitStatus {
  if (code === 'DATABASE_DAMAGED') return EXIT.corrupt;
  return Object.hasOwn(STATUS_BY_CODE, code) ? STATUS_BY_CODE[code as ErrorCode] : EXIT.failed;
}

import { isLestockageError, type ErrorCode, type LestockageError } from '../index.js';

/** The HTTP status of each error of the library. */
const STATUS_BY_CODE: Readonly<Record<ErrorCode, number>> = {
  FILE_CHANGED: 409,
  INVALID_ARGUMENT: 400,
  INVALID_HASH: 400,
  INVALID_OPTION: 400,
  INVALID_VECTOR: 400,
  NOT_A_FOLDER: 400,
  // The token for a database server, not the one of the page: the reader of the page can do nothing about it.
  NOT_AUTHORIZED: 502,
  TRANSFER_MISMATCH: 500,
  TARGET_EXISTS: 409,
  VECTORS_ELSEWHERE: 409,
  VECTORS_MIGRATION: 409,
  VECTORS_MISMATCH: 409,
  VECTORS_DIFFER: 500,
  VECTORS_OUT_OF_STEP: 500,
  PROJECT_HAS_FOLDER: 409,
  PROJECT_NOT_SETTLED: 409,
  QUERY_CYCLE: 500,
  READ_ONLY: 403,
  SERVER_NOT_SUPPORTED: 502,
  SNAPSHOT_EXISTS: 409,
  STORE_CLOSED: 503,
  PROJECT_NOT_FOUND: 404,
  SYMBOL_NOT_FOUND: 404,
  NODE_NOT_FOUND: 404,
  MODEL_NOT_FOUND: 404,
  EMBEDDING_NOT_FOUND: 404,
  PACKAGE_NOT_FOUND: 404,
  FILE_NOT_FOUND: 404,
  FUNCTION_NOT_FOUND: 404,
  FLOW_NOT_AVAILABLE: 404,
  FOLDER_NOT_FOUND: 404,
  DATABASE_NOT_FOUND: 404,
  SNAPSHOT_NOT_FOUND: 404,
  AMBIGUOUS_PROJECT: 409,
  AMBIGUOUS_SYMBOL: 409,
  FOREIGN_KEY: 409,
  UNIQUE: 409,
  CONSTRAINT: 409,
  DATABASE_BUSY: 503,
  STALE_GENERATION: 503,
  LEASE_LOST: 503,
  PROJECT_BUSY: 503,
  PORT_TAKEN: 503,
  CONNECTION_FAILED: 503,
  RESULT_LOST: 503,
  SCHEMA_TOO_NEW: 500,
  SCHEMA_TOO_OLD: 500,
  SCHEMA_UNKNOWN: 500,
  MIGRATION_CHANGED: 500,
  DATABASE_CORRUPT: 500,
  NOT_A_DATABASE: 500,
  DATABASE_UNWRITABLE: 500,
  SNAPSHOT_CORRUPT: 500,
  INDEX_UNWRITABLE: 500,
  PARSE_FAILED: 422,
  EMBEDDER_FAILED: 502,
  EMBEDDER_INVALID: 502,
  EMBEDDER_NOT_INSTALLED: 500,
  EMBEDDER_TIMEOUT: 504,
  EMBEDDER_UNREACHABLE: 502,
  NOT_AN_INDEX: 422,
  INDEX_DAMAGED: 422,
  INDEX_VERSION: 422,
  LIMIT_EXCEEDED: 413,
  DISK_FULL: 507,
  CANCELLED: 503,
};

/** What only HTTP knows of, by status. */
const STATUS_BY_REFUSAL = {
  TOKEN_MISSING: 401,
  TOKEN_WRONG: 401,
  HOST_NOT_ALLOWED: 403,
  ORIGIN_NOT_ALLOWED: 403,
  INDEXING_NOT_ALLOWED: 403,
  PATH_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TOO_LARGE: 413,
  TOO_MANY_REQUESTS: 429,
  TOOK_TOO_LONG: 503,
} as const;

export type RefusalCode = keyof typeof STATUS_BY_REFUSAL;

/** Every code that an answer can carry, for the description of the API. */
export const FAILURE_CODES: readonly string[] = [
  ...Object.keys(STATUS_BY_CODE),
  ...Object.keys(STATUS_BY_REFUSAL),
  'FAILED',
].sort();

/** A request that is refused before the store is asked. */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

export interface Failure {
  readonly status: number;
  readonly body: {
    readonly error: { readonly code: string; readonly message: string; readonly details: object };
  };
}

/** What the asker is told; what nobody foresaw is told without its text, which may hold anything. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Refusal) return failure(STATUS_BY_REFUSAL[error.code], error);
  if (isLestockageError(error)) return failure(STATUS_BY_CODE[error.code], error);
  return failure(500, {
    code: 'FAILED',
    message: 'The request failed for a reason that was not foreseen.',
    details: {},
  });
}

function failure(
  status: number,
  { code, message, details }: Pick<LestockageError, 'message' | 'details'> & { code: string },
): Failure {
  return { status, body: { error: { code, message, details } } };
}

/**
 * Every error the library throws on purpose. Match on {@link LestockageError.code}, never on the text.
 *
 * The classes follow what a caller should do about the failure; the codes say what happened.
 */

/** Codes by the class that carries them. The union of all values is {@link ErrorCode}. */
export const ERROR_CODES = {
  UsageError: [
    'FILE_CHANGED',
    'INVALID_ARGUMENT',
    'INVALID_HASH',
    'INVALID_OPTION',
    'INVALID_VECTOR',
    'NOT_A_FOLDER',
    'NOT_AUTHORIZED',
    'PROJECT_HAS_FOLDER',
    'PROJECT_NOT_SETTLED',
    'QUERY_CYCLE',
    'READ_ONLY',
    'SERVER_NOT_SUPPORTED',
    'SNAPSHOT_EXISTS',
    'STORE_CLOSED',
    'TARGET_EXISTS',
    'VECTORS_ELSEWHERE',
    'VECTORS_MIGRATION',
    'VECTORS_MISMATCH',
  ],
  NotFoundError: [
    'PROJECT_NOT_FOUND',
    'SYMBOL_NOT_FOUND',
    'NODE_NOT_FOUND',
    'PACKAGE_NOT_FOUND',
    'FILE_NOT_FOUND',
    'FUNCTION_NOT_FOUND',
    'FLOW_NOT_AVAILABLE',
    'FOLDER_NOT_FOUND',
    'DATABASE_NOT_FOUND',
    'MODEL_NOT_FOUND',
    'SNAPSHOT_NOT_FOUND',
    'EMBEDDING_NOT_FOUND',
  ],
  AmbiguousError: ['AMBIGUOUS_PROJECT', 'AMBIGUOUS_SYMBOL'],
  ConstraintError: ['FOREIGN_KEY', 'UNIQUE', 'CONSTRAINT'],
  BusyError: ['DATABASE_BUSY', 'STALE_GENERATION', 'LEASE_LOST', 'PROJECT_BUSY', 'PORT_TAKEN'],
  ConnectionError: ['CONNECTION_FAILED', 'RESULT_LOST'],
  SchemaVersionError: ['SCHEMA_TOO_NEW', 'SCHEMA_TOO_OLD', 'SCHEMA_UNKNOWN', 'MIGRATION_CHANGED'],
  CorruptionError: [
    'DATABASE_CORRUPT',
    'NOT_A_DATABASE',
    'DATABASE_UNWRITABLE',
    'SNAPSHOT_CORRUPT',
    'INDEX_UNWRITABLE',
    'TRANSFER_MISMATCH',
    'VECTORS_DIFFER',
    'VECTORS_OUT_OF_STEP',
  ],
  ParseError: ['PARSE_FAILED', 'NOT_AN_INDEX', 'INDEX_DAMAGED', 'INDEX_VERSION'],
  EmbedderError: [
    'EMBEDDER_FAILED',
    'EMBEDDER_INVALID',
    'EMBEDDER_NOT_INSTALLED',
    'EMBEDDER_TIMEOUT',
    'EMBEDDER_UNREACHABLE',
  ],
  LimitError: ['LIMIT_EXCEEDED', 'DISK_FULL'],
  CancelledError: ['CANCELLED'],
} as const;

export type ErrorClassName = keyof typeof ERROR_CODES;
type CodesOf<C extends ErrorClassName> = (typeof ERROR_CODES)[C][number];
/** Every code, as a literal union. */
export type ErrorCode = CodesOf<ErrorClassName>;

/** What the error is about: the offending value, the place, the limit. Never holds a secret. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

export interface ErrorOptions {
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
}

export abstract class LestockageError extends Error {
  /** What happened, stable across versions. */
  readonly code: ErrorCode;
  /** True when the same call may succeed later without any change by the caller. */
  readonly retryable: boolean;
  readonly details: ErrorDetails;

  protected constructor(code: ErrorCode, message: string, retryable: boolean, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = retryable;
    this.details = options.details ?? {};
  }
}

/** The call itself is wrong; calling again in the same way cannot succeed. */
export class UsageError extends LestockageError {
  constructor(code: CodesOf<'UsageError'>, message: string, options?: ErrorOptions) {
    super(code, message, false, options);
  }
}

/** The named thing does not exist. */
export class NotFoundError extends LestockageError {
  constructor(code: CodesOf<'NotFoundError'>, message: string, options?: ErrorOptions) {
    super(code, message, false, options);
  }
}

/** The name fits several things; `details.candidates` lists them. */
export class AmbiguousError extends LestockageError {
  constructor(code: CodesOf<'AmbiguousError'>, message: string, options?: ErrorOptions) {
    super(code, message, false, options);
  }
}

/** A row was refused by a constraint of the schema; nothing of its batch was written. */
export class ConstraintError extends LestockageError {
  constructor(code: CodesOf<'ConstraintError'>, message: string, options?: ErrorOptions) {
    super(code, message, false, options);
  }
}

/** Someone else holds what the call needs; nothing was written, a retry may help. */
export class BusyError extends LestockageError {
  constructor(code: CodesOf<'BusyError'>, message: string, options?: ErrorOptions) {
    super(code, message, true, options);
  }
}

/** What became of a call that got no answer. */
export type ConnectionOutcome = 'not-applied' | 'unknown' | 'applied';

/**
 * The database could not be reached. `outcome` says what became of a write: it was not applied and can be
 * repeated; nobody can tell; or, with code `RESULT_LOST`, it was applied once and only what it returned is lost.
 */
export class ConnectionError extends LestockageError {
  readonly outcome: ConnectionOutcome;
  constructor(code: CodesOf<'ConnectionError'>, message: string, outcome: ConnectionOutcome, options?: ErrorOptions) {
    super(code, message, outcome === 'not-applied', options);
    this.outcome = outcome;
  }
}

/** The database has a schema this version cannot use. Nothing was touched. */
export class SchemaVersionError extends LestockageError {
  constructor(code: CodesOf<'SchemaVersionError'>, message: string, options?: ErrorOptions) {
    super(code, message, false, options);
  }
}

/** The file is not a usable database: damaged, foreign, or not to be opened. */
export class CorruptionError extends LestockageError {
  constructor(code: CodesOf<'CorruptionError'>, message: string, options?: ErrorOptions) {
    super(code, message, false, options);
  }
}

/** A text could not be parsed; `details` has the place. */
export class ParseError extends LestockageError {
  constructor(code: CodesOf<'ParseError'>, message: string, options?: ErrorOptions) {
    super(code, message, false, options);
  }
}

/**
 * What makes embeddings did not do its work; `details.model` names it. Nothing of the batch was written.
 * `EMBEDDER_INVALID`: it gave something that is no vector of its dimension; `EMBEDDER_TIMEOUT` and
 * `EMBEDDER_UNREACHABLE` may pass.
 */
export class EmbedderError extends LestockageError {
  constructor(code: CodesOf<'EmbedderError'>, message: string, options?: ErrorOptions) {
    super(code, message, code === 'EMBEDDER_TIMEOUT' || code === 'EMBEDDER_UNREACHABLE', options);
  }
}

/** A configured or physical limit was reached. */
export class LimitError extends LestockageError {
  constructor(code: CodesOf<'LimitError'>, message: string, options?: ErrorOptions) {
    super(code, message, false, options);
  }
}

/** The caller's AbortSignal fired; nothing was written. */
export class CancelledError extends LestockageError {
  constructor(message = 'The operation was cancelled.', options?: ErrorOptions) {
    super('CANCELLED', message, true, options);
  }
}

export function isLestockageError(error: unknown): error is LestockageError {
  return error instanceof LestockageError;
}

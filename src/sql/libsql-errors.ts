import {
  BusyError,
  ConnectionError,
  CorruptionError,
  isLestockageError,
  LimitError,
  NotFoundError,
  UsageError,
  type ErrorDetails,
} from '../model/index.js';
import { constraintFailure, type ConstraintKind } from './constraint-errors.js';

/** Where an error happened: the server, and in a batch the statement and the row, counted from 0. */
export interface RemotePlace {
  readonly location: string;
  readonly statement?: number;
  readonly row?: number;
}

/** What the client library's errors have in common, whatever their class. */
interface ClientFailure {
  readonly message: string;
  readonly code?: unknown;
  readonly statementIndex?: unknown;
  readonly status?: unknown;
  readonly cause?: unknown;
}

/** The code of the server for an answer that is larger than it sends. */
export const RESPONSE_TOO_LARGE = 'RESPONSE_TOO_LARGE';

/** Nothing was sent to a server that could not be found or did not accept the connection. */
const NEVER_SENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|bad port|UND_ERR_CONNECT_TIMEOUT/;
/** Of the operating system, such as ECONNRESET, and of Node's client, such as UND_ERR_SOCKET. */
const SYSTEM_CODE = /^(E[A-Z]+|UND_ERR_\w+)$/;
const TRANSPORT_CODES = new Set([
  'HRANA_WEBSOCKET_ERROR',
  'HRANA_CLOSED_ERROR',
  'HRANA_PROTO_ERROR',
  'CLIENT_CLOSED',
  'STREAM_EXPIRED',
  'UNKNOWN',
]);
const BUSY_CODES = /^(SQLITE_BUSY|SQLITE_LOCKED|TRANSACTION_TIMEOUT|TRANSACTION_BUSY|THROTTLED)/;

/** The position among the statements of a request that the client library says failed; undefined when it does not say. */
export function failedStatement(error: unknown): number | undefined {
  const index = asFailure(error)?.statementIndex;
  return typeof index === 'number' ? index : undefined;
}

/**
 * The typed error for what the client library threw. What has no typed form, such as a mistake in the
 * SQL text, is returned as it is. A ConnectionError says `not-applied` only when nothing was sent.
 */
export function toRemoteError(error: unknown, place: RemotePlace): unknown {
  if (isLestockageError(error)) return error;
  const failure = asFailure(error);
  if (failure === undefined) return error;
  const code = codeOf(failure);
  const details: ErrorDetails = { ...place, ...(code === '' ? {} : { serverCode: code }) };
  const status = statusOf(failure);
  if (status !== undefined) return httpError(status, failure, place, details);
  return (
    answered(code, failure, place, details) ??
    (isTransport(code, failure) ? connectionError(failure, place, details) : error)
  );
}

/** The error for a server that was not reached, or from which no answer came. */
export function connectionError(
  cause: { readonly message: string },
  place: RemotePlace,
  details: ErrorDetails = { ...place },
): ConnectionError {
  const reason = reasonOf(cause);
  const outcome = NEVER_SENT.test(reason) ? 'not-applied' : 'unknown';
  return new ConnectionError('CONNECTION_FAILED', `No answer from ${place.location}: ${reason}.`, outcome, {
    details: { ...details, reason },
    cause,
  });
}

/** Everything that the server said of a statement. */
function answered(code: string, failure: ClientFailure, place: RemotePlace, details: ErrorDetails): unknown {
  const options = { details, cause: failure };
  const text = withoutCodes(failure.message);
  if (code.startsWith('SQLITE_CONSTRAINT')) return constraintFailure(constraintKind(text), text, options);
  if (BUSY_CODES.test(code)) {
    return new BusyError('DATABASE_BUSY', `The database ${place.location} is in use; the wait was used up.`, options);
  }
  if (code === 'SQLITE_FULL') {
    return new LimitError('DISK_FULL', `No room left on ${place.location}; nothing was written.`, options);
  }
  if (code === 'SQLITE_TOOBIG' || code === RESPONSE_TOO_LARGE || /too big|too large/i.test(text)) {
    return new LimitError('LIMIT_EXCEEDED', `More than ${place.location} takes at once: ${text}.`, options);
  }
  if (code === 'SQLITE_NOMEM') return new LimitError('LIMIT_EXCEEDED', `${text}.`, options);
  if (code.startsWith('AUTH_')) return notAuthorized(place, options);
  if (code === 'BLOCKED' || code.startsWith('SQLITE_READONLY')) return readOnly(place, options);
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB') {
    return new CorruptionError('DATABASE_CORRUPT', `The database ${place.location} is damaged: ${text}.`, options);
  }
  if (code === 'SQLITE_IOERR') {
    return new CorruptionError('DATABASE_UNWRITABLE', `The server ${place.location} cannot write: ${text}.`, options);
  }
  if (code === 'ARGS_INVALID' || code === 'ARGS_BOTH_POSITIONAL_AND_NAMED') {
    return new UsageError('INVALID_ARGUMENT', `A parameter cannot be stored: ${text}.`, options);
  }
  return undefined;
}

/** The server names the kind of a constraint only in its text. */
function constraintKind(text: string): ConstraintKind {
  if (text.startsWith('FOREIGN KEY')) return 'foreign-key';
  return text.startsWith('UNIQUE') ? 'unique' : 'other';
}

function httpError(status: number, failure: ClientFailure, place: RemotePlace, details: ErrorDetails): unknown {
  const options = { details: { ...details, status }, cause: failure };
  if (status === 401) return notAuthorized(place, options);
  if (status === 403) return readOnly(place, options);
  if (status === 404) {
    return new NotFoundError('DATABASE_NOT_FOUND', `The server has no database ${place.location}.`, options);
  }
  if (status === 413) {
    return new LimitError('LIMIT_EXCEEDED', `The server ${place.location} takes no request of this size.`, options);
  }
  // Too many requests are refused before anything is done.
  if (status === 429) {
    return new BusyError('DATABASE_BUSY', `The server ${place.location} takes no more requests now.`, options);
  }
  return connectionError({ message: `HTTP status ${status}` }, place, options.details);
}

function notAuthorized(place: RemotePlace, options: object): UsageError {
  return new UsageError(
    'NOT_AUTHORIZED',
    `The server ${place.location} does not accept the token, or wants one.`,
    options,
  );
}

function readOnly(place: RemotePlace, options: object): UsageError {
  return new UsageError(
    'READ_ONLY',
    `The token for ${place.location} does not allow this; it may be for reading only.`,
    options,
  );
}

function asFailure(error: unknown): ClientFailure | undefined {
  return error instanceof Error ? error : undefined;
}

function codeOf({ code }: ClientFailure): string {
  return typeof code === 'string' ? code : '';
}

/** The status of an HTTP answer that was no answer of the database. */
function statusOf(failure: ClientFailure): number | undefined {
  const status =
    failure.status ?? (failure.cause instanceof Error ? (failure.cause as ClientFailure).status : undefined);
  return typeof status === 'number' ? status : undefined;
}

/** `fetch` fails with a TypeError, an abandoned one with the reason of its signal. */
function isTransport(code: string, failure: ClientFailure): boolean {
  if (TRANSPORT_CODES.has(code)) return true;
  const name = failure instanceof Error ? failure.name : '';
  return (
    name === 'TimeoutError' || name === 'AbortError' || failure.message === 'fetch failed' || SYSTEM_CODE.test(code)
  );
}

/** What lies at the bottom: the operating system's word for it is in the innermost cause. */
function reasonOf(failure: { readonly message: string }): string {
  let innermost: unknown = failure;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  const { message, code } = innermost as ClientFailure;
  const text = withoutCodes(message);
  return typeof code !== 'string' || text.includes(code) ? text : `${code} ${text}`.trim();
}

/** `SQLITE_CONSTRAINT: SQLITE_CONSTRAINT: SQLite error: UNIQUE …` → `UNIQUE …` */
function withoutCodes(message: string): string {
  return message.replace(/^(?:[A-Z][A-Z0-9_]+: )+/, '').replace(/^SQLite error: /, '');
}

import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import {
  BusyError,
  CancelledError,
  CorruptionError,
  LimitError,
  UsageError,
  type ErrorDetails,
  type LestockageError,
} from '../model/index.js';
import { constraintFailure, sentence, type ConstraintKind } from './constraint-errors.js';

/** Where an error happened: the database, and in a batch the statement and the row, counted from 0. */
export interface ErrorPlace {
  readonly location: string;
  readonly statement?: number;
  readonly row?: number;
}

type SqliteError = InstanceType<typeof Sqlite.SqliteError>;
type Maker = (error: SqliteError, details: ErrorDetails, place: ErrorPlace) => LestockageError;

/** By the start of SQLite's code; the first that fits is used, so the longer ones come first. */
const MAKERS: readonly (readonly [prefix: string, make: Maker])[] = [
  ['SQLITE_CONSTRAINT_FOREIGNKEY', constraint('foreign-key')],
  ['SQLITE_CONSTRAINT_UNIQUE', constraint('unique')],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', constraint('unique')],
  ['SQLITE_CONSTRAINT_ROWID', constraint('unique')],
  ['SQLITE_CONSTRAINT', constraint('other')],
  ['SQLITE_BUSY', busy],
  ['SQLITE_LOCKED', busy],
  ['SQLITE_CORRUPT', damaged],
  [
    'SQLITE_NOTADB',
    (cause, details, place) =>
      new CorruptionError('NOT_A_DATABASE', `${place.location} is not a SQLite database.`, { details, cause }),
  ],
  [
    'SQLITE_FULL',
    (cause, details, place) =>
      new LimitError('DISK_FULL', `No room left to write ${place.location}; nothing was written.`, { details, cause }),
  ],
  ['SQLITE_READONLY_DBMOVED', unwritable],
  [
    'SQLITE_READONLY',
    (cause, details, place) =>
      new UsageError('READ_ONLY', `The database ${place.location} is open for reading only.`, { details, cause }),
  ],
  ['SQLITE_CANTOPEN', unwritable],
  ['SQLITE_IOERR', unwritable],
  ['SQLITE_TOOBIG', limit],
  ['SQLITE_NOMEM', limit],
  ['SQLITE_INTERRUPT', (cause, details) => new CancelledError(undefined, { details, cause })],
];

/**
 * The statements of this project fit the schema, which every database has that could be opened: when SQLite cannot
 * find what they name, the pages with the schema are not what was written.
 */
const LOST_SCHEMA =
  /^(?:no such (?:table|column|index|view|module|collation sequence)|vtable constructor failed|table \S+ has no column)\b/;

/**
 * The typed error for what better-sqlite3 threw. A parameter that cannot be bound becomes a UsageError
 * with code `INVALID_ARGUMENT`. What has no typed form, such as a mistake in the SQL text, is
 * returned as it is.
 */
export function toTypedError(error: unknown, place: ErrorPlace): unknown {
  if (error instanceof Sqlite.SqliteError) {
    const details: ErrorDetails = { ...place, sqliteCode: error.code };
    const maker = MAKERS.find(([prefix]) => error.code.startsWith(prefix));
    if (maker !== undefined) return maker[1](error, details, place);
    return LOST_SCHEMA.test(error.message) ? damaged(error, details, place) : error;
  }
  if (error instanceof TypeError || error instanceof RangeError) {
    return new UsageError('INVALID_ARGUMENT', `A parameter cannot be stored: ${error.message}`, {
      details: { ...place },
      cause: error,
    });
  }
  return error;
}

function constraint(kind: ConstraintKind): Maker {
  return (cause, details) => constraintFailure(kind, cause.message, { details, cause });
}

function damaged(cause: SqliteError, details: ErrorDetails, { location }: ErrorPlace): LestockageError {
  return new CorruptionError('DATABASE_CORRUPT', `The database ${location} is damaged: ${cause.message}.`, {
    details,
    cause,
  });
}

function busy(cause: SqliteError, details: ErrorDetails, place: ErrorPlace): LestockageError {
  return new BusyError('DATABASE_BUSY', `The database ${place.location} is in use; the wait was used up.`, {
    details,
    cause,
  });
}

function limit(cause: SqliteError, details: ErrorDetails): LestockageError {
  return new LimitError('LIMIT_EXCEEDED', sentence(cause.message), { details, cause });
}

function unwritable(cause: SqliteError, details: ErrorDetails, place: ErrorPlace): LestockageError {
  return unwritableError(place.location, fileSystemReason(place.location) ?? cause.message, cause, details);
}

/** The error for a database file that cannot be opened, made, read or written, with the reason. */
export function unwritableError(
  path: string,
  reason: string,
  cause: unknown,
  details: ErrorDetails = {},
): CorruptionError {
  return new CorruptionError('DATABASE_UNWRITABLE', `The database ${path} cannot be used: ${reason}.`, {
    details: { ...details, path, reason },
    cause,
  });
}

/** What the operating system says against the file; SQLite's own error does not carry it. */
function fileSystemReason(path: string): string | undefined {
  try {
    const exists = existsSync(path);
    if (exists && statSync(path).isDirectory()) return 'EISDIR: it is a folder';
    accessSync(exists ? path : dirname(path), constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return osReason(error);
  }
}

/** Code and text of an error of the operating system. */
export function osReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

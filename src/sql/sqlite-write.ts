import { CancelledError } from '../model/index.js';
import type { BulkStatement, SqlRow, SqlValue, Statement, WriteOptions, WriteResult } from './database.js';
import type { SqliteConnection, SqliteStatement } from './sqlite-connection.js';
import { toTypedError } from './sqlite-errors.js';

type ReturnedRow = Record<string, SqlValue>;
type Batch = readonly (Statement | BulkStatement)[];

interface StatementResult {
  readonly changes: number;
  readonly returned: readonly ReturnedRow[];
}

const NO_ROWS: readonly ReturnedRow[] = [];
const NO_PARAMETERS: SqlRow = [];
/** Cancellation is looked at once in so many rows; a power of two, so that the test is one operation. */
const ROWS_PER_SIGNAL_CHECK = 1024;

/**
 * Applies a batch in one transaction, without giving way to anything else in this thread. When a
 * statement, the source of the rows or the commit fails, nothing of the batch stays; an error of the
 * source of the rows is thrown on as it is.
 */
export function applyBatch(connection: SqliteConnection, batch: Batch, options: WriteOptions = {}): WriteResult {
  throwIfAborted(options.signal);
  if (batch.length === 0) return { changes: 0, returned: [] };
  run(connection, 'BEGIN IMMEDIATE');
  try {
    let changes = 0;
    const returned: (readonly ReturnedRow[])[] = [];
    for (const [index, statement] of batch.entries()) {
      const result = applyStatement(connection, statement, index, options.signal);
      changes += result.changes;
      returned.push(result.returned);
    }
    throwIfAborted(options.signal);
    run(connection, 'COMMIT');
    return { changes, returned };
  } catch (error) {
    // Some errors, such as a full disk, have ended the transaction already.
    if (connection.inTransaction) run(connection, 'ROLLBACK');
    throw error;
  }
}

function applyStatement(
  connection: SqliteConnection,
  statement: Statement | BulkStatement,
  index: number,
  signal: AbortSignal | undefined,
): StatementResult {
  let prepared: SqliteStatement;
  try {
    prepared = connection.prepare(statement.sql);
  } catch (error) {
    throw toTypedError(error, { location: connection.location, statement: index });
  }
  const rows = 'rows' in statement ? statement.rows : [statement.parameters ?? NO_PARAMETERS];
  return prepared.reader
    ? collectRows(connection, prepared, rows, index, signal)
    : runRows(connection, prepared, rows, index, signal);
}

function runRows(
  connection: SqliteConnection,
  prepared: SqliteStatement,
  rows: Iterable<SqlRow>,
  statement: number,
  signal: AbortSignal | undefined,
): StatementResult {
  let changes = 0;
  let row = 0;
  for (const parameters of rows) {
    if ((row & (ROWS_PER_SIGNAL_CHECK - 1)) === 0) throwIfAborted(signal);
    try {
      changes += prepared.run(parameters).changes;
    } catch (error) {
      throw toTypedError(error, { location: connection.location, statement, row });
    }
    row++;
  }
  return { changes, returned: NO_ROWS };
}

function collectRows(
  connection: SqliteConnection,
  prepared: SqliteStatement,
  rows: Iterable<SqlRow>,
  statement: number,
  signal: AbortSignal | undefined,
): StatementResult {
  const returned: ReturnedRow[] = [];
  let row = 0;
  for (const parameters of rows) {
    if ((row & (ROWS_PER_SIGNAL_CHECK - 1)) === 0) throwIfAborted(signal);
    try {
      for (const result of prepared.all(parameters)) returned.push(result as ReturnedRow);
    } catch (error) {
      throw toTypedError(error, { location: connection.location, statement, row });
    }
    row++;
  }
  // RETURNING gives one row for each changed row; a plain SELECT changes none.
  return { changes: prepared.readonly ? 0 : returned.length, returned };
}

function run(connection: SqliteConnection, sql: string): void {
  try {
    connection.prepare(sql).run();
  } catch (error) {
    throw toTypedError(error, { location: connection.location });
  }
}

/** Throws CancelledError when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
}

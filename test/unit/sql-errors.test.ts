import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { toTypedError } from '../../src/sql/sqlite-errors.js';

describe('errors of SQLite', () => {
  it.each([
    ['SQLITE_BUSY', 'DATABASE_BUSY'],
    ['SQLITE_BUSY_SNAPSHOT', 'DATABASE_BUSY'],
    ['SQLITE_BUSY_RECOVERY', 'DATABASE_BUSY'],
    ['SQLITE_LOCKED', 'DATABASE_BUSY'],
    ['SQLITE_CORRUPT', 'DATABASE_CORRUPT'],
    ['SQLITE_CORRUPT_INDEX', 'DATABASE_CORRUPT'],
    ['SQLITE_NOTADB', 'NOT_A_DATABASE'],
    ['SQLITE_FULL', 'DISK_FULL'],
    ['SQLITE_READONLY', 'READ_ONLY'],
    ['SQLITE_READONLY_DBMOVED', 'DATABASE_UNWRITABLE'],
    ['SQLITE_CANTOPEN', 'DATABASE_UNWRITABLE'],
    ['SQLITE_IOERR_WRITE', 'DATABASE_UNWRITABLE'],
    ['SQLITE_TOOBIG', 'LIMIT_EXCEEDED'],
    ['SQLITE_INTERRUPT', 'CANCELLED'],
    ['SQLITE_CONSTRAINT_FOREIGNKEY', 'FOREIGN_KEY'],
    ['SQLITE_CONSTRAINT_UNIQUE', 'UNIQUE'],
    ['SQLITE_CONSTRAINT_PRIMARYKEY', 'UNIQUE'],
    ['SQLITE_CONSTRAINT_NOTNULL', 'CONSTRAINT'],
    ['SQLITE_CONSTRAINT_CHECK', 'CONSTRAINT'],
  ])('become typed: %s is %s', (sqliteCode, code) => {
    const cause = new Sqlite.SqliteError('the text of SQLite', sqliteCode);
    const error = toTypedError(cause, { location: '/somewhere/a.db', row: 3 });
    expect(error).toMatchObject({ code, cause, details: { sqliteCode, row: 3 } });
  });

  it('tell the generation guard from other checks', () => {
    const cause = new Sqlite.SqliteError('CHECK constraint failed: stale_generation', 'SQLITE_CONSTRAINT_CHECK');
    expect(toTypedError(cause, { location: 'x' })).toMatchObject({ code: 'STALE_GENERATION', retryable: true });
  });

  it('tell the guard of a lease from other checks', () => {
    const cause = new Sqlite.SqliteError('CHECK constraint failed: lost_lease', 'SQLITE_CONSTRAINT_CHECK');
    expect(toTypedError(cause, { location: 'x' })).toMatchObject({ code: 'LEASE_LOST', retryable: true });
  });

  it.each(['no such column: n.start_line', 'no such table: main.projects', 'vtable constructor failed: node_words'])(
    'a damaged schema is told as such: %s',
    (message) => {
      const error = toTypedError(new Sqlite.SqliteError(message, 'SQLITE_ERROR'), { location: 'x.db' });
      expect(error).toMatchObject({ code: 'DATABASE_CORRUPT', details: { location: 'x.db' } });
    },
  );

  it('pass on what has no typed form', () => {
    const cause = new Sqlite.SqliteError('near "SELEC": syntax error', 'SQLITE_ERROR');
    expect(toTypedError(cause, { location: 'x' })).toBe(cause);
  });
});

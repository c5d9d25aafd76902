import { describe, expect, it } from 'vitest';
import { UPSERT_EDGE_SQL } from '../../src/graph/edge-store.js';
import { UPSERT_FILE_SQL } from '../../src/graph/file-store.js';
import { UPSERT_NODE_SQL } from '../../src/graph/project-commit.js';
import { rewriteForRows } from '../../src/sql/bulk-rewrite.js';
import { shapeOf } from '../../src/sql/sql-tokens.js';

const SOURCE = { from: 'json_each(?1) AS r', bytes: '?2' };

describe('the kind of a statement', () => {
  it.each([
    ['SELECT 1', true, 0],
    ['-- INSERT\n/* DELETE */ select ?, ?', true, 2],
    [`SELECT 'it''s ?' AS "delete?" FROM t WHERE a = ?`, true, 1],
    ['WITH x AS (SELECT ?) SELECT * FROM x', true, 1],
    ['WITH x AS (SELECT ?) INSERT INTO t SELECT * FROM x', false, 1],
    ['WITH x AS (SELECT 1) DELETE FROM t RETURNING a', false, 0],
    ['VALUES (?2), (?1)', true, 2],
    ['PRAGMA integrity_check', true, 0],
    ['REPLACE INTO t VALUES (?)', false, 1],
    ['update t SET a = ? RETURNING a', false, 1],
    ['SELECT replace(a, ?, ?) FROM t', true, 2],
    ['DROP TABLE t', false, 0],
  ])('%s', (sql, isRead, parameterCount) => {
    expect(shapeOf(sql)).toMatchObject({ isRead, parameterCount });
  });
});

describe('a statement for many rows', () => {
  it.each([UPSERT_NODE_SQL, UPSERT_EDGE_SQL, UPSERT_FILE_SQL])('is found for what indexing writes', (sql) => {
    expect(rewriteForRows(sql)).toBeDefined();
  });

  it('has the values of a row where the parameters were', () => {
    const rewrite = rewriteForRows(
      `INSERT OR IGNORE INTO t (a, b) VALUES (?, 'x' || ?) ON CONFLICT DO NOTHING RETURNING a`,
    );
    expect(rewrite?.(['plain', 'bytes'], SOURCE)).toBe(
      `INSERT OR IGNORE INTO t (a, b) SELECT (r.value ->> '$[0]'), ` +
        `'x' || substr(?2, r.value ->> '$[1][0]', r.value ->> '$[1][1]') ` +
        `FROM json_each(?1) AS r WHERE true ON CONFLICT DO NOTHING RETURNING a`,
    );
    expect(rewriteForRows('DELETE FROM t WHERE a = ? AND b = ?')?.(['plain', 'plain'], SOURCE)).toBe(
      `DELETE FROM t WHERE (a, b) IN (SELECT (r.value ->> '$[0]'), (r.value ->> '$[1]') FROM json_each(?1) AS r)`,
    );
  });

  it.each([
    'INSERT INTO t (a) VALUES ((SELECT max(a) FROM t) + ?)',
    'INSERT INTO t (a) VALUES (?), (?)',
    'INSERT INTO t (a) VALUES (?) ON CONFLICT (a) DO UPDATE SET b = ?',
    'INSERT INTO t (a) SELECT ?',
    'UPDATE t SET a = ? WHERE b = ?',
    'DELETE FROM t WHERE a = ? AND b >= ?',
    'DELETE FROM t WHERE a = ? OR b = ?',
    'DELETE FROM t WHERE a = ? RETURNING b',
    'DELETE FROM t',
  ])('is not made of one that could do something else then: %s', (sql) => {
    expect(rewriteForRows(sql)).toBeUndefined();
  });
});

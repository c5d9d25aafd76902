import { beforeEach, afterEach, describe, expect, it } from 'vitest';
import { openDatabase, type Database, type SqlRow } from '../../src/sql/index.js';
import { emptyServer, serverForTests } from '../support/servers/in-tests.js';
import { FaultProxy } from '../support/servers/proxy.js';

// The law: indexes that a large batch drops and makes again are there after it, whatever becomes of it.

const server = serverForTests();
const INSERT = `INSERT INTO intel_nodes (id, project_id, file_path, symbol_name, node_type, content_hash, created_at,
  updated_at, node_key, qualified_name, language, interface_hash) VALUES (?, 'p', 'f', ?, 'function', ?, 0, 0, ?, ?, 'x', ?)`;
const INDEXES = `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name`;
const HASH = new Uint8Array(32);

function rows(count: number, from = 1): SqlRow[] {
  return Array.from({ length: count }, (_, at) => [from + at, `s${at}`, HASH, `k${from + at}`, `s${at}`, HASH]);
}

let database: Database;
let proxy: FaultProxy;
beforeEach(async () => {
  await emptyServer(server().url);
  proxy = await FaultProxy.start(server().port);
  database = await openDatabase({ path: proxy.url, requestTimeoutMs: 8000 });
});
afterEach(async () => {
  await database.close();
  await proxy.stop();
});

async function dropsOf(work: () => Promise<unknown>): Promise<number> {
  const before = proxy.fateOf;
  let drops = 0;
  proxy.fateOf = (request) => {
    drops += request.match(/DROP INDEX/g)?.length ?? 0;
    return before(request);
  };
  await work();
  return drops;
}

describe('a batch of many rows', () => {
  it('drops the indexes of an empty table and makes them again, and only those of an empty one', async () => {
    const indexes = await database.all(INDEXES);
    expect(await dropsOf(() => database.bulk(INSERT, rows(12_000)))).toBeGreaterThan(3);
    expect(await database.all(INDEXES)).toEqual(indexes);
    expect(await database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(await dropsOf(() => database.bulk(INSERT, rows(12_000, 20_000)))).toBe(0);
    await emptyServer(server().url);
    expect(await dropsOf(() => database.bulk(INSERT, rows(500)))).toBe(0);
  });

  it('leaves the indexes and no rows when a row is refused, and is applied once when its answer is lost', async () => {
    const indexes = await database.all(INDEXES);
    const twice = [...rows(12_000), ...rows(1)];
    await expect(database.bulk(INSERT, twice)).rejects.toMatchObject({ code: 'UNIQUE' });
    expect(await database.all(INDEXES)).toEqual(indexes);
    expect(await database.first('SELECT count(*) AS count FROM intel_nodes')).toEqual({ count: 0 });
    const met = proxy.once('DROP INDEX', 'lose');
    expect(await database.bulk(INSERT, rows(12_000))).toMatchObject({ changes: 12_000 });
    await met;
    expect(await database.all(INDEXES)).toEqual(indexes);
    expect(await database.first('SELECT count(*) AS count FROM intel_nodes')).toEqual({ count: 12_000 });
  });
});

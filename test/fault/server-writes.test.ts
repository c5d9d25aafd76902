import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectionError } from '../../src/model/index.js';
import { openDatabase, type Database, type SqlRow } from '../../src/sql/index.js';
import { emptyServer, serverForTests } from '../support/servers/in-tests.js';
import { FaultProxy } from '../support/servers/proxy.js';

// The law: what is acknowledged is there, nothing is there twice, and an error says which of both holds.

const server = serverForTests();
const INSERT = 'INSERT INTO id_blocks (name, next_id) VALUES (?, ?)';

let proxy: FaultProxy;
let database: Database;
/** Not through the proxy. */
let witness: Database;
beforeEach(async () => {
  await emptyServer(server().url);
  witness = await openDatabase({ path: server().url, busyTimeoutMs: 1000 });
  proxy = await FaultProxy.start(server().port);
  database = await openDatabase({ path: proxy.url, requestTimeoutMs: 2000, busyTimeoutMs: 3000 });
});
afterEach(async () => {
  await database.close();
  await witness.close();
  await proxy.stop();
});

async function names(): Promise<string[]> {
  const rows = await witness.all<{ name: string }>(`SELECT name FROM id_blocks WHERE name <> 'node' ORDER BY name`);
  return rows.map(({ name }) => name);
}

const bump = { sql: `UPDATE id_blocks SET next_id = next_id + 1 WHERE name = 'count'` };
const bumped = { sql: `${bump.sql} RETURNING next_id` };
const counted = async (): Promise<number | undefined> =>
  (await witness.first<{ next_id: number }>(`SELECT next_id FROM id_blocks WHERE name = 'count'`))?.next_id;

describe('a batch', () => {
  beforeEach(async () => {
    await database.bulk(INSERT, [['count', 0]]);
  });

  it.each(['refuse', 'lose', 'silence'] as const)('is applied once when the connection breaks: %s', async (fate) => {
    const met = proxy.once('next_id + 1', fate);
    expect(await database.write([bump, bump])).toEqual({ changes: 2, returned: [[], []] });
    await met;
    expect(await counted()).toBe(2);
  });

  it('says that it was applied when only what it returned is lost', async () => {
    const met = proxy.once('RETURNING next_id', 'lose');
    const error: unknown = await database.write([bumped]).catch((reason: unknown) => reason);
    await met;
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ code: 'RESULT_LOST', outcome: 'applied', retryable: false });
    expect(await counted()).toBe(1);
  });

  it('is applied again for a lost result only where that does no harm', async () => {
    void proxy.once('RETURNING next_id', 'lose');
    const { returned } = await database.write([bumped], { repeatable: true });
    expect(returned).toEqual([[{ next_id: 2 }]]);
    expect(await counted()).toBe(2);
  });

  it('that never arrived is sent again with its result', async () => {
    void proxy.once('RETURNING next_id', 'refuse');
    expect((await database.write([bumped])).returned).toEqual([[{ next_id: 1 }]]);
    expect(await counted()).toBe(1);
  });

  it('that was given up and sent again is refused when the first request arrives late', async () => {
    const met = proxy.once('next_id + 1', 'delay');
    expect(await database.write([bump])).toMatchObject({ changes: 1 });
    await met;
    expect(await proxy.deliverDelayed()).toEqual([expect.stringContaining('200 OK')]);
    expect(await counted()).toBe(1);
  });

  it('whose outcome nobody can tell says so, and what comes later is not mixed up with it', async () => {
    const impatient = await openDatabase({ path: proxy.url, busyTimeoutMs: 300 });
    let away = false;
    proxy.fateOf = (request) => {
      if (away) return 'refuse';
      away = request.includes('next_id + 1');
      return away ? 'delay' : 'pass';
    };
    const error: unknown = await impatient.write([bump]).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED', outcome: 'unknown', retryable: false });
    proxy.fateOf = () => 'pass';
    await impatient.bulk(INSERT, [['later', 1]]);
    // It comes after its successor, and is nothing any more.
    expect(await proxy.deliverDelayed()).toEqual([expect.stringContaining('200 OK')]);
    expect(await counted()).toBe(0);
    expect(await names()).toEqual(['count', 'later']);
    await impatient.close();
  });

  it('that certainly did not arrive says so', async () => {
    await server().kill();
    try {
      const refused = await witness.write([bump]).catch((reason: unknown) => reason);
      expect(refused).toMatchObject({ code: 'CONNECTION_FAILED', outcome: 'not-applied', retryable: true });
    } finally {
      await server().launch();
    }
    expect(await counted()).toBe(0);
  });

  it('waits for a server that starts again', async () => {
    await server().kill();
    const writing = database.write([bump]);
    await server().launch();
    expect(await writing).toMatchObject({ changes: 1 });
    expect(await counted()).toBe(1);
  });

  it('over a web socket is applied once when the connection breaks', async () => {
    const overSocket = await openDatabase({ path: proxy.webSocketUrl, requestTimeoutMs: 2000, busyTimeoutMs: 3000 });
    await overSocket.first('SELECT 1');
    for (const [at, fate] of (['refuse', 'lose', 'silence'] as const).entries()) {
      let left = 1;
      proxy.fateOf = (request) => (request === '' && left-- === 1 ? fate : 'pass');
      expect(await overSocket.write([bump]), fate).toMatchObject({ changes: 1 });
      expect(await counted(), fate).toBe(at + 1);
    }
    await overSocket.close();
  });
});

describe('batches larger than a request', () => {
  /** More than one request holds. */
  function* large(count: number, prefix = 'row'): Generator<SqlRow> {
    const text = 'x'.repeat(5000);
    for (let at = 0; at < count; at++) yield [`${prefix}${at}${text}`, at];
  }
  const COUNT = 'SELECT count(*) AS count FROM id_blocks';
  const staged = async (): Promise<unknown> => witness.first('SELECT count(*) AS count FROM driver_staging');

  it('are applied whole and once, also when the last answer is lost', async () => {
    const met = proxy.once('driver_staging WHERE writer = ?1', 'lose');
    expect(await database.bulk(INSERT, large(4000))).toMatchObject({ changes: 4000 });
    await met;
    expect(await witness.first(COUNT)).toEqual({ count: 4001 });
    expect(await staged()).toEqual({ count: 0 });
  });

  it('leave nothing when a row is refused, their source fails or the caller cancels', async () => {
    const repeated = [...large(4000), ['row0' + 'x'.repeat(5000), 0]] as SqlRow[];
    await expect(database.bulk(INSERT, repeated)).rejects.toMatchObject({ code: 'UNIQUE', details: { statement: 0 } });
    const mistake = new Error('no more');
    function* failing(): Generator<SqlRow> {
      yield* large(3500);
      throw mistake;
    }
    await expect(database.bulk(INSERT, failing())).rejects.toBe(mistake);
    const controller = new AbortController();
    function* cancelled(): Generator<SqlRow> {
      yield* large(3500);
      controller.abort();
      yield* large(3500, 'more');
    }
    const writing = database.bulk(INSERT, cancelled(), { signal: controller.signal });
    await expect(writing).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await witness.first(COUNT)).toEqual({ count: 1 });
    expect(await staged()).toEqual({ count: 0 });
  });

  it('are refused by name when one value is larger than the server takes', async () => {
    await expect(database.bulk(INSERT, [['x'.repeat(6_000_000), 1]])).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      details: { statement: 0 },
    });
  });
});

describe('answers larger than the server sends', () => {
  it('come in parts, in their order, from one state', async () => {
    const text = 'y'.repeat(2000);
    await database.bulk(
      INSERT,
      Array.from({ length: 9000 }, (_, at): SqlRow => [`${at} ${text}`, at]),
    );
    const sql = `SELECT name, next_id FROM id_blocks WHERE name <> 'node' ORDER BY next_id DESC`;
    const expected = Array.from({ length: 9000 }, (_, at) => 8999 - at);
    expect((await database.all<{ next_id: number }>(sql)).map((row) => row.next_id)).toEqual(expected);
    expect(await database.first(sql)).toMatchObject({ next_id: 8999 });
    const seen: number[] = [];
    for await (const row of database.iterate<{ next_id: number }>(sql)) {
      if (seen.length === 10) await witness.write([{ sql: `DELETE FROM id_blocks WHERE next_id < 4000` }]);
      seen.push(row.next_id);
    }
    expect(seen).toEqual(expected);
  });

  it('are refused when one row is too large', async () => {
    const half = 'hex(zeroblob(2200000))';
    const sql = `SELECT ${half} AS a, ${half} AS b, ${half} AS c`;
    await expect(database.all(sql)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});

describe('reads', () => {
  it('are repeated, but not in the middle of a snapshot, whose state is gone', async () => {
    void proxy.once('SELECT 11', 'lose');
    expect(await database.all('SELECT 11 AS x')).toEqual([{ x: 11 }]);
    void proxy.once('SELECT 12', 'refuse');
    expect(await database.snapshot((snapshot) => snapshot.all('SELECT 12 AS x'))).toEqual([{ x: 12 }]);
    const reading = database.snapshot(async (snapshot) => {
      await snapshot.all('SELECT 13 AS x');
      void proxy.once('SELECT 14', 'lose');
      return snapshot.all('SELECT 14 AS x');
    });
    await expect(reading).rejects.toMatchObject({ code: 'CONNECTION_FAILED', outcome: 'not-applied', retryable: true });
  });
});

describe('two writers', () => {
  it('both get all that they write', async () => {
    const write = async (writer: Database, prefix: string): Promise<void> => {
      for (let at = 0; at < 25; at++) await writer.bulk(INSERT, [[`${prefix}${at}`, at]]);
    };
    await Promise.all([write(database, 'a'), write(witness, 'b'), write(database, 'c')]);
    expect((await names()).length).toBe(75);
  });
});

describe('a token', () => {
  it('is in no error and in no picture of what holds it', async () => {
    const authToken = 'eyJ0.s3cret-token.xyz';
    const guarded = await openDatabase({ path: proxy.url, authToken, busyTimeoutMs: 50, requestTimeoutMs: 500 });
    expect(inspect(guarded, { depth: 12, showHidden: true })).not.toContain('s3cret');
    expect(JSON.stringify({ ...guarded })).not.toContain('s3cret');
    proxy.fateOf = () => 'refuse';
    const error: unknown = await guarded.first('SELECT 1').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED' });
    expect(inspect(error, { depth: 12, showHidden: true })).not.toContain('s3cret');
    await guarded.close();
    for (const bad of ['two words s3cret', 's3cret\n', '']) {
      const opening: unknown = await openDatabase({ path: proxy.url, authToken: bad }).catch(
        (reason: unknown) => reason,
      );
      expect(opening).toMatchObject({ code: 'INVALID_OPTION', details: { option: 'authToken' } });
      expect(inspect(opening, { depth: 12 })).not.toContain('s3cret');
    }
  });
});

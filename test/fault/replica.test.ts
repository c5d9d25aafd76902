import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../src/sql/index.js';
import { emptyServer, serverForTests } from '../support/servers/in-tests.js';
import { FaultProxy } from '../support/servers/proxy.js';
import { SqldServer } from '../support/servers/sqld.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const server = serverForTests({ more: ['--max-log-size', '1'] });
const INSERT = 'INSERT INTO id_blocks (name, next_id) VALUES (?, ?)';
const NAMES = `SELECT name FROM id_blocks WHERE name <> 'node' ORDER BY name`;

async function namesIn(database: Database): Promise<string[]> {
  return (await database.all<{ name: string }>(NAMES)).map(({ name }) => name);
}

describe('an embedded replica', () => {
  let path: string;
  let primary: Database;
  let replica: Database;
  beforeEach(async () => {
    await emptyServer(server().url);
    path = join(temporaryFolder(), 'deep', 'r #1.db');
    primary = await openDatabase({ path: server().url });
    replica = await openDatabase({ path: server().url, replicaPath: path, busyTimeoutMs: 500 });
  });
  afterEach(async () => {
    await replica.close();
    await primary.close();
  });

  it('[V1] shows its own writes at once, and those of others when it is synchronized', async () => {
    await replica.bulk(INSERT, [['mine', 1]]);
    expect(await namesIn(replica)).toEqual(['mine']);
    await primary.bulk(INSERT, [['theirs', 2]]);
    expect(await namesIn(replica)).toEqual(['mine']);
    const before = replica.replica?.state;
    const state = await replica.replica?.sync();
    expect(state?.syncedAt).toBeGreaterThanOrEqual(before?.syncedAt ?? Infinity);
    expect(state?.frame).toBeGreaterThan(before?.frame ?? Infinity);
    expect(await namesIn(replica)).toEqual(['mine', 'theirs']);
  });

  it('synchronizes by itself at an interval', async () => {
    const other = join(temporaryFolder(), 'r.db');
    const live = await openDatabase({ path: server().url, replicaPath: other, syncIntervalMs: 20 });
    await primary.bulk(INSERT, [['news', 1]]);
    await expect.poll(() => namesIn(live), { timeout: 10_000 }).toEqual(['news']);
    await live.close();
  });

  it('says nothing older than what was written through it, and keeps what was acknowledged', async () => {
    const proxy = await FaultProxy.start(server().port);
    const own = join(temporaryFolder(), 'r.db');
    const cut = await openDatabase({ path: proxy.url, replicaPath: own, busyTimeoutMs: 300, requestTimeoutMs: 3000 });
    // Statements pass; what replicas are synchronized with does not.
    proxy.fateOf = (request) => (request.startsWith('POST /v2/pipeline') ? 'pass' : 'refuse');
    expect(await cut.bulk(INSERT, [['mine', 1]])).toMatchObject({ changes: 1 });
    expect(cut.replica?.state).toMatchObject({ isBehind: true });
    await expect(namesIn(cut)).rejects.toMatchObject({ code: 'CONNECTION_FAILED', outcome: 'not-applied' });
    proxy.fateOf = () => 'pass';
    expect(await namesIn(cut)).toEqual(['mine']);
    expect(cut.replica?.state).toMatchObject({ isBehind: false });
    await cut.close();
    await proxy.stop();
  });

  it('answers as it last was while its server is away, and says so of writes', async () => {
    await primary.bulk(INSERT, [['there', 1]]);
    await replica.replica?.sync();
    await replica.close();
    await server().kill();
    try {
      const alone = await openDatabase({ path: server().url, replicaPath: path, busyTimeoutMs: 200 });
      expect(await namesIn(alone)).toEqual(['there']);
      expect(alone.replica?.state.syncedAt).toBeGreaterThan(0);
      await expect(alone.bulk(INSERT, [['lost', 1]])).rejects.toMatchObject({ outcome: 'not-applied' });
      await expect(alone.replica?.sync()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
      expect(await namesIn(alone)).toEqual(['there']);
      await alone.close();
      const elsewhere = join(temporaryFolder(), 'new.db');
      const opening = openDatabase({ path: server().url, replicaPath: elsewhere, busyTimeoutMs: 200 });
      await expect(opening).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
    } finally {
      await server().launch();
    }
    replica = await openDatabase({ path: server().url, replicaPath: path });
    expect(await namesIn(replica)).toEqual(['there']);
  });

  it.each(['-client_wal_index', ''])('is fetched again when its file %j is damaged or gone', async (suffix) => {
    await replica.bulk(INSERT, [['kept', 1]]);
    await replica.close();
    if (suffix === '') {
      rmSync(`${path}-wal`, { force: true });
      writeFileSync(path, 'no database, by any means');
    } else {
      rmSync(path + suffix);
    }
    replica = await openDatabase({ path: server().url, replicaPath: path });
    expect(await namesIn(replica)).toEqual(['kept']);
    await replica.bulk(INSERT, [['more', 1]]);
    expect(await namesIn(replica)).toEqual(['kept', 'more']);
  });

  it('is shared by several that have it open', async () => {
    const second = await openDatabase({ path: server().url, replicaPath: path });
    await Promise.all([replica.bulk(INSERT, [['a', 1]]), second.bulk(INSERT, [['b', 1]])]);
    expect(await namesIn(second)).toContain('b');
    await replica.replica?.sync();
    expect(await namesIn(replica)).toEqual(['a', 'b']);
    expect(await namesIn(second)).toEqual(['a', 'b']);
    await second.close();
  });

  it('refuses a file that is something else, or the replica of another server, and leaves it as it is', async () => {
    const taken = join(temporaryFolder(), 'taken.db');
    writeFileSync(taken, 'precious');
    const opening = openDatabase({ path: server().url, replicaPath: taken });
    await expect(opening).rejects.toMatchObject({ code: 'INVALID_OPTION', details: { option: 'replicaPath' } });
    expect(readFileSync(taken, 'utf8')).toBe('precious');
    expect(existsSync(`${taken}-origin`)).toBe(false);
    const moved = openDatabase({ path: 'http://127.0.0.1:9', replicaPath: path });
    await expect(moved).rejects.toMatchObject({ code: 'INVALID_OPTION', details: { value: path } });
  });
});

describe('a server that was replaced', () => {
  it('has its replicas made anew', { timeout: 30_000 }, async () => {
    const first = await SqldServer.start();
    const path = join(temporaryFolder(), 'r.db');
    try {
      const replica = await openDatabase({ path: first.url, replicaPath: path });
      await replica.bulk(INSERT, [['old', 1]]);
      await first.kill();
      first.forget();
      await first.launch();
      const primary = await openDatabase({ path: first.url });
      await primary.bulk(INSERT, [['new', 1]]);
      await primary.close();
      await replica.replica?.sync();
      expect(await namesIn(replica)).toEqual(['new']);
      await replica.close();
    } finally {
      await first.stop();
    }
  });
});

describe('a replica server', () => {
  it(
    '[V1] passes writes on to its primary and answers with them when they have come back',
    { timeout: 30_000 },
    async () => {
      const primary = await SqldServer.start();
      const follower = await SqldServer.start({ replicaOf: primary });
      try {
        const writer = await openDatabase({ path: primary.url });
        const reader = await openDatabase({ path: follower.url });
        await reader.bulk(INSERT, [['through the follower', 1]]);
        expect(await namesIn(writer)).toEqual(['through the follower']);
        await writer.bulk(INSERT, [['to the primary', 2]]);
        await expect
          .poll(() => namesIn(reader), { timeout: 10_000 })
          .toEqual(['through the follower', 'to the primary']);
        await writer.close();
        await reader.close();
      } finally {
        await follower.stop();
        await primary.stop();
      }
    },
  );
});

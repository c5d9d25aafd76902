import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openDatabase, resolveStorageConfig, type StorageConfig } from '../../src/sql/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';

async function pragmas(config: StorageConfig): Promise<Record<string, unknown>> {
  const database = await openDatabase(config);
  const values: Record<string, unknown> = {};
  for (const name of ['journal_mode', 'cache_size', 'busy_timeout', 'synchronous', 'query_only', 'foreign_keys']) {
    const row = await database.first<Record<string, unknown>>(`PRAGMA ${name}`);
    values[name] = Object.values(row ?? {})[0];
  }
  await database.close();
  return values;
}

describe('storage options', () => {
  it('[S2] are what PRAGMA shows when nothing is chosen', async () => {
    expect(await pragmas({ path: join(temporaryFolder(), 'a.db') })).toEqual({
      journal_mode: 'wal',
      cache_size: -131072,
      busy_timeout: 5000,
      synchronous: 2,
      query_only: 0,
      foreign_keys: 1,
    });
  });

  it('[S2] are what PRAGMA shows when all are chosen', async () => {
    const path = join(temporaryFolder(), 'a.db');
    const chosen = { wal: false, cacheSizeBytes: 1024 * 1024, busyTimeoutMs: 77, durability: 'normal' } as const;
    const expected = { journal_mode: 'delete', cache_size: -1024, busy_timeout: 77, synchronous: 1 };
    expect(await pragmas({ path, ...chosen })).toMatchObject({ ...expected, query_only: 0 });
    expect(await pragmas({ path, ...chosen, readOnly: true })).toMatchObject({ ...expected, query_only: 1 });
    expect(await pragmas({ path, durability: 'off' })).toMatchObject({ journal_mode: 'wal', synchronous: 0 });
  });

  it('[S2] hold on the connection of a snapshot too', async () => {
    const database = await openDatabase({ path: join(temporaryFolder(), 'a.db'), cacheSizeBytes: 2048 * 1024 });
    const row = await database.snapshot((snapshot) => snapshot.first('PRAGMA cache_size'));
    expect(row).toEqual({ cache_size: -2048 });
    await database.close();
  });

  it.each([
    [{ path: 'a.db', busyTimeout: 5 }, 'busyTimeout'],
    [{ path: 'a.db', readonly: true }, 'readonly'],
    [{ path: 'a.db', toString: true }, 'toString'],
    [{ path: '' }, 'path'],
    [{}, 'path'],
    [{ path: 'ftp://example.org' }, 'path'],
    [{ path: 'a.db', wal: 'yes' }, 'wal'],
    [{ path: 'a.db', cacheSizeBytes: 0 }, 'cacheSizeBytes'],
    [{ path: 'a.db', cacheSizeBytes: Number.NaN }, 'cacheSizeBytes'],
    [{ path: 'a.db', busyTimeoutMs: -1 }, 'busyTimeoutMs'],
    [{ path: 'a.db', durability: 'most' }, 'durability'],
    [{ path: 'a.db', readers: 0 }, 'readers'],
    [{ path: ':memory:', readOnly: true }, 'readOnly'],
  ])('[S2] refuses %j by the name of the option', async (config, option) => {
    const opening = openDatabase(config as StorageConfig);
    await expect(opening).rejects.toMatchObject({ code: 'INVALID_OPTION', details: { option } });
  });

  it('[S2] take a path, a file URL or a path after file:', async () => {
    const file = join(temporaryFolder(), 'with space', 'ü#.db');
    expect(resolveStorageConfig({ path: pathToFileURL(file).href }).path).toBe(file);
    expect(resolveStorageConfig({ path: `file:${file}` }).path).toBe(file);
    expect(resolveStorageConfig({ path: 'file:some.db' }).path).toBe(resolve('some.db'));
    expect(resolveStorageConfig({ path: ':memory:' }).path).toBe(':memory:');
    const database = await openDatabase({ path: pathToFileURL(file).href });
    expect([database.location, existsSync(file)]).toEqual([file, true]);
    await database.close();
  });
});

import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Store } from '../../src/store/index.js';
import { failureOf, indexFolder, sourceFolder, testStore } from '../support/indexing.js';
import { temporaryFolder } from '../support/temporary-folder.js';

// The law: a snapshot that is not, byte for byte, what was stored is an error with its name, and hides no other one.

describe('a damaged snapshot of measures', () => {
  let path: string;
  let store: Store;
  beforeEach(async () => {
    path = join(temporaryFolder(), 'store.db');
    store = await testStore(path);
    await indexFolder(store, sourceFolder(), { projectId: 'p' });
    for (const label of ['v1', 'v2']) await store.analytics.takeSnapshot({ project: 'p', label });
  });

  const file = (): Sqlite.Database => {
    const database = new Sqlite(path);
    onTestFinished(() => void database.close());
    return database;
  };
  const compare = (from: string, to?: string): Promise<unknown> =>
    store.analytics.compareSnapshots({ project: 'p', from, ...(to === undefined ? {} : { to }) });
  const DAMAGED = { name: 'CorruptionError', code: 'SNAPSHOT_CORRUPT', details: { project: 'p', label: 'v1' } };

  it('[A5] is told by its name when a bit of it flipped or its end is missing', async () => {
    const data = file().prepare("SELECT data FROM metric_snapshots WHERE label = 'v1'").pluck().get() as Buffer;
    const change = file().prepare("UPDATE metric_snapshots SET data = ? WHERE label = 'v1'");
    await fc.assert(
      fc.asyncProperty(fc.nat(data.length * 8 - 1), fc.boolean(), async (bit, isCut) => {
        const damaged = Buffer.from(isCut ? data.subarray(0, bit >> 3) : data);
        if (!isCut) damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        change.run(damaged);
        await expect(compare('v1')).rejects.toMatchObject(DAMAGED);
      }),
      { numRuns: 40 },
    );
    await expect(compare('v2', 'v1')).rejects.toMatchObject(DAMAGED);
    expect(await compare('v2')).toMatchObject({ total: 0 });
    change.run(data);
    expect(await compare('v1', 'v2')).toMatchObject({ total: 0 });
  });

  it.each([
    ['is text', "UPDATE metric_snapshots SET data = 'text', checksum = 'text' WHERE label = 'v1'"],
    ['has another checksum', "UPDATE metric_snapshots SET checksum = zeroblob(32) WHERE label = 'v1'"],
    ['says another generation', "UPDATE metric_snapshots SET generation = 7 WHERE label = 'v1'"],
    [
      'is the one of another label',
      `UPDATE metric_snapshots SET (data, checksum) =
         (SELECT data, checksum FROM metric_snapshots WHERE label = 'v2') WHERE label = 'v1'`,
    ],
  ])('[A5] is told by its name when it %s', async (_what, sql) => {
    file().exec(sql);
    await expect(compare('v1')).rejects.toMatchObject(DAMAGED);
  });

  it('[A5] is listed, and can be deleted and replaced', async () => {
    file().exec("UPDATE metric_snapshots SET data = x'00' WHERE label = 'v1'");
    expect((await store.analytics.listSnapshots()).items.map(({ label }) => label)).toEqual(['v1', 'v2']);
    await store.analytics.takeSnapshot({ project: 'p', label: 'v1', replace: true });
    expect(await compare('v1')).toMatchObject({ total: 0 });
    file().exec("UPDATE metric_snapshots SET data = x'00' WHERE label = 'v1'");
    expect(await store.analytics.deleteSnapshot('v1', { project: 'p' })).toBe(true);
    expect(await failureOf(compare('v1'))).toBe('SNAPSHOT_NOT_FOUND');
  });
});

it('[A5] a store that is open for reading only compares snapshots, and takes none', async () => {
  const path = join(temporaryFolder(), 'store.db');
  const writable = await testStore(path);
  await indexFolder(writable, sourceFolder(), { projectId: 'p' });
  await writable.analytics.takeSnapshot({ project: 'p', label: 'v1' });
  const { analytics } = await testStore({ path, readOnly: true });
  expect(await analytics.compareSnapshots({ project: 'p', from: 'v1' })).toMatchObject({ total: 0 });
  expect(await failureOf(analytics.takeSnapshot({ project: 'p', label: 'v2' }))).toBe('READ_ONLY');
  expect(await failureOf(analytics.deleteSnapshot('v1', { project: 'p' }))).toBe('READ_ONLY');
  expect((await analytics.listSnapshots()).total).toBe(1);
});

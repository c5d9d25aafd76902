import { copyFileSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { backupDatabaseAt, backupStore } from '../../../src/upkeep/index.js';
import { serverForTests } from '../../support/servers/in-tests.js';
import { dumpOf, failureOf, indexFolder, sourceFolder, testStore } from '../../support/indexing.js';
import { nodeInput } from '../../support/records.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const V4 = fileURLToPath(new URL('../../fixtures/v4.db', import.meta.url));

/** Nothing but the backup itself is left in its folder. */
function expectAlone(path: string, ...others: string[]): void {
  const own = readdirSync(dirname(path)).filter((name) => !/\.db(-wal|-shm)?$/.test(name) || name.startsWith('.'));
  expect(own).toEqual(others);
}

describe('a backup', () => {
  it.each(['file', 'memory'])('[U7] of a store in a %s opens as the same store, and is one file', async (kind) => {
    const folder = temporaryFolder();
    const store = await testStore(kind === 'file' ? join(folder, 'code.db') : ':memory:');
    await indexFolder(store, sourceFolder());
    await store.embed('p');
    const path = join(folder, 'copy.db');
    const report = await backupStore(store, path);
    const { schemaVersion, generation } = await store.status();
    expect(report).toMatchObject({ path, schemaVersion, generation, sizeBytes: readFileSync(path).length });
    expect(existsSync(`${path}-wal`)).toBe(false);
    expectAlone(path);
    const copy = await testStore({ path, readOnly: true });
    expect(await dumpOf(copy)).toEqual(await dumpOf(store));
    expect(await copy.embeddings.statistics()).toEqual(await store.embeddings.statistics());
    expect((await copy.verify()).ok).toBe(true);
  });

  it('has one state of a store that is written meanwhile, and the writer does not wait', async () => {
    const folder = temporaryFolder();
    const store = await testStore(join(folder, 'code.db'));
    const filler = 'x'.repeat(4000);
    const many = Array.from({ length: 3000 }, (_, at) => nodeInput(`n${at}`, { documentation: filler }));
    await store.nodes.batchInsert(many);
    const writer = await testStore(join(folder, 'code.db'));
    let writes = 0;
    const path = join(folder, 'copy.db');
    const writing: Promise<unknown>[] = [];
    await backupStore(store, path, {
      onProgress: () => {
        // Two rows at a time: a state between them would have an odd number.
        writing.push(writer.nodes.batchInsert([nodeInput(`a${writes}`), nodeInput(`b${writes}`)]));
        writes++;
      },
    });
    await Promise.all(writing);
    expect(writes).toBeGreaterThan(1);
    const copy = await testStore({ path, readOnly: true });
    const counted = await copy.analytics.countNodesByType();
    expect(Object.values(counted).reduce((sum, count) => sum + count, 0)).toBe(many.length);
  });

  it('never writes over a file unless it is told to, and never over the store or a database in use', async () => {
    const folder = temporaryFolder();
    const own = join(folder, 'code.db');
    const store = await testStore(own);
    await indexFolder(store, sourceFolder());
    const path = join(folder, 'copy.db');
    writeFileSync(path, 'somebody’s');
    expect(await failureOf(backupStore(store, path))).toBe('TARGET_EXISTS');
    expect(readFileSync(path, 'utf8')).toBe('somebody’s');
    expect(await failureOf(backupStore(store, own, { force: true }))).toBe('INVALID_ARGUMENT');
    expect(await failureOf(backupStore(store, folder, { force: true }))).toBe('INVALID_ARGUMENT');
    expect(await failureOf(backupStore(store, join(folder, 'no', 'x.db')))).toBe('DATABASE_UNWRITABLE');
    writeFileSync(`${path}-wal`, 'commits that were not folded in');
    expect(await failureOf(backupStore(store, path, { force: true }))).toBe('TARGET_EXISTS');
    writeFileSync(`${path}-wal`, '');
    await backupStore(store, path, { force: true });
    expect((await testStore({ path, readOnly: true }).then((copy) => copy.status())).projects).toHaveLength(1);
    expectAlone(path);
  });

  it('leaves nothing when it is cancelled, or when the store is damaged', async () => {
    const folder = temporaryFolder();
    const store = await testStore(join(folder, 'code.db'));
    await indexFolder(store, sourceFolder());
    const path = join(folder, 'copy.db');
    expect(await failureOf(backupStore(store, path, { signal: AbortSignal.abort() }))).toBe('CANCELLED');
    await store.close();
    const damaged = join(folder, 'damaged.db');
    copyFileSync(join(folder, 'code.db'), damaged);
    truncateSync(damaged, 40960);
    expect(await failureOf(backupDatabaseAt({ path: damaged }, path))).toBe('DATABASE_CORRUPT');
    expect(existsSync(path)).toBe(false);
    expectAlone(path);
  });

  it('of an older database is of that version, and the database stays as it is', async () => {
    const folder = temporaryFolder();
    const old = join(folder, 'old.db');
    copyFileSync(V4, old);
    const path = join(folder, 'copy.db');
    expect(await backupDatabaseAt({ path: old }, path)).toMatchObject({ schemaVersion: 4 });
    expect(readFileSync(old).equals(readFileSync(V4))).toBe(true);
    expect(await failureOf(backupDatabaseAt({ path: join(folder, 'absent.db') }, path))).toBe('DATABASE_NOT_FOUND');
  });
});

describe('a backup of a store on a server', () => {
  const server = serverForTests();

  it('has one state, row by row, and goes on as a file', async () => {
    const store = await testStore({ path: server().url });
    const root = sourceFolder();
    await indexFolder(store, root);
    await store.embed('p');
    const path = join(temporaryFolder(), 'copy.db');
    const { generation } = await store.status();
    expect(await backupStore(store, path)).toMatchObject({ path, generation });
    const copy = await testStore(path);
    expect(await dumpOf(copy)).toEqual(await dumpOf(store));
    expect((await copy.verify({ deep: true })).ok).toBe(true);
    // Everything that a run compares with is there, and triggers work.
    expect(await copy.index({ root, projectId: 'p' })).toMatchObject({ recomputed: { parse: 0, bindings: 0 } });
    expect(await copy.embeddings.statistics()).toEqual(await store.embeddings.statistics());
    await copy.projects.delete('p');
    expect((await copy.verify()).ok).toBe(true);
  });
});

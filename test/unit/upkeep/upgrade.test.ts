import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/sql/index.js';
import { loadMigrations } from '../../../src/sql/migration-files.js';
import { upgradeStore } from '../../../src/upkeep/index.js';
import { failureOf, testStore } from '../../support/indexing.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const NEWEST = loadMigrations().length;
const VERSIONS = [1, 2, 3, 4, 6];

function fixture(version: number): Buffer {
  return readFileSync(fileURLToPath(new URL(`../../fixtures/v${version}.db`, import.meta.url)));
}

function oldDatabase(version: number): string {
  const path = join(temporaryFolder(), 'code.db');
  writeFileSync(path, fixture(version));
  return path;
}

describe('upgradeStore', () => {
  it.each(VERSIONS)('[U7] upgrades a database of version %i in place, after a copy of it', async (version) => {
    const path = oldDatabase(version);
    const backup = `${path}.v${version}.bak`;
    expect(await upgradeStore({ path })).toMatchObject({ from: version, to: NEWEST, backup });
    const copy = new Sqlite(backup, { readonly: true });
    expect(copy.pragma('quick_check', { simple: true })).toBe('ok');
    const store = await testStore({ path, readOnly: true });
    const nodes = copy.prepare('SELECT count(*) FROM intel_nodes').pluck().get();
    copy.close();
    const counts = Object.values(await store.analytics.countNodesByType());
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(nodes);
    expect((await store.status()).schemaVersion).toBe(NEWEST);
    expect(await upgradeStore({ path })).toMatchObject({ from: NEWEST, to: NEWEST, backup: null });
  });

  it('goes on with an upgrade that was cut off when only the schema was there', async () => {
    const path = oldDatabase(4);
    await (await openDatabase({ path })).close();
    expect(await upgradeStore({ path })).toMatchObject({ from: NEWEST, to: NEWEST, backup: null });
    const store = await testStore({ path, readOnly: true });
    expect((await store.verify()).checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  it('makes no copy when told so, and another one where an earlier attempt left one', async () => {
    const plain = oldDatabase(4);
    expect(await upgradeStore({ path: plain, backup: false })).toMatchObject({ from: 4, backup: null });
    expect(readdirSync(dirname(plain)).filter((name) => name.endsWith('.bak'))).toEqual([]);
    const path = oldDatabase(4);
    writeFileSync(`${path}.v4.bak`, 'earlier');
    expect(await upgradeStore({ path })).toMatchObject({ backup: `${path}.v4-2.bak` });
    expect(readFileSync(`${path}.v4.bak`, 'utf8')).toBe('earlier');
  });

  it('is done whole or not at all', async () => {
    const path = oldDatabase(2);
    const raw = new Sqlite(path);
    // A later migration makes a table of this name.
    raw.exec('CREATE TABLE embeddings (other INTEGER)');
    raw.close();
    expect(await failureOf(upgradeStore({ path, backup: false }))).toBe('SCHEMA_UNKNOWN');
    const after = new Sqlite(path, { readonly: true });
    expect(after.prepare('SELECT max(version) FROM schema_migrations').pluck().get()).toBe(2);
    after.close();
  });

  it('leaves alone what it cannot upgrade', async () => {
    const folder = temporaryFolder();
    expect(await failureOf(upgradeStore({ path: join(folder, 'absent.db') }))).toBe('DATABASE_NOT_FOUND');
    expect(existsSync(join(folder, 'absent.db'))).toBe(false);
    const path = join(folder, 'new.db');
    copyFileSync(oldDatabase(6), path);
    const raw = new Sqlite(path);
    raw.exec("INSERT INTO schema_migrations VALUES (9999, 'later', 'x', 0); PRAGMA wal_checkpoint(TRUNCATE)");
    raw.close();
    const before = readFileSync(path);
    expect(await failureOf(upgradeStore({ path }))).toBe('SCHEMA_TOO_NEW');
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { FACTS_VERSION } from '../../src/ingest/languages/index.js';
import { loadMigrations } from '../../src/sql/migration-files.js';
import { dumpOf, indexFolder, SOURCES, sourceFolder, testStore } from '../support/indexing.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const RECORDED = readFileSync(fixture('v4.dump.txt'), 'utf8').trimEnd().split('\n');

function copyOfFixture(): string {
  const path = join(temporaryFolder(), 'v4.db');
  copyFileSync(fixture('v4.db'), path);
  return path;
}

/** As if the extractor had not changed since: only the lack of packages is looked at. */
function withCurrentFacts(path: string): string {
  const database = new Database(path);
  database.prepare('UPDATE files SET facts_version = ?').run(FACTS_VERSION);
  database.close();
  return path;
}

describe('a database without packages', () => {
  it('[X1] is upgraded in place and has the same canonical form', async () => {
    const store = await testStore(copyOfFixture());
    expect((await store.status()).schemaVersion).toBe(loadMigrations().length);
    expect((await store.verify()).checks.filter((check) => !check.ok)).toEqual([]);
    expect(await dumpOf(store)).toEqual(RECORDED);
    expect(await store.packages.list()).toMatchObject({ total: 0, items: [] });
  });

  it('gets them with the next run, which parses no source again', async () => {
    const store = await testStore(withCurrentFacts(copyOfFixture()));
    const root = sourceFolder({ ...SOURCES, 'package.json': '{"name":"fixture","dependencies":{"left":"1"}}' });
    const report = await indexFolder(store, root, { projectId: 'fixture' });
    expect(report.recomputed).toMatchObject({ parse: 0 });
    expect((await store.packages.dependencies()).items).toMatchObject([{ package: 'fixture', name: 'left' }]);
    expect((await indexFolder(store, root, { projectId: 'fixture' })).generation).toBe(report.generation);
  });
});

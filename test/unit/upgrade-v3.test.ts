import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { pdgLines } from '../../src/graph/index.js';
import { loadMigrations } from '../../src/sql/migration-files.js';
import { dumpOf, indexFolder, sourceFolder, testStore } from '../support/indexing.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { v1Embedding } from '../support/v1-database.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const RECORDED = readFileSync(fixture('v3.dump.txt'), 'utf8').trimEnd().split('\n');

function copyOfFixture(): string {
  const path = join(temporaryFolder(), 'v3.db');
  copyFileSync(fixture('v3.db'), path);
  return path;
}

describe('a database of version 3', () => {
  it('[S1] is upgraded in place and has the same canonical form and embeddings', async () => {
    const store = await testStore(copyOfFixture());
    expect((await store.status()).schemaVersion).toBe(loadMigrations().length);
    expect((await store.verify()).checks.filter((check) => !check.ok)).toEqual([]);
    expect(await dumpOf(store)).toEqual(RECORDED);
    const node = await store.nodes.getByKey('fixture', 'b.ts#b(function)');
    expect(node?.embedding).toEqual(v1Embedding(7));
  });

  it('[P1] loads its graph, and loses it with the project', async () => {
    const store = await testStore(copyOfFixture());
    expect([...pdgLines(await store.pdg.loadPdg('fixture'), 'fixture')]).toEqual(RECORDED);
    expect([...pdgLines(await store.pdg.loadPdg('fixture'), 'fixture')]).toEqual(RECORDED);
    expect(await store.pdg.deletePdg('fixture')).toBe(true);
    expect(await dumpOf(store)).toEqual([]);
  });

  it('computes anew, once, what earlier versions of the extractor and the binder had concluded', async () => {
    const store = await testStore(copyOfFixture());
    const root = sourceFolder();
    const first = await indexFolder(store, root, { projectId: 'fixture' });
    expect(first.recomputed).toMatchObject({ parse: 3, analysis: 3, bindings: first.nodes });
    expect(await dumpOf(store)).toEqual(RECORDED);
    const second = await indexFolder(store, root, { projectId: 'fixture' });
    expect(second.recomputed).toMatchObject({ parse: 0, analysis: 0, bindings: 0 });
  });
});

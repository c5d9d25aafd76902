import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadMigrations } from '../../src/sql/migration-files.js';
import { V6_EDGES_ACROSS, V6_PROJECTS } from '../support/across/v6-projects.js';
import { expectSound, linesOf, linkLines, World } from '../support/across/world.js';
import { usesAcross } from '../support/across/across.js';
import { dumpOf, indexFolder, testStore } from '../support/indexing.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const RECORDED = readFileSync(fixture('v6.dump.txt'), 'utf8').split('\n').filter(Boolean);

async function upgraded(): Promise<World> {
  const folder = temporaryFolder();
  copyFileSync(fixture('v6.db'), join(folder, 'v6.db'));
  return new World(await testStore(join(folder, 'v6.db')), join(folder, 'w'), V6_PROJECTS);
}

describe('a database of version 6, which knows nothing of names that leave a project', () => {
  it('[X1] is upgraded in place and has the same canonical form', async () => {
    const { store } = await upgraded();
    expect((await store.status()).schemaVersion).toBe(loadMigrations().length);
    expect((await store.verify()).checks.filter((check) => !check.ok)).toEqual([]);
    expect(await dumpOf(store)).toEqual(RECORDED);
    expect(await linkLines(store)).toEqual([]);
    expect(await store.link()).toEqual({ names: 0, edges: 0 });
  });

  it('[X1] is linked by the next runs, whichever extractor read its files', async () => {
    const world = await upgraded();
    const { store } = world;
    for (const id of ['tool', 'core']) {
      const report = await indexFolder(store, world.rootOf(id), { projectId: id });
      expect(report.recomputed).toMatchObject({ bindings: report.nodes });
      expect((await store.link()).names).toBeGreaterThan(0);
    }
    expect(await usesAcross(world)).toEqual(V6_EDGES_ACROSS);
    expect(await linesOf(store)).toEqual(await world.fromScratch(['core', 'tool']));
    await expectSound(store);
  });
});

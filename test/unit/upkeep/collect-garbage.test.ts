import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { collectGarbage } from '../../../src/upkeep/index.js';
import { dumpOf, failureOf, indexFolder, sourceFolder, testStore } from '../../support/indexing.js';
import { nodeInput } from '../../support/records.js';
import { temporaryFolder, writeTree } from '../../support/temporary-folder.js';

const NOTHING = {
  memos: 0,
  contentResults: 0,
  analyses: 0,
  embeddings: 0,
  journal: 0,
  graphs: 0,
  snapshots: 0,
  generations: 0,
};

describe('collectGarbage', () => {
  it('[U7] deletes what no answer needs, and nothing that a run would compute again', async () => {
    const path = join(temporaryFolder(), 'code.db');
    const store = await testStore(path);
    const root = sourceFolder();
    await indexFolder(store, root);
    await store.embed('p');
    await store.pdg.loadPdg('p');
    writeTree(root, { 'b.ts': 'export function b(): number {\n  return 3 + 4;\n}\n' });
    await indexFolder(store, root);
    await store.embed('p');
    const raw = new Sqlite(path);
    raw.exec(
      "INSERT INTO memo_dependents (thing, pack_id) VALUES (7, 999999); INSERT INTO memo_marks VALUES ('project/gone', 'a.ts', 7)",
    );
    raw.close();
    const before = await dumpOf(store);
    const orphans = (await store.embeddings.statistics()).reduce((sum, model) => sum + model.orphans, 0);
    expect(orphans).toBeGreaterThan(0);
    const report = await collectGarbage(store);
    expect(report.removed).toMatchObject({ memos: 2, embeddings: orphans, graphs: 1, snapshots: 0, generations: 0 });
    expect(report.vacuumed).toBe(false);
    expect(await dumpOf(store)).toEqual(before);
    expect((await store.verify({ deep: true })).ok).toBe(true);
    expect((await indexFolder(store, root)).recomputed).toMatchObject({ parse: 0, bindings: 0, embeddings: 0 });
    expect((await collectGarbage(store)).removed).toEqual(NOTHING);
  });

  it('keeps histories as far as the limits say', async () => {
    const store = await testStore();
    const root = sourceFolder();
    for (const round of [1, 2, 3]) {
      writeTree(root, {
        'b.ts': `export function b(): number {\n  return ${round};\n}\nexport const c${round} = 1;\n`,
      });
      await indexFolder(store, root);
      await store.analytics.takeSnapshot({ project: 'p', label: `round ${round}` });
    }
    const { generation } = await store.status();
    expect((await collectGarbage(store, { keepSnapshots: 2 })).removed).toMatchObject({ snapshots: 1, generations: 0 });
    expect((await store.analytics.listSnapshots({ project: 'p' })).items.map(({ label }) => label)).toEqual([
      'round 2',
      'round 3',
    ]);
    expect((await collectGarbage(store, { keepGenerations: 1 })).removed.generations).toBeGreaterThan(0);
    expect((await store.status()).generation).toBe(generation);
    expect((await collectGarbage(store, { analysesBefore: Date.now() + 1000 })).removed.analyses).toBeGreaterThan(0);
    writeTree(root, { 'b.ts': 'export function b(): number {\n  return 9;\n}\n' });
    expect((await indexFolder(store, root)).generation).toBe(generation + 1);
    expect((await store.verify({ deep: true })).ok).toBe(true);
  });

  it('gives the space back when it is asked to, while readers have the store open', async () => {
    const path = join(temporaryFolder(), 'code.db');
    const store = await testStore(path);
    const reader = await testStore({ path, readOnly: true });
    const documentation = 'x'.repeat(3000);
    await store.nodes.batchInsert(Array.from({ length: 2000 }, (_, at) => nodeInput(`n${at}`, { documentation })));
    await store.projects.delete('p');
    await store.nodes.insert(nodeInput('kept', { projectId: 'q' }));
    expect((await reader.status()).projects).toHaveLength(1);
    const freed = await collectGarbage(store);
    expect(freed.after.sizeBytes).toBe(freed.before.sizeBytes);
    expect(freed.after.freeBytes).toBeGreaterThan(5_000_000);
    const { before, after, vacuumed } = await collectGarbage(store, { vacuum: true });
    expect(vacuumed).toBe(true);
    expect(after.sizeBytes).toBeLessThan(before.sizeBytes / 4);
    expect(after.freeBytes).toBe(0);
    expect((await reader.symbols.find('kept')).total).toBe(1);
    expect((await store.verify()).ok).toBe(true);
  });

  it('refuses limits that are none, and stores that may not be written', async () => {
    const path = join(temporaryFolder(), 'code.db');
    const store = await testStore(path);
    for (const options of [{ keepGenerations: 0 }, { keepSnapshots: -1 }, { orphanBudgetBytes: 0.5 }])
      expect(await failureOf(collectGarbage(store, options))).toBe('INVALID_ARGUMENT');
    const reader = await testStore({ path, readOnly: true });
    expect(await failureOf(collectGarbage(reader, { vacuum: true }))).toBe('INVALID_OPTION');
    expect(await failureOf(collectGarbage(reader))).toBe('READ_ONLY');
  });
});

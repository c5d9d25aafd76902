import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../src/store/index.js';
import { indexFolder, sourceFolder, testStore } from '../support/indexing.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The law: what verify calls sound is sound, and each kind of damage is told by the check that is for it. */

async function failingChecks(store: Store, deep = false): Promise<string[]> {
  const { checks, ok } = await store.verify({ deep });
  const failing = checks.filter((check) => !check.ok).map((check) => check.name);
  expect(ok).toBe(failing.length === 0);
  return failing;
}

/** An indexed store on disk, changed by SQL behind its back, and opened again. */
async function damagedStore(sql: string): Promise<Store> {
  const path = join(temporaryFolder(), 'code.db');
  const store = await openStore(path);
  await indexFolder(store, sourceFolder());
  await store.close();
  const raw = new Database(path);
  raw.pragma('foreign_keys = OFF');
  raw.exec(sql);
  raw.close();
  return testStore(path);
}

describe('verify', () => {
  it('[U7] finds nothing wrong with an empty store, and with an indexed one', async () => {
    const store = await testStore();
    expect(await failingChecks(store, true)).toEqual([]);
    await indexFolder(store, sourceFolder());
    expect(await failingChecks(store, true)).toEqual([]);
    const { checks, differences } = await store.verify({ deep: true });
    expect(differences).toEqual([]);
    expect(checks.map((check) => check.name)).toContain('rebuild p');
  });

  it('[U7] finds nothing wrong with a store that stayed open while its words were written anew', async () => {
    const path = join(temporaryFolder(), 'code.db');
    const [store, other] = [await testStore(path), await testStore(path)];
    const root = sourceFolder();
    const many = (from: number): string =>
      Array.from({ length: 400 }, (_, at) => `export function name${from + at}() { return ${at}; }\n`).join('');
    for (let round = 0; round < 3; round++) {
      writeFileSync(join(root, 'many.ts'), many(round * 400));
      await indexFolder(other, root);
      await other.rebuildSearch();
      expect(await failingChecks(store)).toEqual([]);
    }
  });

  it.each([
    ['foreign-keys', "DELETE FROM intel_nodes WHERE symbol_name = 'b'"],
    ['node-keys', "UPDATE intel_nodes SET qualified_name = 'other' WHERE symbol_name = 'b'"],
    ['node-hashes', "UPDATE intel_nodes SET content_hash = x'00' WHERE symbol_name = 'b'"],
    ['parents', "UPDATE intel_nodes SET parent_id = 999 WHERE symbol_name = 'b'"],
    ['node-files', "DELETE FROM files WHERE path = 'b.ts'"],
    [
      'file-modules',
      "INSERT INTO files (project_id, path, language, content_hash, size_bytes) VALUES ('p', 'z.ts', 'typescript', zeroblob(32), 0)",
    ],
    ['containment', "DELETE FROM intel_edges WHERE edge_type = 'containment'"],
    ['types', "UPDATE intel_edges SET edge_type = 'guess' WHERE edge_type = 'import'"],
    ['edge-metadata', "UPDATE intel_edges SET metadata = '[1]' WHERE edge_type = 'call'"],
    ['generations', 'UPDATE projects SET generation = 99'],
    ['generations', 'UPDATE generations SET id = 7'],
  ])('tells %s', async (check, sql) => {
    const store = await damagedStore(sql);
    expect(await failingChecks(store)).toContain(check);
  });

  it('lists a lost edge, a foreign edge and a changed node against a clean rebuild', async () => {
    const store = await damagedStore(`
      DELETE FROM intel_edges WHERE edge_type = 'call' AND callee_id = (SELECT id FROM intel_nodes WHERE node_key = 'b.ts#b(function)')
        AND caller_id = (SELECT id FROM intel_nodes WHERE node_key = 'a.ts#a(function)');
      INSERT INTO intel_edges SELECT a.id, b.id, 'inheritance', NULL FROM intel_nodes a, intel_nodes b
        WHERE a.node_key = 'a.ts#Box(class)' AND b.node_key = 'b.ts#b(function)';
      UPDATE intel_nodes SET complexity = 7 WHERE node_key = 'a.ts#Box.open(method)';`);
    const { ok, differences } = await store.verify({ deep: true });
    expect(ok).toBe(false);
    const told = differences.map(
      ({ kind, change, line }) => `${change} ${kind} ${line.split('\t').slice(2, 5).join(' ')}`,
    );
    expect(told.sort()).toEqual([
      'missing edge a.ts#a(function) call b.ts#b(function)',
      expect.stringMatching(/^missing node a\.ts#Box\.open\(method\)/),
      'unexpected edge a.ts#Box(class) inheritance b.ts#b(function)',
      expect.stringMatching(/^unexpected node a\.ts#Box\.open\(method\)/),
    ]);
  });

  it('says how many files changed since they were indexed, and that a folder is gone', async () => {
    const store = await testStore();
    const root = sourceFolder();
    await indexFolder(store, root);
    writeFileSync(join(root, 'b.ts'), 'export function b(): string {\n  return "";\n}\n');
    const changed = (await store.verify({ deep: true })).checks.find((check) => check.name === 'rebuild p');
    expect(changed).toMatchObject({ ok: false, detail: expect.stringContaining('1 files changed') as string });
    rmSync(root, { recursive: true });
    const gone = (await store.verify({ deep: true })).checks.find((check) => check.name === 'rebuild p');
    expect(gone).toMatchObject({ ok: false, detail: expect.stringContaining('cannot be rebuilt') as string });
  });

  it('refuses an unknown project', async () => {
    await expect((await testStore()).verify({ project: 'absent' })).rejects.toMatchObject({
      code: 'PROJECT_NOT_FOUND',
    });
  });
});

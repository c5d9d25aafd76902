import { readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourceFolder } from '../support/indexing.js';
import { runCli } from '../support/run-cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const FUNCTIONS = 1500;

/** Three files with more symbols than are compared one by one. */
function largeFolder(): string {
  const files = ['a', 'b', 'c'].map((name) => [
    `${name}.ts`,
    Array.from({ length: FUNCTIONS }, (_, at) => `export function ${name}${at}(n: number) { return n * ${at}; }`).join(
      '\n',
    ),
  ]);
  return sourceFolder(Object.fromEntries(files) as Record<string, string>);
}

async function json(...args: string[]): Promise<unknown> {
  const { status, stdout, stderr } = await runCli([...args, '--json']);
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

describe('lestockage vectors', () => {
  it(
    '[U8] tells of the index that indexing made, and rebuilds one that was damaged',
    { timeout: 120_000 },
    async () => {
      const db = join(temporaryFolder(), 'code.db');
      const root = largeFolder();
      await json('index', root, '--db', db);
      const folder = `${db}.vectors`;
      const made = readdirSync(folder);
      expect(made).toHaveLength(2);
      const [model] = ((await json('vectors', 'status', '--db', db)) as { models: Record<string, unknown>[] }).models;
      expect(model).toMatchObject({
        model: 'hashed-sub-words-1',
        dimension: 384,
        nodes: 3 * FUNCTIONS + 3,
        nodeRows: 0,
        strategy: 'hnsw',
        reason: null,
        file: 'usable',
        problem: null,
        behind: 0,
        recent: 0,
        isMaintenanceDue: false,
        settings: { quantization: 'i8', connectivity: 16 },
      });
      expect(model?.['rows']).toBe(model?.['vectors']);
      const text = await runCli(['vectors', 'status', '--db', db]);
      expect(text.stdout).toMatch(/^model +hashed-sub-words-1$/m);
      expect(text.stdout).toMatch(/^index +usable, \d+\.\d MB, \d+ rows$/m);
      expect(text.stdout).toMatch(/^behind +0 changes$/m);

      // A run without changes builds nothing.
      await json('index', root, '--db', db);
      expect(readdirSync(folder)).toEqual(made);

      const file = join(folder, made.find((name) => name.endsWith('.usearch')) ?? '');
      truncateSync(file, readFileSync(file).length / 2);
      expect(await json('vectors', 'status', '--db', db)).toMatchObject({
        models: [{ file: 'damaged', strategy: 'exact', reason: 'no-index', behind: null }],
      });
      expect((await runCli(['verify', '--db', db])).status).toBe(5);
      const rebuilt = await json('vectors', 'rebuild', '--db', db, '--model', 'hashed-sub-words-1');
      expect(rebuilt).toMatchObject({ models: [{ done: 'built', added: model?.['vectors'] }] });
      expect((await runCli(['verify', '--db', db])).status).toBe(0);
    },
  );

  it('answers for small and empty stores, and refuses what is not there', async () => {
    const db = join(temporaryFolder(), 'code.db');
    expect((await runCli(['vectors', 'status', '--db', db])).status).toBe(3);
    await json('index', sourceFolder(), '--db', db);
    expect(await json('vectors', 'status', '--db', db)).toMatchObject({
      models: [{ strategy: 'exact', reason: 'small', file: null, behind: null, sizeBytes: 0 }],
    });
    expect(await json('vectors', 'rebuild', '--db', db)).toMatchObject({ models: [{ done: 'nothing', added: 0 }] });
    const unknown = await runCli(['vectors', 'status', '--db', db, '--model', 'absent', '--json']);
    expect([unknown.status, JSON.parse(unknown.stdout)]).toMatchObject([3, { error: { code: 'MODEL_NOT_FOUND' } }]);
    expect((await runCli(['vectors', 'status', '--db', db, '--dimension', '0'])).status).toBe(2);
    expect((await runCli(['vectors', '--db', db])).status).toBe(2);
  });
});

describe('lestockage with vectors in another database', () => {
  it('[V1] [V4] moves them there, and answers over both', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    const [db, vectors] = [join(folder, 'code.db'), join(folder, 'vectors.db')];
    const root = sourceFolder();
    await json('index', root, '--db', db);
    const before = (await json('search', 'open box', '--db', db, '--mode', 'semantic')) as { items: unknown[] };
    const both = ['--db', db, '--vectors', vectors];
    const counted = (await json('vectors', 'migrate', '--dry-run', ...both)) as { embeddings: number };
    expect(counted).toMatchObject({ state: 'counted', left: 0 });
    const copied = await json('vectors', 'migrate', ...both);
    expect(copied).toMatchObject({ state: 'copied', embeddings: counted.embeddings });
    expect(await json('status', ...both)).toMatchObject({ vectors: { location: vectors, isMigrationDue: true } });
    expect(await json('vectors', 'migrate', '--rollback', ...both)).toMatchObject({ state: 'rolled-back' });
    await json('vectors', 'migrate', ...both);
    const text = await runCli(['vectors', 'migrate', '--finalize', ...both]);
    expect([text.status, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toMatch(new RegExp(`^embeddings +${counted.embeddings}$`, 'm'));
    expect(await json('search', 'open box', '--mode', 'semantic', ...both)).toMatchObject({ items: before.items });
    const alone = await runCli(['search', 'open box', '--mode', 'semantic', '--db', db, '--json']);
    expect(alone.status).toBe(2);
    expect(JSON.parse(alone.stdout)).toMatchObject({ error: { code: 'VECTORS_ELSEWHERE' } });
    const environment = { LESTOCKAGE_VECTOR_DB: vectors };
    const named = await runCli(['search', 'open box', '--mode', 'semantic', '--db', db, '--json'], { environment });
    expect(JSON.parse(named.stdout)).toMatchObject({ items: before.items });
    expect(await json('vectors', 'reconcile', ...both)).toEqual({ found: counted.embeddings, lost: 0 });
    expect((await runCli(['vectors', 'migrate', '--dry-run', '--rollback', ...both])).status).toBe(2);
    expect((await runCli(['status', '--db', db, '--vectors-token-file', 'x'])).status).toBe(2);
    expect((await json('verify', ...both)) as object).toMatchObject({ ok: true });
  });
});

import { mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NodeStore } from '../../src/graph/index.js';
import { openDatabase } from '../../src/sql/index.js';
import { nodeInput } from '../support/records.js';
import { temporaryFolder } from '../support/temporary-folder.js';

async function filledDatabase(): Promise<string> {
  const path = join(temporaryFolder(), 'a.db');
  const database = await openDatabase({ path });
  const names = Array.from({ length: 3000 }, (_, at) => `name${at}`);
  await new NodeStore(database).batchInsert(names.map((name) => nodeInput(name)));
  await database.close();
  return path;
}

/** Opening is refused in both modes, and leaves file and folder as they were. */
async function expectRefused(path: string, code: string): Promise<void> {
  const bytes = readFileSync(path);
  for (const readOnly of [false, true]) {
    await expect(openDatabase({ path, readOnly })).rejects.toMatchObject({ code });
  }
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(readdirSync(join(path, '..'))).toEqual(['a.db']);
}

describe('a damaged file', () => {
  it.each([1, 20, 99, 511, 4096, 100_000])(
    '[U8] is refused when it holds %i bytes of something else',
    async (length) => {
      const path = join(temporaryFolder(), 'a.db');
      writeFileSync(path, Buffer.alloc(length, 'garbage'));
      await expectRefused(path, 'NOT_A_DATABASE');
    },
  );

  it.each([
    ['within its header', 60],
    ['after its first page', 4096],
    ['in the middle of a page', 100_001],
  ])('[U8] is refused when it is cut %s', async (_, length) => {
    const path = await filledDatabase();
    truncateSync(path, length);
    const bytes = readFileSync(path);
    await expect(openDatabase({ path })).rejects.toMatchObject({
      code: expect.stringMatching(/^(DATABASE_CORRUPT|NOT_A_DATABASE)$/) as string,
    });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('[U8] gives an error for the rows that are damaged, never an empty answer', async () => {
    const path = await filledDatabase();
    const bytes = readFileSync(path);
    // Behind the pages of the schema.
    bytes.fill(0xa5, 4096 * 80);
    writeFileSync(path, bytes);
    const database = await openDatabase({ path });
    const corrupt = { code: 'DATABASE_CORRUPT', details: { location: path } };
    await expect(new NodeStore(database).getByFile('p', 'a.ts')).rejects.toMatchObject(corrupt);
    const read = async (): Promise<void> => {
      for await (const row of database.iterate('SELECT * FROM intel_nodes')) expect(row).toBeDefined();
    };
    await expect(read()).rejects.toMatchObject(corrupt);
    await database.close();
  });
});

describe('a place that cannot be written', () => {
  it('[U8] is refused with its path and the reason of the operating system', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'file');
    writeFileSync(file, 'not a folder');
    mkdirSync(join(folder, 'folder.db'));
    for (const [path, reason] of [
      [join(file, 'a.db'), /ENOTDIR|EEXIST/],
      [join(folder, 'folder.db'), /EISDIR/],
      ['/proc/lestockage-test/a.db', /ENOENT|EACCES|EPERM/],
    ] as const) {
      await expect(openDatabase({ path })).rejects.toMatchObject({
        code: 'DATABASE_UNWRITABLE',
        details: { path, reason: expect.stringMatching(reason) as string },
      });
    }
    expect(readFileSync(file, 'utf8')).toBe('not a folder');
  });

  it('[U8] is refused when SQLite is the first to find out', async () => {
    await expect(openDatabase({ path: '/proc/a.db' })).rejects.toMatchObject({
      code: 'DATABASE_UNWRITABLE',
      details: { path: '/proc/a.db' },
    });
  });
});

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../src/store/index.js';
import { NodeHash } from '../../src/model/index.js';
import {
  dumpFromScratch,
  dumpOf,
  indexFolder,
  SETTLED,
  SOURCES,
  sourceFolder,
  testStore,
} from '../support/indexing.js';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

/**
 * The law: what is kept of earlier computations may save work and decides nothing. Damaged, it is computed
 * again: the next run leaves what a run from scratch gives.
 */

interface Place {
  readonly root: string;
  readonly path: string;
}

/** Was edited and edited back, so that there is something of every kind to damage. */
async function indexed(last: Readonly<Record<string, string>> = SOURCES): Promise<Place> {
  const root = sourceFolder();
  const path = join(temporaryFolder(), 'code.db');
  const store = await openStore(path);
  for (const files of [SOURCES, EDITED, SOURCES, last]) {
    writeTree(root, files);
    await indexFolder(store, root);
  }
  await store.close();
  return { root, path };
}

const EDITED = {
  'a.ts': SOURCES['a.ts'].replace('b() + 1', 'b() + 2'),
  'b.ts': 'export function other(): number {\n  return 2;\n}\n',
  'lib/c.ts': SOURCES['lib/c.ts'].replace('two()', 'two() + 1'),
};

/** Changes the file behind everyone's back. */
function damage({ path }: Place, change: (file: Sqlite.Database) => void): void {
  const file = new Sqlite(path);
  change(file);
  file.close();
}

/** A byte in the middle of every value of a column is another. */
function flipBytes(file: Sqlite.Database, table: string, column: string): number {
  const rows = file
    .prepare<[], { place: number; bytes: Buffer }>(`SELECT rowid AS place, ${column} AS bytes FROM ${table}`)
    .all();
  const update = file.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`);
  for (const { place, bytes } of rows) {
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 0x10;
    update.run(bytes, place);
  }
  return rows.length;
}

async function convergesAfter(store: Store, root: string, files: Readonly<Record<string, string>>): Promise<void> {
  writeTree(root, files);
  await indexFolder(store, root);
  expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
}

const PACK_DAMAGE: readonly (readonly [string, (file: Sqlite.Database) => void])[] = [
  ['have other bytes', (file) => void flipBytes(file, 'memo_packs', 'data')],
  ['are cut short', (file) => file.exec('UPDATE memo_packs SET data = substr(data, 1, length(data) / 2)')],
  ['are empty', (file) => file.exec("UPDATE memo_packs SET data = x''")],
  ['are texts', (file) => file.exec("UPDATE memo_packs SET data = 'text', checksum = 'text'")],
  ['have other checksums', (file) => void flipBytes(file, 'memo_packs', 'checksum')],
  ['are of a later version', writtenLater],
  ['have lost the versions of the queries', (file) => file.exec('DELETE FROM query_versions')],
  ['are marked, with files that are not there', markEverything],
];

/** As a later version would write them: whole, but in another form. */
function writtenLater(file: Sqlite.Database): void {
  const update = file.prepare('UPDATE memo_packs SET data = ?, checksum = ? WHERE id = ?');
  for (const { id, data } of file.prepare<[], { id: number; data: Buffer }>('SELECT id, data FROM memo_packs').all()) {
    data[0] = 99;
    update.run(data, NodeHash.toBytes(NodeHash.of(data)), id);
  }
}

function markEverything(file: Sqlite.Database): void {
  file.exec(`INSERT OR IGNORE INTO memo_marks SELECT p.space, p.partition, d.thing FROM memo_packs p JOIN memo_dependents d;
    INSERT OR IGNORE INTO memo_marks VALUES ('project/p', 'gone.ts', 1), ('project/other', 'b.ts', 2)`);
}

describe('stored results that', () => {
  it.each(PACK_DAMAGE)('[U8] [I5] %s are computed again by whoever needs them', async (_what, change) => {
    // Edits that touch all files, one that others read, one that reads others, and none.
    const { 'b.ts': read, 'a.ts': reader } = EDITED;
    const edits = [EDITED, { 'b.ts': read }, { 'a.ts': reader }, {}].map((files) => [SOURCES, files]);
    for (const [before = {}, after = {}] of [...edits, [EDITED, { 'b.ts': SOURCES['b.ts'] }]]) {
      const place = await indexed(before);
      damage(place, change);
      const store = await testStore(place.path);
      await convergesAfter(store, place.root, after);
      await convergesAfter(store, place.root, before);
      rmSync(join(place.root, 'b.ts'));
      await convergesAfter(store, place.root, {});
    }
  });

  it('[U8] were damaged are told by verify, and no longer after a run that touched them', async () => {
    const place = await indexed();
    damage(place, (file) => void flipBytes(file, 'memo_packs', 'data'));
    const store = await testStore(place.path);
    const failing = async (): Promise<string[]> =>
      (await store.verify({ deep: true })).checks.filter(({ ok }) => !ok).map(({ name }) => name);
    expect(await failing()).toEqual(['memo-packs']);
    await convergesAfter(store, place.root, EDITED);
    expect(await failing()).toEqual([]);
  });
});

describe('results that are kept by content', () => {
  it.each<[string, (file: Sqlite.Database) => void]>([
    ['have other bytes', (file) => void expect(flipBytes(file, 'content_results', 'result')).toBeGreaterThan(0)],
    ['have other checksums', (file) => void flipBytes(file, 'content_results', 'checksum')],
    ['are cut short', (file) => file.exec('UPDATE content_results SET result = substr(result, 1, 3)')],
    ['are texts', (file) => file.exec("UPDATE content_results SET result = 'text', checksum = 'text'")],
  ])('[U8] are not used when they %s: the content is parsed again', async (_what, change) => {
    const place = await indexed();
    damage(place, change);
    const store = await testStore(place.path);
    writeTree(place.root, EDITED);
    const { recomputed } = await indexFolder(store, place.root);
    expect(recomputed.parse).toBe(3);
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(place.root));
    await convergesAfter(store, place.root, SOURCES);
  });

  it.each<[string, (file: Sqlite.Database) => void]>([
    ['is no JSON', (file) => file.exec("UPDATE analysis_cache SET complexity_metrics = x'00ff'")],
    [
      'is JSON of something else',
      (file) => file.exec("UPDATE analysis_cache SET complexity_metrics = CAST('[1]' AS BLOB)"),
    ],
    ['is missing', (file) => file.exec('UPDATE analysis_cache SET complexity_metrics = NULL')],
    ['is a text', (file) => file.exec("UPDATE analysis_cache SET complexity_metrics = 'text', timestamp = 9e15")],
  ])('[U8] an analysis that %s is made again with the next run over its body', async (_what, change) => {
    const place = await indexed();
    damage(place, change);
    const store = await testStore(place.path);
    await convergesAfter(store, place.root, EDITED);
    const b = await store.nodes.getByKey('p', 'b.ts#other(function)');
    const metrics = (await store.cache.get(b?.contentHash ?? NodeHash.of('')))?.complexityMetrics;
    expect(JSON.parse(Buffer.from(metrics ?? []).toString())).toMatchObject({ cyclomatic: 1 });
  });
});

describe('a clock that is set back', () => {
  it('[U8] hides no edit, neither from the run after nor from the ones that follow', async () => {
    const root = sourceFolder();
    const store = await testStore();
    const clocks = [SETTLED, () => Date.now() - 1e9, () => 0, () => Date.now() + 1e9, () => -1e9, SETTLED];
    for (const [at, clock] of clocks.entries()) {
      writeTree(root, { 'b.ts': `export function b(): number {\n  return ${at};\n}\nexport const b${at} = b();\n` });
      await indexFolder(store, root, {}, clock);
      expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
    }
  });
});

describe('verify', () => {
  async function failingAfter(sql: string): Promise<string[]> {
    const place = await indexed();
    damage(place, (file) => file.exec(sql));
    const { checks } = await (await testStore(place.path)).verify();
    return checks.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
  }

  it('[U7] tells which stored results are damaged', async () => {
    const sound = /^memo-packs: not so for project\/p\/\/b\.ts: .*\(3 packs\)$/;
    expect(await failingAfter("UPDATE memo_packs SET data = zeroblob(9) WHERE partition = 'b.ts'")).toEqual([
      expect.stringMatching(sound) as string,
    ]);
  });

  it('[U7] tells what the index of dependents lacks, which no run can notice', async () => {
    expect(await failingAfter('DELETE FROM memo_dependents')).toEqual([
      expect.stringMatching(/^memo-dependents: not so for project\/p\/\/a\.ts \(\d+\), /) as string,
    ]);
  });

  it('[U7] counts entries of the index that are too many, which do no harm', async () => {
    const place = await indexed();
    damage(place, (file) => file.exec('INSERT INTO memo_dependents VALUES (1, 1), (2, 999)'));
    const { ok, checks } = await (await testStore(place.path)).verify();
    expect(ok).toBe(true);
    expect(checks.find(({ name }) => name === 'memo-dependents')?.detail).toMatch(/; 2 rows are about/);
  });

  it.each([
    ['a lease that nobody took', "INSERT INTO leases VALUES ('q', 0, NULL, 0)"],
    ['a lease that nobody holds for a time', "INSERT INTO leases VALUES ('q', 1, NULL, 77)"],
    ['a lease until no time', "INSERT INTO leases VALUES ('q', 1, '{}', 'tomorrow')"],
    ['a guard that was left', 'INSERT INTO lease_guards VALUES (1)'],
  ])('[U7] tells %s', async (_what, sql) => {
    expect(await failingAfter(sql)).toEqual([expect.stringMatching(/^leases: not so for /) as string]);
  });
});

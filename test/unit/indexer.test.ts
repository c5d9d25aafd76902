import { renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NodeId } from '../../src/model/index.js';
import type { Store } from '../../src/store/index.js';
import {
  dumpFromScratch,
  dumpOf,
  failureOf,
  indexFolder,
  SOURCES,
  sourceFolder,
  testStore,
} from '../support/indexing.js';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

/** Ids, times and keys of all nodes of some files. */
async function rowsOf(store: Store, project: string, ...paths: string[]): Promise<object[]> {
  const files = await Promise.all(paths.map((path) => store.nodes.getByFile(project, path)));
  return files.flat().map(({ id, key, createdAt, updatedAt }) => ({ id, key, createdAt, updatedAt }));
}

async function requireId(store: Store, project: string, key: string): Promise<NodeId> {
  const node = await store.nodes.getByKey(project, key);
  if (node === undefined) throw new Error(`There is no node ${key}.`);
  return node.id;
}

describe('an index run', () => {
  it('gives the same dump the second time, and in every store', async () => {
    const root = sourceFolder();
    const store = await testStore();
    await indexFolder(store, root);
    const dump = await dumpOf(store);
    expect(dump.filter((line) => line.startsWith('edge\tp\ta.ts#a(function)\tcall\tb.ts#b(function)'))).toHaveLength(1);
    await indexFolder(store, root);
    expect(await dumpOf(store)).toEqual(dump);
    const onDisk = await testStore(join(temporaryFolder(), 'code.db'));
    await indexFolder(onDisk, root);
    expect(await dumpOf(onDisk)).toEqual(dump);
  });

  it('does not depend on the order in which files came to be', async () => {
    const root = sourceFolder({});
    const store = await testStore();
    for (const [path, text] of Object.entries(SOURCES).reverse()) {
      writeTree(root, { [path]: text });
      await indexFolder(store, root);
    }
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
  });

  it.each([
    ['documentation', '/** Says it. */', '/** Said it. */'],
    ['the alias of an import', 'b as one', 'b as two'],
    ['the name of an import', '{ b as', '{ c as'],
    ['the module of an import', "'./b.js'", "'./d.js'"],
    ['a receiver', 'x.go()', 'y.go()'],
    ['a type', ': Xa', ': Ya'],
    ['a visibility', 'private f', 'public  f'],
  ])('stores a change that moves nothing, and binds with it later: %s', async (_what, before, after) => {
    const box = 'export class Xa { go() {} }\nexport class Ya { go() {} }\n';
    const user = [
      "import { b as one } from './b.js';",
      "import { Xa, Ya } from './box.js';",
      'export class User { private f = 1; }',
      '/** Says it. */',
      'export function use(x: Xa, y: Ya) { one(); two(); x.go(); }',
      '',
    ].join('\n');
    const target = 'export function b() {}\nexport function c() {}\n';
    const root = sourceFolder({ 'b.ts': target, 'd.ts': target, 'box.ts': box, 'user.ts': user });
    const store = await testStore();
    await indexFolder(store, root);
    const first = await dumpOf(store);
    writeTree(root, { 'user.ts': user.replace(before, after) });
    await indexFolder(store, root);
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
    expect(await dumpOf(store)).not.toEqual(first);
    // From now on what the edited file says comes from the store.
    writeTree(root, { 'b.ts': `export const first = 1;\n${target}`, 'd.ts': `export const first = 1;\n${target}` });
    expect((await indexFolder(store, root)).files.parsed).toBe(2);
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
  });

  it('neither reads nor parses files that are as they were', async () => {
    const root = sourceFolder();
    const store = await testStore();
    const first = await indexFolder(store, root);
    expect(first.files).toEqual({ seen: 3, parsed: 3, unchanged: 0, removed: 0, skipped: 0 });
    expect(first.recomputed).toMatchObject({ parse: 3, analysis: 3 });
    const second = await indexFolder(store, root);
    expect(second.files).toEqual({ seen: 3, parsed: 0, unchanged: 3, removed: 0, skipped: 0 });
    expect(second.recomputed).toEqual({ parse: 0, analysis: 0, bindings: 0, embeddings: 0 });
    expect([second.nodes, second.edges]).toEqual([first.nodes, first.edges]);
    for (const { statKey } of await store.files.list('p')) expect(statKey).not.toBeNull();
  });

  it('parses the changed file alone', async () => {
    const root = sourceFolder();
    const store = await testStore();
    await indexFolder(store, root);
    writeTree(root, { 'b.ts': 'export function b(): number {\n  return 3;\n}\n' });
    const report = await indexFolder(store, root);
    expect(report.recomputed).toMatchObject({ parse: 1, analysis: 1 });
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
  });

  it('does not parse files that were touched but say the same, and remembers what it knew of them', async () => {
    const root = sourceFolder({ ...SOURCES, 'bad.ts': 'export function ok() {}\nexport const = ;\n' });
    const store = await testStore();
    await indexFolder(store, root);
    const before = await store.files.get('p', 'bad.ts');
    expect(before?.errorCount).toBeGreaterThan(0);
    const past = new Date(1_000_000_000_000);
    for (const path of ['a.ts', 'bad.ts']) utimesSync(join(root, path), past, past);
    const report = await indexFolder(store, root);
    expect(report).toMatchObject({ generation: 1, files: { parsed: 0, unchanged: 4 }, recomputed: { parse: 0 } });
    const after = await store.files.get('p', 'bad.ts');
    expect(after).toEqual({ ...before, statKey: after?.statKey });
    expect(after?.statKey).not.toBe(before?.statKey);
  });

  it('takes a deleted file away with its nodes and edges', async () => {
    const root = sourceFolder();
    const store = await testStore();
    await indexFolder(store, root);
    rmSync(join(root, 'b.ts'));
    const report = await indexFolder(store, root);
    expect(report.files).toMatchObject({ seen: 2, parsed: 0, removed: 1 });
    const dump = await dumpOf(store);
    expect(dump.filter((line) => line.includes('b.ts'))).toEqual([]);
    expect(dump).toEqual(await dumpFromScratch(root));
    expect([report.nodes, report.edges]).toEqual([
      dump.filter((line) => line.startsWith('node')).length,
      dump.filter((line) => line.startsWith('edge')).length,
    ]);
    expect((await store.files.list('p')).map((file) => file.path)).toEqual(['a.ts', 'lib/c.ts']);
  });

  it('takes away what a file said once it is no source any more', async () => {
    const root = sourceFolder();
    const store = await testStore();
    await indexFolder(store, root);
    writeFileSync(join(root, 'b.ts'), 'binary\0now');
    const report = await indexFolder(store, root);
    expect(report.warnings).toMatchObject([{ file: 'b.ts', code: 'FILE_BINARY' }]);
    expect(report.files).toMatchObject({ removed: 1, skipped: 1 });
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
    expect(await indexFolder(store, root)).toMatchObject({ generation: 2, files: { removed: 0, skipped: 1 } });
  });

  it('parses everything again when it is forced to, to the same end', async () => {
    const root = sourceFolder();
    const store = await testStore();
    await indexFolder(store, root);
    const [dump, rows] = [await dumpOf(store), await rowsOf(store, 'p', 'a.ts', 'b.ts')];
    const report = await indexFolder(store, root, { force: true });
    expect(report.recomputed.parse).toBe(3);
    expect(await dumpOf(store)).toEqual(dump);
    expect(await rowsOf(store, 'p', 'a.ts', 'b.ts')).toEqual(rows);
  });
});

describe('nodes', () => {
  it('keep their ids when the file is edited around them', async () => {
    const root = sourceFolder();
    const store = await testStore();
    await indexFolder(store, root);
    const keys = ['a.ts#(module)', 'a.ts#a(function)', 'a.ts#Box(class)', 'a.ts#Box.open(method)'];
    const before = await Promise.all(keys.map((key) => requireId(store, 'p', key)));
    writeTree(root, { 'a.ts': `// A comment.\nexport function first() { return a(); }\n${SOURCES['a.ts']}` });
    await indexFolder(store, root);
    expect(await Promise.all(keys.map((key) => requireId(store, 'p', key)))).toEqual(before);
    expect(await requireId(store, 'p', 'a.ts#first(function)')).toBeGreaterThan(Math.max(...before));
  });

  it('keep the embedding a user gave them for as long as their content stays', async () => {
    const root = sourceFolder();
    const store = await testStore();
    await indexFolder(store, root);
    const embedding = new Uint8Array([1, 2, 3, 255]);
    const [a, open] = [
      await requireId(store, 'p', 'a.ts#a(function)'),
      await requireId(store, 'p', 'a.ts#Box.open(method)'),
    ];
    for (const id of [a, open]) await store.nodes.update(id, { embedding });
    const bytesOf = async (id: NodeId): Promise<number[] | undefined> => {
      const bytes = (await store.nodes.require(id)).embedding;
      return bytes === null ? undefined : [...bytes];
    };
    writeTree(root, { 'a.ts': `\n\n// Moved down.\n${SOURCES['a.ts']}` });
    await indexFolder(store, root);
    await indexFolder(store, root, { force: true });
    expect([await bytesOf(a), await bytesOf(open)]).toEqual([
      [1, 2, 3, 255],
      [1, 2, 3, 255],
    ]);
    writeTree(root, { 'a.ts': SOURCES['a.ts'].replace('b() + 1', 'b() + 2') });
    await indexFolder(store, root);
    expect([await bytesOf(a), await bytesOf(open)]).toEqual([undefined, [1, 2, 3, 255]]);
  });
});

describe('the project', () => {
  it('of a folder is the same each time, and another for another folder of that name', async () => {
    const [one, two] = [sourceFolder(SOURCES, 'app'), sourceFolder({ 'x.ts': 'export const x = 1;\n' }, 'app')];
    const store = await testStore();
    expect((await indexFolder(store, one)).project).toBe('app');
    const suffixed = (await indexFolder(store, two)).project;
    expect(suffixed).toMatch(/^app-[0-9a-f]{8}$/);
    expect((await indexFolder(store, one)).project).toBe('app');
    expect((await indexFolder(store, two)).project).toBe(suffixed);
    expect((await indexFolder(store, join(two, '..', 'app'))).project).toBe(suffixed);
  });

  it('keeps the id it was given, and follows its folder when that moves', async () => {
    const root = sourceFolder(SOURCES, 'app');
    const store = await testStore();
    expect((await indexFolder(store, root, { projectId: 'mine' })).project).toBe('mine');
    expect(await indexFolder(store, root)).toMatchObject({ project: 'mine', generation: 1 });
    const moved = join(root, '..', 'moved');
    renameSync(root, moved);
    expect(await indexFolder(store, moved, { projectId: 'mine' })).toMatchObject({
      files: { parsed: 0 },
      generation: 1,
    });
    expect((await indexFolder(store, moved)).project).toBe('mine');
    expect(await store.projects.list()).toMatchObject([{ id: 'mine', root: moved, generation: 1 }]);
  });

  it('has an id without control characters, whatever the folder is called', async () => {
    const root = sourceFolder(SOURCES, 'new\nline');
    const store = await testStore();
    expect((await indexFolder(store, root)).project).toBe('new_line');
    expect(await failureOf(indexFolder(store, root, { projectId: 'new\nline' }))).toBe('INVALID_ARGUMENT');
    expect((await indexFolder(store, root)).project).toBe('new_line');
  });

  it('is left alone when another one is indexed', async () => {
    const [one, two] = [sourceFolder(SOURCES, 'one'), sourceFolder(SOURCES, 'two')];
    const store = await testStore();
    await indexFolder(store, one);
    const before = [await dumpOf(store, 'one'), await rowsOf(store, 'one', ...Object.keys(SOURCES))];
    const project = await store.projects.require('one');
    await indexFolder(store, two);
    rmSync(join(two, 'a.ts'));
    await indexFolder(store, two);
    expect([await dumpOf(store, 'one'), await rowsOf(store, 'one', ...Object.keys(SOURCES))]).toEqual(before);
    expect(await store.projects.require('one')).toEqual(project);
    expect(await indexFolder(store, one)).toMatchObject({ generation: 1, files: { parsed: 0, unchanged: 3 } });
  });

  it('is there after its folder was indexed, even when that is empty', async () => {
    const store = await testStore();
    const root = sourceFolder({}, 'empty');
    expect(await indexFolder(store, root)).toMatchObject({ generation: 1, nodes: 0, edges: 0 });
    expect(await indexFolder(store, root)).toMatchObject({ generation: 1 });
    expect(await store.projects.list()).toMatchObject([{ id: 'empty', root, generation: 1 }]);
  });
});

describe('the generation', () => {
  it('moves by one with every run that changes something, and not otherwise', async () => {
    const root = sourceFolder();
    const store = await testStore();
    const seen = [(await indexFolder(store, root)).generation];
    seen.push((await indexFolder(store, root)).generation);
    writeTree(root, { 'b.ts': 'export const b = () => 2;\n', 'd.ts': 'export const d = 1;\n' });
    seen.push((await indexFolder(store, root)).generation);
    seen.push((await indexFolder(store, root)).generation);
    rmSync(join(root, 'd.ts'));
    seen.push((await indexFolder(store, root)).generation);
    expect(seen).toEqual([1, 1, 2, 2, 3]);
    expect(await store.projects.generation()).toBe(3);
  });
});

describe('options', () => {
  it.each([
    [{ projectId: '' }, 'INVALID_ARGUMENT'],
    [{ projectId: 'a//b' }, 'INVALID_ARGUMENT'],
    [{ workers: 1.5 }, 'INVALID_ARGUMENT'],
    [{ workers: -1 }, 'INVALID_ARGUMENT'],
    [{ workers: 65 }, 'INVALID_ARGUMENT'],
  ])('are refused when they make no sense: %j', async (options, code) => {
    const store = await testStore();
    expect(await failureOf(indexFolder(store, sourceFolder(), options))).toBe(code);
    expect(await store.projects.list()).toEqual([]);
  });
});

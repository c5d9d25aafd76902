import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Indexer } from '../../src/ingest/index.js';
import { openStore, type Store } from '../../src/store/index.js';
import { indexFolder, SETTLED, sourceFolder, testStore } from '../support/indexing.js';
import { writeTree } from '../support/temporary-folder.js';

/** The law: the stored packages are what the manifests say, however the store came there, and nothing is read twice. */

const json = (value: object): string => JSON.stringify(value, null, 2);

const PROJECT = {
  'package.json': json({
    name: 'root',
    version: '1.0.0',
    workspaces: ['packages/*'],
    dependencies: { left: '^1.0.0' },
  }),
  'package-lock.json': json({
    lockfileVersion: 3,
    packages: { '': { name: 'root' }, 'node_modules/left': { version: '1.2.3' } },
  }),
  'packages/a/package.json': json({ name: '@p/a', version: '1.0.0', dependencies: { '@p/b': '^2.0.0' } }),
  'packages/a/index.ts': 'export const a = 1;\n',
  'packages/b/package.json': json({ name: '@p/b', version: '2.0.0' }),
  'packages/b/index.ts': 'export const b = 1;\n',
};

/** What a store says of the packages of all projects, without ids and generations. */
async function packagesOf(store: Store): Promise<unknown> {
  const packages = (await store.packages.list()).items;
  const dependencies = (await store.packages.dependencies()).items;
  return { packages, dependencies };
}

async function fromScratch(root: string): Promise<unknown> {
  const store = await openStore();
  try {
    await indexFolder(store, root);
    return await packagesOf(store);
  } finally {
    await store.close();
  }
}

/** An edit of one path: its new text, or null for a file that goes. */
type Edit = Readonly<Record<string, string | null>>;

function apply(root: string, edit: Edit): void {
  for (const [path, text] of Object.entries(edit)) {
    if (text === null) rmSync(join(root, path), { force: true });
    else writeTree(root, { [path]: text });
  }
}

const EDITS: Readonly<Record<string, Edit>> = {
  'a new version': { 'packages/b/package.json': json({ name: '@p/b', version: '3.0.0' }) },
  'a version that fits no more in the lockfile': {
    'package-lock.json': json({ lockfileVersion: 3, packages: { 'node_modules/left': { version: '1.9.0' } } }),
  },
  'a manifest that goes': { 'packages/b/package.json': null },
  'a manifest that comes': { 'packages/c/package.json': json({ name: '@p/c', dependencies: { '@p/a': '*' } }) },
  'workspaces that are no longer': { 'package.json': json({ name: 'root', version: '1.0.0' }) },
  'another name': { 'packages/a/package.json': json({ name: '@p/z', version: '1.0.0' }) },
  'a manifest of another manager': { 'lib/pyproject.toml': '[project]\nname = "Lib"\ndependencies = ["Left>=1"]\n' },
  'a dependency of two kinds': {
    'package.json': json({ name: 'root', dependencies: { left: '1' }, devDependencies: { left: '2' } }),
  },
  'an error in a manifest': { 'package.json': '{ "name": "root", "dependencies": { "left": ' },
  'a tsconfig that names a file which is not there': {
    'packages/a/tsconfig.json': json({ extends: '../../base-config.json' }),
  },
};

describe('packages', () => {
  it('[X1] are stored with the graph of the project', async () => {
    const store = await testStore();
    const report = await indexFolder(store, sourceFolder(PROJECT));
    expect(report.warnings).toEqual([]);
    const { items, generation } = await store.packages.list();
    expect(generation).toBe(report.generation);
    expect(items.map(({ name, version, folder }) => [name, version, folder])).toEqual([
      ['root', '1.0.0', ''],
      ['@p/a', '1.0.0', 'packages/a'],
      ['@p/b', '2.0.0', 'packages/b'],
    ]);
    const dependencies = (await store.packages.dependencies()).items;
    expect(dependencies).toMatchObject([
      { package: 'root', name: 'left', range: '^1.0.0', lockedVersion: '1.2.3', provider: null, providers: [] },
      { package: '@p/a', name: '@p/b', range: '^2.0.0', provider: 'p', manifest: 'packages/a/package.json' },
    ]);
  });

  it('go with the project', async () => {
    const store = await testStore();
    await indexFolder(store, sourceFolder(PROJECT));
    await store.projects.delete('p');
    expect(await packagesOf(store)).toEqual({ packages: [], dependencies: [] });
    expect((await store.packages.manifests('p')).files.size).toBe(0);
    expect((await store.verify()).ok).toBe(true);
  });

  it.each(Object.entries(EDITS))('are as from scratch after %s, told of or found by a scan', async (_, edit) => {
    for (const options of [{}, { changed: Object.keys(edit) }]) {
      const root = sourceFolder(PROJECT);
      const store = await testStore();
      const first = await indexFolder(store, root);
      apply(root, edit);
      const second = await indexFolder(store, root, options);
      expect(second.files.parsed).toBe(0);
      expect(await packagesOf(store)).toEqual(await fromScratch(root));
      expect((await store.verify({ deep: true })).checks.filter(({ ok }) => !ok)).toEqual([]);
      const isNamed = 'packages/a/tsconfig.json' in edit;
      expect(second.generation).toBe(isNamed ? first.generation : first.generation + 1);
    }
  });

  it('change when a manifest is moved, and when source files come', async () => {
    const root = sourceFolder({ 'pyproject.toml': '[project]\nname = "lib"\n', 'lib/__init__.py': '' });
    const store = await testStore();
    await indexFolder(store, root);
    writeTree(root, { 'more/pyproject.toml': '[project]\nname = "more"\n' });
    await indexFolder(store, root);
    writeTree(root, { 'more/more/__init__.py': '' });
    await indexFolder(store, root, { changed: ['more/more/__init__.py'] });
    const more = (await store.packages.byName('pypi:more')).items[0];
    expect(more?.modules).toMatchObject([{ kind: 'module', specifier: 'more' }]);
    mkdirSync(join(root, 'moved'));
    renameSync(join(root, 'more/pyproject.toml'), join(root, 'moved/pyproject.toml'));
    await indexFolder(store, root, { changed: ['more', 'moved'] });
    expect(await packagesOf(store)).toEqual(await fromScratch(root));
  });

  it('follow a file that a manifest names once it comes, and when it changes', async () => {
    const root = sourceFolder({ 'requirements.txt': '-r deps/base\n', 'a.py': '' });
    const store = await testStore();
    await indexFolder(store, root);
    for (const text of ['flask==3.0.0\n', 'flask==3.1.0\n']) {
      writeTree(root, { 'deps/base': text });
      await indexFolder(store, root);
      const { items } = await store.packages.dependencies();
      expect(items).toMatchObject([{ name: 'flask', range: text.slice(5, -1), manifest: 'deps/base' }]);
    }
    rmSync(join(root, 'deps/base'));
    await indexFolder(store, root);
    expect(await packagesOf(store)).toEqual(await fromScratch(root));
  });

  it('[I6] are not looked at again while nothing changes, and a touched manifest is not parsed', async () => {
    const root = sourceFolder(PROJECT);
    const store = await testStore();
    await indexFolder(store, root);
    const before = store.contents.counters;
    const written: unknown[] = [];
    const stores = store.indexerStores();
    const commit = stores.projects.commit.bind(stores.projects);
    stores.projects.commit = (delta) => (written.push(delta), commit(delta));
    await new Indexer(stores, SETTLED).index({ root, workers: 0 });
    expect({ written, counters: store.contents.counters }).toEqual({ written: [], counters: before });
    writeTree(root, { 'package.json': PROJECT['package.json'] });
    const { generation } = await new Indexer(stores, SETTLED).index({ root, workers: 0 });
    expect({ generation, commits: written.length }).toEqual({ generation: 1, commits: 1 });
    expect(store.contents.counters).toEqual(before);
  });

  it('warn of what cannot be read, with its place, and take the rest', async () => {
    const root = sourceFolder({ ...PROJECT, 'packages/b/Cargo.toml': '[package]\nname = \n' });
    writeTree(root, { 'packages/c/package.json': `{"name":"c"${' '.repeat(2 * 1024 * 1024)}}` });
    const store = await testStore();
    const { warnings } = await indexFolder(store, root);
    expect(warnings.map(({ file, code }) => ({ file, code }))).toEqual([
      { file: 'packages/b/Cargo.toml', code: 'MANIFEST' },
      { file: 'packages/c/package.json', code: 'MANIFEST' },
    ]);
    expect(warnings[0]?.message).toMatch(/^Line 2: /);
    expect(warnings[1]?.message).toMatch(/^Not read: it has \d+ bytes, the limit is 2097152\.$/);
    expect((await store.packages.list()).total).toBe(3);
  });

  it('read a lockfile that is larger than a source file may be, and passes over what is ignored', async () => {
    const filler = Object.fromEntries(
      Array.from({ length: 60_000 }, (_, at) => [
        `node_modules/filler-${at}`,
        { version: '1.0.0', license: 'MIT, a text' },
      ]),
    );
    const lock = json({ lockfileVersion: 3, packages: { ...filler, 'node_modules/left': { version: '1.2.4' } } });
    expect(lock.length).toBeGreaterThan(4 * 1024 * 1024);
    const root = sourceFolder({ ...PROJECT, 'package-lock.json': lock, '.gitignore': 'packages/b\n' });
    const store = await testStore();
    await indexFolder(store, root);
    expect((await store.packages.dependents('npm:left')).items).toMatchObject([{ lockedVersion: '1.2.4' }]);
    expect((await store.packages.byName('@p/b')).total).toBe(0);
  });

  it('[I5] are as from scratch after any edits', async () => {
    const edits = Object.values(EDITS);
    const undo = (edit: Edit): Edit =>
      Object.fromEntries(
        Object.keys(edit).map((path) => [path, (PROJECT as Readonly<Record<string, string>>)[path] ?? null]),
      );
    const steps = fc.array(
      fc.record({ edit: fc.constantFrom(...edits, ...edits.map(undo)), isTold: fc.boolean(), isForced: fc.boolean() }),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const root = sourceFolder(PROJECT);
        const store = await openStore();
        try {
          await indexFolder(store, root);
          for (const { edit, isTold, isForced } of all) {
            apply(root, edit);
            await indexFolder(store, root, { force: isForced, ...(isTold ? { changed: Object.keys(edit) } : {}) });
            expect(await packagesOf(store)).toEqual(await fromScratch(root));
          }
        } finally {
          await store.close();
          rmSync(dirname(root), { recursive: true, force: true });
        }
      }),
      { numRuns: 12 },
    );
  });
});

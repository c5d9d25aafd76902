import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { IndexQueryEvent, IndexReport } from '../../src/ingest/index.js';
import type { NodeId } from '../../src/model/index.js';
import { openDatabase, type Database } from '../../src/sql/index.js';
import { Store } from '../../src/store/index.js';
import { dumpFromScratch, dumpOf, indexFolder, sourceFolder } from '../support/indexing.js';
import { faultsInIndex } from '../support/memo-invariants.js';
import { writeTree } from '../support/temporary-folder.js';

/** The law: when manifests say something else about an import, what imports it is bound again, and nothing else is. */

type Files = Readonly<Record<string, string | null>>;

const json = (value: object): string => JSON.stringify(value, null, 2);
const paths = (targets: Readonly<Record<string, readonly string[]>>): string =>
  json({ compilerOptions: { paths: targets } });

/** `web` uses `@/a` in one function of three and in none of its other file, and a package in the other. */
const TREE = {
  'package.json': json({ name: 'root', private: true, workspaces: ['packages/*'] }),
  'packages/web/package.json': json({ name: 'web', dependencies: { core: '^1.0.0', far: '^1.0.0' } }),
  'packages/web/tsconfig.json': paths({ '@/*': ['./src/*'], '~/*': ['./other/*'] }),
  'packages/web/src/a.ts': 'export function a() {}\n',
  'packages/web/other/a.ts': 'export function a() {}\n',
  'packages/web/src/uses-alias.ts':
    "import { a } from '@/a';\nexport function one() {\n  a();\n}\nexport function two() {}\n",
  'packages/web/src/uses-core.ts':
    "import { c } from 'core';\nimport { f } from 'far';\nexport function three() {\n  c();\n}\nexport function four() {\n  f();\n}\n",
  'packages/web/src/uses-none.ts': "import { a } from './a.js';\nexport function five() {\n  a();\n}\n",
  'packages/core/package.json': json({ name: 'core', version: '1.0.0', exports: './src/index.ts' }),
  'packages/core/src/index.ts': 'export function c() {}\n',
  'packages/core/src/next.ts': 'export function c() {}\n',
};

interface Changed {
  readonly report: IndexReport;
  /** The symbols that were bound, by name. */
  readonly bound: readonly string[];
  readonly calls: readonly string[];
}

class World {
  private constructor(
    readonly store: Store,
    readonly database: Database,
    readonly root: string,
  ) {}

  static async of(tree: Readonly<Record<string, string>> = TREE): Promise<World> {
    const database = await openDatabase({ path: ':memory:' });
    const world = new World(new Store(database), database, sourceFolder(tree));
    onTestFinished(() => world.store.close());
    await indexFolder(world.store, world.root);
    return world;
  }

  async change(files: Files): Promise<Changed> {
    for (const [path, text] of Object.entries(files)) {
      if (text === null) rmSync(join(this.root, path));
      else writeTree(this.root, { [path]: text });
    }
    const events: IndexQueryEvent[] = [];
    const report = await indexFolder(this.store, this.root, { onQuery: (event) => events.push(event) });
    expect(await dumpOf(this.store)).toEqual(await dumpFromScratch(this.root));
    expect((await this.store.verify({ deep: true })).checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(await faultsInIndex(this.database)).toEqual([]);
    const bound: string[] = [];
    for (const { query, action, key } of events) {
      if (query !== 'bindings' || action === 'validated') continue;
      const node = await this.store.nodes.get(Number(key) as NodeId);
      bound.push(node?.qualifiedName === '' ? (node.filePath.split('/').at(-1) ?? '') : (node?.qualifiedName ?? ''));
    }
    expect(report.recomputed).toMatchObject({ parse: report.files.parsed, bindings: bound.length });
    return { report, bound: bound.sort(), calls: await this.calls() };
  }

  async calls(): Promise<string[]> {
    const keys = (await dumpOf(this.store)).filter((line) => line.startsWith('edge') && line.includes('call'));
    return keys.map((line) => line.split('\t').slice(1, 5).join(' '));
  }
}

/** Whether a call from a function leads to a function of a file. */
function leads({ calls }: Pick<Changed, 'calls'>, from: string, to: string): boolean {
  return calls.some((line) => line.includes(`#${from}(function)`) && line.includes(`${to}#`));
}

describe('a change of manifests alone', () => {
  it('[I6] binds what imports through the alias of a tsconfig that leads elsewhere now', async () => {
    const world = await World.of();
    const changed = await world.change({
      'packages/web/tsconfig.json': paths({ '@/*': ['./other/*'], '~/*': ['./other/*'] }),
    });
    expect(changed.report.files.parsed).toBe(0);
    expect(changed.bound).toEqual(['one', 'uses-alias.ts']);
    expect(leads(changed, 'one', 'packages/web/other/a.ts')).toBe(true);
  });

  it('[I6] binds nothing when what differs is about no import', async () => {
    const world = await World.of();
    const formatted = JSON.stringify(JSON.parse(TREE['packages/web/tsconfig.json']));
    expect((await world.change({ 'packages/web/tsconfig.json': formatted })).bound).toEqual([]);
    const another = paths({ '@/*': ['./src/*'], '~/*': ['./src/*'], 'new/*': ['./src/*'] });
    expect((await world.change({ 'packages/web/tsconfig.json': another })).bound).toEqual([]);
    const version = json({ name: 'core', version: '1.0.1', exports: './src/index.ts' });
    expect((await world.change({ 'packages/core/package.json': version })).bound).toEqual([]);
    const dependency = json({ name: 'web', dependencies: { core: '1.x', far: '^2.0.0', more: '*' } });
    expect((await world.change({ 'packages/web/package.json': dependency })).bound).toEqual([]);
  });

  it('[I6] binds nothing when an alias leads to the same file by another way', async () => {
    const world = await World.of();
    const another = paths({ '@/*': ['./absent/*', './src/*'], '~/*': ['./other/*'] });
    expect((await world.change({ 'packages/web/tsconfig.json': another })).bound).toEqual([]);
  });

  it('[I6] binds what imports a package that is called otherwise now', async () => {
    const world = await World.of();
    expect(leads({ calls: await world.calls() }, 'three', 'packages/core/src/index.ts')).toBe(true);
    const renamed = await world.change({
      'packages/core/package.json': json({ name: 'kernel', version: '1.0.0', exports: './src/index.ts' }),
    });
    expect(renamed.bound).toEqual(['three', 'uses-core.ts']);
    expect(leads(renamed, 'three', 'packages/core/src/index.ts')).toBe(false);
    const back = await world.change({ 'packages/core/package.json': TREE['packages/core/package.json'] });
    expect(back.bound).toEqual(['three', 'uses-core.ts']);
    expect(leads(back, 'three', 'packages/core/src/index.ts')).toBe(true);
  });

  it('[I6] binds what imports a package that exports another file now', async () => {
    const world = await World.of();
    const changed = await world.change({
      'packages/core/package.json': json({ name: 'core', version: '1.0.0', exports: './src/next.ts' }),
    });
    expect(changed.bound).toEqual(['three', 'uses-core.ts']);
    expect(leads(changed, 'three', 'packages/core/src/next.ts')).toBe(true);
    const closed = await world.change({
      'packages/core/package.json': json({ name: 'core', version: '1.0.0', exports: { '.': null } }),
    });
    expect(closed.bound).toEqual(['three', 'uses-core.ts']);
  });

  it('[I6] binds what means another version of a package now', async () => {
    const world = await World.of();
    const changed = await world.change({
      'packages/core/package.json': json({ name: 'core', version: '2.0.0', exports: './src/index.ts' }),
    });
    expect(changed.bound).toEqual(['three', 'uses-core.ts']);
    expect(leads(changed, 'three', 'packages/core')).toBe(false);
  });

  it('[I6] binds what imports the name of a package that comes or goes', async () => {
    const world = await World.of();
    const far = { name: 'far', version: '1.2.0', exports: './index.ts' };
    const came = await world.change({
      'packages/far/package.json': json(far),
      'packages/far/index.ts': 'export function f() {}\n',
    });
    expect(came.bound).toEqual(['f', 'four', 'index.ts', 'uses-core.ts']);
    expect(leads(came, 'four', 'packages/far/index.ts')).toBe(true);
    const went = await world.change({ 'packages/far/package.json': null });
    expect(went.bound).toEqual(['four', 'uses-core.ts']);
    expect(leads(went, 'four', 'packages/far')).toBe(false);
  });

  it('[I6] binds what an alias of a folder further in shadows', async () => {
    const world = await World.of();
    const changed = await world.change({ 'packages/web/src/tsconfig.json': paths({ '@/*': ['../other/*'] }) });
    expect(changed.bound).toEqual(['one', 'uses-alias.ts']);
    expect(leads(changed, 'one', 'packages/web/other/a.ts')).toBe(true);
    const undone = await world.change({ 'packages/web/src/tsconfig.json': null });
    expect(undone.bound).toEqual(['one', 'uses-alias.ts']);
  });

  it("[I6] binds what a baseUrl makes of a name that was another project's", async () => {
    const world = await World.of({ ...TREE, 'packages/web/base/far.ts': 'export function f() {}\n' });
    const changed = await world.change({
      'packages/web/tsconfig.json': json({ compilerOptions: { baseUrl: './base', paths: { '@/*': ['../src/*'] } } }),
    });
    expect(changed.bound).toEqual(['four', 'uses-core.ts']);
    expect(leads(changed, 'four', 'packages/web/base/far.ts')).toBe(true);
  });

  it('binds without a manifest that is malformed, and warns', async () => {
    const world = await World.of();
    const broken = await world.change({ 'packages/web/tsconfig.json': '{ "compilerOptions": { "paths": ' });
    expect(broken.report.warnings).toMatchObject([{ file: 'packages/web/tsconfig.json', code: 'MANIFEST' }]);
    expect(broken.bound).toEqual(['one', 'uses-alias.ts']);
    const mended = await world.change({ 'packages/web/tsconfig.json': TREE['packages/web/tsconfig.json'] });
    expect(leads(mended, 'one', 'packages/web/src/a.ts')).toBe(true);
  });
});

describe('a change of sources', () => {
  it('[I6] binds what an alias leads to when the file comes, and goes', async () => {
    const world = await World.of();
    const went = await world.change({ 'packages/web/src/a.ts': null });
    expect(went.bound).toEqual(['five', 'one', 'uses-alias.ts', 'uses-none.ts']);
    const came = await world.change({ 'packages/web/src/a.tsx': 'export function a() {}\n' });
    expect(came.bound).toEqual(['a', 'a.tsx', 'five', 'one', 'uses-alias.ts', 'uses-none.ts']);
    expect(leads(came, 'one', 'packages/web/src/a.tsx')).toBe(true);
    await world.change({ 'packages/web/src/a.tsx': null });
    const folder = await world.change({ 'packages/web/src/a/index.ts': 'export function a() {}\n' });
    expect(leads(folder, 'one', 'packages/web/src/a/index.ts')).toBe(true);
  });

  it('[I6] binds one function when its body changes, without a look at the manifests', async () => {
    const world = await World.of();
    const text = TREE['packages/web/src/uses-core.ts'].replace('  c();\n', '  c();\n  c();\n');
    expect((await world.change({ 'packages/web/src/uses-core.ts': text })).bound).toEqual(['three']);
  });
});

describe('a database of a version that knew no manifests', () => {
  it('[I5] has all of them read by a run over a few paths', async () => {
    const world = await World.of();
    const forget = ['DELETE FROM import_routes', 'DELETE FROM manifest_files', 'DELETE FROM packages'];
    await world.database.write(
      [...forget, 'UPDATE projects SET manifests_version = NULL'].map((sql) => ({ sql, parameters: [] })),
    );
    const path = 'packages/web/src/uses-none.ts';
    writeTree(world.root, { [path]: `${TREE[path]}// more\n` });
    const report = await indexFolder(world.store, world.root, { changed: [path] });
    expect(report.files.parsed).toBe(1);
    expect(await dumpOf(world.store)).toEqual(await dumpFromScratch(world.root));
    expect((await world.store.verify({ deep: true })).ok).toBe(true);
  });
});

describe('modules of Go, Python and Rust', () => {
  it('[I6] bind what imports them when they are called otherwise', async () => {
    const world = await World.of({
      'go.mod': 'module example.com/app\n',
      'util/util.go': 'package util\n\nfunc X() {}\n',
      'main.go': 'package main\n\nimport "example.com/app/util"\n\nfunc run() {\n\tutil.X()\n}\n\nfunc apart() {}\n',
      'pyproject.toml': '[project]\nname = "app"\n[tool.setuptools.packages.find]\nwhere = ["lib1"]\n',
      'lib1/app/__init__.py': 'def f():\n    pass\n',
      'lib2/app/__init__.py': 'def f():\n    pass\n',
      'tests/check.py': 'from app import f\n\ndef check():\n    f()\n\ndef apart():\n    pass\n',
      'Cargo.toml': '[workspace]\nmembers = ["a", "b"]\n',
      'a/Cargo.toml': '[package]\nname = "a"\n[dependencies]\nb = { path = "../b" }\n',
      'a/src/lib.rs': 'use b::x;\npub fn start() { x(); }\npub fn apart() {}\n',
      'b/Cargo.toml': '[package]\nname = "b"\n',
      'b/src/lib.rs': 'pub fn x() {}\n',
    });
    const go = await world.change({ 'go.mod': 'module example.com/other\n' });
    expect(go.bound).toEqual(['main.go', 'run']);
    const python = await world.change({
      'pyproject.toml': '[project]\nname = "app"\n[tool.setuptools.packages.find]\nwhere = ["lib2"]\n',
    });
    expect(python.bound).toEqual(['check', 'check.py']);
    expect(leads(python, 'check', 'lib2/app/__init__.py')).toBe(true);
    const rust = await world.change({ 'b/Cargo.toml': '[package]\nname = "b"\n[lib]\nname = "c"\n' });
    expect(rust.bound).toEqual(['lib.rs', 'start']);
    expect(leads(rust, 'start', 'b/src/lib.rs')).toBe(false);
  });
});

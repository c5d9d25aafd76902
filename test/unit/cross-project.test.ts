import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { testStore } from '../support/indexing.js';

const LIB = {
  'package.json': '{"name":"@acme/lib","version":"1.2.0","main":"dist/index.js"}',
  'tsconfig.json': '{"compilerOptions":{"rootDir":"src","outDir":"dist"}}',
  'src/index.ts': "export { Base, make as makeThing } from './impl.js';\nexport default function run(): void {}\n",
  'src/impl.ts':
    'export class Base { greet(): string { return ""; } }\nexport function make(): Base { return new Base(); }\n',
};
const APP = {
  'package.json': '{"name":"app","version":"0.1.0","dependencies":{"@acme/lib":"^1.0.0","left-pad":"^1"}}',
  'src/main.ts': `import run, { makeThing } from '@acme/lib';
import pad from 'left-pad';
export function go(): void { run(); makeThing().greet(); pad('x'); }
`,
};
const TOOL = {
  'package.json': '{"name":"tool","version":"1.0.0","dependencies":{"app":"*"}}',
  'index.ts': "import { go } from 'app/src/main.js';\nexport function start(): void { go(); }\n",
};
/** Functions that take functions and objects, and a name that the language has too. */
const EVENTS = {
  'package.json': '{"name":"@acme/events","version":"1.0.0","main":"dist/index.js"}',
  'tsconfig.json': '{"compilerOptions":{"rootDir":"src","outDir":"dist"}}',
  'src/index.ts': `export interface Listener { next(value: string): void; done(): void }
export class Map { size(): number { return 0; } }
export function produce(name: string, work: (listener: Listener) => void): void {}
export function consume(listener: Listener): void {}
export interface Done { state(): string }
export interface Failed { state(): string }
export type Outcome = Done | Failed;
export function run(): Outcome { throw new Error(); }
`,
};
const LISTENING = {
  'package.json': '{"name":"listening","version":"1.0.0","dependencies":{"@acme/events":"^1.0.0"}}',
  'main.ts': `import { consume, Map, produce, run } from '@acme/events';
export function give(): void { produce('x', (listener) => listener.next('y')); }
export function take(): void { consume({ next() {}, done() {} }); }
export function measure(map: Map): number { return map.size(); }
export function ask(): string { return run().state(); }
export function standard(set: Set<string>): number { return set.size; }
`,
};
const MAKE = 'lib//src/impl.ts#make(function)';

async function storeOf(projects: Readonly<Record<string, Readonly<Record<string, string>>>>): Promise<Store> {
  const store = await testStore();
  for (const [projectId, files] of Object.entries(projects)) {
    const root = temporaryFolder();
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    await store.index({ root, projectId, embed: false });
  }
  return store;
}

describe('across projects', () => {
  it('[X3] a name leads to what the imports of a project mean by it, with package, version and reason', async () => {
    const store = await storeOf({ lib: LIB, app: APP });
    for (const name of ['makeThing', 'make']) {
      const answer = await store.crossProject.resolveSymbol(name, { from: 'app' });
      expect(answer).toMatchObject({ total: 1, isAmbiguous: false });
      expect(answer.items[0]).toMatchObject({
        ...{ rank: 1, reason: 'range', isUsed: true, package: '@acme/lib', version: '1.2.0', range: '^1.0.0' },
        symbol: { project: 'lib', key: 'src/impl.ts#make(function)' },
      });
    }
    const absent = await store.crossProject.resolveSymbol('default', { from: 'app' });
    expect(absent.unresolved).toEqual([
      { import: 'left-pad', path: '.default', package: 'left-pad', status: 'not-indexed' },
    ]);
    // What the manifest allows and the code does not use.
    const offered = await store.crossProject.resolveSymbol('greet', { from: 'app' });
    expect(offered.items.map(({ symbol }) => symbol.qualifiedName)).toEqual(['Base.greet']);
    expect((await store.crossProject.resolveSymbol('make', { from: 'lib' })).total).toBe(0);
    await expect(store.crossProject.resolveSymbol('make', { from: 'none' })).rejects.toMatchObject({
      code: 'PROJECT_NOT_FOUND',
    });
    await expect(store.crossProject.resolveSymbol('make', { from: 'app', cursor: 'x' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await expect(store.crossProject.resolveSymbol(' ', { from: 'app' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('[X3] what a function of another project takes says what its callbacks and object literals mean', async () => {
    const store = await storeOf({ events: EVENTS, listening: LISTENING });
    const usersOf = async (name: string): Promise<string[]> => {
      const { items } = await store.crossProject.findDependents(`events//src/index.ts#${name}`);
      return items.map(({ symbol, edge }) => `${edge.type} from ${symbol.qualifiedName}`);
    };
    expect(await usersOf('Listener.next(method)')).toEqual(['call from give', 'reference from take']);
    expect(await usersOf('Listener.done(method)')).toEqual(['reference from take']);
    expect(await usersOf('Map.size(method)')).toEqual(['call from measure']);
    // Each of a union may be what runs.
    expect(await usersOf('Done.state(method)')).toEqual(['call from ask']);
    expect(await usersOf('Failed.state(method)')).toEqual(['call from ask']);
    const state = await store.crossProject.resolveSymbol('state', { from: 'listening' });
    expect(state).toMatchObject({ total: 2, isAmbiguous: false });
    expect(state.items.map(({ isBound }) => isBound)).toEqual([true, true]);
    expect((await store.projectGraph()).dependencies).toMatchObject([{ from: 'listening', to: 'events', uses: 9 }]);
    expect(await usersOf('Map(class)')).toEqual(['import from ', 'reference from measure']);
    expect((await store.verify({ deep: true })).ok).toBe(true);
  });

  it('[X4] what is used of a package is counted, in the store or not', async () => {
    const store = await storeOf({ app: APP });
    const usage = (await store.crossProject.trackExternalUsage({ project: 'app' })).items;
    expect(usage.map(({ package: name, range, uses }) => [name, range, uses])).toEqual([
      ['@acme/lib', '^1.0.0', 3],
      ['left-pad', '^1', 1],
    ]);
    expect(usage[1]?.names).toContainEqual({
      ...{ import: 'left-pad', path: '.default', status: 'not-indexed', users: 1, uses: 1 },
    });
    const asked = (await store.packages.dependencies({ project: 'app' })).items;
    expect(asked.map(({ name, names, uses }) => [name, names, uses])).toEqual([
      ['@acme/lib', 3, 3],
      ['left-pad', 1, 1],
    ]);
  });

  it('[X5] a change reaches the users of a symbol in other projects, and theirs', async () => {
    const store = await storeOf({ tool: TOOL, app: APP, lib: LIB });
    const direct = await store.crossProject.findDependents(MAKE);
    expect(direct.items.map(({ symbol, edge }) => [symbol.key, edge.type, edge.to])).toEqual([
      ['src/main.ts#(module)', 'import', MAKE],
      ['src/main.ts#go(function)', 'call', MAKE],
    ]);
    const affected = await store.crossProject.propagateChanges([MAKE]);
    expect(affected.map(({ symbol, depth }) => [symbol.project, symbol.key, depth])).toEqual([
      ['app', 'src/main.ts#(module)', 1],
      ['app', 'src/main.ts#go(function)', 1],
      ['tool', 'index.ts#(module)', 2],
      ['tool', 'index.ts#start(function)', 2],
    ]);
    await expect(store.crossProject.findDependents('lib//none.ts#x(function)')).rejects.toMatchObject({
      code: 'SYMBOL_NOT_FOUND',
    });
  });

  it('[X5] projects depend on each other by manifests and by code, and cycles are found', async () => {
    const circular = { ...LIB, 'package.json': LIB['package.json'].replace('}', ',"devDependencies":{"tool":"*"}}') };
    const store = await storeOf({ lib: circular, app: APP, tool: TOOL });
    const { dependencies, cycles } = await store.projectGraph();
    expect(dependencies).toEqual([
      { from: 'app', to: 'lib', packages: ['@acme/lib'], isDeclared: true, uses: 3 },
      { from: 'lib', to: 'tool', packages: ['tool'], isDeclared: true, uses: 0 },
      { from: 'tool', to: 'app', packages: ['app'], isDeclared: true, uses: 1 },
    ]);
    expect(cycles).toEqual([{ members: ['app', 'lib', 'tool'], path: ['app', 'lib', 'tool'] }]);
  });

  it('[X6] projects merge into one graph with the edges between them, loaded as far as is asked', async () => {
    const store = await storeOf({ lib: LIB, app: APP, tool: TOOL });
    const merged = await store.crossProject.buildCrossProjectPdg(['app', 'lib']);
    const go = merged.indexOf('app//src/main.ts#go(function)');
    const targets: string[] = [];
    merged.forEachNeighbour(go, 'out', (neighbour) => targets.push(merged.nodeKey(neighbour)));
    expect(targets.sort()).toEqual([
      'lib//src/impl.ts#Base.greet(method)',
      'lib//src/impl.ts#make(function)',
      'lib//src/index.ts#run(function)',
    ]);
    const near = await store.crossProject.loadExternalPdg('tool');
    expect([...near.nodeIndices()].map((node) => near.nodeKey(node))).toEqual([
      'app//src/main.ts#(module)',
      'app//src/main.ts#go(function)',
    ]);
    const far = await store.crossProject.loadExternalPdg('tool', { depth: 2 });
    expect([...far.nodeIndices()].map((node) => far.nodeKey(node))).toContain(MAKE);
    await expect(store.crossProject.buildCrossProjectPdg(['app', 'lib'], { limit: 3 })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
  });

  it('[X1] public symbols are listed by name, type and moniker, and follow their files', async () => {
    const store = await storeOf({ lib: LIB, app: APP });
    const table = store.globalSymbols;
    const moniker = 'npm @acme/lib src/`impl.ts`/Base#greet().';
    expect((await table.byName('greet')).items.map((item) => [item.moniker, item.version])).toEqual([
      [moniker, '1.2.0'],
    ]);
    expect((await table.byNameAndType('Base', 'class')).total).toBe(1);
    expect((await table.byNameAndType('Base', 'function')).total).toBe(0);
    expect((await table.byMoniker(moniker)).items[0]?.symbol.key).toBe('src/impl.ts#Base.greet(method)');
    const { root } = await store.projects.require('lib');
    writeFileSync(
      join(root ?? '', 'src/impl.ts'),
      'export class Base {}\nfunction make(): Base { return new Base(); }\n',
    );
    await store.index({ root: root ?? '', projectId: 'lib', embed: false });
    expect((await table.byName('greet')).total).toBe(0);
    expect((await table.byName('make')).total).toBe(0);
    const first = await table.byProject('lib', { limit: 1 });
    expect(first).toMatchObject({ truncated: true });
    expect((await table.byProject('lib', { cursor: first.cursor ?? '' })).items).toHaveLength(first.total - 1);
  });
});

import { describe, expect, it } from 'vitest';
import type { PageOptions } from '../../src/graph/index.js';
import type { Envelope } from '../../src/model/index.js';
import type { Store } from '../../src/store/index.js';
import { failureOf, indexFolder, sourceFolder, testStore } from '../support/indexing.js';

/** The law: who asks for what is told by manager and name, and a provider is named only when it is certain. */

async function storeOf(projects: Readonly<Record<string, Readonly<Record<string, string>>>>): Promise<Store> {
  const store = await testStore();
  for (const [name, files] of Object.entries(projects)) await indexFolder(store, sourceFolder(files, name));
  return store;
}

const manifest = (value: object): Record<string, string> => ({ 'package.json': JSON.stringify(value) });

/** The lockfile of a package that uses one other. */
const locked = (name: string, version: string): Record<string, string> => ({
  'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages: { [`node_modules/${name}`]: { version } } }),
});

const SHOP = {
  app: { ...manifest({ name: 'app', dependencies: { cart: '^1.0.0', absent: '*' } }), ...locked('cart', '1.1.0') },
  cart: manifest({ name: 'cart', version: '1.1.0' }),
  cartOld: manifest({ name: 'cart', version: '1.0.0' }),
  loose: manifest({ name: 'loose', dependencies: { cart: '>=1' } }),
  py: { 'pyproject.toml': '[project]\nname = "tools"\ndependencies = ["cart>=2"]\n' },
};

async function providersIn(store: Store): Promise<[string, string, string | null, readonly string[]][]> {
  const { items } = await store.packages.dependencies();
  return items.map(({ project, name, provider, providers }) => [project, name, provider, providers]);
}

/** All items of an answer, read a page at a time. */
async function paged<T>(ask: (page: PageOptions) => Promise<Envelope<T>>, limit: number): Promise<T[]> {
  const items: T[] = [];
  for (let page: PageOptions = { limit }; ;) {
    const answer = await ask(page);
    items.push(...answer.items);
    expect(answer.truncated).toBe(answer.cursor !== null);
    if (answer.cursor === null) return items;
    page = { limit, cursor: answer.cursor };
  }
}

describe('dependencies', () => {
  it('[X4] name the project that holds the locked version, and none where several would do', async () => {
    expect(await providersIn(await storeOf(SHOP))).toEqual([
      ['app', 'absent', null, []],
      ['app', 'cart', 'cart', ['cart', 'cartOld']],
      ['loose', 'cart', null, ['cart', 'cartOld']],
      ['py', 'cart', null, []],
    ]);
  });

  it('name the same providers in whatever order projects are indexed, and lose one that is removed', async () => {
    const store = await storeOf(Object.fromEntries(Object.entries(SHOP).reverse()));
    expect(await providersIn(store)).toEqual(await providersIn(await storeOf(SHOP)));
    await store.projects.delete('cart');
    expect((await providersIn(store)).filter(([, name]) => name === 'cart')).toEqual([
      ['app', 'cart', 'cartOld', ['cartOld']],
      ['loose', 'cart', 'cartOld', ['cartOld']],
      ['py', 'cart', null, []],
    ]);
  });

  it('come a page at a time', async () => {
    const { packages } = await storeOf(SHOP);
    for (const limit of [1, 2, 3]) {
      expect(await paged((page) => packages.dependencies(page), limit)).toEqual((await packages.dependencies()).items);
      expect(await paged((page) => packages.list(page), limit)).toEqual((await packages.list()).items);
    }
    expect(await packages.dependencies({ project: 'app', limit: 1 })).toMatchObject({ total: 2, truncated: true });
  });
});

describe('dependents', () => {
  it('are those of a project, of a package, or of a package of one manager', async () => {
    const { packages } = await storeOf(SHOP);
    const projectsThatAsk = async (of: string): Promise<string[]> =>
      (await packages.dependents(of)).items.map(({ project }) => project);
    expect(await projectsThatAsk('cart')).toEqual(['app', 'loose']);
    expect(await projectsThatAsk('npm:cart')).toEqual(['app', 'loose']);
    expect(await projectsThatAsk('pypi:cart')).toEqual(['py']);
    expect(await projectsThatAsk('absent')).toEqual(['app']);
    expect(await projectsThatAsk('tools')).toEqual([]);
    expect(await projectsThatAsk('app')).toEqual([]);
  });

  it('of a project leave out what asks for a package of its own', async () => {
    const store = await storeOf({
      cart: manifest({ name: 'cart', version: '1.0.0' }),
      fork: {
        ...manifest({ name: 'fork', workspaces: ['cart'], dependencies: { cart: 'workspace:*' } }),
        'cart/package.json': JSON.stringify({ name: 'cart', version: '1.0.0' }),
      },
    });
    expect((await store.packages.dependents('cart')).items).toEqual([]);
    expect((await store.packages.dependents('npm:cart')).items).toMatchObject([{ project: 'fork', provider: 'fork' }]);
  });

  it('of what nobody knows, of a symbol, and on a bad page are typed errors', async () => {
    const { packages } = await storeOf({ app: SHOP.app });
    expect(await failureOf(packages.dependents('nobody'))).toBe('PACKAGE_NOT_FOUND');
    expect(await failureOf(packages.dependents('pypi:cart'))).toBe('PACKAGE_NOT_FOUND');
    for (const text of ['app//a.ts#f(function)', 'a.ts#f(function)', '', 'npm:', ' '])
      expect(await failureOf(packages.dependents(text)), text).toBe('INVALID_ARGUMENT');
    await expect(packages.dependents('a.ts#f(function)')).rejects.toMatchObject({
      details: { value: 'a.ts#f(function)' },
    });
    expect(await failureOf(packages.dependencies({ project: 'nobody' }))).toBe('PROJECT_NOT_FOUND');
    expect(await failureOf(packages.dependencies({ limit: 0 }))).toBe('INVALID_ARGUMENT');
    const { cursor } = await packages.dependencies({ limit: 1 });
    expect(cursor).not.toBeNull();
    expect(await failureOf(packages.dependents('cart', { cursor: cursor ?? '' }))).toBe('INVALID_ARGUMENT');
  });
});

describe('verify', () => {
  it('[U7] tells packages that are not what the manifests say', async () => {
    const store = await testStore();
    const root = sourceFolder(SHOP.app, 'app');
    await indexFolder(store, root);
    const stores = store.indexerStores();
    const { generation = 0 } = (await store.projects.get('app')) ?? {};
    await stores.projects.commit({
      projectId: 'app',
      root: null,
      expectedGeneration: generation,
      deletedNodes: [],
      nodes: [],
      references: [],
      deletedEdges: [],
      edges: [],
      deletedFiles: [],
      files: [],
      advancesGeneration: false,
      alongside: [
        { sql: "UPDATE packages SET version = '9.9.9'" },
        { sql: "DELETE FROM project_deps WHERE name = 'absent'" },
      ],
    });
    const { ok, checks, differences } = await store.verify({ deep: true });
    expect(ok).toBe(false);
    expect(checks.filter((check) => !check.ok)).toEqual([
      { name: 'packages app', ok: false, detail: '3 lines differ from a clean rebuild' },
    ]);
    expect(differences.map(({ kind, change }) => `${change} ${kind}`)).toEqual([
      'unexpected package',
      'missing dependency',
      'missing package',
    ]);
    await indexFolder(store, root, { force: true });
    expect((await store.verify({ deep: true })).ok).toBe(true);
  });
});

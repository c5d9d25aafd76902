import { join } from 'node:path';
import dns from 'node:dns';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openShards, type ShardedStore } from '../../src/shards/index.js';
import { databaseOf, openStore } from '../../src/store/index.js';
import { npm } from '../support/across/across.js';
import { testStore } from '../support/indexing.js';
import { serverForTests } from '../support/servers/in-tests.js';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

const LIB = npm({ name: 'lib', version: '1.0.0', main: 'lib.js' }, { 'lib.js': 'export function open() {}\n' });
const APP = npm(
  { name: 'app', version: '1.0.0', dependencies: { lib: '^1.0.0' } },
  { 'app.js': "import { open } from 'lib';\nexport function start() { open(); }\n" },
);
const opened: ShardedStore[] = [];

function tree(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  writeTree(root, files);
  return root;
}

async function shardsAt(template: string, more: object = {}): Promise<ShardedStore> {
  const shards = await openShards({ template, ...more });
  opened.push(shards);
  return shards;
}

async function callersOfOpen(shards: ShardedStore): Promise<string[]> {
  const { items } = await shards.traversal.callers('open', { project: 'lib' });
  return items.map(({ symbol, edge }) => `${symbol.project}//${symbol.key} ${edge.type} ${edge.to}`);
}

const START = 'app//app.js#start(function) call lib//lib.js#open(function)';

afterEach(async () => {
  for (const shards of opened.splice(0)) await shards.close();
});

describe('projects in namespaces of one server', () => {
  const server = serverForTests({ namespaces: true });
  beforeEach(async () => {
    // Names below localhost are this machine, which not every resolver knows.
    const lookup = dns.lookup.bind(dns) as (host: string, ...rest: unknown[]) => void;
    vi.spyOn(dns, 'lookup').mockImplementation((host: string, ...rest: unknown[]) => {
      lookup(host.endsWith('.localhost') ? '127.0.0.1' : host, ...rest);
    });
    await Promise.resolve();
  });
  const prefixes = ['a', 'b'];
  const prepared = async (): Promise<string> => {
    const prefix = prefixes.shift() ?? 'more';
    for (const name of ['shared', 'lib', 'app']) await server().createNamespace(`${prefix}-${name}`);
    return server().urlOfNamespace(`${prefix}-{namespace}`);
  };

  it(
    '[V1] [X2] are indexed there, linked in the shared one, and walked as one graph',
    { timeout: 60_000 },
    async () => {
      const template = await prepared();
      const shards = await shardsAt(template);
      const app = tree(APP);
      await shards.index({ root: app, projectId: 'app', embed: false, workers: 0 });
      await shards.index({ root: tree(LIB), projectId: 'lib', embed: false, workers: 0 });
      expect(await callersOfOpen(shards)).toEqual([START]);
      expect((await shards.projects()).map(({ project, namespace }) => [project, namespace])).toEqual([
        ['app', 'app'],
        ['lib', 'lib'],
      ]);
      // Another process, without anything in memory, and one that may only read.
      expect(await callersOfOpen(await shardsAt(template, { readOnly: true }))).toEqual([START]);
      writeTree(app, { 'app.js': "import { open } from 'lib';\nexport function begin() { open(); }\n" });
      await shards.index({ root: app, projectId: 'app', embed: false, workers: 0 });
      expect(await callersOfOpen(shards)).toEqual([START.replace('start', 'begin')]);
      const report = await shards.verify({ deep: true });
      expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(report.checks.map(({ name }) => name)).toContain('shared: links app');
    },
  );

  it('[V4] take a store that is pushed, once', { timeout: 60_000 }, async () => {
    const store = await testStore();
    await store.index({ root: tree(APP), projectId: 'app', embed: false, workers: 0 });
    await store.index({ root: tree(LIB), projectId: 'lib', embed: false, workers: 0 });
    const shards = await shardsAt(await prepared());
    expect(await shards.push(store)).toMatchObject({ direction: 'push', verified: true, skipped: [] });
    expect(await callersOfOpen(shards)).toEqual([START]);
    expect(await shards.push(store)).toMatchObject({ skipped: ['app', 'lib'], bytes: 0 });
    expect(await shards.delete('app')).toBe(true);
    expect([await shards.delete('app'), await callersOfOpen(shards)]).toEqual([false, []]);
  });

  it('say by name which namespace is not there, and note nothing of a project then', async () => {
    await server().createNamespace('c-shared');
    const shards = await shardsAt(server().urlOfNamespace('c-{namespace}'));
    const indexing = shards.index({ root: tree(LIB), projectId: 'lib', embed: false, workers: 0 });
    await expect(indexing).rejects.toMatchObject({ code: 'DATABASE_NOT_FOUND' });
    expect(await shards.projects()).toEqual([]);
  });
});

describe('projects in databases of their own', () => {
  const inFolder = async (): Promise<ShardedStore> => shardsAt(join(temporaryFolder(), '{namespace}.db'));

  it('say of which projects others know an earlier state, until it is published', async () => {
    const folder = temporaryFolder();
    const shards = await shardsAt(join(folder, '{namespace}.db'));
    const [app, lib] = [tree(APP), tree(LIB)];
    await shards.index({ root: app, projectId: 'app', embed: false, workers: 0 });
    await shards.index({ root: lib, projectId: 'lib', embed: false, workers: 0 });
    // A run that ended before it told the others.
    writeTree(app, { 'app.js': "import { open } from 'lib';\nexport function late() { open(); }\n" });
    await (await shards.storeOf('app')).index({ root: app, projectId: 'app', embed: false, workers: 0 });
    const answer = await shards.traversal.callers('open', { project: 'lib' });
    // The caller that is gone is not named; the new one is not known to call yet.
    expect([answer.items, answer.behind, await shards.behind()]).toEqual([[], ['app'], ['app']]);
    // What the project itself has is found at once.
    expect((await shards.traversal.callees('late')).behind).toEqual(['app']);
    expect((await shards.verify()).ok).toBe(true);
    await shards.publish('app');
    expect(await callersOfOpen(shards)).toEqual([START.replace('start', 'late')]);
    expect(await shards.behind()).toEqual([]);
  });

  it('are asked again when they change while they are walked, and tell who cannot wait', async () => {
    const shards = await inFolder();
    const app = tree(APP);
    await shards.index({ root: app, projectId: 'app', embed: false, workers: 0 });
    const database = databaseOf(await shards.storeOf('app'));
    const all = database.all.bind(database);
    let changes = 0;
    let isChanging = false;
    vi.spyOn(database, 'all').mockImplementation(async (sql, parameters) => {
      const rows = await all(sql, parameters);
      if (sql.includes('intel_edges') && changes > 0 && !isChanging) {
        isChanging = true;
        changes--;
        writeTree(app, { 'more.js': `export function more${changes}() {}\n` });
        await (await shards.storeOf('app')).index({ root: app, projectId: 'app', embed: false, workers: 0 });
        isChanging = false;
      }
      return rows;
    });
    changes = 1;
    expect((await shards.traversal.callers('app.js', { edgeTypes: ['import'] })).total).toBe(0);
    expect(changes).toBe(0);
    changes = 100;
    await expect(shards.traversal.callers('start')).rejects.toMatchObject({ code: 'STALE_GENERATION' });
  });

  it('refuse templates and namespaces that cannot be, and moving a project', async () => {
    for (const template of ['code.db', '{namespace}/{namespace}.db']) {
      await expect(openShards({ template })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    }
    const template = join(temporaryFolder(), '{namespace}.db');
    await expect(openShards({ template, shared: 'No such' })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    const withReplica = openShards({ template, replicaPath: 'one.db' });
    await expect(withReplica).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    const shards = await shardsAt(template);
    const root = tree(LIB);
    for (const namespace of ['', '../up', 'UPPER', 'shared', 'x'.repeat(64)]) {
      const indexing = shards.index({ root, projectId: 'lib', namespace, embed: false });
      await expect(indexing, namespace).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    await expect(shards.index({ root, projectId: '…', embed: false })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect(await shards.projects()).toEqual([]);
    await shards.index({ root, projectId: 'Lib/Core', embed: false, workers: 0 });
    expect(await shards.projects()).toMatchObject([{ project: 'Lib/Core', namespace: 'lib-core' }]);
    const moved = shards.index({ root, projectId: 'Lib/Core', namespace: 'other', embed: false });
    await expect(moved).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { namespace: 'lib-core' } });
    await expect(shards.traversal.callers('open', { project: 'none' })).rejects.toMatchObject({
      code: 'PROJECT_NOT_FOUND',
    });
    await expect(shards.traversal.callers('none')).rejects.toMatchObject({ code: 'SYMBOL_NOT_FOUND' });
    await expect(shards.storeOf('none')).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' });
  });

  it('show an outline that was damaged when they are verified', async () => {
    const folder = temporaryFolder();
    const shards = await shardsAt(join(folder, '{namespace}.db'));
    await shards.index({ root: tree(LIB), projectId: 'lib', embed: false, workers: 0 });
    const other = await openStore(join(folder, 'shared.db'));
    await databaseOf(other).write([{ sql: `UPDATE intel_nodes SET complexity = 99 WHERE symbol_name = 'open'` }]);
    await other.close();
    const { ok, checks } = await shards.verify();
    expect(ok).toBe(false);
    expect(checks.find(({ name }) => name === 'shared: outline lib')).toMatchObject({ ok: false });
  });
});

import { describe, expect, it } from 'vitest';
import type { IndexQueryEvent } from '../../src/index.js';
import type { NodeHash, NodeId } from '../../src/model/index.js';
import type { Store } from '../../src/store/index.js';
import { dumpFromScratch, dumpOf, failureOf, indexFolder, sourceFolder, testStore } from '../support/indexing.js';
import { writeTree } from '../support/temporary-folder.js';

// uses.ts ──▶ tool.ts ──▶ base.ts; other.ts stands alone.
const FILES = {
  'base.ts': 'export function base(): number {\n  return 1;\n}\nexport function aside(): number {\n  return 2;\n}\n',
  'tool.ts': "import { base } from './base.js';\nexport function tool(): number {\n  return base() + 1;\n}\n",
  'uses.ts': "import { tool } from './tool.js';\nexport function use(): number {\n  return tool();\n}\n",
  'other.ts': 'export function other(): number {\n  return 9;\n}\n',
} as const;

const NO_HASH = 'ab'.repeat(32) as NodeHash;

async function indexed(): Promise<{ store: Store; root: string }> {
  const store = await testStore();
  const root = sourceFolder(FILES);
  await indexFolder(store, root);
  return { store, root };
}

async function idOf(store: Store, key: string): Promise<NodeId> {
  const node = await store.nodes.getByKey('p', key);
  if (node === undefined) throw new Error(`There is no node ${key}.`);
  return node.id;
}

async function hashOf(store: Store, key: string): Promise<NodeHash> {
  return (await store.nodes.require(await idOf(store, key))).contentHash;
}

async function keysOf(store: Store, ids: readonly NodeId[]): Promise<string[]> {
  return Promise.all(ids.map(async (id) => (await store.nodes.require(id)).key));
}

/** The events about the bindings of symbols, by symbol. */
function bindingEvents(events: readonly IndexQueryEvent[]): Map<NodeId, IndexQueryEvent> {
  const bindings = events.filter(({ query }) => query === 'bindings');
  return new Map(bindings.map((event) => [Number(event.key) as NodeId, event]));
}

describe('an invalidated symbol', () => {
  it('[I3] loses its entry and is looked at by the next run, with its dependents and nothing else', async () => {
    const { store, root } = await indexed();
    const before = await dumpOf(store);
    const hash = await hashOf(store, 'base.ts#base(function)');
    expect(await store.cache.isCached(hash)).toBe(true);

    const { removed, marked } = await store.invalidation.invalidateNode(hash);
    expect(removed).toBe(true);
    expect(await store.cache.isCached(hash)).toBe(false);
    const keys = await keysOf(store, marked);
    expect(keys).toContain('base.ts#base(function)');
    expect(keys).toContain('tool.ts#tool(function)');
    expect(keys).not.toContain('uses.ts#use(function)');
    expect(keys).not.toContain('other.ts#other(function)');

    const events: IndexQueryEvent[] = [];
    const { files, recomputed } = await indexFolder(store, root, { onQuery: (event) => events.push(event) });
    expect(files.parsed).toBe(1);
    const bindings = bindingEvents(events);
    expect([...bindings.keys()].sort((a, b) => a - b)).toEqual(marked);
    const computed = [...bindings.values()].filter(({ action }) => action !== 'validated');
    expect(computed.map(({ action }) => action)).toEqual(computed.map(() => 'backdated'));
    expect(bindings.get(await idOf(store, 'base.ts#base(function)'))?.action).toBe('backdated');
    expect(recomputed).toEqual({ parse: 1, analysis: 1, bindings: computed.length, embeddings: 0 });
    expect(await store.cache.isCached(hash)).toBe(true);
    expect(await dumpOf(store)).toEqual(before);

    const again = await indexFolder(store, root);
    expect(again.recomputed).toEqual({ parse: 0, analysis: 0, bindings: 0, embeddings: 0 });
  });

  it('[I3] is looked at by a run of which only other files are said to have changed', async () => {
    const { store, root } = await indexed();
    const before = await dumpOf(store);
    const hash = await hashOf(store, 'base.ts#base(function)');
    await store.invalidation.invalidateNode(hash);
    const { recomputed } = await indexFolder(store, root, { changed: ['other.ts'] });
    expect(recomputed).toMatchObject({ parse: 1, analysis: 1 });
    expect(await store.cache.isCached(hash)).toBe(true);
    expect(await dumpOf(store)).toEqual(before);
  });

  it('[I3] may go before the next run', async () => {
    const { store, root } = await indexed();
    await store.invalidation.invalidateNode(await hashOf(store, 'base.ts#base(function)'));
    writeTree(root, { 'base.ts': 'export const nothing = 0;\n' });
    await indexFolder(store, root);
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
    expect((await indexFolder(store, root)).recomputed.bindings).toBe(0);
  });

  it('[I3] may be of several files and projects', async () => {
    const { store, root } = await indexed();
    await indexFolder(store, sourceFolder(FILES, 'q'), { projectId: 'q' });
    const { marked } = await store.invalidation.invalidateNode(await hashOf(store, 'base.ts#base(function)'));
    const projects = await Promise.all(marked.map(async (id) => (await store.nodes.require(id)).projectId));
    expect(new Set(projects)).toEqual(new Set(['p', 'q']));
    expect((await indexFolder(store, root)).recomputed.parse).toBe(1);
    expect((await indexFolder(store, root)).recomputed.parse).toBe(0);
  });

  it('[I3] is none for a hash that nothing has, and an error for a text that is no hash', async () => {
    const { store, root } = await indexed();
    expect(await store.invalidation.invalidateNode(NO_HASH)).toEqual({ removed: false, marked: [] });
    expect((await indexFolder(store, root)).recomputed.parse).toBe(0);
    expect(await failureOf(store.invalidation.invalidateNode('xyz' as NodeHash))).toBe('INVALID_HASH');
  });

  it('[I3] need not be in the graph: the entry of a symbol that is gone goes too', async () => {
    const store = await testStore();
    await store.cache.put(NO_HASH, { cfgData: new Uint8Array([1]) });
    expect(await store.invalidation.invalidateNode(NO_HASH)).toEqual({ removed: true, marked: [] });
  });
});

describe('the affected nodes of a file', () => {
  it('[I3] are its symbols', async () => {
    const { store } = await indexed();
    const ids = await store.invalidation.getAffectedNodes('base.ts');
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect((await keysOf(store, ids)).sort()).toEqual([
      'base.ts#(module)',
      'base.ts#aside(function)',
      'base.ts#base(function)',
    ]);
  });

  it('[I3] are with transitive all that a run looks at when the file goes, and nothing else', async () => {
    const { store, root } = await indexed();
    const affected = await store.invalidation.getAffectedNodes('base.ts', { transitive: true });
    const keys = await keysOf(store, affected);
    expect(keys).toContain('tool.ts#tool(function)');
    expect(keys).not.toContain('uses.ts#use(function)');
    expect(keys).not.toContain('other.ts#other(function)');

    const own = new Set(await store.invalidation.getAffectedNodes('base.ts'));
    writeTree(root, { 'base.ts': '// Nothing is left.\n' });
    const events: IndexQueryEvent[] = [];
    await indexFolder(store, root, { onQuery: (event) => events.push(event) });
    const outside = [...bindingEvents(events).keys()].filter((id) => !own.has(id));
    expect(outside.filter((id) => !affected.includes(id))).toEqual([]);
    expect(outside).toContain(await idOf(store, 'tool.ts#tool(function)'));
  });

  it('[I3] are those of one project, or of all that have the file', async () => {
    const { store } = await indexed();
    await indexFolder(store, sourceFolder({ 'base.ts': FILES['base.ts'] }, 'q'), { projectId: 'q' });
    expect(await store.invalidation.getAffectedNodes('base.ts', { project: 'q' })).toHaveLength(3);
    expect(await store.invalidation.getAffectedNodes('base.ts')).toHaveLength(6);
    expect(await store.invalidation.getAffectedNodes('base.ts', { project: 'q', transitive: true })).toHaveLength(3);
  });

  it('[I3] are none for a path or a project that is not there', async () => {
    const { store } = await indexed();
    expect(await store.invalidation.getAffectedNodes('none.ts', { transitive: true })).toEqual([]);
    expect(await store.invalidation.getAffectedNodes('base.ts', { project: 'none' })).toEqual([]);
  });
});

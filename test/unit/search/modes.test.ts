import { afterEach, describe, expect, it } from 'vitest';
import type { EmbeddingInput, NodeId, SearchMode, Store } from '../../../src/index.js';
import { Store as StoreClass } from '../../../src/store/index.js';
import { openDatabase } from '../../../src/sql/index.js';
import { searchInput, storeWith, type SearchNode } from '../../support/search-stores.js';

const NODES: readonly SearchNode[] = [
  {
    name: 'parseHeader',
    documentation: 'Reads the fields of a request.',
    signature: 'parseHeader(text: string): Field[]',
  },
  { name: 'readBody', documentation: 'Parses what comes after the headers.', visibility: 'private' },
  { name: 'openSocket', qualifiedName: 'Network.openSocket', signature: 'openSocket(port: PortNumber)' },
  { name: 'unrelated' },
];
const stores: Store[] = [];

async function open(nodes: readonly SearchNode[] = NODES): Promise<{ store: Store; ids: readonly NodeId[] }> {
  const opened = await storeWith(nodes);
  stores.push(opened.store);
  return opened;
}

/** Embeds every symbol by what the store's embedder says of its name. */
async function embedAll(store: Store, nodes: readonly SearchNode[], ids: readonly NodeId[]): Promise<void> {
  const inputs = nodes.map(({ name, signature = null, documentation = null }): EmbeddingInput => ({
    key: name,
    kind: 'symbol',
    language: 'typescript',
    nodeType: 'function',
    name,
    qualifiedName: name,
    signature,
    documentation,
    body: '',
  }));
  const vectors = await store.embedder.embed(inputs);
  const entries = ids.map((nodeId, at) => ({ nodeId, vector: vectors[at] ?? new Float32Array() }));
  await store.embeddings.put('p', { model: store.embedder.id, dimension: store.embedder.dimension }, entries);
}

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

describe('search by words', () => {
  it('[U3] finds words of names, surroundings, signatures and documentation, in any form', async () => {
    const { store } = await open();
    const names = async (text: string): Promise<string[]> =>
      (await store.search(text, { mode: 'text' })).items.map(({ name }) => name);
    expect(await names('parsing headers')).toEqual(['parseHeader', 'readBody']);
    expect(await names('network')).toEqual(['openSocket']);
    expect(await names('port numbers')).toEqual(['openSocket']);
    expect(await names('the requests')).toEqual(['parseHeader']);
    expect(await names('nothing of that')).toEqual([]);
  });

  it('says which words matched', async () => {
    const { store } = await open();
    const answer = await store.search('parse the request body', { mode: 'text' });
    expect(answer.items.map(({ name, reasons }) => [name, reasons.text?.words])).toEqual([
      ['readBody', ['pars', 'body']],
      ['parseHeader', ['pars', 'request']],
    ]);
    expect(answer.items[0]?.why).toBe('words: pars, body');
  });

  it('finds nothing for punctuation, and a word that is common in English when it is the only one', async () => {
    const { store } = await open([{ name: 'isThis' }, { name: 'other' }]);
    expect((await store.search('"*():^ -- +{}', { mode: 'text' })).total).toBe(0);
    expect((await store.search('this', { mode: 'text' })).items.map(({ name }) => name)).toEqual(['isThis']);
  });
});

describe('search by meaning', () => {
  it('[V7] gives the symbols whose vectors are nearest, within the filters', async () => {
    const { store, ids } = await open();
    await embedAll(store, NODES, ids);
    const answer = await store.search('parse the header of a request', { mode: 'semantic', k: 2 });
    expect(answer.items[0]?.name).toBe('parseHeader');
    expect(answer.items[0]?.why).toMatch(/^similarity 0\.\d\d$/);
    expect(answer.lists).toEqual([
      { mode: 'semantic', found: 4, isComplete: true, strategy: 'exact', recallTarget: 1 },
    ]);
    expect((await store.search('header', { mode: 'semantic', path: 'lib/' })).total).toBe(0);
  });

  it('says so when there are no vectors of the model, and does not ask the embedder', async () => {
    const asked: string[] = [];
    const store = new StoreClass(await openDatabase({ path: ':memory:' }), {
      embedder: {
        id: 'silent',
        dimension: 2,
        embed: async (batch) => {
          asked.push(...batch.map(({ key }) => key));
          return batch.map(() => Float32Array.of(1, 0));
        },
      },
    });
    stores.push(store);
    await store.nodes.batchInsert(NODES.map(searchInput));
    const note = 'There are no vectors of the model silent, so meaning was not compared.';
    expect(await store.search('parse', { mode: 'semantic' })).toMatchObject({ total: 0, notes: [note] });
    const hybrid = await store.search('parse');
    expect(hybrid).toMatchObject({ notes: [note], lists: [{ mode: 'name' }, { mode: 'text' }] });
    expect(hybrid.items[0]?.name).toBe('parseHeader');
    expect(asked).toEqual([]);
  });

  it('names the projects without vectors', async () => {
    const { store, ids } = await open();
    await embedAll(store, NODES, ids);
    await store.nodes.insert(searchInput({ name: 'elsewhere', projectId: 'q' }));
    const { notes } = await store.search('elsewhere');
    expect(notes).toEqual(['q have no vectors of the model hashed-sub-words-1, so their meaning was not compared.']);
    expect((await store.search('elsewhere', { project: 'p' })).notes).toEqual([]);
  });
});

describe('hybrid search', () => {
  it('[U3] fuses the lists and says at which rank each mode has a symbol, and what the graph says', async () => {
    const { store, ids } = await open();
    await embedAll(store, NODES, ids);
    await store.edges.insert({
      callerId: ids[1] ?? (0 as NodeId),
      calleeId: ids[0] ?? (0 as NodeId),
      edgeType: 'call',
      metadata: null,
    });
    const answer = await store.search('parseHeader');
    expect(answer.mode).toBe('hybrid');
    expect(answer.items[0]).toMatchObject({
      name: 'parseHeader',
      reasons: {
        name: { rank: 1, fit: 'exact name' },
        text: { rank: 1, words: ['pars', 'head'] },
        semantic: { rank: 1 },
        signals: { isPublic: true, users: 1, isNear: false, type: 'function' },
      },
    });
    expect(answer.items[0]?.why).toMatch(
      /^name #1 \(exact name\); text #1 \(words: pars, head\); semantic #1 \(similarity 0\.\d\d\); public, 1 user$/,
    );
    expect(answer.items[0]?.score).toBeLessThanOrEqual(1);
  });

  it('puts symbols of the project that was named before equally good ones', async () => {
    const { store } = await open([
      { name: 'load', projectId: 'a' },
      { name: 'load', projectId: 'b' },
    ]);
    const first = async (near?: string): Promise<string | undefined> =>
      (await store.search('load', near === undefined ? {} : { near })).items[0]?.project;
    expect([await first(), await first('a'), await first('b')]).toEqual(['a', 'a', 'b']);
  });

  it.each(['hybrid', 'name', 'text'] as const)('pages through an answer without gaps, by %s', async (mode) => {
    const { store } = await open(Array.from({ length: 120 }, (_, at) => ({ name: `loadItem${at}` })));
    const whole = await store.search('load item', { mode, k: 500 });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await store.search('load item', { mode, k: 17, ...(cursor === '' ? {} : { cursor }) });
      expect(page.total).toBe(120);
      seen.push(...page.items.map(({ key }) => key));
      cursor = page.cursor;
    }
    expect(new Set(seen)).toEqual(new Set(whole.items.map(({ key }) => key)));
    expect(seen).toHaveLength(120);
  });

  it('pages through ten thousand results', async () => {
    const { store } = await open(Array.from({ length: 10_050 }, (_, at) => ({ name: `item${at}` })));
    for (const mode of ['name', 'text'] satisfies SearchMode[]) {
      const first = await store.search('item', { mode, k: 6000 });
      const second = await store.search('item', { mode, k: 6000, cursor: first.cursor ?? '' });
      expect([first.total, first.items.length, second.items.length, second.cursor]).toEqual([10_000, 6000, 4000, null]);
      expect(first.lists).toEqual([{ mode, found: 10_000, isComplete: false }]);
      expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(10_000);
    }
  });

  it.each([
    ['an empty text', '  ', {}, 'INVALID_ARGUMENT'],
    ['a text that is too long', 'x'.repeat(1_000_000), {}, 'LIMIT_EXCEEDED'],
    ['no results', 'x', { k: 0 }, 'INVALID_ARGUMENT'],
    ['ten million results', 'x', { k: 10_000_000 }, 'LIMIT_EXCEEDED'],
    ['an unknown mode', 'x', { mode: 'psychic' as SearchMode }, 'INVALID_ARGUMENT'],
    ['an unknown type', 'x', { type: 'phone' as 'type' }, 'INVALID_ARGUMENT'],
    ['the cursor of another mode', 'x', { cursor: 'WyJzZWFyY2gtbmFtZSIsMSwxLDEsImEiLCJiIl0' }, 'INVALID_ARGUMENT'],
    ['a cursor that is none', 'x', { cursor: '{' }, 'INVALID_ARGUMENT'],
  ])('refuses %s', async (_, text, options, code) => {
    const { store } = await open();
    await expect(store.search(text, options)).rejects.toMatchObject({ code });
  });
});

describe('similar symbols', () => {
  it('[V6] are those with the nearest vectors, without the symbol itself', async () => {
    const nodes: SearchNode[] = [
      { name: 'readFile', documentation: 'Reads a file.' },
      { name: 'readFiles', documentation: 'Reads a file.' },
      { name: 'sendMail' },
    ];
    const { store, ids } = await open(nodes);
    await embedAll(store, nodes, ids);
    const answer = await store.similar('readFile', { k: 1 });
    expect(answer).toMatchObject({ total: 1, strategy: 'exact', recallTarget: 1, symbol: { name: 'readFile' } });
    expect(answer.items[0]).toMatchObject({ name: 'readFiles' });
    expect(answer.items[0]?.similarity).toBeGreaterThan(0.9);
    expect((await store.similar('src/a.ts#readFile(function)', { type: 'class' })).items).toEqual([]);
  });

  it('need one symbol, and a vector of it', async () => {
    const { store } = await open([
      { name: 'twice', filePath: 'a.ts' },
      { name: 'twice', filePath: 'b.ts' },
      { name: 'bare' },
    ]);
    await expect(store.similar('absent')).rejects.toMatchObject({ code: 'SYMBOL_NOT_FOUND' });
    await expect(store.similar('bare')).rejects.toMatchObject({ code: 'EMBEDDING_NOT_FOUND' });
    await expect(store.similar('twice')).rejects.toMatchObject({
      code: 'AMBIGUOUS_SYMBOL',
      details: { candidates: ['p//a.ts#twice(function)', 'p//b.ts#twice(function)'] },
    });
    await expect(store.similar('bare', { k: 10_000 })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});

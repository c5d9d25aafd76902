import { describe, expect, it } from 'vitest';
import { SymbolQuery } from '../../src/graph/index.js';
import { UsageError } from '../../src/model/index.js';
import { graphDatabase, type FixtureNode } from '../support/graph-fixture.js';

async function query(nodes: readonly FixtureNode[]): Promise<SymbolQuery> {
  return new SymbolQuery(await graphDatabase(nodes));
}

const PAIR: readonly FixtureNode[] = [
  { id: 1, name: 'bar', qualifiedName: 'ns.Foo.bar', type: 'method' },
  { id: 2, name: 'bar', qualifiedName: 'Other.bar', type: 'method' },
  { id: 3, name: 'barn' },
  { id: 4, name: 'bar', project: 'q', file: 'b.ts' },
];

async function keysOf(symbols: SymbolQuery, text: string, project?: string): Promise<string[]> {
  const answer = await symbols.find(text, project === undefined ? {} : { project });
  return answer.items.map((item) => `${item.project}//${item.key}`);
}

describe('finding by name or key', () => {
  it('finds every symbol of a name and none that only begins with it', async () => {
    expect(await keysOf(await query(PAIR), 'bar')).toEqual([
      'p//a.ts#Other.bar(method)',
      'p//a.ts#ns.Foo.bar(method)',
      'q//b.ts#bar(function)',
    ]);
  });

  it('takes a dotted text as the end of a qualified name, cut at a dot only', async () => {
    const symbols = await query(PAIR);
    expect(await keysOf(symbols, 'Foo.bar')).toEqual(['p//a.ts#ns.Foo.bar(method)']);
    expect(await keysOf(symbols, 'ns.Foo.bar')).toEqual(['p//a.ts#ns.Foo.bar(method)']);
    expect(await keysOf(symbols, 'Foo::bar')).toEqual(['p//a.ts#ns.Foo.bar(method)']);
    expect(await keysOf(symbols, 'oo.bar')).toEqual([]);
  });

  it('takes a node key, with or without its project, as exactly that node', async () => {
    const symbols = await query([...PAIR, { id: 5, name: 'bar', project: 'q' }, { id: 6, name: 'bar' }]);
    expect(await keysOf(symbols, 'a.ts#bar(function)')).toEqual(['p//a.ts#bar(function)', 'q//a.ts#bar(function)']);
    expect(await keysOf(symbols, 'q//a.ts#bar(function)')).toEqual(['q//a.ts#bar(function)']);
    expect(await keysOf(symbols, 'a.ts#bar(function)', 'q')).toEqual(['q//a.ts#bar(function)']);
    expect(await keysOf(symbols, 'q//a.ts#bar(function)', 'p')).toEqual([]);
  });

  it('finds keys whose path, project or name holds the separators themselves', async () => {
    const symbols = await query([
      { id: 1, name: 'x', file: 'c#/a.cs', project: 'git//host' },
      { id: 2, name: '#secret', qualifiedName: 'Box.#secret', type: 'method', ordinal: 2 },
    ]);
    expect(await keysOf(symbols, 'git//host//c#/a.cs#x(function)')).toEqual(['git//host//c#/a.cs#x(function)']);
    expect(await keysOf(symbols, 'a.ts#Box.#secret(method)~2')).toEqual(['p//a.ts#Box.#secret(method)~2']);
    expect(await keysOf(symbols, 'Box.#secret')).toEqual(['p//a.ts#Box.#secret(method)~2']);
  });

  it('lets a module answer to its name only when nothing else does, and always to its file', async () => {
    const symbols = await query([
      { id: 1, name: 'store', qualifiedName: '', type: 'module', file: 'src/store.ts' },
      { id: 2, name: 'store' },
      { id: 3, name: 'lonely', qualifiedName: '', type: 'module', file: 'src/lonely.ts' },
    ]);
    expect(await keysOf(symbols, 'store')).toEqual(['p//a.ts#store(function)']);
    expect(await keysOf(symbols, 'lonely')).toEqual(['p//src/lonely.ts#(module)']);
    for (const text of ['store.ts', 'src/store.ts', 'src/store.ts#(module)']) {
      expect(await keysOf(symbols, text)).toEqual(['p//src/store.ts#(module)']);
    }
  });

  it('hands out pages that join to the whole answer', async () => {
    const nodes = Array.from({ length: 25 }, (_, at) => ({ id: at + 1, name: 'same', file: `f${at}.ts` }));
    const symbols = await query(nodes);
    const whole = await symbols.find('same');
    expect(whole).toMatchObject({ generation: 1, total: 25, truncated: false, cursor: null });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof symbols.find>> = await symbols.find('same', {
        limit: 10,
        ...(cursor === null ? {} : { cursor }),
      });
      expect(page.total).toBe(25);
      expect(page.truncated).toBe(page.cursor !== null);
      seen.push(...page.items.map((item) => item.key));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(seen).toEqual(whole.items.map((item) => item.key));
  });

  it('refuses empty texts, bad limits and cursors of other answers', async () => {
    const symbols = await query(PAIR);
    for (const call of [
      () => symbols.find(' '),
      () => symbols.find('bar', { limit: 0 }),
      () => symbols.find('bar', { limit: 1.5 }),
      () => symbols.find('bar', { cursor: 'nonsense' }),
      () => symbols.searchByName('bar', { k: Number.NaN }),
      () => symbols.searchByName('bar', { cursor: 'WyJmaW5kIiwicCIsImEiXQ' }),
    ]) {
      await expect(call()).rejects.toThrow(UsageError);
      await expect(call()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });
});

describe('searching by name', () => {
  const NAMES = ['getUser', 'getuser', 'getUserName', 'tryGetUser', 'target_user_id', 'forgetUsers', 'unrelated'];

  it('ranks exact, other case, beginning, sub-words and containing, in this order', async () => {
    const symbols = await query(NAMES.map((name, at) => ({ id: at + 1, name })));
    const answer = await symbols.searchByName('getUser');
    expect(answer.items.map((item) => item.name)).toEqual([
      'getUser',
      'getuser',
      'getUserName',
      'tryGetUser',
      'forgetUsers',
    ]);
    const scores = answer.items.map((item) => item.score);
    expect(scores[0]).toBe(1);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(answer.items.every((item) => item.why !== '' && item.score > 0)).toBe(true);
  });

  it('finds sub-words in any case style', async () => {
    const symbols = await query(NAMES.map((name, at) => ({ id: at + 1, name })));
    const answer = await symbols.searchByName('user id');
    expect(answer.items.map((item) => item.name)).toEqual(['target_user_id']);
    const fromSnake = await symbols.searchByName('user_name');
    expect(fromSnake.items.map((item) => item.name)).toEqual(['getUserName']);
  });

  it('orders equals by public first, then project and key', async () => {
    const symbols = await query([
      { id: 1, name: 'same', file: 'b.ts' },
      { id: 2, name: 'same', file: 'a.ts', visibility: 'private' },
      { id: 3, name: 'same', file: 'c.ts' },
    ]);
    const answer = await symbols.searchByName('same');
    expect(answer.items.map((item) => item.file)).toEqual(['b.ts', 'c.ts', 'a.ts']);
  });

  it('takes wildcards of SQL as plain characters', async () => {
    const symbols = await query([
      { id: 1, name: 'a_b' },
      { id: 2, name: 'aXb' },
      { id: 3, name: 'a%b' },
      { id: 4, name: '$' },
    ]);
    expect((await symbols.searchByName('a_b')).items.map((item) => item.name)).toEqual(['a_b', 'a%b']);
    expect((await symbols.searchByName('%')).items.map((item) => item.name)).toEqual(['a%b']);
    expect((await symbols.searchByName('$')).items.map((item) => item.name)).toEqual(['$']);
    expect((await symbols.searchByName("' OR 1=1 --")).total).toBe(0);
  });

  it('folds the case of letters outside ASCII', async () => {
    const symbols = await query([
      { id: 1, name: 'Größe' },
      { id: 2, name: 'ÜBERTRAG' },
    ]);
    expect((await symbols.searchByName('GRÖSSE')).total).toBe(0);
    expect((await symbols.searchByName('größe')).items.map((item) => item.name)).toEqual(['Größe']);
    expect((await symbols.searchByName('über')).items.map((item) => item.name)).toEqual(['ÜBERTRAG']);
  });

  it('filters by project, type and language, and pages without gaps', async () => {
    const nodes: FixtureNode[] = Array.from({ length: 30 }, (_, at) => ({
      id: at + 1,
      name: `item${at}`,
      project: at % 2 ? 'q' : 'p',
      type: at % 3 ? 'function' : 'class',
      language: at % 5 ? 'go' : 'rust',
    }));
    const symbols = await query(nodes);
    const filtered = await symbols.searchByName('item', { project: 'q', type: 'class', language: 'rust' });
    expect(filtered.items.map((item) => item.name)).toEqual(['item15']);
    const whole = await symbols.searchByName('item', { k: 100 });
    const first = await symbols.searchByName('item', { k: 12 });
    const second = await symbols.searchByName('item', { k: 100, cursor: first.cursor ?? '' });
    expect([...first.items, ...second.items]).toEqual(whole.items);
    expect([first.truncated, second.truncated, second.cursor]).toEqual([true, false, null]);
  });

  it('compares a dotted text with the qualified name', async () => {
    const symbols = await query(PAIR);
    const answer = await symbols.searchByName('Foo.ba');
    expect(answer.items.map((item) => item.qualifiedName)).toEqual(['ns.Foo.bar']);
  });
});

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
      () => symbols.find('bar', { cursor: 'WyJzZWFyY2gtbmFtZSIsMV0' }),
    ]) {
      await expect(call()).rejects.toThrow(UsageError);
      await expect(call()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });
});

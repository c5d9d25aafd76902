import { describe, expect, it } from 'vitest';
import type { SearchAnswer, SearchOptions } from '../../../src/index.js';
import { storeWith, type SearchNode } from '../../support/search-stores.js';

async function searchIn(
  nodes: readonly SearchNode[],
  text: string,
  options: SearchOptions = {},
): Promise<SearchAnswer> {
  const { store } = await storeWith(nodes);
  try {
    return await store.search(text, { mode: 'name', k: 100, ...options });
  } finally {
    await store.close();
  }
}

const named = (...names: string[]): SearchNode[] => names.map((name) => ({ name }));
const namesOf = (answer: SearchAnswer): string[] => answer.items.map((item) => item.name);

describe('search by name', () => {
  const NAMES = named('getUser', 'getuser', 'getUserName', 'tryGetUser', 'target_user_id', 'forgetUsers', 'unrelated');

  it('[U3] ranks exact, other case, beginning, sub-words and containing, in this order, and says so', async () => {
    const answer = await searchIn(NAMES, 'getUser');
    expect(answer.items.map(({ name, why }) => [name, why])).toEqual([
      ['getUser', 'exact name'],
      ['getuser', 'same name in another case'],
      ['getUserName', 'name begins with "getUser"'],
      ['tryGetUser', 'sub-words of the name: get, user'],
      ['forgetUsers', 'name contains "getUser"'],
    ]);
    const scores = answer.items.map((item) => item.score);
    expect(scores[0]).toBe(1);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(answer.items[0]?.reasons).toEqual({ name: { rank: 1, fit: 'exact name' } });
    expect(answer.lists).toEqual([{ mode: 'name', found: 5, isComplete: true }]);
  });

  it('finds sub-words in any case style, and the humps of camel case', async () => {
    expect(namesOf(await searchIn(NAMES, 'user id'))).toEqual(['target_user_id']);
    expect(namesOf(await searchIn(NAMES, 'user_name'))).toEqual(['getUserName']);
    expect(namesOf(await searchIn(named('HTTPServer2', 'hyperSerialize', 'other'), 'HSer'))).toEqual([
      'HTTPServer2',
      'hyperSerialize',
    ]);
  });

  it('finds a name by the initials of its sub-words', async () => {
    const answer = await searchIn(named('getHelpString', 'get_host', 'ghost'), 'ghs');
    expect(answer.items.map(({ name, why }) => [name, why])).toEqual([['getHelpString', 'initials of the name: ghs']]);
  });

  it('finds names that are spelt a little otherwise, when none fits', async () => {
    const nodes = named('ConnectionPool', 'connectionString', 'poolSize', 'HttpServer', 'collection');
    expect((await searchIn(nodes, 'ConectionPool')).items[0]).toMatchObject({
      name: 'ConnectionPool',
      why: 'name resembles "ConectionPool"',
    });
    expect((await searchIn(nodes, 'conection pool')).items[0]?.name).toBe('ConnectionPool');
    expect((await searchIn(nodes, 'httpsrever')).items[0]?.name).toBe('HttpServer');
    // A slip in a short word could be anything.
    expect(namesOf(await searchIn(named('cat', 'cut'), 'cot'))).toEqual([]);
  });

  it('finds names that have some of the words, those with more of them first', async () => {
    const answer = await searchIn(named('readFile', 'readLargeFile', 'write'), 'read the whole file at once');
    expect(namesOf(answer)).toEqual(['readFile', 'readLargeFile']);
    expect(answer.items[0]?.why).toBe('some words of the name: read, fil');
  });

  it('orders equals by public first, then project and key', async () => {
    const answer = await searchIn(
      [
        { name: 'same', filePath: 'b.ts' },
        { name: 'same', filePath: 'a.ts', visibility: 'private' },
        { name: 'same', filePath: 'c.ts' },
      ],
      'same',
    );
    expect(answer.items.map((item) => item.file)).toEqual(['b.ts', 'c.ts', 'a.ts']);
  });

  it('takes wildcards of SQL as plain characters, and names of signs alone', async () => {
    const nodes = named('a_b', 'aXb', 'a%b', '$', '_', 'operator+');
    expect(namesOf(await searchIn(nodes, 'a_b'))).toEqual(['a_b', 'a%b']);
    expect(namesOf(await searchIn(nodes, '%'))).toEqual(['a%b']);
    expect(namesOf(await searchIn(nodes, '$'))).toEqual(['$']);
    expect(namesOf(await searchIn(nodes, 'operator+'))).toEqual(['operator+']);
    expect((await searchIn(nodes, "' OR 1=1 --")).total).toBe(0);
  });

  it('folds the case of letters outside ASCII', async () => {
    const nodes = named('Größe', 'ÜBERTRAG', '設定値');
    expect(namesOf(await searchIn(nodes, 'größe'))).toEqual(['Größe']);
    expect(namesOf(await searchIn(nodes, 'über'))).toEqual(['ÜBERTRAG']);
    expect(namesOf(await searchIn(nodes, '設定'))).toEqual(['設定値']);
  });

  it('compares a dotted text with the qualified name', async () => {
    const nodes: SearchNode[] = [
      { name: 'bar', qualifiedName: 'ns.Foo.bar' },
      { name: 'bar', qualifiedName: 'ns.Other.bar' },
    ];
    expect((await searchIn(nodes, 'Foo.ba')).items.map((item) => item.qualifiedName)).toEqual(['ns.Foo.bar']);
    expect((await searchIn(nodes, 'Foo::bar')).items.map((item) => item.qualifiedName)).toEqual(['ns.Foo.bar']);
  });

  it('answers with modules when nothing else fits, or when asked for them', async () => {
    const nodes: SearchNode[] = [
      { name: 'config', nodeType: 'module', filePath: 'config.ts', qualifiedName: '' },
      { name: 'configure' },
    ];
    expect(namesOf(await searchIn(nodes, 'config'))).toEqual(['configure']);
    expect(namesOf(await searchIn(nodes, 'config', { type: 'module' }))).toEqual(['config']);
    expect(namesOf(await searchIn(nodes.slice(0, 1), 'config'))).toEqual(['config']);
  });

  it('filters by project, type, language and path, and pages without gaps', async () => {
    const nodes: SearchNode[] = Array.from({ length: 30 }, (_, at) => ({
      name: `item${at}`,
      projectId: at % 2 ? 'q' : 'p',
      nodeType: at % 3 ? 'function' : 'class',
      language: at % 5 ? 'go' : 'rust',
      filePath: at < 20 ? 'src/low_%.ts' : 'lib/high.ts',
    }));
    const chosen = await searchIn(nodes, 'item', { project: 'q', type: 'class', language: 'rust' });
    expect(namesOf(chosen)).toEqual(['item15']);
    expect((await searchIn(nodes, 'item', { path: 'lib/' })).total).toBe(10);
    expect((await searchIn(nodes, 'item', { path: 'src/low_%' })).total).toBe(20);
    expect((await searchIn(nodes, 'item', { path: 'src/lowX' })).total).toBe(0);
    const { store } = await storeWith(nodes);
    const whole = await store.search('item', { mode: 'name', k: 100 });
    const first = await store.search('item', { mode: 'name', k: 12 });
    const second = await store.search('item', { mode: 'name', k: 100, cursor: first.cursor ?? '' });
    expect([...first.items, ...second.items]).toEqual(whole.items);
    expect([first.total, first.truncated, second.truncated, second.cursor]).toEqual([30, true, false, null]);
    await store.close();
  });
});

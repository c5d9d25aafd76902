import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defineInput, defineQuery, openStore, type Query, type QueryEvent, type Store } from '../../src/index.js';
import { failureOf, testStore } from '../support/indexing.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Counts words of texts, and sums the counts of all texts that a list names. */
function wordCount(texts: Map<string, string>, version = 1) {
  const text = defineInput({ name: 'text', read: (key) => texts.get(key) });
  const words = defineQuery<number>({
    name: 'words',
    version,
    compute: (ask, key) => (ask.input(text, key) ?? '').split(/\s+/).filter(Boolean).length,
  });
  const total = defineQuery<number>({
    name: 'total',
    version: 1,
    compute: (ask, key) => {
      const list = ask.input(text, key) ?? '';
      return list.split(' ').reduce((sum, each) => sum + ask.get(words, each), 0);
    },
  });
  const events: QueryEvent[] = [];
  const open = (store: Store) =>
    store.queries('count', [text, words, total], { onEvent: (event) => events.push(event) });
  /** What happened since the last call, such as `executed words(a): new`. */
  const log = (): string[] =>
    events
      .splice(0)
      .map(
        ({ query, key, action, reason, position }) =>
          `${action} ${query}(${key}): ${reason}${position === undefined ? '' : ` ${position}`}`,
      );
  return { text, words, total, open, log };
}

const TEXTS = [
  ['all', 'a b'],
  ['a', 'one two'],
  ['b', 'three'],
] as const;

function numbers(read: (key: string) => number | Promise<number>) {
  const input = defineInput({ name: 'number', read });
  const double = defineQuery<number>({ name: 'double', version: 1, compute: (ask, key) => 2 * ask.input(input, key) });
  return { input, double, definitions: [input, double] };
}

describe('a space of queries', () => {
  it('[I4] computes again only what read something that is another now, and says why', async () => {
    const texts = new Map<string, string>(TEXTS);
    const { text, total, open, log } = wordCount(texts);
    const space = open(await testStore());
    expect(await space.get(total, 'all')).toBe(3);
    expect(log()).toEqual(['executed words(a): new', 'executed words(b): new', 'executed total(all): new']);
    expect(await space.get(total, 'all')).toBe(3);
    expect(log()).toEqual([]);

    texts.set('b', 'three four');
    expect(await space.changed(text, ['b'])).toBe(1);
    expect(await space.get(total, 'all')).toBe(4);
    expect(log()).toEqual(['executed words(b): changed 0', 'executed total(all): changed 2']);

    texts.set('a', 'three four');
    await space.changed(text, ['a']);
    expect(await space.get(total, 'all')).toBe(4);
    expect(log()).toEqual(['backdated words(a): changed 0', 'validated total(all): none']);

    await space.changed(text, ['a', 'b', 'all', 'nobody reads this']);
    expect(await space.get(total, 'all')).toBe(4);
    expect(log()).toEqual(['validated words(a): none', 'validated words(b): none', 'validated total(all): none']);
    await space.get(total, 'all');
    expect(log()).toEqual([]);
  });

  it('[I4] keeps results and marks across restarts, and computes those of another version', async () => {
    const path = join(temporaryFolder(), 'code.db');
    const texts = new Map<string, string>(TEXTS);
    const inNewStore = async <T>(
      version: number,
      use: (at: ReturnType<typeof wordCount>, store: Store) => Promise<T>,
    ) => {
      const store = await openStore(path);
      try {
        return await use(wordCount(texts, version), store);
      } finally {
        await store.close();
      }
    };
    await inNewStore(1, ({ open, total }, store) => open(store).get(total, 'all'));
    await inNewStore(1, async ({ open, total, log, text }, store) => {
      expect(await open(store).get(total, 'all')).toBe(3);
      expect(log()).toEqual([]);
      await open(store).changed(text, ['a']);
    });
    texts.set('a', '');
    await inNewStore(1, async ({ open, total, log }, store) => {
      expect(await open(store).get(total, 'all')).toBe(1);
      expect(log()).toEqual(['executed words(a): changed 0', 'executed total(all): changed 1']);
    });
    await inNewStore(2, async ({ open, total, log }, store) => {
      expect(await open(store).get(total, 'all')).toBe(1);
      expect(log()).toEqual([
        'backdated words(a): version',
        'backdated words(b): version',
        'validated total(all): none',
      ]);
    });
  });

  it('reads an absent input as undefined, and notices when it is there', async () => {
    const texts = new Map<string, string>();
    const { text, words, open, log } = wordCount(texts);
    const space = open(await testStore());
    expect(await space.get(words, 'a')).toBe(0);
    texts.set('a', 'one');
    await space.changed(text, ['a']);
    expect(await space.get(words, 'a')).toBe(1);
    expect(log()).toEqual(['executed words(a): new', 'executed words(a): changed 0']);
  });

  it('computes again what was collected', async () => {
    const store = await testStore();
    const { total, open, log } = wordCount(new Map(TEXTS));
    await open(store).get(total, 'all');
    log();
    await store.contents.collect(0);
    expect(await open(store).get(total, 'all')).toBe(3);
    expect(log().at(-1)).toBe('backdated total(all): new');
    expect(await open(store).get(total, 'all')).toBe(3);
    expect(log()).toEqual([]);
  });

  it('reads asynchronous inputs of one question at once', async () => {
    let running = 0;
    let most = 0;
    const input = defineInput({
      name: 'number',
      read: async (key) => {
        most = Math.max(most, ++running);
        await Promise.resolve();
        running--;
        return Number(key);
      },
    });
    const sum = defineQuery<number>({
      name: 'sum',
      version: 1,
      compute: (ask, key) => ask.inputs(input, key.split(' ')).reduce((total, each) => total + each, 0),
    });
    const space = (await testStore()).queries('s', [input, sum]);
    expect(await space.get(sum, '1 2 3 4')).toBe(10);
    expect(most).toBe(4);
  });

  it('gives a value as it is stored, which is its own', async () => {
    const value = { list: [1, -0], text: '\ud800 ä' };
    const query: Query<typeof value> = defineQuery({ name: 'q', version: 1, compute: () => value });
    const space = (await testStore()).queries('s', [query]);
    const first = await space.get(query, '');
    expect(first).toEqual({ list: [1, 0], text: '\ud800 ä' });
    expect(first).not.toBe(value);
    expect(await space.get(query, '')).toEqual(first);
  });

  it('takes the fingerprint of an input from its definition', async () => {
    let value = { id: 1n, note: 'a' };
    const input = defineInput({ name: 'i', read: () => value, fingerprint: ({ id }) => String(id) });
    const query = defineQuery({ name: 'q', version: 1, compute: (ask) => ask.input(input, '').note });
    const space = (await testStore()).queries('s', [input, query]);
    expect(await space.get(query, '')).toBe('a');
    value = { id: 1n, note: 'b' };
    await space.changed(input, ['']);
    expect(await space.get(query, '')).toBe('a');
    value = { id: 2n, note: 'c' };
    await space.changed(input, ['']);
    expect(await space.get(query, '')).toBe('c');
  });

  it('lists and deletes what is kept', async () => {
    const { total, words, open, log } = wordCount(new Map(TEXTS));
    const space = open(await testStore());
    await space.get(total, 'all');
    await space.get(words, 'a');
    expect(await space.list()).toEqual([
      { query: 'total', key: 'all' },
      { query: 'words', key: 'a' },
    ]);
    expect(await space.delete(words, 'a')).toBe(true);
    expect(await space.delete(words, 'a')).toBe(false);
    log();
    await space.get(words, 'a');
    expect(log()).toEqual(['executed words(a): new']);
  });
});

describe('queries that ask each other in a circle', () => {
  const graph: Record<string, string> = { a: 'b', b: 'c', c: 'b', d: '' };

  it('are an error that names the circle', async () => {
    const next: Query<number> = defineQuery<number>({
      name: 'next',
      version: 1,
      compute: (ask, key) => (graph[key] === '' ? 0 : 1 + ask.get(next, graph[key] ?? '')),
    });
    const space = (await testStore()).queries('s', [next]);
    expect(await space.get(next, 'd')).toBe(0);
    await expect(space.get(next, 'a')).rejects.toMatchObject({
      code: 'QUERY_CYCLE',
      details: { path: ['next(b)', 'next(c)', 'next(b)'] },
    });
  });

  it('are given what the definition says for the result that is under way', async () => {
    const reach: Query<string[]> = defineQuery<string[]>({
      name: 'reach',
      version: 1,
      compute: (ask, key) => [...new Set([key, ...(graph[key] === '' ? [] : ask.get(reach, graph[key] ?? ''))])].sort(),
      onCycle: { value: [] },
    });
    const space = (await testStore()).queries('s', [reach]);
    expect(await space.get(reach, 'a')).toEqual(['a', 'b', 'c']);
    expect(await space.get(reach, 'c')).toEqual(['b', 'c']);
    expect(await space.get(reach, 'c')).toEqual(['b', 'c']);
  });

  it('are told from queries that nest too deep', async () => {
    const down: Query<number> = defineQuery<number>({
      name: 'down',
      version: 1,
      compute: (ask, key) => (key === '0' ? 0 : 1 + ask.get(down, String(Number(key) - 1))),
    });
    const space = (await testStore()).queries('s', [down]);
    expect(await space.get(down, '150')).toBe(150);
    expect(await failureOf(space.get(down, '1000'))).toBe('LIMIT_EXCEEDED');
  });
});

describe('a failure', () => {
  it('of a computation or an input is that of the question, also when it is caught, and is not kept', async () => {
    let isBroken = true;
    const input = defineInput({
      name: 'i',
      read: () => {
        if (isBroken) throw new Error('not there');
        return 1;
      },
    });
    const careful = defineQuery<number>({
      name: 'careful',
      version: 1,
      compute: (ask) => {
        try {
          return ask.input(input, '');
        } catch {
          return -1;
        }
      },
    });
    const space = (await testStore()).queries('s', [input, careful]);
    await expect(space.get(careful, '')).rejects.toThrow('not there');
    expect(await space.list()).toEqual([]);
    isBroken = false;
    expect(await space.get(careful, '')).toBe(1);
  });

  it.each([
    ['a number that is not finite', Number.NaN, undefined],
    ['undefined', undefined, undefined],
    ['a date', new Date(0), undefined],
    ['a part of a value', { list: [new Map()] }, 'list.0'],
  ])('is a result that is no JSON: %s', async (_what, value, place) => {
    const query = defineQuery<unknown>({ name: 'q', version: 1, compute: () => value });
    const space = (await testStore()).queries('s', [query]);
    const failed = expect(space.get(query, '')).rejects;
    await failed.toMatchObject({ code: 'INVALID_ARGUMENT' });
    if (place !== undefined) await expect(space.get(query, '')).rejects.toThrow(`at ${place}`);
  });

  it('is a definition of another space, a name that is none, and one that is there twice', async () => {
    const store = await testStore();
    const { double, definitions } = numbers(() => 1);
    expect(await failureOf(store.queries('s', []).get(double, ''))).toBe('INVALID_ARGUMENT');
    expect(() => store.queries('', definitions)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(() => store.queries('s', [double, double])).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(() => defineInput({ name: 'a:b', read: () => 1 })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
    expect(await failureOf(store.queries('s', definitions).get(double, '\ud800'))).toBe('INVALID_ARGUMENT');
  });

  it('is a question that is cancelled while an input is read', async () => {
    const cancel = new AbortController();
    const { double, definitions } = numbers(() => {
      cancel.abort();
      return new Promise<number>(() => undefined);
    });
    const space = (await testStore()).queries('s', definitions);
    expect(await failureOf(space.get(double, '', { signal: cancel.signal }))).toBe('CANCELLED');
  });
});

describe('two programs in one space', () => {
  it('never keep a result of what changed while it was computed', async () => {
    const path = join(temporaryFolder(), 'code.db');
    const [one, other] = [await testStore(path), await testStore(path)];
    let now = 1;
    const fresh = numbers(() => now);
    const slow = numbers(async () => {
      const read = now;
      // While this one has read but not yet stored, the other one is told of a change and computes.
      now = 2;
      const space = other.queries('s', fresh.definitions);
      await space.changed(fresh.input, ['k']);
      return read;
    });
    expect(await one.queries('s', slow.definitions).get(slow.double, 'k')).toBe(2);
    expect(await other.queries('s', fresh.definitions).list()).toEqual([]);
    expect(await other.queries('s', fresh.definitions).get(fresh.double, 'k')).toBe(4);
  });

  it('give way to the one that stored first', async () => {
    const path = join(temporaryFolder(), 'code.db');
    const [one, other] = [await testStore(path), await testStore(path)];
    const fresh = numbers(() => 1);
    const slow = numbers(async () => {
      await other.queries('s', fresh.definitions).get(fresh.double, 'k');
      return 1;
    });
    expect(await one.queries('s', slow.definitions).get(slow.double, 'k')).toBe(2);
    expect(await other.queries('s', fresh.definitions).list()).toEqual([{ query: 'double', key: 'k' }]);
  });

  it('notice that an input is another one although nobody said so, once it is read', async () => {
    const store = await testStore();
    const texts = new Map<string, string>(TEXTS);
    const { text, total, open } = wordCount(texts);
    const space = open(store);
    await space.get(total, 'all');
    texts.set('all', 'a');
    texts.set('b', 'now five words are here');
    await space.changed(text, ['b']);
    expect(await space.get(total, 'all')).toBe(2);
  });

  it('keep nothing in a store that is open for reading only', async () => {
    const path = join(temporaryFolder(), 'code.db');
    await (await openStore(path)).close();
    const store = await openStore({ path, readOnly: true });
    onTestFinished(() => store.close());
    const { double, definitions } = numbers(() => 3);
    expect(await store.queries('s', definitions).get(double, 'k')).toBe(6);
    expect(await store.queries('s', definitions).list()).toEqual([]);
  });
});

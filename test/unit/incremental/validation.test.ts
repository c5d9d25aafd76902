import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FORCED,
  newPack,
  PackValidation,
  Session,
  type QueryReader,
  type TrackedQuery,
} from '../../../src/incremental/index.js';
import { foreignThings } from '../../../src/incremental/memo-store.js';
import { contentsOf, decodePack, encodePack } from '../../../src/incremental/pack.js';
import { Engine, thingOf, World } from '../../support/tracked-world.js';

/**
 * The law: after any change of what is read, a stored result is what a computation would give now; and no
 * computation runs unless something that it read, compared in the order of reading, is another than it was.
 */

/** `shout` reads `trimmed`, which reads one cell. */
function shouting(cells: Readonly<Record<string, string>>, versions: { trimmed?: number; shout?: number } = {}) {
  const world = new World(cells);
  return { world, ...shoutingIn(world, versions) };
}

function shoutingIn(world: World, versions: { trimmed?: number; shout?: number } = {}) {
  const trimmed = world.query('trimmed', (reader, key) => world.read(reader, key)?.trim(), {
    version: versions.trimmed ?? 1,
  });
  const shout = world.query('shout', (reader, key) => `${reader.get(trimmed, key) ?? 'nothing'}!`, {
    version: versions.shout ?? 1,
  });
  return { trimmed, shout, queries: [trimmed, shout] };
}

describe('a stored result', () => {
  it('[I4] is kept unseen when nothing changed that it could depend on', () => {
    const { world, shout, queries } = shouting({ 'here/a': 'hey', 'there/b': 'ho' });
    const engine = new Engine(world);
    expect(engine.run(shout, ['here/a'], queries).log).toEqual(['executed shout(here/a): new']);
    world.set({ 'there/b': 'other' });
    expect(engine.run(shout, ['here/a'], queries)).toEqual({ values: new Map(), log: [], isChanged: false });
    expect(world.ran).toEqual(['shout(here/a)', 'trimmed(here/a)']);
  });

  it('[I4] is computed when what it read is another, and so is what read it', () => {
    const { world, shout, queries } = shouting({ 'here/a': 'hey' });
    const engine = new Engine(world);
    engine.run(shout, ['here/a'], queries);
    world.set({ 'here/a': 'ho' });
    const { values, log } = engine.run(shout, ['here/a'], queries);
    expect(values).toEqual(new Map([['here/a', 'ho!']]));
    expect(log).toEqual(['executed trimmed(here/a): changed at 0', 'executed shout(here/a): changed at 0']);
  });

  it('[I4] that comes out as it was ends there: what read it is not computed', () => {
    const { world, shout, queries } = shouting({ 'here/a': 'hey' });
    const engine = new Engine(world);
    engine.run(shout, ['here/a'], queries);
    world.ran.length = 0;
    world.set({ 'here/a': ' hey ' });
    const { values, log, isChanged } = engine.run(shout, ['here/a'], queries);
    expect([values.size, isChanged]).toEqual([0, true]);
    expect(log).toEqual(['backdated trimmed(here/a): changed at 0', 'validated shout(here/a)']);
    expect(world.ran).toEqual(['trimmed(here/a)']);
    // The new readings are what is compared from now on.
    expect(engine.run(shout, ['here/a'], queries).log).toEqual([]);
    world.set({ 'here/a': 'hey' });
    expect(engine.run(shout, ['here/a'], queries).log[0]).toBe('backdated trimmed(here/a): changed at 0');
  });

  it('[I4] depends on what was not there, and is computed when it comes and when it goes', () => {
    const { world, shout, queries } = shouting({});
    const engine = new Engine(world);
    expect(engine.run(shout, ['here/a'], queries).values.get('here/a')).toBe('nothing!');
    world.set({ 'here/a': 'hey' });
    expect(engine.run(shout, ['here/a'], queries).values.get('here/a')).toBe('hey!');
    world.set({ 'here/a': undefined });
    expect(engine.run(shout, ['here/a'], queries).values.get('here/a')).toBe('nothing!');
  });

  it('[I4] is compared in the order of reading: what follows the first difference is not asked for', () => {
    const world = new World({ 'here/list': 'a b', a: '1', b: '2' });
    const exists = world.query('exists', (reader, key) => world.read(reader, 'here/list')?.includes(key) ?? false);
    const get = world.query('get', (reader, key) => {
      const text = world.read(reader, key);
      if (text === undefined) throw new RangeError(`There is no ${key}.`);
      return text;
    });
    const show = world.query('show', (reader, key) => (reader.get(exists, key) ? reader.get(get, key) : 'gone'));
    const queries = [exists, get, show];
    const engine = new Engine(world);
    engine.run(show, ['a', 'b'], queries);
    world.set({ 'here/list': 'a', b: undefined });
    const { values, log } = engine.run(show, ['a', 'b'], queries);
    expect(values).toEqual(new Map([['b', 'gone']]));
    expect(log).toEqual([
      'backdated exists(a): changed at 0',
      'validated show(a)',
      'executed exists(b): changed at 0',
      'executed show(b): changed at 0',
    ]);
  });

  it('[I4] names the first reading that differs', () => {
    const world = new World({ a: '1', b: '2', c: '3' });
    const sum = world.query('sum', (reader) => ['a', 'b', 'c'].map((cell) => world.read(reader, cell)).join('+'));
    const engine = new Engine(world);
    engine.run(sum, ['']);
    world.set({ b: '7', c: '8' });
    expect(engine.run(sum, ['']).log).toEqual(['executed sum(): changed at 1']);
  });

  it('counts as changed when it is said to be, although it looks as it did', () => {
    const { world, shout, queries } = shouting({ 'here/a': 'hey' });
    const engine = new Engine(world);
    engine.run(shout, ['here/a'], queries);
    const log: string[] = [];
    const validation = new PackValidation(engine.pack, {
      partition: 'here',
      revision: 9,
      session: new Session(),
      queries: new Map(queries.map((query) => [query.name, query])),
      changed: new Map([[thingOf('here/a'), () => FORCED]]),
      onEvent: ({ action, query }) => log.push(`${action} ${query}`),
    });
    validation.run([{ query: shout, key: 'here/a' }]);
    expect(log).toEqual(['backdated trimmed', 'validated shout']);
  });
});

describe('a new version of a query', () => {
  it('[I4] [I6] computes exactly its results again, and what read those that differ', () => {
    const { world, shout, queries } = shouting({ 'here/a': 'hey', 'here/b': 'ho' });
    const engine = new Engine(world);
    engine.run(shout, ['here/a', 'here/b'], queries);
    world.ran.length = 0;
    const later = shoutingIn(world, { trimmed: 2 });
    expect(engine.run(later.shout, ['here/a', 'here/b'], later.queries).log).toEqual([
      'backdated trimmed(here/a): version',
      'validated shout(here/a)',
      'backdated trimmed(here/b): version',
      'validated shout(here/b)',
    ]);
    expect(world.ran).toEqual(['trimmed(here/a)', 'trimmed(here/b)']);
    expect(engine.run(later.shout, ['here/a', 'here/b'], later.queries).log).toEqual([]);
  });

  it('of the root alone leaves what it reads', () => {
    const { world, shout, queries } = shouting({ 'here/a': 'hey' });
    const engine = new Engine(world);
    engine.run(shout, ['here/a'], queries);
    const later = shoutingIn(world, { shout: 5 });
    expect(engine.run(later.shout, ['here/a'], later.queries).log).toEqual(['backdated shout(here/a): version']);
  });

  it('that is there no more makes whatever read it be computed', () => {
    const { world, shout, queries } = shouting({ 'here/a': 'hey' });
    const engine = new Engine(world);
    engine.run(shout, ['here/a'], queries);
    const alone = world.query('shout', (reader, key) => `${world.read(reader, key)}!`);
    expect(engine.run(alone, ['here/a']).log).toEqual(['backdated shout(here/a): changed at 0']);
    expect(engine.run(alone, ['here/a']).log).toEqual([]);
  });
});

describe('a run over a partition', () => {
  it('computes new roots, drops those that are not asked for, and keeps the rest', () => {
    const { world, shout, queries } = shouting({ 'here/a': 'a', 'here/b': 'b', 'here/c': 'c' });
    const engine = new Engine(world);
    engine.run(shout, ['here/a', 'here/b'], queries);
    const { values, isChanged } = engine.run(shout, ['here/b', 'here/c'], queries);
    expect([[...values.keys()], isChanged]).toEqual([['here/c'], true]);
    expect(engine.pack?.roots.map(({ key }) => key)).toEqual(['here/b', 'here/c']);
    expect(contentsOf(engine.pack ?? { roots: [] }).memos.map(({ query, key }) => `${query}(${key})`)).toEqual([
      'trimmed(here/b)',
      'shout(here/b)',
      'trimmed(here/c)',
      'shout(here/c)',
    ]);
    expect(engine.run(shout, ['here/b'], queries).isChanged).toBe(true);
    expect(engine.pack?.roots).toHaveLength(1);
  });

  it('says of each thing whether it is of another partition', () => {
    const world = new World({ 'here/a': '1', 'there/b': '2', c: '3' });
    const cells = ['here/a', 'there/b', 'c', 'there/absent'];
    const all = world.query('all', (reader) => cells.map((cell) => world.read(reader, cell)).join());
    const engine = new Engine(world);
    engine.run(all, ['']);
    const isForeign = new Map(
      [...contentsOf(engine.pack ?? { roots: [] }).things.values()].map((each) => [each.thing, each.isForeign]),
    );
    expect(cells.map((cell) => isForeign.get(thingOf(cell)))).toEqual([false, true, true, true]);
  });

  it('goes on where a computation threw, without computing again what was settled', () => {
    const { world, shout, queries } = shouting({ 'here/a': 'a', 'here/b': 'b' });
    let fails = true;
    const failing: TrackedQuery<unknown> = {
      ...shout,
      compute: (reader: QueryReader, key: string) => {
        if (fails && key === 'here/b') throw new RangeError('not yet');
        return shout.compute(reader, key);
      },
    };
    const all = new Map([...queries.slice(0, 1), failing].map((query) => [query.name, query]));
    const engine = new Engine(world);
    engine.run(shout, ['here/a', 'here/b'], queries);
    world.set({ 'here/a': 'A', 'here/b': 'B' });
    world.ran.length = 0;
    const validation = new PackValidation(engine.pack, {
      partition: 'here',
      revision: 2,
      session: new Session(),
      queries: all,
      changed: new Map(['here/a', 'here/b'].map((cell) => [thingOf(cell), () => world.looksOf(cell)])),
    });
    const roots = ['here/a', 'here/b'].map((key) => ({ query: failing, key }));
    expect(() => validation.run(roots)).toThrow('not yet');
    fails = false;
    const { executed } = validation.run(roots);
    expect([...executed].map(([key, { value }]) => [key, value])).toEqual([
      ['here/a', 'A!'],
      ['here/b', 'B!'],
    ]);
    expect(world.ran).toEqual(['trimmed(here/a)', 'shout(here/a)', 'trimmed(here/b)', 'shout(here/b)']);
  });

  it('is packed straight from the computations, when all are new, as it is in steps', () => {
    fc.assert(
      fc.property(program, changes, (edges, step) => {
        const { world, node, queries } = graphOf(edges);
        world.set(Object.fromEntries(step.map(([at, text]) => [cellOf(at), text ?? undefined])));
        const update = new PackValidation(undefined, {
          partition: 'here',
          revision: 7,
          session: new Session(),
          queries: new Map(queries.map((query) => [query.name, query])),
          changed: new Map(),
        }).run(edges.map((_, at) => ({ query: node, key: String(at) })));
        const change = newPack('here', update.allNew ?? [], 7);
        expect(decodePack(change.data)).toEqual(decodePack(encodePack(update.pack)));
        expect(new Set(change.added)).toEqual(foreignThings(contentsOf(update.pack)));
      }),
    );
  });

  it('[I4] [I5] gives after any changes what a run from scratch gives, and stores the same', () => {
    fc.assert(
      fc.property(program, fc.array(changes, { minLength: 1, maxLength: 6 }), (edges, steps) => {
        const { world, node, queries } = graphOf(edges);
        const engine = new Engine(world);
        const known = new Map<string, unknown>();
        for (const step of steps) {
          world.set(Object.fromEntries(step.map(([at, text]) => [cellOf(at), text ?? undefined])));
          const keys = edges.map((_, at) => String(at));
          const { values } = engine.run(node, keys, queries);
          for (const [key, value] of values) known.set(key, value);
          const fresh = new Engine(world);
          expect(known).toEqual(fresh.run(node, keys, queries).values);
          expect(shapeOf(engine)).toEqual(shapeOf(fresh));
        }
      }),
    );
  });
});

const program = fc.array(fc.array(fc.nat(5), { maxLength: 3 }), { minLength: 6, maxLength: 6 });
const changes = fc.array(fc.tuple(fc.nat(5), fc.option(fc.constantFrom('', 'x', 'xy', 'z!'), { freq: 4 })), {
  minLength: 1,
  maxLength: 3,
});

function cellOf(at: number): string {
  return at % 3 === 0 ? `here/${at}` : at % 3 === 1 ? `there/${at}` : String(at);
}

/** Nodes that read a cell, and other nodes if the cell has a text; `length` keeps some changes from them. */
function graphOf(edges: readonly (readonly number[])[]) {
  const world = new World();
  const length = world.query('length', (reader, key) => world.read(reader, key)?.length ?? null);
  const node: TrackedQuery<string> = world.query(
    'node',
    (reader, key) => {
      const size = reader.get(length, cellOf(Number(key)));
      if (size === null) return '-';
      if (size === 0) return world.read(reader, cellOf(Number(key))) ?? '';
      return `${size}(${(edges[Number(key)] ?? []).map((target) => reader.get(node, String(target))).join(' ')})`;
    },
    { onCycle: { value: '…' } },
  );
  return { world, node: node as TrackedQuery<unknown>, queries: [length, node] as TrackedQuery<unknown>[] };
}

/** What is stored of each root: everything that it depends on, and how each thing looked. */
function shapeOf(engine: Engine): unknown {
  const { roots } = engine.pack ?? { roots: [] };
  const ordered = [...roots].sort((a, b) => (a.key < b.key ? -1 : 1));
  return ordered.map((root) => {
    const { things, memos } = contentsOf({ roots: [root] });
    const named = memos.map(({ query, key, fingerprint }) => `${query}(${key}) ${fingerprint}`);
    return [root.key, named, [...things.values()].sort((a, b) => a.thing - b.thing)];
  });
}

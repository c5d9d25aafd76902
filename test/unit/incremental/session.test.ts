import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Session, type Trace, type TrackedQuery } from '../../../src/incremental/index.js';
import { failureOf } from '../../support/indexing.js';
import { readsOf, thingOf, World } from '../../support/tracked-world.js';

/**
 * The law: within one state each result is computed once, and what is noted of it is everything it read,
 * in the order of reading. What a question is answered does not depend on the questions before it.
 */

describe('a computation', () => {
  it('notes what it reads in the order of reading, each once, absent cells too', () => {
    const world = new World({ a: '1', b: '2' });
    const length = world.query('length', (reader, key) => world.read(reader, key)?.length ?? 0);
    const sum = world.query('sum', (reader) => {
      world.read(reader, 'b');
      const first = reader.get(length, 'a');
      world.read(reader, 'absent');
      const again = reader.get(length, 'a');
      world.read(reader, 'a');
      return first + again + reader.get(length, 'b');
    });
    const trace = new Session().trace(sum, '');
    expect(trace.value).toBe(3);
    expect(readsOf(trace, ['a', 'b', 'absent'])).toEqual(['b', 'length(a)', 'absent', 'a', 'length(b)']);
  });

  it('runs once for each key, whoever asks', () => {
    const world = new World({ a: '1' });
    const leaf = world.query('leaf', (reader, key) => world.read(reader, key) ?? '');
    const left = world.query('left', (reader) => reader.get(leaf, 'a'));
    const right = world.query('right', (reader) => reader.get(leaf, 'a') + reader.get(left, ''));
    const session = new Session();
    expect([session.trace(right, '').value, session.trace(left, '').value]).toEqual(['11', '1']);
    expect(world.ran).toEqual(['right()', 'leaf(a)', 'left()']);
  });

  it('that threw is not remembered, and what it had finished by then is', () => {
    const world = new World({ a: '1' });
    const leaf = world.query('leaf', (reader, key) => world.read(reader, key) ?? '');
    let fails = true;
    const top = world.query('top', (reader) => {
      const value = reader.get(leaf, 'a');
      if (fails) throw new RangeError('not yet');
      return value;
    });
    const session = new Session();
    expect(() => session.trace(top, '')).toThrow('not yet');
    fails = false;
    const trace = session.trace(top, '');
    expect(world.ran).toEqual(['top()', 'leaf(a)', 'top()']);
    expect(readsOf(trace, [])).toEqual(['leaf(a)']);
  });
});

describe('a cancelled session', () => {
  it('throws, remembers nothing half-done, and computes nothing more', async () => {
    const world = new World({ a: '1' });
    const controller = new AbortController();
    const leaf = world.query('leaf', (reader, key) => world.read(reader, key) ?? '');
    const top = world.query('top', (reader) => {
      reader.get(leaf, 'a');
      controller.abort();
      return reader.get(leaf, 'b');
    });
    const session = new Session(controller.signal);
    const ask = async (query: TrackedQuery<string>, key: string): Promise<unknown> => session.trace(query, key).value;
    expect(await failureOf(ask(top, ''))).toBe('CANCELLED');
    expect(await failureOf(ask(top, ''))).toBe('CANCELLED');
    expect(await ask(leaf, 'a')).toBe('1');
    expect(world.ran).toEqual(['top()', 'leaf(a)']);
  });
});

describe('a computation that needs its own result', () => {
  it('is an error that names the way around', () => {
    const world = new World();
    const next: TrackedQuery<number> = world.query('next', (reader, key) => {
      if (key === '0') return reader.get(next, '1');
      return key === '3' ? reader.get(next, '1') : reader.get(next, String(Number(key) + 1));
    });
    const session = new Session();
    expect(() => session.trace(next, '0')).toThrow(
      expect.objectContaining({
        code: 'QUERY_CYCLE',
        details: { path: ['next(1)', 'next(2)', 'next(3)', 'next(1)'] },
      }) as Error,
    );
    // Nothing of it is under way any more.
    expect(() => session.trace(next, '2')).toThrow(
      expect.objectContaining({ details: { path: ['next(2)', 'next(3)', 'next(1)', 'next(2)'] } }) as Error,
    );
  });

  it('is given what the query says for that, and the answers that follow from it are not kept', () => {
    const world = new World({ a: 'b', b: 'a', c: 'a' });
    const chain: TrackedQuery<string> = world.query(
      'chain',
      (reader, key) => {
        const next = world.read(reader, key);
        return next === undefined ? key : `${key}${reader.get(chain, next)}`;
      },
      { onCycle: { value: '…' } },
    );
    const session = new Session();
    expect(session.trace(chain, 'a').value).toBe('ab…');
    expect(session.trace(chain, 'b').value).toBe('ba…');
    const trace = session.trace(chain, 'c');
    expect(trace.value).toBe('cab…');
    // What the parts that were not kept had read is what the whole has read.
    expect(readsOf(trace, world.cells.keys())).toEqual(['c', 'a', 'b']);
  });

  it('gives answers that no other question has an influence on, from readings that leave nothing out', () => {
    const graph = fc.array(fc.array(fc.nat(5), { maxLength: 3 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(graph, fc.array(fc.nat(5), { minLength: 1, maxLength: 8 }), (edges, asked) => {
        const { world, walk } = walkOf(edges);
        const session = new Session();
        for (const start of asked) {
          const trace = session.trace(walk, String(start));
          expect(trace.value).toBe(new Session().trace(walk, String(start)).value);
          expect([...cellsBelow(trace)].sort()).toEqual([...reachable(edges, start)].map(thingOf).sort());
        }
        expect(world.cells.size).toBe(edges.length);
      }),
    );
  });

  it('is told from one that only goes deep', () => {
    const depth = 1000;
    const edges = Array.from({ length: depth }, (_, at) => (at === 0 ? [] : [at - 1]));
    const { world, walk } = walkOf(edges);
    const fromTop = new Session().trace(walk, String(depth - 1)).value;
    expect(fromTop).toBe(`${'('.repeat(depth)}${')'.repeat(depth)}`);
    expect(world.ran.filter((each) => each === 'walk(0)')).toHaveLength(1);
    const session = new Session();
    for (let key = 0; key < depth; key++) session.trace(walk, String(key));
    expect(session.trace(walk, String(depth - 1)).value).toBe(fromTop);
  });

  it('ends however long the way around is', () => {
    const length = 700;
    const { walk } = walkOf(Array.from({ length }, (_, at) => [(at + 1) % length]));
    const session = new Session();
    expect(session.trace(walk, '3').value).toContain('…');
    expect(session.trace(walk, '699').value).toBe(new Session().trace(walk, '699').value);
  });
});

/** A query that follows the edges of a graph; each node is a cell. */
function walkOf(edges: readonly (readonly number[])[]): { world: World; walk: TrackedQuery<string> } {
  const world = new World(Object.fromEntries(edges.map((targets, at) => [String(at), targets.join(' ')])));
  const walk: TrackedQuery<string> = world.query(
    'walk',
    (reader, key) => {
      const targets = (world.read(reader, key) ?? '').split(' ').filter((target) => target !== '');
      return `(${targets.map((target) => reader.get(walk, target)).join('')})`;
    },
    { onCycle: { value: '…' } },
  );
  return { world, walk };
}

function reachable(edges: readonly (readonly number[])[], start: number): Set<string> {
  const found = new Set<string>();
  const visit = (node: number): void => {
    if (found.has(String(node))) return;
    found.add(String(node));
    edges[node]?.forEach(visit);
  };
  visit(start);
  return found;
}

function cellsBelow(trace: Trace): Set<number> {
  const things = new Set<number>();
  for (const read of trace.reads) {
    if ('query' in read) for (const thing of cellsBelow(read)) things.add(thing);
    else things.add(read.thing);
  }
  return things;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Traversal, type TraversalItem } from '../../src/graph/index.js';
import type { EdgeType } from '../../src/model/index.js';
import { cases } from '../support/cases.js';
import { graphDatabase, id, type FixtureEdge, type FixtureNode } from '../support/graph-fixture.js';

const NODES: readonly FixtureNode[] = Array.from({ length: 12 }, (_, at) => ({
  id: at + 1,
  // Names against the order of ids, so that an order by id cannot pass for an order by key.
  name: `n${String.fromCharCode(122 - ((at * 7) % 12))}`,
  project: at % 3 === 0 ? 'q' : 'p',
}));

const keyOf = (node: number): string => `${NODES[node - 1]?.name}`;
const placeOf = (node: number): string => `${NODES[node - 1]?.project}//a.ts#${keyOf(node)}(function)`;

const edgeList = fc.uniqueArray(
  fc.record({
    from: fc.integer({ min: 1, max: 12 }),
    to: fc.integer({ min: 1, max: 12 }),
    type: fc.constantFrom<EdgeType>('call', 'reference', 'import'),
  }),
  { selector: (edge) => `${edge.from} ${edge.to} ${edge.type}`, maxLength: 60 },
);

interface Expected {
  readonly place: string;
  readonly depth: number;
  readonly via: string;
  readonly type: string;
}

/** The same walk, spelled out on arrays: levels of all edges, smallest edge by keys. */
function walk(
  edges: readonly FixtureEdge[],
  seeds: readonly number[],
  types: readonly EdgeType[],
  depth: number,
  direction: 'callers' | 'callees',
): Expected[] {
  const found = new Map<number, Expected>();
  let frontier = new Set(seeds);
  for (let level = 1; level <= depth; level++) {
    const next = new Set<number>();
    const steps = edges
      .filter((edge) => types.includes(edge.type ?? 'call'))
      .map((edge) =>
        direction === 'callers'
          ? { near: edge.to, far: edge.from, type: edge.type ?? 'call' }
          : { near: edge.from, far: edge.to, type: edge.type ?? 'call' },
      )
      .filter((step) => frontier.has(step.near) && !found.has(step.far))
      .sort((a, b) =>
        placeOf(a.near) < placeOf(b.near) ? -1 : placeOf(a.near) > placeOf(b.near) ? 1 : a.type < b.type ? -1 : 1,
      );
    for (const step of steps) {
      if (found.has(step.far)) continue;
      found.set(step.far, { place: placeOf(step.far), depth: level, via: placeOf(step.near), type: step.type });
      if (!seeds.includes(step.far)) next.add(step.far);
    }
    frontier = next;
  }
  return [...found.values()].sort((a, b) => a.depth - b.depth || (a.place < b.place ? -1 : 1));
}

function seenAs(item: TraversalItem, direction: 'callers' | 'callees'): Expected {
  const { symbol, edge, depth } = item;
  const [own, other] = direction === 'callers' ? [edge.from, edge.to] : [edge.to, edge.from];
  expect(own).toBe(symbol.key);
  const via = other.includes('//') ? other : `${symbol.project}//${other}`;
  return { place: `${symbol.project}//${symbol.key}`, depth, via, type: edge.type };
}

describe('walking the graph', () => {
  it('equals a plain breadth-first walk on any graph, whole and in pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        edgeList,
        fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 }),
        fc.subarray<EdgeType>(['call', 'reference', 'import'], { minLength: 1 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom<'callers' | 'callees'>('callers', 'callees'),
        fc.integer({ min: 1, max: 4 }),
        async (edges, seeds, edgeTypes, depth, direction, limit) => {
          const database = await graphDatabase(NODES, edges);
          const traversal = new Traversal(database);
          const expected = walk(edges, seeds, edgeTypes, depth, direction);
          const whole = await traversal[direction](seeds.map(id), { depth, edgeTypes });
          expect(whole.total).toBe(expected.length);
          expect(whole.items.map((item) => seenAs(item, direction))).toEqual(expected);
          const paged: TraversalItem[] = [];
          let cursor: string | null = null;
          do {
            const page: Awaited<ReturnType<typeof traversal.callers>> = await traversal[direction](seeds.map(id), {
              ...{ depth, edgeTypes, limit },
              ...(cursor === null ? {} : { cursor }),
            });
            expect(page.total).toBe(expected.length);
            paged.push(...page.items);
            cursor = page.cursor;
          } while (cursor !== null);
          expect(paged).toEqual(whole.items);
          await database.close();
        },
      ),
      cases(60),
    );
  });
});

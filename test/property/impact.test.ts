import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Traversal } from '../../src/graph/index.js';
import { cases } from '../support/cases.js';
import { graphDatabase, id, type FixtureEdge, type FixtureNode } from '../support/graph-fixture.js';

const SIZE = 10;
const NODES: readonly FixtureNode[] = Array.from({ length: SIZE }, (_, at) => ({
  id: at + 1,
  // Names against the order of ids, so that an order by id cannot pass for an order by key.
  name: `n${String.fromCharCode(122 - ((at * 7) % SIZE))}`,
  project: at % 4 === 0 ? 'q' : 'p',
}));
const placeOf = (node: number): string => `${NODES[node - 1]?.project}//a.ts#${NODES[node - 1]?.name}(function)`;

const edgeList = fc.uniqueArray(
  fc.record({ from: fc.integer({ min: 1, max: SIZE }), to: fc.integer({ min: 1, max: SIZE }) }),
  {
    selector: (edge) => `${edge.from} ${edge.to}`,
    maxLength: 30,
  },
);

/** For each dependent the shortest path to the symbol, the smallest by keys, found by trying all of one length. */
function shortestPaths(edges: readonly FixtureEdge[], symbol: number, may: (node: number) => boolean): string[][] {
  const best = new Map<number, string[]>();
  let paths: number[][] = [[symbol]];
  for (let length = 1; length <= SIZE; length++) {
    const longer = paths.flatMap((path) =>
      edges.filter((edge) => edge.to === path[0] && may(edge.from)).map((edge) => [edge.from, ...path]),
    );
    const fresh = longer.filter(([first = 0]) => !best.has(first));
    const byKeys = fresh.map((path) => ({ first: path[0] ?? 0, keys: path.map(placeOf) }));
    byKeys.sort((a, b) => (a.keys.join('\0') < b.keys.join('\0') ? -1 : 1));
    for (const { first, keys } of byKeys) if (!best.has(first)) best.set(first, keys);
    // A way that comes by the symbol again is not a shortest one to go on from.
    paths = fresh.filter(([first]) => first !== symbol);
  }
  return [...best.values()].sort((a, b) => a.length - b.length || (String(a[0]) < String(b[0]) ? -1 : 1));
}

describe('impact', () => {
  it('equals the shortest of all paths on any graph, in one project and across', async () => {
    await fc.assert(
      fc.asyncProperty(edgeList, fc.integer({ min: 1, max: SIZE }), fc.boolean(), async (edges, symbol, across) => {
        const database = await graphDatabase(NODES, edges);
        const home = NODES[symbol - 1]?.project;
        const expected = shortestPaths(edges, symbol, (node) => across || NODES[node - 1]?.project === home);
        const { items, total } = await new Traversal(database).impact([id(symbol)], { across });
        const found = items.map(({ symbol: { project }, path }) =>
          path.map((key) => (key.includes('//') ? key : `${project}//${key}`)),
        );
        expect(found).toEqual(expected);
        expect(items.map((item) => item.depth)).toEqual(expected.map((path) => path.length - 1));
        expect(total).toBe(expected.length);
        await database.close();
      }),
      cases(60),
    );
  });
});

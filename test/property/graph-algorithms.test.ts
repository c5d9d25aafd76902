import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  betweenness,
  importCycles,
  pageRank,
  stronglyConnectedComponents,
  topologicalLayers,
} from '../../src/analytics/index.js';
import type { EdgeType } from '../../src/model/index.js';
import { cases } from '../support/cases.js';
import { adjacencyOf, type TestEdge } from '../support/adjacency.js';

/** As much of graphology's graphs as is needed to fill one. */
interface PeerGraph {
  addNode(node: number): void;
  addEdge(from: number, to: number): void;
}
type Scores = Readonly<Record<string, number>>;

// Packages whose types are written for bundlers; loaded as what they are.
const load = createRequire(import.meta.url);
const graphology = load('graphology') as Record<'DirectedGraph' | 'MultiDirectedGraph', new () => PeerGraph>;
const peerPageRank = load('graphology-metrics/centrality/pagerank') as (graph: PeerGraph, options: object) => Scores;
const peerBetweenness = load('graphology-metrics/centrality/betweenness') as (graph: PeerGraph) => Scores;
const peerComponents = load('graphology-components') as {
  stronglyConnectedComponents(graph: PeerGraph): string[][];
};

function peerGraph(nodeCount: number, edges: readonly TestEdge[], kind: keyof typeof graphology): PeerGraph {
  const graph = new graphology[kind]();
  for (let node = 0; node < nodeCount; node++) graph.addNode(node);
  for (const { from, to } of edges) graph.addEdge(from, to);
  return graph;
}

const randomGraph = fc.integer({ min: 1, max: 40 }).chain((nodeCount) =>
  fc.record({
    nodeCount: fc.constant(nodeCount),
    edges: fc.uniqueArray(
      fc.record({
        from: fc.integer({ min: 0, max: nodeCount - 1 }),
        to: fc.integer({ min: 0, max: nodeCount - 1 }),
        type: fc.constantFrom<EdgeType>('call', 'reference'),
      }),
      { selector: (edge) => `${edge.from} ${edge.to} ${edge.type}`, maxLength: 120 },
    ),
  }),
);

function expectClose(scores: Float64Array, expected: Scores): void {
  scores.forEach((score, node) => expect(Math.abs(score - (expected[node] ?? Number.NaN))).toBeLessThan(1e-6));
}

/** Node pairs of the graph without loops, each once. */
function simple(edges: readonly TestEdge[]): TestEdge[] {
  const seen = new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge]));
  return [...seen.values()].filter(({ from, to }) => from !== to);
}

describe('algorithms on random graphs', () => {
  it('[A4] PageRank equals that of graphology, with several edges and loops', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph, fc.constantFrom(0.5, 0.85), async ({ nodeCount, edges }, damping) => {
        const peer = peerGraph(nodeCount, edges, 'MultiDirectedGraph');
        const expected = peerPageRank(peer, {
          ...{ alpha: damping, tolerance: 1e-12, maxIterations: 2000, getEdgeWeight: null },
        });
        const { scores, converged } = await pageRank(adjacencyOf(nodeCount, edges), { damping });
        expect(converged).toBe(true);
        expectClose(scores, expected);
      }),
      cases(100),
    );
  });

  it('[A4] PageRank over one edge type equals that of the graph without the others', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph, async ({ nodeCount, edges }) => {
        const calls = edges.filter((edge) => edge.type === 'call');
        const chosen = await pageRank(adjacencyOf(nodeCount, edges), { edgeTypes: ['call'] });
        expect(chosen).toEqual(await pageRank(adjacencyOf(nodeCount, calls)));
      }),
      cases(100),
    );
  });

  it('[A4] betweenness equals that of graphology', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph, async ({ nodeCount, edges }) => {
        const { scores, exact } = await betweenness(adjacencyOf(nodeCount, edges));
        expect(exact).toBe(true);
        expectClose(scores, peerBetweenness(peerGraph(nodeCount, simple(edges), 'DirectedGraph')));
      }),
      cases(100),
    );
  });

  it('[A4] strongly connected components equal those of graphology, in an order that rises against the edges', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph, async ({ nodeCount, edges }) => {
        const { count, componentOf } = await stronglyConnectedComponents(adjacencyOf(nodeCount, edges));
        const own = Array.from({ length: count }, (): number[] => []);
        componentOf.forEach((component, node) => own[component]?.push(node));
        const peers = peerComponents.stronglyConnectedComponents(peerGraph(nodeCount, simple(edges), 'DirectedGraph'));
        const sorted = (groups: number[][]): string[] =>
          groups.map((group) => group.sort((a, b) => a - b).join(' ')).sort();
        expect(sorted(own)).toEqual(sorted(peers.map((group) => group.map(Number))));
        for (const { from, to } of edges) {
          expect(componentOf[from]).toBeGreaterThanOrEqual(componentOf[to] ?? Number.NaN);
        }
      }),
      cases(100),
    );
  });

  it('[A4] every component lies one layer above the highest it leads to', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph, async ({ nodeCount, edges }) => {
        const graph = adjacencyOf(nodeCount, edges);
        const components = await stronglyConnectedComponents(graph);
        const { count, layerOf } = await topologicalLayers(graph, components);
        const highest = new Int32Array(components.count).fill(-1);
        for (const edge of edges) {
          const [from, to] = [components.componentOf[edge.from] ?? 0, components.componentOf[edge.to] ?? 0];
          if (from !== to) highest[from] = Math.max(highest[from] ?? 0, layerOf[to] ?? 0);
        }
        expect([...layerOf]).toEqual([...highest].map((layer) => layer + 1));
        expect(count).toBe(Math.max(...layerOf) + 1);
      }),
      cases(100),
    );
  });

  it('[A4] a cycle of imports is a real circle of its members, and no shorter one leads through the first', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph, async ({ nodeCount, edges }) => {
        const cycles = await importCycles(adjacencyOf(nodeCount, edges), { edgeTypes: ['call', 'reference'] });
        const pairs = simple(edges);
        const joined = new Set(pairs.map(({ from, to }) => `${from} ${to}`));
        for (const { members, path } of cycles) {
          expect(path[0]).toBe(members[0]);
          path.forEach((node, at) => expect(joined).toContain(`${node} ${path[(at + 1) % path.length]}`));
          expect(members).toEqual(expect.arrayContaining([...path]));
          let reached = new Set([path[0]]);
          for (let length = 1; length < path.length; length++) {
            reached = new Set(pairs.filter(({ from }) => reached.has(from)).map(({ to }) => to));
            expect(reached.has(path[0])).toBe(false);
          }
        }
      }),
      cases(100),
    );
  });
});

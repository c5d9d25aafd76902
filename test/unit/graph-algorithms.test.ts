import { describe, expect, it } from 'vitest';
import {
  betweenness,
  importCycles,
  pageRank,
  stronglyConnectedComponents,
  topologicalLayers,
} from '../../src/analytics/index.js';
import { CancelledError, type Adjacency, type EdgeType } from '../../src/model/index.js';
import { adjacencyOf, type TestEdge } from '../support/adjacency.js';

// 0 ⇄ 1 → 2 → 3 ⇄ 4, 5 alone
const TANGLES = adjacencyOf(6, [
  { from: 0, to: 1 },
  { from: 1, to: 0 },
  { from: 1, to: 2 },
  { from: 2, to: 3 },
  { from: 3, to: 4 },
  { from: 4, to: 3 },
]);

/** 0 → 1 → … → length - 1, in typed arrays at once. */
function chain(length: number): Adjacency {
  const edges = length - 1;
  return {
    nodeCount: length,
    edgeCount: edges,
    outOffsets: Uint32Array.from({ length: length + 1 }, (_, node) => Math.min(node, edges)),
    outTargets: Uint32Array.from({ length: edges }, (_, edge) => edge + 1),
    outTypes: new Uint8Array(edges),
    inOffsets: Uint32Array.from({ length: length + 1 }, (_, node) => Math.max(node - 1, 0)),
    inSources: Uint32Array.from({ length: edges }, (_, edge) => edge),
    inTypes: new Uint8Array(edges),
  };
}

describe('PageRank', () => {
  it('[A4] gives a symbol that everything calls the largest score, and scores that add up to 1', async () => {
    const star = adjacencyOf(4, [
      { from: 1, to: 0 },
      { from: 2, to: 0 },
      { from: 3, to: 0 },
    ]);
    const { scores, converged } = await pageRank(star);
    // By hand: leaves get b = (0.15 + 0.85 x) / 4, the middle x = b + 0.85 · 3 b.
    const leaf = 1 / 6.55;
    expect([...scores]).toEqual([1 - 3 * leaf, leaf, leaf, leaf].map((score) => expect.closeTo(score, 8) as number));
    expect(converged).toBe(true);
  });

  it('[A4] says when the tolerance was not reached', async () => {
    const path = chain(5);
    expect(await pageRank(path, { maxIterations: 2 })).toMatchObject({ iterations: 2, converged: false });
    expect((await pageRank(path, { damping: 0 })).scores[4]).toBeCloseTo(0.2, 12);
  });

  it('[A4] follows the named edge types only, and answers for an empty graph', async () => {
    const mixed = adjacencyOf(3, [
      { from: 0, to: 1, type: 'call' },
      { from: 0, to: 2, type: 'reference' },
    ]);
    const { scores } = await pageRank(mixed, { edgeTypes: ['reference'] });
    expect(scores[2]).toBeGreaterThan(scores[1] ?? 0);
    expect(scores[1]).toBeCloseTo(scores[0] ?? 0, 12);
    expect((await pageRank(adjacencyOf(0, []))).scores).toHaveLength(0);
  });

  it('[A4] refuses bad options by name', async () => {
    for (const [argument, value] of [
      ['damping', 1],
      ['damping', -0.1],
      ['damping', Number.NaN],
      ['tolerance', -1],
      ['maxIterations', 0],
    ] as const) {
      await expect(pageRank(TANGLES, { [argument]: value })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        details: { argument },
      });
    }
    await expect(pageRank(TANGLES, { edgeTypes: ['calls' as EdgeType] })).rejects.toMatchObject({
      details: { argument: 'edgeTypes', value: 'calls' },
    });
  });
});

describe('betweenness', () => {
  it('[A4] counts the share of shortest paths through a node', async () => {
    const { scores, standardErrors, exact } = await betweenness(chain(4));
    expect([...scores]).toEqual([0, 2 / 6, 2 / 6, 0].map((score) => expect.closeTo(score, 12) as number));
    expect([...standardErrors]).toEqual([0, 0, 0, 0]);
    expect(exact).toBe(true);
  });

  it('[A4] counts one path where several edges join two nodes', async () => {
    const edges: TestEdge[] = [
      { from: 0, to: 1 },
      { from: 0, to: 1, type: 'reference' },
      { from: 0, to: 2 },
      { from: 1, to: 3 },
      { from: 2, to: 3 },
      { from: 3, to: 3 },
    ];
    const { scores } = await betweenness(adjacencyOf(4, edges));
    expect(scores[1]).toBeCloseTo(scores[2] ?? 0, 12);
    expect(scores[1]).toBeCloseTo(0.5 / 6, 12);
  });

  it('[A4] estimates from a sample within the standard error it states, and the same for the same seed', async () => {
    const size = 300;
    const edges = Array.from({ length: 4 * size }, (_, at) => ({
      from: (at * 7919) % size,
      to: (at * at * 31 + 17 * at) % size,
    }));
    const graph = adjacencyOf(size, edges);
    const whole = await betweenness(graph);
    expect(whole.exact).toBe(true);
    const inside: number[] = [];
    for (let seed = 1; seed <= 20; seed++) {
      const sample = await betweenness(graph, { sampleSize: 100, seed });
      expect(sample).toMatchObject({ exact: false, sampleSize: 100 });
      expect(await betweenness(graph, { sampleSize: 100, seed })).toEqual(sample);
      whole.scores.forEach((score, node) => {
        const error = sample.standardErrors[node] ?? 0;
        if (score > 0) inside.push(Math.abs((sample.scores[node] ?? 0) - score) <= 2 * error ? 1 : 0);
      });
    }
    const share = inside.reduce((sum, each) => sum + each, 0) / inside.length;
    // Two standard errors hold 95 % of a normal distribution; scores of few sources are skewed.
    expect(share).toBeGreaterThan(0.85);
    expect((await betweenness(graph, { sampleSize: size })).scores).toEqual(whole.scores);
  });

  it('[A4] samples large graphs by itself, and refuses a sample of one', async () => {
    expect(await betweenness(chain(2001))).toMatchObject({ exact: false, sampleSize: 500 });
    expect(await betweenness(chain(2000))).toMatchObject({ exact: true, sampleSize: 2000 });
    await expect(betweenness(TANGLES, { sampleSize: 1 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('[A4] stays exact where there are more paths than a number can count', async () => {
    // Forks and joins in a row: node 3k leads over 3k+1 and 3k+2 to 3k+3.
    const forks = 1100;
    const edges = Array.from({ length: forks }, (_, at) => [
      { from: 3 * at, to: 3 * at + 1 },
      { from: 3 * at, to: 3 * at + 2 },
      { from: 3 * at + 1, to: 3 * at + 3 },
      { from: 3 * at + 2, to: 3 * at + 3 },
    ]).flat();
    const nodeCount = 3 * forks + 1;
    const { scores } = await betweenness(adjacencyOf(nodeCount, edges), { sampleSize: nodeCount });
    const pairs = (nodeCount - 1) * (nodeCount - 2);
    // All before lead through a join to all after.
    const join = 3 * 550;
    expect((scores[join] ?? 0) * pairs).toBeCloseTo(join * (nodeCount - 1 - join), 3);
    // Half of the paths from all before to all after take this side; its own fork and join count whole.
    expect((scores[join + 1] ?? 0) * pairs).toBeCloseTo(((join + 1) * (nodeCount - join - 3)) / 2, 3);
  }, 60_000);
});

describe('components, layers and cycles', () => {
  it('[A4] groups nodes that reach each other; numbers rise against the edges', async () => {
    const { count, componentOf } = await stronglyConnectedComponents(TANGLES);
    expect(count).toBe(4);
    const [first, second, middle, third, fourth, alone] = componentOf;
    expect([second, fourth]).toEqual([first, third]);
    expect(first).toBeGreaterThan(middle ?? 0);
    expect(middle).toBeGreaterThan(third ?? 0);
    expect(new Set([first, middle, third, alone]).size).toBe(4);
  });

  it('[A4] puts a component one layer above the highest it depends on', async () => {
    const components = await stronglyConnectedComponents(TANGLES);
    const { count, layerOf } = await topologicalLayers(TANGLES, components);
    expect(count).toBe(3);
    expect([...components.componentOf].map((component) => layerOf[component])).toEqual([2, 2, 1, 0, 0, 0]);
  });

  it('[A4] finds the tangles of imports, each with a shortest circle', async () => {
    const edges: TestEdge[] = [
      ...[0, 1, 2, 3].map((from) => ({ from, to: (from + 1) % 4, type: 'import' as const })),
      { from: 1, to: 0, type: 'import' },
      { from: 5, to: 6, type: 'import' },
      { from: 6, to: 5, type: 'call' },
      { from: 7, to: 7, type: 'import' },
      { from: 9, to: 8, type: 'import' },
      { from: 8, to: 9, type: 'import' },
    ];
    const graph = adjacencyOf(10, edges);
    expect(await importCycles(graph)).toEqual([
      { members: [0, 1, 2, 3], path: [0, 1] },
      { members: [8, 9], path: [8, 9] },
    ]);
    const all = await importCycles(graph, { edgeTypes: ['import', 'call'] });
    expect(all.map((cycle) => cycle.members)).toEqual([
      [0, 1, 2, 3],
      [5, 6],
      [8, 9],
    ]);
  });

  it('[A4] needs no stack for the longest chain', async () => {
    const long = chain(300_000);
    const components = await stronglyConnectedComponents(long);
    expect(components.count).toBe(300_000);
    expect((await topologicalLayers(long, components)).count).toBe(300_000);
    expect(await importCycles(long)).toEqual([]);
  });
});

describe('a signal', () => {
  it('[A4] stops every algorithm before it begins and in the middle', async () => {
    const long = chain(1_200_000);
    const components = await stronglyConnectedComponents(long);
    const runs = [
      (signal: AbortSignal) => pageRank(long, { signal }),
      (signal: AbortSignal) => betweenness(long, { signal }),
      (signal: AbortSignal) => stronglyConnectedComponents(long, { signal }),
      (signal: AbortSignal) => topologicalLayers(long, components, { signal }),
      (signal: AbortSignal) => importCycles(long, { signal, edgeTypes: ['call'] }),
    ];
    for (const run of runs) {
      await expect(run(AbortSignal.abort())).rejects.toThrow(CancelledError);
      const controller = new AbortController();
      setImmediate(() => controller.abort());
      await expect(run(controller.signal)).rejects.toThrow(CancelledError);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { Analytics, bucketOf } from '../../src/analytics/index.js';
import { graphDatabase, type FixtureEdge, type FixtureNode } from '../support/graph-fixture.js';

const NODES: readonly FixtureNode[] = [
  { id: 1, name: 'module', type: 'module', qualifiedName: '' },
  { id: 2, name: 'plain', complexity: 1 },
  { id: 3, name: 'four', complexity: 4 },
  { id: 4, name: 'five', complexity: 5 },
  { id: 5, name: 'nine', complexity: 9 },
  { id: 6, name: 'ten', complexity: 10, type: 'method' },
  { id: 7, name: 'nineteen', complexity: 19 },
  { id: 8, name: 'twenty', complexity: 20 },
  { id: 9, name: 'other', complexity: 20, project: 'q' },
  { id: 10, name: 'Shape', type: 'interface' },
];
const EDGES: readonly FixtureEdge[] = [
  { from: 8, to: 2 },
  { from: 9, to: 2 },
  { from: 9, to: 3 },
  { from: 9, to: 3, type: 'reference' },
  { from: 1, to: 2, type: 'containment' },
];

async function analytics(): Promise<Analytics> {
  return new Analytics(await graphDatabase(NODES, EDGES));
}

describe('analytics', () => {
  it('[A1] counts nodes and edges by type, for a project and the store', async () => {
    const measures = await analytics();
    expect(await measures.countNodesByType()).toEqual({ function: 7, interface: 1, method: 1, module: 1 });
    expect(await measures.countNodesByType('q')).toEqual({ function: 1 });
    expect(await measures.countEdgesByType()).toEqual({ call: 3, containment: 1, reference: 1 });
    expect(await measures.countEdgesByType('q')).toEqual({ call: 2, reference: 1 });
    expect(await measures.countEdgesByType('absent')).toEqual({});
  });

  it('[A2] puts complexities into their buckets and leaves symbols without one out', async () => {
    const measures = await analytics();
    expect(await measures.complexityDistribution()).toEqual({ simple: 2, moderate: 2, complex: 2, very_complex: 2 });
    expect(await measures.complexityDistribution('q')).toEqual({ simple: 0, moderate: 0, complex: 0, very_complex: 1 });
    expect([0, 4, 5, 9, 10, 19, 20, 5000].map(bucketOf)).toEqual([
      ...['simple', 'simple', 'moderate', 'moderate'],
      ...['complex', 'complex', 'very_complex', 'very_complex'],
    ]);
  });

  it('[A1] [A2] gives all counts of one state together', async () => {
    const measures = await analytics();
    expect(await measures.overview('q')).toEqual({
      nodesByType: await measures.countNodesByType('q'),
      edgesByType: await measures.countEdgesByType('q'),
      complexity: await measures.complexityDistribution('q'),
    });
  });

  it('[A3] ranks by complexity, then fan-out, then key with the plain rule, and counts distinct symbols of calls', async () => {
    const answer = await (await analytics()).getHotspots({ threshold: 10, preset: 'plain' });
    expect(
      answer.items.map(({ name, fanOut, fanIn, score, centrality }) => ({ name, fanOut, fanIn, score, centrality })),
    ).toEqual([
      { name: 'other', fanOut: 2, fanIn: 0, score: 22, centrality: null },
      { name: 'twenty', fanOut: 1, fanIn: 0, score: 21, centrality: null },
      { name: 'nineteen', fanOut: 0, fanIn: 0, score: 19, centrality: null },
      { name: 'ten', fanOut: 0, fanIn: 0, score: 10, centrality: null },
    ]);
    expect(answer).toMatchObject({ total: 4, truncated: false, cursor: null, generation: 1 });
  });

  it('[A3] keeps to the project and the threshold, and shows fan-in', async () => {
    const measures = await analytics();
    const own = await measures.getHotspots({ project: 'p', threshold: 20, preset: 'plain' });
    expect(own.items.map((item) => item.name)).toEqual(['twenty']);
    const all = await measures.getHotspots({ preset: 'plain' });
    expect(all.total).toBe(8);
    expect(all.items.at(-1)).toMatchObject({ name: 'plain', fanIn: 2 });
  });

  it('[A3] hands out pages that join to the whole ranking, also inside ties', async () => {
    const nodes = Array.from({ length: 40 }, (_, at) => ({ id: at + 1, name: `f${at}`, complexity: 1 + (at % 3) }));
    const edges = nodes.flatMap(({ id }) => Array.from({ length: id % 4 }, (_, at) => ({ from: id, to: at + 1 })));
    const measures = new Analytics(await graphDatabase(nodes, edges));
    const whole = await measures.getHotspots({ preset: 'plain', limit: 1000 });
    expect(whole.items).toHaveLength(40);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<Analytics['getHotspots']>> = await measures.getHotspots({
        ...{ preset: 'plain', limit: 7 },
        ...(cursor === null ? {} : { cursor }),
      });
      expect(page.total).toBe(40);
      seen.push(...page.items.map((item) => item.key));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(seen).toEqual(whole.items.map((item) => item.key));
  });

  it('[A3] refuses bad thresholds and limits', async () => {
    const measures = await analytics();
    await expect(measures.getHotspots({ threshold: -1 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(measures.getHotspots({ limit: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

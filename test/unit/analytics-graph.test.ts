import { describe, expect, it } from 'vitest';
import { Analytics, type CentralityMeasure } from '../../src/analytics/index.js';
import { CancelledError } from '../../src/model/index.js';
import { graphDatabase, type FixtureEdge, type FixtureNode } from '../support/graph-fixture.js';

const file = (id: number, path: string, project = 'p'): FixtureNode => ({
  ...{ id, name: path, qualifiedName: '', type: 'module', file: path, project },
});

// a → core ← b, core → deep; far//user → core
const NODES: readonly FixtureNode[] = [
  { id: 1, name: 'core' },
  { id: 2, name: 'a' },
  { id: 3, name: 'b' },
  { id: 4, name: 'deep' },
  { id: 5, name: 'user', project: 'far' },
];
const EDGES: readonly FixtureEdge[] = [
  { from: 2, to: 1 },
  { from: 3, to: 1 },
  { from: 1, to: 4 },
  { from: 5, to: 1 },
  { from: 4, to: 2, type: 'reference' },
];

describe('centrality', () => {
  it('[A4] ranks symbols by PageRank over calls, equals by key', async () => {
    const measures = new Analytics(await graphDatabase(NODES, EDGES));
    const answer = await measures.getCentrality();
    expect(answer.items.map(({ project, name }) => `${project} ${name}`)).toEqual([
      ...['p deep', 'p core', 'far user', 'p a', 'p b'],
    ]);
    expect(answer).toMatchObject({ generation: 1, total: 5, truncated: false, cursor: null });
    expect(answer.items.reduce((sum, { centrality }) => sum + centrality, 0)).toBeCloseTo(1, 9);
    expect((await measures.getCentrality({ project: 'p' })).total).toBe(4);
  });

  it('[A4] ranks symbols by betweenness, and follows other edges when told', async () => {
    const measures = new Analytics(await graphDatabase(NODES, EDGES));
    const [first, second] = (await measures.getCentrality({ measure: 'betweenness', project: 'p' })).items;
    expect(first).toMatchObject({ name: 'core', centrality: expect.closeTo(2 / 6, 9) as number, standardError: 0 });
    expect(second).toMatchObject({ centrality: 0 });
    const referenced = await measures.getCentrality({ measure: 'betweenness', edgeTypes: ['call', 'reference'] });
    expect(referenced.items.map((item) => item.name).slice(0, 2)).toEqual(['core', 'deep']);
    const sampled = await measures.getCentrality({ measure: 'betweenness', sampleSize: 2, seed: 3 });
    expect(sampled.items.some((item) => item.standardError > 0)).toBe(true);
  });

  it('[A4] hands out pages that join to the whole ranking', async () => {
    const measures = new Analytics(await graphDatabase(NODES, EDGES));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<Analytics['getCentrality']>> = await measures.getCentrality({
        limit: 2,
        ...(cursor === null ? {} : { cursor }),
      });
      seen.push(...page.items.map((item) => item.name));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(seen).toEqual((await measures.getCentrality()).items.map((item) => item.name));
  });

  it('[A4] refuses an unknown measure, a foreign cursor and a fired signal', async () => {
    const measures = new Analytics(await graphDatabase(NODES, EDGES));
    await expect(measures.getCentrality({ measure: 'size' as CentralityMeasure })).rejects.toMatchObject({
      details: { argument: 'measure', value: 'size' },
    });
    const { cursor } = await measures.getCentrality({ limit: 1 });
    await expect(measures.getCentrality({ measure: 'betweenness', cursor: String(cursor) })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await expect(measures.getCentrality({ signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
  });
});

describe('import cycles', () => {
  const files = [
    ...['a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts'].map((path, at) => file(at + 1, path)),
    file(9, 'x.ts', 'q'),
  ];
  const edges: FixtureEdge[] = [
    [1, 2],
    [2, 3],
    [3, 1],
    [2, 1],
    [4, 5],
    [5, 4],
    [5, 1],
    [9, 1],
  ].map(([from = 0, to = 0]) => ({ from, to, type: 'import' }));

  it('[A4] gives each group of files that import each other, with a shortest circle', async () => {
    const measures = new Analytics(await graphDatabase(files, edges));
    const inP = (...paths: string[]): object[] => paths.map((path) => ({ project: 'p', path }));
    const whole = await measures.getImportCycles();
    expect(whole).toEqual({
      ...{ generation: 1, total: 2, truncated: false, cursor: null },
      items: [
        { files: inP('a.ts', 'b.ts', 'c.ts'), path: inP('a.ts', 'b.ts') },
        { files: inP('d.ts', 'e.ts'), path: inP('d.ts', 'e.ts') },
      ],
    });
    const first = await measures.getImportCycles({ limit: 1 });
    expect(first).toMatchObject({ total: 2, truncated: true, items: [whole.items[0]] });
    const second = await measures.getImportCycles({ limit: 1, cursor: String(first.cursor) });
    expect(second).toMatchObject({ total: 2, truncated: false, items: [whole.items[1]] });
    expect((await measures.getImportCycles({ project: 'q' })).total).toBe(0);
  });
});

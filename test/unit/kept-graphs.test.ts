import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EdgeStore, NodeStore, ProjectStore } from '../../src/graph/index.js';
import { CancelledError, type EdgeType } from '../../src/model/index.js';
import { openDatabase } from '../../src/sql/index.js';
import { id, type FixtureEdge, type FixtureNode } from '../support/graph-fixture.js';
import { KeptWorld, type Question } from '../support/kept-worlds.js';
import { nodeInput } from '../support/records.js';

// p: top → middle → leaf ⇄ back, back → back; q: user → leaf of p, own
const GRAPH_NODES: readonly FixtureNode[] = ['top', 'middle', 'leaf', 'back', 'user', 'own'].map((name, at) => ({
  id: at + 1,
  name,
  project: at < 4 ? 'p' : 'q',
}));
const GRAPH_EDGES: readonly FixtureEdge[] = [
  { from: 1, to: 2 },
  { from: 2, to: 3, metadata: { callCount: 2, confidence: 0.5, strategy: 'member' } },
  { from: 3, to: 4 },
  { from: 4, to: 3 },
  { from: 4, to: 4 },
  { from: 5, to: 3, metadata: { callCount: 7 } },
];

const RULES = { depth: 9, edgeTypes: ['call'] as EdgeType[], limit: 100, across: false, project: 'p', members: 9 };
const walk = (name: 'callers' | 'callees' | 'impact', of: number, across = false): Question => ({
  ...RULES,
  ...{ name, of: [of], across },
});

describe('a graph that is kept', () => {
  let world: KeptWorld;
  beforeEach(async () => {
    world = new KeptWorld(await openDatabase({ path: ':memory:' }));
    await world.fill(GRAPH_EDGES, GRAPH_NODES);
  });
  afterEach(() => world.database.close());

  /** How many of the questions were answered without reading an edge; all must be answered as the tables do. */
  async function fromMemory(questions: readonly Question[]): Promise<boolean[]> {
    const answers: boolean[] = [];
    for (const question of questions) {
      world.recorded.takeEdgeReads();
      const found = await world.ask(question, 'kept', null);
      answers.push(world.recorded.takeEdgeReads() === 0);
      expect(found).toEqual(await world.ask(question, 'plain', null));
    }
    return answers;
  }

  it('answers what lies inside of it without reading an edge', async () => {
    const questions: Question[] = [
      walk('callees', 1),
      walk('impact', 3),
      { ...RULES, name: 'getCycles' },
      { ...RULES, name: 'getLayers' },
      { ...RULES, name: 'getCentrality' },
    ];
    expect(await fromMemory(questions)).toEqual([false, false, false, false, false]);
    const kept = await world.pdgs.keep('p');
    expect(kept).toMatchObject({ project: 'p', generation: 1, nodes: 4, edges: 5, borderEdges: 1 });
    expect(world.pdgs.kept().map(({ project }) => project)).toEqual(['p']);
    expect(await fromMemory(questions)).toEqual([true, true, true, true, true]);
    expect([world.pdgs.release('p'), world.pdgs.release('p'), world.pdgs.release()]).toEqual([true, false, false]);
    expect(await fromMemory(questions)).toEqual([false, false, false, false, false]);
  });

  it('lists cycles and layers as they are', async () => {
    await world.pdgs.keep('p');
    const names = (symbols: readonly { readonly name: string }[]): string[] => symbols.map(({ name }) => name);
    const cycles = await world.ask({ ...RULES, name: 'getCycles' }, 'kept', null);
    const [cycle] = cycles.items as { readonly size: number; readonly symbols: readonly { readonly name: string }[] }[];
    expect([cycles.total, cycle?.size, names(cycle?.symbols ?? [])]).toEqual([1, 2, ['back', 'leaf']]);
    const layers = await world.ask({ ...RULES, name: 'getLayers', depth: 2 }, 'kept', null);
    const items = layers.items as { readonly layer: number; readonly symbol: { readonly name: string } }[];
    expect(items.map(({ layer, symbol }) => `${layer} ${symbol.name}`)).toEqual(['0 back', '0 leaf', '1 middle']);
    expect(layers).toMatchObject({ total: 3, truncated: false });
  });

  it('leaves a walk over its border to the tables, until the other side is kept as well', async () => {
    await world.pdgs.keep('p');
    const questions = [walk('callers', 3), walk('impact', 3, true), walk('callees', 5), walk('impact', 3)];
    expect(await fromMemory(questions)).toEqual([false, false, false, true]);
    await world.pdgs.keep('q');
    expect(await fromMemory(questions)).toEqual([true, true, true, true]);
  });

  it('is not asked any more once a row was written by hand', async () => {
    const nodes = new NodeStore(world.database, () => 1);
    const edges = new EdgeStore(world.database);
    const changes = [
      () => edges.insert({ callerId: id(1), calleeId: id(4), edgeType: 'call' }),
      () => edges.delete({ callerId: id(1), calleeId: id(4), edgeType: 'call' }),
      () => nodes.update(id(3), { complexity: 9 }),
      () => nodes.insert(nodeInput('new')),
      () => nodes.delete(id(4)),
    ];
    for (const change of changes) {
      await world.pdgs.savePdg('p', await world.pdgs.loadPdg('p'));
      await world.pdgs.keep('p');
      expect(await fromMemory([walk('impact', 3)])).toEqual([true]);
      await change();
      expect(await fromMemory([walk('impact', 3)])).toEqual([false]);
    }
  });

  it('is not asked after a commit of its project until it is kept anew', async () => {
    await world.pdgs.keep('p');
    await world.pdgs.savePdg('p', await world.pdgs.loadPdg('p'));
    expect(await fromMemory([walk('impact', 3)])).toEqual([false]);
    expect(await world.pdgs.keep('p')).toMatchObject({ generation: 2 });
    expect(await fromMemory([walk('impact', 3)])).toEqual([true]);
  });

  it('is asked after a commit of another project only for what stays inside, until its border is read anew', async () => {
    await world.pdgs.keep('p');
    const questions = [walk('impact', 2), walk('callers', 2)];
    expect(await fromMemory(questions)).toEqual([true, true]);
    // The other project binds an edge from here to there; nothing is written to the row of this project.
    await new ProjectStore(world.database, () => 1).commit({
      ...{ deletedNodes: [], nodes: [], references: [], deletedEdges: [], deletedFiles: [], files: [] },
      ...{ projectId: 'q', root: null, expectedGeneration: 1, advancesGeneration: true },
      edges: [{ callerId: id(2), calleeId: id(6), edgeType: 'call', metadata: null }],
      counts: { nodes: 2, edges: 1 },
    });
    expect(await fromMemory(questions)).toEqual([true, false]);
    const before = world.pdgs.kept()[0]?.pdg;
    const again = await world.pdgs.keep('p');
    expect(again.borderEdges).toBe(2);
    // The graph itself is the same one.
    expect(again.pdg).toBe(before);
    expect(await fromMemory([...questions, walk('callees', 2)])).toEqual([true, true, false]);
  });

  it('refuses what cannot be kept', async () => {
    await expect(world.pdgs.keep('absent')).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' });
    await expect(world.pdgs.keep('')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(world.pdgs.keep('p', { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
    await new EdgeStore(world.database).insert({ callerId: id(1), calleeId: id(4), edgeType: 'call' });
    await expect(world.pdgs.keep('p')).rejects.toMatchObject({
      code: 'PROJECT_NOT_SETTLED',
      retryable: false,
      details: { project: 'p' },
    });
    expect(world.pdgs.kept()).toEqual([]);
  });

  it('stops walking when told to, and answers the next question right', async () => {
    await world.pdgs.keep('p');
    const { keptGraphs } = world.pdgs;
    const seeds = [{ id: id(3), project: 'p', key: 'a.ts#leaf(function)' }];
    const rules = { direction: 'callers', depth: 9, types: ['call'], within: new Set(['p']), limit: 9 } as const;
    const stopped = world.database.snapshot((snapshot) =>
      keptGraphs.walk(snapshot, 1, seeds, { ...rules, signal: AbortSignal.abort() }),
    );
    await expect(stopped).rejects.toThrow(CancelledError);
    expect(await fromMemory([walk('impact', 3)])).toEqual([true]);
  });
});

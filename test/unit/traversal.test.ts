import { describe, expect, it } from 'vitest';
import { Traversal } from '../../src/graph/index.js';
import { CancelledError, type EdgeType } from '../../src/model/index.js';
import { graphDatabase, id } from '../support/graph-fixture.js';

// top → middle → leaf, leaf → leaf (recursion), far//user → leaf
const NODES = [
  { id: 1, name: 'top' },
  { id: 2, name: 'middle' },
  { id: 3, name: 'leaf' },
  { id: 4, name: 'user', project: 'far' },
] as const;
const EDGES = [
  { from: 1, to: 2 },
  { from: 2, to: 3, metadata: { callCount: 2, confidence: 0.9, strategy: 'import' } },
  { from: 3, to: 3 },
  { from: 4, to: 3, type: 'reference' },
  { from: 4, to: 3 },
] as const;

async function traversal(): Promise<Traversal> {
  return new Traversal(await graphDatabase(NODES, EDGES));
}

describe('callers and callees', () => {
  it('lists direct callers with their edges, and a recursive symbol as its own caller', async () => {
    const answer = await (await traversal()).callers('leaf');
    expect(answer).toMatchObject({ generation: 1, total: 3, truncated: false, cursor: null });
    expect(answer.items.map((item) => [item.symbol.project, item.symbol.name, item.depth])).toEqual([
      ['far', 'user', 1],
      ['p', 'leaf', 1],
      ['p', 'middle', 1],
    ]);
    expect(answer.items[0]?.edge).toEqual({
      from: 'a.ts#user(function)',
      to: 'p//a.ts#leaf(function)',
      type: 'call',
      confidence: null,
      strategy: null,
      metadata: null,
    });
    expect(answer.items[2]?.edge).toEqual({
      from: 'a.ts#middle(function)',
      to: 'a.ts#leaf(function)',
      type: 'call',
      confidence: 0.9,
      strategy: 'import',
      metadata: { callCount: 2, confidence: 0.9, strategy: 'import' },
    });
  });

  it('goes as deep as asked and follows the named edge types only', async () => {
    const walker = await traversal();
    const names = async (depth: number, edgeTypes: readonly EdgeType[]): Promise<string[]> =>
      (await walker.callers('leaf', { depth, edgeTypes })).items.map((item) => `${item.depth} ${item.symbol.name}`);
    expect(await names(9, ['call'])).toEqual(['1 user', '1 leaf', '1 middle', '2 top']);
    expect(await names(9, ['reference'])).toEqual(['1 user']);
    const callees = await walker.callees('top', { depth: 2 });
    expect(callees.items.map((item) => `${item.depth} ${item.symbol.name}`)).toEqual(['1 middle', '2 leaf']);
  });

  it('says that a name does not exist, and answers a symbol without callers with nothing', async () => {
    const walker = await traversal();
    await expect(walker.callers('absent')).rejects.toMatchObject({
      code: 'SYMBOL_NOT_FOUND',
      details: { name: 'absent' },
    });
    await expect(walker.callers('leaf', { project: 'far' })).rejects.toMatchObject({ code: 'SYMBOL_NOT_FOUND' });
    expect(await walker.callers('top')).toMatchObject({ total: 0, items: [], truncated: false });
  });

  it('refuses bad depths and edge types, and stops when told to', async () => {
    const walker = await traversal();
    await expect(walker.callers('leaf', { depth: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(walker.callers('leaf', { edgeTypes: [] })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(walker.callers('leaf', { edgeTypes: ['calls' as EdgeType] })).rejects.toMatchObject({
      details: { argument: 'edgeTypes', value: 'calls' },
    });
    await expect(walker.callers('leaf', { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
  });

  it('walks through a hub of more symbols than fit one statement', async () => {
    const nodes = Array.from({ length: 12_000 }, (_, at) => ({ id: at + 1, name: `f${at}` }));
    const edges = nodes.slice(1).flatMap(({ id: node }) => [
      { from: node, to: 1 },
      { from: 12_000, to: node },
    ]);
    const walker = new Traversal(await graphDatabase(nodes, edges));
    const answer = await walker.callers([id(1)], { depth: 2, limit: 20_000 });
    expect(answer.total).toBe(11_999);
    expect(new Set(answer.items.map((item) => item.symbol.id)).size).toBe(11_999);
  });
});

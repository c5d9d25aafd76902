import { describe, expect, it } from 'vitest';
import { Traversal, type ImpactItem, type ImpactOptions } from '../../src/graph/index.js';
import { CancelledError, type EdgeType } from '../../src/model/index.js';
import { graphDatabase, id } from '../support/graph-fixture.js';

// top → b → leaf, top → a → leaf, a ⇢ Base ⇢ leaf by other edges, far//user → a, p//back → far//user
const NODES = [
  { id: 1, name: 'leaf' },
  { id: 2, name: 'b' },
  { id: 3, name: 'a' },
  { id: 4, name: 'top' },
  { id: 5, name: 'user', project: 'far' },
  { id: 6, name: 'back' },
  { id: 7, name: 'Base', type: 'class' },
  { id: 8, name: 'around', type: 'module' },
] as const;
const EDGES = [
  { from: 2, to: 1 },
  { from: 3, to: 1 },
  { from: 4, to: 2 },
  { from: 4, to: 3 },
  { from: 5, to: 3, type: 'import' },
  { from: 6, to: 5 },
  { from: 7, to: 1, type: 'data_dependency' },
  { from: 8, to: 1, type: 'containment' },
] as const;

async function impactOf(of: string, options: ImpactOptions = {}): Promise<readonly ImpactItem[]> {
  return (await new Traversal(await graphDatabase(NODES, EDGES)).impact(of, options)).items;
}

const shown = (items: readonly ImpactItem[]): string[] =>
  items.map((item) => `${item.depth} ${item.path.map((key) => key.replace(/a\.ts#|\(\w+\)/g, '')).join(' ')}`);

describe('impact', () => {
  it('lists everything that depends on a symbol with a shortest path of the smallest keys', async () => {
    expect(shown(await impactOf('leaf'))).toEqual(['1 Base leaf', '1 a leaf', '1 b leaf', '2 top a leaf']);
    const [item] = await impactOf('leaf');
    expect(item).toMatchObject({ symbol: { name: 'Base', type: 'class' }, depth: 1 });
    expect(item?.path).toEqual(['a.ts#Base(class)', 'a.ts#leaf(function)']);
  });

  it('leaves the project only when told to, and what depends on it from outside too', async () => {
    expect(shown(await impactOf('leaf', { across: true }))).toEqual([
      ...['1 Base leaf', '1 a leaf', '1 b leaf'],
      ...['2 user p//a p//leaf', '2 top a leaf', '3 back far//user a leaf'],
    ]);
  });

  it('goes as deep as asked and follows the named edge types only', async () => {
    expect(shown(await impactOf('leaf', { depth: 1 }))).toEqual(['1 Base leaf', '1 a leaf', '1 b leaf']);
    expect(shown(await impactOf('leaf', { edgeTypes: ['containment'] }))).toEqual(['1 around leaf']);
    expect(await impactOf('top')).toEqual([]);
  });

  it('lists a symbol of a cycle as its own dependent once, with the way around', async () => {
    const nodes = ['x', 'y', 'z'].map((name, at) => ({ id: at + 1, name }));
    const ring = [1, 2, 3].map((from) => ({ from, to: (from % 3) + 1 }));
    const walker = new Traversal(await graphDatabase(nodes, ring));
    expect(shown((await walker.impact('x')).items)).toEqual(['1 z x', '2 y z x', '3 x y z x']);
    expect(shown((await walker.impact([id(1), id(2)])).items)).toEqual(['1 x y', '1 z x', '2 y z x']);
  });

  it('hands out pages that join to the whole answer', async () => {
    const walker = new Traversal(await graphDatabase(NODES, EDGES));
    const whole = await walker.impact('leaf', { across: true });
    const seen: ImpactItem[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<Traversal['impact']>> = await walker.impact('leaf', {
        ...{ across: true, limit: 2 },
        ...(cursor === null ? {} : { cursor }),
      });
      expect(page).toMatchObject({ generation: 1, total: 6 });
      seen.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== null);
    expect(seen).toEqual(whole.items);
  });

  it('says that a name does not exist, refuses bad options, and stops when told to', async () => {
    await expect(impactOf('absent')).rejects.toMatchObject({ code: 'SYMBOL_NOT_FOUND' });
    await expect(impactOf('leaf', { depth: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(impactOf('leaf', { edgeTypes: ['calls' as EdgeType] })).rejects.toMatchObject({
      details: { argument: 'edgeTypes', value: 'calls' },
    });
    const walker = new Traversal(await graphDatabase(NODES, EDGES));
    const { cursor } = await walker.callers('leaf', { limit: 1 });
    await expect(walker.impact('leaf', { cursor: String(cursor) })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(impactOf('leaf', { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
  });
});

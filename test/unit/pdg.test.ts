import { describe, expect, it } from 'vitest';
import { PdgBuilder, pdgLines } from '../../src/graph/index.js';
import { EDGE_TYPES, isLestockageError, type EdgeMetadata, type NodeHash } from '../../src/model/index.js';
import { functionKey as key, pdgNode } from '../support/pdgs.js';

/** a → b by two types, b → b, b → c; c is written in a. */
function builder(): PdgBuilder {
  return new PdgBuilder()
    .addEdge({ from: key('a'), to: key('b'), edgeType: 'reference' })
    .addEdge({ from: key('a'), to: key('b'), edgeType: 'call', metadata: { callCount: 2 } })
    .addEdge({ from: key('b'), to: key('c'), edgeType: 'call' })
    .addEdge({ from: key('b'), to: key('b'), edgeType: 'call' })
    .addNode(pdgNode('c', { filePath: 'a.ts', parentKey: key('a'), complexity: 3, signature: 'c()' }))
    .addNode(pdgNode('b'))
    .addNode(pdgNode('a', { embedding: Uint8Array.of(1, 2) }));
}

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return isLestockageError(error) ? { code: error.code, details: error.details } : error;
  }
  return undefined;
}

describe('a graph in memory', () => {
  it('[P3] numbers nodes by key, and edges by caller, callee and type', () => {
    const pdg = builder().build();
    expect([...pdg.nodeIndices()].map((node) => pdg.symbolName(node))).toEqual(['a', 'b', 'c']);
    expect([...pdg.edgeIndices()].map((edge) => [...pdg.edgeEndpoints(edge), pdg.edgeType(edge)])).toEqual([
      [0, 1, 'call'],
      [0, 1, 'reference'],
      [1, 1, 'call'],
      [1, 2, 'call'],
    ]);
    expect([pdg.edgeMetadata(0), pdg.edgeMetadata(1)]).toEqual([{ callCount: 2 }, null]);
    expect(pdg.edge(0)).toEqual({ from: key('a'), to: key('b'), edgeType: 'call', metadata: { callCount: 2 } });
  });

  it('[P3] gives neighbours by type and direction', () => {
    const pdg = builder().build();
    const visited: unknown[] = [];
    pdg.forEachNeighbour(1, 'in', (node, edge, type) => visited.push([node, edge, EDGE_TYPES[type]]));
    expect(visited).toEqual([
      [0, 0, 'call'],
      [0, 1, 'reference'],
      [1, 2, 'call'],
    ]);
    const calls: number[] = [];
    pdg.forEachNeighbour(1, 'out', (node) => calls.push(node), 'call');
    pdg.forEachNeighbour(1, 'out', (node) => calls.push(-node), 'import');
    expect(calls).toEqual([1, 2]);
    expect(pdg.neighbours(1, 'in')).toEqual(Uint32Array.of(0, 0, 1));
    expect(pdg.neighbours(2, 'out')).toEqual(new Uint32Array(0));
    expect(pdg.neighbourTypes(0, 'out')).toEqual(Uint8Array.of(0, 5));
    expect([pdg.inOffsets, pdg.inSources, pdg.inTypes, pdg.inEdges].map((array) => [...array])).toEqual([
      [0, 0, 3, 4],
      [0, 0, 1, 1],
      [0, 5, 0, 0],
      [0, 1, 2, 3],
    ]);
  });

  it('[P3] goes over a million edges without allocating for each', () => {
    const size = 1000;
    const big = new PdgBuilder();
    for (let at = 0; at < size; at++) big.addNode(pdgNode(`n${at}`));
    for (let at = 0; at < size; at++) {
      for (let step = 1; step <= 20; step++) {
        big.addEdge({ from: key(`n${at}`), to: key(`n${(at + step) % size}`), edgeType: 'call' });
      }
    }
    const pdg = big.build();
    const ends = new Uint32Array(2);
    let sum = 0;
    const goOver = (): void => {
      for (const edge of pdg.edgeIndices()) sum += pdg.edgeEndpoints(edge, ends)[1] ?? 0;
      for (const node of pdg.nodeIndices()) {
        pdg.forEachNeighbour(node, 'out', (other) => (sum += other), 'call');
        pdg.forEachNeighbour(node, 'in', (other) => (sum += other));
      }
      pdg.forEachEdge((_edge, caller) => (sum += caller));
    };
    for (let round = 0; round < 5; round++) goOver();
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < 13; round++) goOver();
    const bytesPerEdge = (process.memoryUsage().heapUsed - before) / (13 * 4 * pdg.edgeCount);
    expect(sum).toBeGreaterThan(0);
    expect(bytesPerEdge).toBeLessThan(4);
  });

  it('finds nodes by key, name and file', () => {
    const pdg = builder()
      .addNode(pdgNode('b', { filePath: 'z.ts' }))
      .build();
    expect([pdg.indexOf(key('b')), pdg.indexOf('z.ts#b(function)'), pdg.indexOf('none')]).toEqual([1, 3, -1]);
    expect([...pdg.nodesByName('b')]).toEqual([1, 3]);
    expect([...pdg.nodesByName('none')]).toEqual([]);
    expect([...pdg.filePaths()]).toEqual(['a.ts', 'z.ts']);
    expect([...pdg.nodesInFile('a.ts')]).toEqual([0, 1, 2]);
    expect([...pdg.nodesInFile('none')]).toEqual([]);
  });

  it('gives all of a node', () => {
    const pdg = builder().build();
    expect(pdg.node(2)).toMatchObject({ key: key('c'), parentKey: key('a'), complexity: 3, signature: 'c()' });
    expect([pdg.parent(2), pdg.parent(0), pdg.complexity(0)]).toEqual([0, -1, null]);
    expect([pdg.embedding(0), pdg.embedding(1)]).toEqual([Uint8Array.of(1, 2), null]);
  });

  it('has no node and no edge beyond its counts', () => {
    const pdg = new PdgBuilder().build();
    expect([...pdg.nodeIndices(), ...pdg.edgeIndices(), ...pdgLines(pdg, 'p')]).toEqual([]);
    expect([pdg.nodesByName('a').length, pdg.nodesInFile('a').length, pdg.inSources.length]).toEqual([0, 0, 0]);
    for (const read of [() => pdg.node(0), () => pdg.symbolName(-1), () => pdg.neighbours(0.5, 'in')]) {
      expect(errorOf(read)).toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'node', count: 0 } });
    }
    expect(errorOf(() => pdg.edgeEndpoints(0))).toMatchObject({ details: { field: 'edge', value: 0 } });
  });
});

describe('a builder of graphs', () => {
  it('refuses an edge to a node that is not there, by name', () => {
    const edge = { from: key('a'), to: key('none'), edgeType: 'call' } as const;
    expect(errorOf(() => builder().addEdge(edge).build())).toEqual({
      code: 'INVALID_ARGUMENT',
      details: { ...edge, missing: [key('none')] },
    });
  });

  it('refuses a node and an edge that are there already, by name', () => {
    const repeated = errorOf(() => builder().addNode(pdgNode('a')));
    expect(repeated).toEqual({ code: 'INVALID_ARGUMENT', details: { key: key('a') } });
    const edge = { from: key('a'), to: key('b'), edgeType: 'call' } as const;
    expect(errorOf(() => builder().addEdge(edge).build())).toEqual({ code: 'INVALID_ARGUMENT', details: edge });
  });

  it.each<[string, EdgeMetadata]>([
    ['metadata.a', { a: NaN }],
    ['metadata.a', { a: undefined }],
    ['metadata.a[1]', { a: [1, () => 1] }],
    ['metadata.a', { a: 1n }],
    ['metadata.a', { a: new Date(0) }],
  ])('refuses metadata that JSON would change, at %s', (field, metadata) => {
    const edge = { from: key('a'), to: key('c'), edgeType: 'call' } as const;
    const refused = errorOf(() => builder().addEdge({ ...edge, metadata }));
    expect(refused).toMatchObject({ code: 'INVALID_ARGUMENT', details: { ...edge, field } });
  });

  it('refuses fields that cannot be stored, with the node and the field', () => {
    const cases = [
      { complexity: -1 },
      { complexity: NaN },
      { signature: '\ud800' },
      { contentHash: 'short' as NodeHash },
      { startByte: 5, endByte: 4 },
      { ordinal: 0 },
      { parentKey: '' },
    ];
    for (const fields of cases) {
      const refused = errorOf(() => new PdgBuilder().addNode(pdgNode('x', fields)));
      expect(refused, JSON.stringify(fields)).toMatchObject({
        code: 'INVALID_ARGUMENT',
        details: { filePath: 'a.ts', symbolName: 'x' },
      });
    }
    const orphan = errorOf(() => new PdgBuilder().addNode(pdgNode('x', { parentKey: 'none' })).build());
    expect(orphan).toEqual({ code: 'INVALID_ARGUMENT', details: { key: key('x'), parentKey: 'none' } });
  });

  it('makes a new graph from another one and leaves that as it is', () => {
    const base = builder().build();
    const before = [...pdgLines(base, 'p')];
    const changed = new PdgBuilder(base);
    expect([changed.removeNode(key('a')), changed.removeNode(key('a'))]).toEqual([true, false]);
    const loop = { from: key('b'), to: key('b'), edgeType: 'call' } as const;
    expect([changed.removeEdge(loop), changed.removeEdge(loop)]).toEqual([true, false]);
    const smaller = changed.addNode(pdgNode('d')).build();
    expect([...smaller.nodeIndices()].map((node) => smaller.nodeKey(node))).toEqual(['b', 'c', 'd'].map(key));
    expect([...smaller.edgeIndices()].map((edge) => smaller.edge(edge))).toEqual([
      { from: key('b'), to: key('c'), edgeType: 'call', metadata: null },
    ]);
    expect(smaller.parent(1)).toBe(-1);
    expect([...pdgLines(base, 'p')]).toEqual(before);
  });

  it('lets what is merged in take the place of what is there', () => {
    const other = new PdgBuilder()
      .addNode(pdgNode('a', { complexity: 9 }))
      .addNode(pdgNode('b'))
      .addNode(pdgNode('e'))
      .addEdge({ from: key('a'), to: key('b'), edgeType: 'call', metadata: { callCount: 7 } })
      .addEdge({ from: key('e'), to: key('a'), edgeType: 'call' })
      .build();
    const merged = builder().merge(other).build();
    expect([merged.nodeCount, merged.edgeCount, merged.complexity(0)]).toEqual([4, 5, 9]);
    expect(merged.edgeMetadata(merged.edgeIndex(0, 1, 'call'))).toEqual({ callCount: 7 });
    expect(merged.edgeIndex(3, 0, 'call')).toBeGreaterThan(0);
  });
});

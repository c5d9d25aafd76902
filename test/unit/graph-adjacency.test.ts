import { describe, expect, it } from 'vitest';
import { readAdjacency, readImportGraph } from '../../src/graph/index.js';
import { CancelledError, EDGE_TYPES, type Adjacency, type EdgeType } from '../../src/model/index.js';
import { graphDatabase, type FixtureEdge, type FixtureNode } from '../support/graph-fixture.js';

const NODES: readonly FixtureNode[] = [
  { id: 40, name: 'b' },
  { id: 7, name: 'c' },
  { id: 9, name: 'a' },
  { id: 3, name: 'z', project: 'q' },
];
const EDGES: readonly FixtureEdge[] = [
  { from: 9, to: 40, type: 'reference' },
  { from: 9, to: 40, type: 'call' },
  { from: 9, to: 7, type: 'inheritance' },
  { from: 7, to: 40 },
  { from: 40, to: 40 },
  { from: 3, to: 9 },
  { from: 9, to: 3 },
];

/** `from>to type` for each edge, as the rows of both directions give them. */
function edgesOf(graph: Adjacency): { out: string[]; into: string[] } {
  const read = (offsets: Uint32Array, ends: Uint32Array, types: Uint8Array): [number, number | undefined, string][] =>
    Array.from({ length: graph.nodeCount }, (_, node) =>
      Array.from(ends.subarray(offsets[node], offsets[node + 1]), (end, at): [number, number, string] => [
        node,
        end,
        String(EDGE_TYPES[types[(offsets[node] ?? 0) + at] ?? 99]),
      ]),
    ).flat();
  return {
    out: read(graph.outOffsets, graph.outTargets, graph.outTypes).map(([from, to, type]) => `${from}>${to} ${type}`),
    into: read(graph.inOffsets, graph.inSources, graph.inTypes).map(([to, from, type]) => `${from}>${to} ${type}`),
  };
}

describe('reading the graph', () => {
  it('[A4] numbers symbols by project and key, and sorts the edges of both directions', async () => {
    const { adjacency, ids } = await readAdjacency(await graphDatabase(NODES, EDGES), undefined);
    expect([...ids]).toEqual([9, 40, 7, 3]);
    expect(adjacency).toMatchObject({ nodeCount: 4, edgeCount: 7 });
    expect(edgesOf(adjacency)).toEqual({
      out: ['0>1 call', '0>1 reference', '0>2 inheritance', '0>3 call', '1>1 call', '2>1 call', '3>0 call'],
      into: ['3>0 call', '0>1 call', '0>1 reference', '1>1 call', '2>1 call', '0>2 inheritance', '0>3 call'],
    });
  });

  it('[A4] keeps to a project and to the named types', async () => {
    const database = await graphDatabase(NODES, EDGES);
    const own = await readAdjacency(database, 'p');
    expect([...own.ids]).toEqual([9, 40, 7]);
    expect(edgesOf(own.adjacency).out).toEqual([
      ...['0>1 call', '0>1 reference', '0>2 inheritance', '1>1 call', '2>1 call'],
    ]);
    const inherited = await readAdjacency(database, undefined, { edgeTypes: ['inheritance'] });
    expect(edgesOf(inherited.adjacency)).toEqual({ out: ['0>2 inheritance'], into: ['0>2 inheritance'] });
    expect((await readAdjacency(database, 'absent')).adjacency).toMatchObject({ nodeCount: 0, edgeCount: 0 });
    await expect(readAdjacency(database, undefined, { edgeTypes: ['x' as EdgeType] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('[A4] grows with the store, and stops when told to', async () => {
    const nodes = Array.from({ length: 3000 }, (_, at) => ({ id: at + 1, name: `f${String(at).padStart(5, '0')}` }));
    const edges = nodes.slice(1).map(({ id }) => ({ from: id, to: id - 1 }));
    const database = await graphDatabase(nodes, edges);
    const { adjacency } = await readAdjacency(database, undefined);
    expect(adjacency).toMatchObject({ nodeCount: 3000, edgeCount: 2999 });
    expect([...adjacency.outTargets]).toEqual(Array.from({ length: 2999 }, (_, at) => at));
    const stopped = readAdjacency(database, undefined, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toThrow(CancelledError);
  });
});

describe('reading imports', () => {
  it('[A4] joins files by what their symbols import, once, and leaves out what stays in a file', async () => {
    const file = (id: number, path: string, project = 'p'): FixtureNode => ({
      ...{ id, name: path, qualifiedName: '', type: 'module', file: path, project },
    });
    const nodes: FixtureNode[] = [
      ...[file(1, 'b.ts'), file(2, 'a.ts'), file(3, 'c.ts', 'q')],
      { id: 4, name: 'f', file: 'a.ts' },
    ];
    const database = await graphDatabase(nodes, [
      { from: 1, to: 2, type: 'import' },
      { from: 1, to: 4, type: 'import' },
      { from: 2, to: 4, type: 'import' },
      { from: 3, to: 1, type: 'import' },
      { from: 2, to: 1, type: 'call' },
    ]);
    const whole = await readImportGraph(database, undefined);
    expect(whole.files).toEqual([
      { project: 'p', path: 'a.ts' },
      { project: 'p', path: 'b.ts' },
      { project: 'q', path: 'c.ts' },
    ]);
    expect(edgesOf(whole.adjacency).out).toEqual(['1>0 import', '2>1 import']);
    expect(edgesOf((await readImportGraph(database, 'q')).adjacency).out).toEqual([]);
  });
});

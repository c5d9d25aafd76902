import { EDGE_TYPES, type Adjacency, type EdgeType } from '../../src/model/index.js';

export interface TestEdge {
  readonly from: number;
  readonly to: number;
  readonly type?: EdgeType;
}

/** A graph of the nodes from 0 on with these edges, put together the plain way. */
export function adjacencyOf(nodeCount: number, edges: readonly TestEdge[]): Adjacency {
  const numbered = edges.map(({ from, to, type = 'call' }) => ({ from, to, type: EDGE_TYPES.indexOf(type) }));
  const out = [...numbered].sort((a, b) => a.from - b.from || a.to - b.to || a.type - b.type);
  const into = [...numbered].sort((a, b) => a.to - b.to || a.from - b.from || a.type - b.type);
  const offsetsOf = (ends: readonly number[]): Uint32Array =>
    Uint32Array.from({ length: nodeCount + 1 }, (_, node) => ends.filter((end) => end < node).length);
  return {
    nodeCount,
    edgeCount: edges.length,
    outOffsets: offsetsOf(out.map((edge) => edge.from)),
    outTargets: Uint32Array.from(out, (edge) => edge.to),
    outTypes: Uint8Array.from(out, (edge) => edge.type),
    inOffsets: offsetsOf(into.map((edge) => edge.to)),
    inSources: Uint32Array.from(into, (edge) => edge.from),
    inTypes: Uint8Array.from(into, (edge) => edge.type),
  };
}

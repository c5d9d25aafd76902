import { EDGE_TYPES, type Adjacency, type EdgeType } from '../../model/index.js';
import { requireEdgeTypes } from '../../graph/index.js';

/** One direction of a graph: the neighbours of node `n` are at `offsets[n]` up to `offsets[n + 1]` of `ends`. */
export interface Rows {
  readonly offsets: Uint32Array;
  readonly ends: Uint32Array;
}

/** What of a graph an algorithm looks at. */
export interface RowChoice {
  /** Edges of these types only; all unless told. */
  readonly edgeTypes?: readonly EdgeType[] | undefined;
  /** Whether several edges between two nodes count as one, and loops not at all. */
  readonly simple?: boolean;
}

/** Throws UsageError with code `INVALID_ARGUMENT` for edge types that do not exist. */
export function outRows(graph: Adjacency, choice: RowChoice): Rows {
  return chosenRows({ offsets: graph.outOffsets, ends: graph.outTargets }, graph.outTypes, choice);
}

/** As {@link outRows}, from the targets to the sources. */
export function inRows(graph: Adjacency, choice: RowChoice): Rows {
  return chosenRows({ offsets: graph.inOffsets, ends: graph.inSources }, graph.inTypes, choice);
}

function chosenRows(rows: Rows, types: Uint8Array, { edgeTypes, simple = false }: RowChoice): Rows {
  if (edgeTypes === undefined && !simple) return rows;
  const isWanted = wantedTypes(edgeTypes);
  const nodeCount = rows.offsets.length - 1;
  const offsets = new Uint32Array(nodeCount + 1);
  const ends = new Uint32Array(rows.ends.length);
  let kept = 0;
  // Every index below is a node of the graph or the position of one of its edges.
  for (let node = 0; node < nodeCount; node++) {
    let previous = simple ? node : -1;
    for (let edge = rows.offsets[node]!; edge < rows.offsets[node + 1]!; edge++) {
      const end = rows.ends[edge]!;
      if (isWanted[types[edge]!] === 0) continue;
      // Edges are sorted by their end, so that those to one node follow each other.
      if (simple && (end === previous || end === node)) continue;
      previous = end;
      ends[kept++] = end;
    }
    offsets[node + 1] = kept;
  }
  return { offsets, ends: ends.subarray(0, kept) };
}

function wantedTypes(edgeTypes: readonly EdgeType[] | undefined): Uint8Array {
  const wanted = new Uint8Array(256);
  if (edgeTypes === undefined) return wanted.fill(1);
  for (const type of requireEdgeTypes(edgeTypes)) wanted[EDGE_TYPES.indexOf(type)] = 1;
  return wanted;
}

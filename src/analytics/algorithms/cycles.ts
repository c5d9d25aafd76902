import { groupRows, type Adjacency, type Groups } from '../../model/index.js';
import { stronglyConnectedComponents, type EdgeChoice } from './components.js';
import { outRows, type Rows } from './edge-rows.js';
import { Pace } from './pace.js';

/** The parts of a graph where one can walk in a circle. */
export interface Cycles {
  /** The smallest node of each, rising. */
  readonly firsts: readonly number[];
  /** All nodes of the one with this smallest node, rising. */
  readonly membersOf: (first: number) => Uint32Array;
}

const NODES_PER_TURN = 1 << 16;

/**
 * The strongly connected components that have more than one node or a node with an edge to itself. Linear in nodes
 * and edges.
 *
 * Throws UsageError with code `INVALID_ARGUMENT` for unknown edge types, CancelledError when the signal fires.
 */
export async function findCircles(graph: Adjacency, choice: EdgeChoice = {}): Promise<Cycles> {
  const pace = new Pace(choice.signal);
  const { count, componentOf } = await stronglyConnectedComponents(graph, choice);
  const rows = outRows(graph, { edgeTypes: choice.edgeTypes });
  const groups = groupRows(componentOf, count);
  const firsts: number[] = [];
  for (let from = 0; from < count; from += NODES_PER_TURN) {
    const to = Math.min(count, from + NODES_PER_TURN);
    for (let component = from; component < to; component++) addCircle(component, groups, rows, firsts);
    // Both are components, or one more than the last.
    if (pace.isTired(groups.offsets[to]! - groups.offsets[from]!)) await pace.rest();
  }
  firsts.sort((a, b) => a - b);
  return {
    firsts,
    membersOf: (first) => {
      const component = componentOf[first] ?? count;
      return groups.rows.subarray(groups.offsets[component], groups.offsets[component + 1]);
    },
  };
}

function addCircle(component: number, { offsets, rows }: Groups, edges: Rows, firsts: number[]): void {
  // Every index is a component, a node of it, or the position of one of its edges.
  const [from, to] = [offsets[component]!, offsets[component + 1]!];
  const first = rows[from]!;
  const isCircle = to - from > 1 || edges.ends.subarray(edges.offsets[first], edges.offsets[first + 1]).includes(first);
  if (isCircle) firsts.push(first);
}

import { groupRows, type Adjacency } from '../../model/index.js';
import { stronglyConnectedComponents, type Components, type EdgeChoice } from './components.js';
import { outRows, type Rows } from './edge-rows.js';
import { Pace } from './pace.js';

/** Nodes that all lead to each other, with one of the shortest cycles among them. */
export interface Cycle {
  /** Every node of the tangle, in rising order; at least two. */
  readonly members: readonly number[];
  /** A shortest way from the first member back to it, which is named once, at the beginning. */
  readonly path: readonly number[];
}

const UNSEEN = 0xffff_ffff;

/**
 * The tangles of nodes that import each other in a circle, by their first member: every cycle lies
 * within one of them. A node that imports itself is none. Each tangle comes with one cycle to look at,
 * because the number of all of them can grow exponentially.
 *
 * Strongly connected components, then one breadth-first search in each; linear in nodes and edges.
 *
 * Follows `import` edges unless told. Throws UsageError with code `INVALID_ARGUMENT` for unknown edge
 * types, CancelledError when the signal fires.
 */
export async function importCycles(graph: Adjacency, choice: EdgeChoice = {}): Promise<Cycle[]> {
  const { edgeTypes = ['import'] } = choice;
  const pace = new Pace(choice.signal);
  const components = await stronglyConnectedComponents(graph, { ...choice, edgeTypes });
  const { offsets, rows } = groupRows(components.componentOf, components.count);
  const search = new CycleSearch(outRows(graph, { edgeTypes, simple: true }), components);
  const cycles: Cycle[] = [];
  for (let component = 0; component < components.count; component++) {
    const own = [...rows.subarray(offsets[component], offsets[component + 1])];
    const [first] = own;
    if (first !== undefined && own.length > 1) cycles.push({ members: own, path: search.shortestThrough(first) });
    if (pace.isTired(own.length)) await pace.rest();
  }
  // A cycle without members does not exist.
  return cycles.sort((a, b) => a.members[0]! - b.members[0]!);
}

/** Breadth-first searches that stay in the component they begin in, so that no node is in two of them. */
class CycleSearch {
  readonly #rows: Rows;
  readonly #componentOf: Uint32Array;
  /** By node, the node it was reached from. */
  readonly #reachedFrom: Uint32Array;

  constructor(rows: Rows, { componentOf }: Components) {
    this.#rows = rows;
    this.#componentOf = componentOf;
    this.#reachedFrom = new Uint32Array(componentOf.length).fill(UNSEEN);
  }

  /** The nodes of a shortest cycle from `start` on; `start` must be in a component with others. */
  shortestThrough(start: number): number[] {
    const { offsets, ends } = this.#rows;
    const queue = [start];
    // Every index below is a node of the graph or the position of one of its edges.
    for (const node of queue) {
      for (let edge = offsets[node]!; edge < offsets[node + 1]!; edge++) {
        const end = ends[edge]!;
        if (end === start) return this.#wayTo(node, start);
        const isOutside = this.#componentOf[end] !== this.#componentOf[start];
        if (isOutside || this.#reachedFrom[end] !== UNSEEN) continue;
        this.#reachedFrom[end] = node;
        queue.push(end);
      }
    }
    return [start];
  }

  #wayTo(last: number, start: number): number[] {
    const way = [last];
    for (let node = last; node !== start;) {
      // Every node on the way was reached from one before it.
      node = this.#reachedFrom[node]!;
      way.push(node);
    }
    return way.reverse();
  }
}

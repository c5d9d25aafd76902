import { groupRows, type Adjacency, type EdgeType } from '../../model/index.js';
import { outRows, type Rows } from './edge-rows.js';
import { Pace } from './pace.js';

export interface EdgeChoice {
  /** Edges of these types only; all unless told. */
  readonly edgeTypes?: readonly EdgeType[];
  readonly signal?: AbortSignal;
}

/** A partition of the nodes. A component's number is greater than those of the components its edges lead to. */
export interface Components {
  readonly count: number;
  /** By node, the number of its component. */
  readonly componentOf: Uint32Array;
}

export interface Layers {
  readonly count: number;
  /** By component: 0 when its edges lead to no other, else one more than the highest they lead to. */
  readonly layerOf: Uint32Array;
}

const NONE = 0xffff_ffff;

/**
 * Groups the nodes that can reach each other: each group of more than one is a tangle of cycles.
 *
 * R. Tarjan: Depth-First Search and Linear Graph Algorithms, 1972, with a stack of its own instead of
 * recursion; linear in nodes and edges.
 *
 * Throws UsageError with code `INVALID_ARGUMENT` for unknown edge types, CancelledError when the signal fires.
 */
export async function stronglyConnectedComponents(graph: Adjacency, choice: EdgeChoice = {}): Promise<Components> {
  const pace = new Pace(choice.signal);
  const search = new TarjanSearch(graph.nodeCount, outRows(graph, { edgeTypes: choice.edgeTypes }));
  for (let root = 0; root < graph.nodeCount; root++) {
    if (search.isNew(root)) search.enter(root);
    while (search.isUnderWay) {
      if (pace.isTired(search.step())) await pace.rest();
    }
  }
  return { count: search.count, componentOf: search.componentOf };
}

/** One depth-first search over the whole graph, in steps small enough to be interrupted between two. */
class TarjanSearch {
  count = 0;
  readonly componentOf: Uint32Array;
  readonly #rows: Rows;
  /** When a node was first seen, from 1; 0 before. */
  readonly #seenAt: Uint32Array;
  readonly #low: Uint32Array;
  /** The next edge of a node to look at. */
  readonly #edgeAt: Uint32Array;
  /** The nodes between the root and where the search is. */
  readonly #path: Uint32Array;
  /** The nodes that are in no component yet. */
  readonly #open: Uint32Array;
  #seen = 0;
  #pathLength = 0;
  #openCount = 0;

  constructor(nodeCount: number, rows: Rows) {
    this.componentOf = new Uint32Array(nodeCount).fill(NONE);
    this.#rows = rows;
    this.#seenAt = new Uint32Array(nodeCount);
    this.#low = new Uint32Array(nodeCount);
    this.#edgeAt = rows.offsets.slice(0, nodeCount);
    this.#path = new Uint32Array(nodeCount);
    this.#open = new Uint32Array(nodeCount);
  }

  get isUnderWay(): boolean {
    return this.#pathLength > 0;
  }

  isNew(node: number): boolean {
    return this.#seenAt[node] === 0;
  }

  enter(node: number): void {
    this.#seenAt[node] = this.#low[node] = ++this.#seen;
    this.#path[this.#pathLength++] = node;
    this.#open[this.#openCount++] = node;
  }

  /** Looks at the edges of the last node of the path up to one to a new node, or leaves it; gives their number. */
  step(): number {
    // Every index below is a node of the graph or the position of one of its edges.
    const node = this.#path[this.#pathLength - 1]!;
    const from = this.#edgeAt[node]!;
    const to = this.#rows.offsets[node + 1]!;
    for (let edge = from; edge < to; edge++) {
      const end = this.#rows.ends[edge]!;
      if (this.isNew(end)) {
        this.#edgeAt[node] = edge + 1;
        this.enter(end);
        return edge + 1 - from;
      }
      if (this.componentOf[end] === NONE) this.#lower(node, this.#seenAt[end]!);
    }
    this.#leave(node);
    return 1 + to - from;
  }

  #lower(node: number, low: number): void {
    // `low` has an entry for every node.
    if (low < this.#low[node]!) this.#low[node] = low;
  }

  #leave(node: number): void {
    this.#pathLength--;
    // `low` has an entry for every node, and the path one for each position below its length.
    const low = this.#low[node]!;
    if (this.#pathLength > 0) this.#lower(this.#path[this.#pathLength - 1]!, low);
    if (low !== this.#seenAt[node]) return;
    for (let member = NONE; member !== node;) {
      // The node itself is among the open ones, so that they do not run out.
      member = this.#open[--this.#openCount]!;
      this.componentOf[member] = this.count;
    }
    this.count++;
  }
}

/**
 * Layers of the graph whose nodes are the components of `graph`, made with the same edge types: each
 * component depends on lower layers only, and on one of the layer just below. Linear.
 *
 * Throws as {@link stronglyConnectedComponents}.
 */
export async function topologicalLayers(
  graph: Adjacency,
  components: Components,
  choice: EdgeChoice = {},
): Promise<Layers> {
  const pace = new Pace(choice.signal);
  const { offsets, ends } = outRows(graph, { edgeTypes: choice.edgeTypes });
  const { componentOf } = components;
  const layerOf = new Uint32Array(components.count);
  let count = 0;
  // Components come in an order in which all that one leads to are done before it. Every index below is
  // a node, a component or the position of an edge.
  for (const node of groupRows(componentOf, components.count).rows) {
    const own = componentOf[node]!;
    const [from, to] = [offsets[node]!, offsets[node + 1]!];
    for (let edge = from; edge < to; edge++) {
      const other = componentOf[ends[edge]!]!;
      if (other !== own && layerOf[other]! >= layerOf[own]!) layerOf[own] = layerOf[other]! + 1;
    }
    count = Math.max(count, layerOf[own]! + 1);
    if (pace.isTired(1 + to - from)) await pace.rest();
  }
  return { count, layerOf };
}

import { EDGE_TYPES, type EdgeMetadata } from '../model/index.js';
import { pauseUnlessCancelled, type Reached } from './breadth-first.js';
import type { Walked, WalkedPage, WalkRules } from './breadth-first.js';
import type { CodeSymbol } from './code-symbol.js';
import { parseEdgeMetadata } from './edge-view.js';
import type { BorderEdge } from './kept-graph.js';
import { rowsToward, type KeptPart, type KeptView, type Rows } from './kept-view.js';
import type { NodePlace } from './symbol-lookup.js';

/** Where walks note the depth of each node; a walk gives it back with zeros only. */
export interface DepthNotes {
  borrow(length: number): Uint32Array;
  giveBack(notes: Uint32Array): void;
}

/** The smallest edge to a node from the level before its own. */
interface Way {
  readonly node: number;
  readonly near: number;
  /** Position in `EDGE_TYPES`. */
  readonly type: number;
  /** Position in the rows that lead back, or the edge across the border. */
  readonly edge: number | BorderEdge;
}

/** Nodes and edges between two turns of the event loop: some milliseconds of work. */
const UNITS_PER_TURN = 1 << 17;
/** The rank of each type by its name, which is the order of answers. */
const RANK_OF_TYPE = EDGE_TYPES.map((type) => [...EDGE_TYPES].sort().indexOf(type));

/**
 * Walks graphs that are in memory, with the answer of a walk over the tables; undefined when the walk
 * leads to a project whose graph is not among them. Throws CancelledError.
 */
export async function walkKept(
  view: KeptView,
  seeds: readonly NodePlace[],
  rules: WalkRules,
  notes: DepthNotes,
): Promise<Walked | undefined> {
  const numbers = seeds.map((seed) => view.numberOf(seed));
  if (numbers.includes(-1)) return undefined;
  const walk = new KeptWalk(view, numbers, rules, notes);
  let isWhole = false;
  try {
    isWhole = await walk.run();
  } finally {
    if (!isWhole) walk.end();
  }
  return isWhole ? walk : undefined;
}

class KeptWalk implements Walked {
  total = 0;
  readonly #view: KeptView;
  readonly #rules: WalkRules;
  readonly #seeds: ReadonlySet<number>;
  /** By position in `EDGE_TYPES`. */
  readonly #isWanted = new Uint8Array(EDGE_TYPES.length);
  /** What was reached, by depth from 1, in no order. */
  readonly #levels: number[][] = [];
  readonly #notes: DepthNotes;
  /** By node, its depth; 0 for what was not reached. */
  readonly #depths: Uint32Array;
  readonly #places = new Map<number, NodePlace>();
  #units = 0;

  constructor(view: KeptView, seeds: readonly number[], rules: WalkRules, notes: DepthNotes) {
    this.#view = view;
    this.#rules = rules;
    this.#seeds = new Set(seeds);
    for (const type of rules.types) this.#isWanted[EDGE_TYPES.indexOf(type)] = 1;
    this.#notes = notes;
    this.#depths = notes.borrow(view.nodeCount);
  }

  /** Gives whether all that the walk leads to was in memory. */
  async run(): Promise<boolean> {
    await pauseUnlessCancelled(this.#rules.signal);
    let frontier: readonly number[] = [...this.#seeds];
    while (this.#levels.length < this.#rules.depth && frontier.length > 0) {
      const found: number[] = [];
      this.#levels.push(found);
      for (const node of frontier) {
        if (!this.#stepFrom(node, found)) return false;
        if (this.#units >= UNITS_PER_TURN) {
          this.#units = 0;
          await pauseUnlessCancelled(this.#rules.signal);
        }
      }
      this.total += found.length;
      // Where the walk began it may go on again: all that lies around is reached already.
      frontier = found;
    }
    return true;
  }

  end(): void {
    for (const level of this.#levels) for (const node of level) this.#depths[node] = 0;
    this.#levels.length = 0;
    this.#notes.giveBack(this.#depths);
  }

  async page(): Promise<WalkedPage> {
    const { after, limit } = this.#rules;
    const numbers: number[] = [];
    for (let depth = after?.depth ?? 1; depth <= this.#levels.length && numbers.length <= limit; depth++) {
      const level = this.#levels[depth - 1] ?? [];
      const from = after?.depth === depth ? this.#view.firstAfter(after) : 0;
      for (const node of smallest(level, from, limit + 1 - numbers.length)) numbers.push(node);
    }
    const shown = numbers.slice(0, limit);
    const ways = shown.map((node) => this.#wayTo(node));
    return {
      items: ways.map((way) => this.#reached(way)),
      isLast: numbers.length <= limit,
      symbols: async () => shown.map((node) => this.#symbolOf(node)),
      metadata: async () => ways.map((way) => this.#metadataOf(way)),
      paths: async () => ways.map((way) => this.#pathTo(way)),
    };
  }

  /** Notes what is one edge away; false when that is in no graph of the view. */
  #stepFrom(node: number, found: number[]): boolean {
    const part = this.#view.partAt(node);
    const { offsets, ends, types, border } = rowsToward(part, this.#rules.direction);
    const [depths, isWanted, depth] = [this.#depths, this.#isWanted, this.#levels.length];
    const own = node - part.base;
    // Every index below is a node of the graph or the position of one of its edges.
    const to = offsets[own + 1]!;
    for (let edge = offsets[own]!; edge < to; edge++) {
      if (isWanted[types[edge]!] === 0) continue;
      const end = part.base + ends[edge]!;
      if (depths[end] !== 0) continue;
      depths[end] = depth;
      found.push(end);
    }
    this.#units += 1 + to - offsets[own]!;
    const across = border.size === 0 ? undefined : border.get(own);
    return across === undefined || across.every((edge) => this.#stepAcross(edge, found));
  }

  #stepAcross(edge: BorderEdge, found: number[]): boolean {
    if (this.#isWanted[edge.type] !== 1) return true;
    if (this.#rules.within?.has(edge.project) === false) return true;
    const end = this.#view.numberAcross(edge);
    if (end < 0) return false;
    if (this.#depths[end] === 0) {
      this.#depths[end] = this.#levels.length;
      found.push(end);
    }
    return true;
  }

  /** The edge with the smallest keys from the level before. Every node that was reached has one. */
  #wayTo(node: number): Way {
    const part = this.#view.partAt(node);
    const { offsets, ends, types, border } = this.#rowsBack(part);
    const own = node - part.base;
    const depth = this.#depths[node] ?? 0;
    let best: Way | undefined;
    // Every index below is a node of the graph or the position of one of its edges. Edges are in the order of their ends.
    for (let edge = offsets[own]!; edge < offsets[own + 1]!; edge++) {
      const near = part.base + ends[edge]!;
      if (best !== undefined && near > best.near) break;
      if (this.#leadsOn(near, types[edge]!, depth)) best = smaller(best, { node, near, type: types[edge]!, edge });
    }
    for (const edge of border.get(own) ?? []) {
      const near = this.#view.numberAcross(edge);
      if (near >= 0 && this.#leadsOn(near, edge.type, depth))
        best = smaller(best, { node, near, type: edge.type, edge });
    }
    if (best === undefined) throw new RangeError(`Nothing leads to node number ${node}.`);
    return best;
  }

  /** Was a node walked on from just before this depth, by such an edge? */
  #leadsOn(near: number, type: number, depth: number): boolean {
    if (this.#isWanted[type] !== 1) return false;
    return depth === 1 ? this.#seeds.has(near) : this.#depths[near] === depth - 1;
  }

  #rowsBack(part: KeptPart): Rows {
    return rowsToward(part, this.#rules.direction === 'callers' ? 'callees' : 'callers');
  }

  #placeOf(node: number): NodePlace {
    const known = this.#places.get(node);
    if (known !== undefined) return known;
    const place = this.#view.placeOf(node);
    this.#places.set(node, place);
    return place;
  }

  #reached({ node, near, type }: Way): Reached {
    // The type is one of the wanted ones.
    const edgeType = EDGE_TYPES[type]!;
    const { id, project, key } = this.#placeOf(node);
    return { id, project, key, depth: this.#depths[node] ?? 0, via: this.#placeOf(near), edgeType };
  }

  #symbolOf(node: number): CodeSymbol {
    const { graph, base } = this.#view.partAt(node);
    return graph.symbol(node - base);
  }

  #metadataOf({ node, edge }: Way): EdgeMetadata | null {
    if (typeof edge !== 'number') return parseEdgeMetadata(edge.metadata);
    const { pdg } = this.#view.partAt(node).graph;
    // What leads back to the caller's callees are the outgoing edges, whose numbers are their positions.
    return pdg.edgeMetadata(this.#rules.direction === 'callers' ? edge : (pdg.inEdges[edge] ?? 0));
  }

  #pathTo(way: Way): NodePlace[] {
    const path = [this.#placeOf(way.node)];
    let last = way;
    for (let depth = this.#depths[way.node] ?? 0; depth > 1; depth--) {
      path.push(this.#placeOf(last.near));
      last = this.#wayTo(last.near);
    }
    path.push(this.#placeOf(last.near));
    return path;
  }
}

function smaller(best: Way | undefined, way: Way): Way {
  if (best === undefined || way.near < best.near) return way;
  const isSmaller = way.near === best.near && (RANK_OF_TYPE[way.type] ?? 0) < (RANK_OF_TYPE[best.type] ?? 0);
  return isSmaller ? way : best;
}

/** The smallest of some numbers that are not below a bound, rising. */
function smallest(numbers: readonly number[], from: number, count: number): Uint32Array {
  const wanted = from === 0 ? numbers : numbers.filter((number) => number >= from);
  return new Uint32Array(wanted).sort().subarray(0, count);
}

import type { Adjacency, EdgeType } from '../../model/index.js';
import { requireCount } from '../../graph/index.js';
import { inRows, outRows, type Rows } from './edge-rows.js';
import { Pace } from './pace.js';

export interface BetweennessOptions {
  /**
   * Shortest paths from so many nodes, drawn at random, are counted; at least 2. Unless told, all nodes
   * of a graph of up to 2000, and 500 of a larger one.
   */
  readonly sampleSize?: number;
  /** The same seed draws the same nodes; 1 unless told. */
  readonly seed?: number;
  /** Edges of these types only; all unless told. Several edges between two nodes count as one. */
  readonly edgeTypes?: readonly EdgeType[];
  readonly signal?: AbortSignal;
}

export interface Betweenness {
  /** By node, from 0 to 1: the share of shortest paths between two other nodes that lead through it. */
  readonly scores: Float64Array;
  /** By node, the standard error of the score; all 0 when the scores are exact. */
  readonly standardErrors: Float64Array;
  /** From how many nodes paths were counted. */
  readonly sampleSize: number;
  readonly exact: boolean;
}

const EXACT_UP_TO = 2000;
const DEFAULT_SAMPLE = 500;
const UNSEEN = -1;
/** A thousand forks in a row make more paths than a float can count. */
const UNIT = 2 ** 500;

/**
 * How much of what leads from one node to another leads through each node. Nodes that many shortest
 * paths need score high even where few edges end.
 *
 * U. Brandes: A Faster Algorithm for Betweenness Centrality, 2001; above a size with sources drawn
 * without replacement, as in U. Brandes, C. Pich: Centrality Estimation in Large Networks, 2007. The
 * standard error is that of the mean over the sample with the correction for a finite population.
 *
 * Throws UsageError with code `INVALID_ARGUMENT` for bad options, CancelledError when the signal fires.
 */
export async function betweenness(graph: Adjacency, options: BetweennessOptions = {}): Promise<Betweenness> {
  const { nodeCount } = graph;
  const usual = nodeCount <= EXACT_UP_TO ? nodeCount : DEFAULT_SAMPLE;
  const wanted = options.sampleSize === undefined ? usual : requireCount('sampleSize', options.sampleSize, 2);
  const seed = requireCount('seed', options.seed ?? 1, 0);
  const pace = new Pace(options.signal);
  const sampleSize = Math.min(wanted, nodeCount);
  const exact = sampleSize === nodeCount;
  const choice = { edgeTypes: options.edgeTypes, simple: true };
  const search = new PathSearch(nodeCount, outRows(graph, choice), inRows(graph, choice));
  const sums = new Float64Array(nodeCount);
  const squares = new Float64Array(exact ? 0 : nodeCount);
  for (const source of drawn(nodeCount, sampleSize, seed)) {
    await search.run(source, pace);
    search.addTo(sums, squares);
  }
  return { ...scaled(sums, squares, sampleSize), sampleSize, exact };
}

/** The shortest paths from one node, and how much of them leads through each other node. */
class PathSearch {
  readonly #out: Rows;
  readonly #in: Rows;
  readonly #distance: Int32Array;
  /** Number of shortest paths from the source, in units of `UNIT` to the power of the exponent beside it. */
  readonly #paths: Float64Array;
  readonly #exponents: Int32Array;
  readonly #dependency: Float64Array;
  /** The nodes that are reached, nearest first. */
  readonly #order: Uint32Array;
  #reached = 0;

  constructor(nodeCount: number, out: Rows, into: Rows) {
    this.#out = out;
    this.#in = into;
    this.#distance = new Int32Array(nodeCount).fill(UNSEEN);
    this.#paths = new Float64Array(nodeCount);
    this.#exponents = new Int32Array(nodeCount);
    this.#dependency = new Float64Array(nodeCount);
    this.#order = new Uint32Array(nodeCount);
  }

  async run(source: number, pace: Pace): Promise<void> {
    this.#forget();
    await this.#countPaths(source, pace);
    await this.#gatherDependencies(pace);
  }

  /** Adds what leads through each node but the source, and the squares of it where there is room for them. */
  addTo(sums: Float64Array, squares: Float64Array): void {
    // Every index is a node: `order` holds nodes only.
    for (let at = 1; at < this.#reached; at++) {
      const node = this.#order[at]!;
      const value = this.#dependency[node]!;
      sums[node]! += value;
      if (squares.length > 0) squares[node]! += value * value;
    }
  }

  #forget(): void {
    for (let at = 0; at < this.#reached; at++) {
      // Positions below `reached` hold nodes.
      const node = this.#order[at]!;
      this.#distance[node] = UNSEEN;
      this.#paths[node] = 0;
      this.#exponents[node] = 0;
      this.#dependency[node] = 0;
    }
    this.#reached = 0;
  }

  async #countPaths(source: number, pace: Pace): Promise<void> {
    const { offsets, ends } = this.#out;
    const [distance, order] = [this.#distance, this.#order];
    distance[source] = 0;
    this.#paths[source] = 1;
    order[this.#reached++] = source;
    // Every index below is a node of the graph or the position of one of its edges.
    for (let at = 0; at < this.#reached; at++) {
      const node = order[at]!;
      const [from, to] = [offsets[node]!, offsets[node + 1]!];
      const next = distance[node]! + 1;
      for (let edge = from; edge < to; edge++) {
        const end = ends[edge]!;
        if (distance[end] === UNSEEN) {
          distance[end] = next;
          order[this.#reached++] = end;
        }
        if (distance[end] === next) this.#addPaths(node, end);
      }
      if (pace.isTired(1 + to - from)) await pace.rest();
    }
  }

  /** The paths to `node` lead on to `end`. */
  #addPaths(node: number, end: number): void {
    const [paths, exponents] = [this.#paths, this.#exponents];
    // Both are nodes of the graph.
    const more = exponents[node]! - exponents[end]!;
    if (more > 0) {
      paths[end]! *= UNIT ** -more;
      exponents[end] = exponents[node]!;
    }
    paths[end]! += more < 0 ? paths[node]! * UNIT ** more : paths[node]!;
    if (paths[end]! < UNIT) return;
    paths[end]! /= UNIT;
    exponents[end]!++;
  }

  async #gatherDependencies(pace: Pace): Promise<void> {
    const { offsets, ends } = this.#in;
    const [distance, paths, dependency] = [this.#distance, this.#paths, this.#dependency];
    const exponents = this.#exponents;
    // Every index below is a node of the graph or the position of one of its edges.
    for (let at = this.#reached - 1; at > 0; at--) {
      const node = this.#order[at]!;
      const [from, to] = [offsets[node]!, offsets[node + 1]!];
      const share = (1 + dependency[node]!) / paths[node]!;
      const near = distance[node]! - 1;
      for (let edge = from; edge < to; edge++) {
        const source = ends[edge]!;
        if (distance[source] !== near) continue;
        const fewer = exponents[source]! - exponents[node]!;
        dependency[source]! += paths[source]! * share * (fewer === 0 ? 1 : UNIT ** fewer);
      }
      if (pace.isTired(1 + to - from)) await pace.rest();
    }
  }
}

/** Scores and standard errors from the sums over the sampled sources and the sums of their squares. */
function scaled(
  sums: Float64Array,
  squares: Float64Array,
  sampleSize: number,
): Pick<Betweenness, 'scores' | 'standardErrors'> {
  const nodeCount = sums.length;
  const pairs = nodeCount > 2 ? (nodeCount - 1) * (nodeCount - 2) : 1;
  const scale = nodeCount / pairs;
  const unsampled = 1 - sampleSize / nodeCount;
  const scores = sums.map((sum) => (scale * sum) / sampleSize);
  const standardErrors = new Float64Array(nodeCount);
  squares.forEach((square, node) => {
    // `squares` is empty or has an entry for every node, as `sums` does.
    const variance = Math.max(0, square - sums[node]! ** 2 / sampleSize) / (sampleSize - 1);
    standardErrors[node] = scale * Math.sqrt((variance / sampleSize) * unsampled);
  });
  return { scores, standardErrors };
}

/** So many of the numbers below `count`, each with the same chance, by the first steps of a Fisher–Yates shuffle. */
function* drawn(count: number, howMany: number, seed: number): Generator<number> {
  const numbers = Uint32Array.from({ length: count }, (_, at) => at);
  const random = randomNumbers(seed);
  for (let at = 0; at < howMany; at++) {
    const other = howMany === count ? at : at + Math.floor(random() * (count - at));
    // Both positions are below `count`.
    const number = numbers[other]!;
    numbers[other] = numbers[at]!;
    numbers[at] = number;
    yield number;
  }
}

/** Numbers from 0 up to 1, the same for the same seed: T. Ettinger's mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

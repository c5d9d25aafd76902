import { UsageError, type Adjacency, type EdgeType } from '../../model/index.js';
import { requireCount } from '../../graph/index.js';
import { inRows, outRows, type Rows } from './edge-rows.js';
import { Pace } from './pace.js';

export interface PageRankOptions {
  /** Chance to follow an edge rather than to start anew anywhere, from 0 up to but not 1; 0.85 unless told. */
  readonly damping?: number;
  /** The iteration ends when all scores together change by less; 1e-10 unless told. */
  readonly tolerance?: number;
  /** 200 unless told. */
  readonly maxIterations?: number;
  /** Edges of these types only; all unless told. Several edges between two nodes count severally. */
  readonly edgeTypes?: readonly EdgeType[];
  readonly signal?: AbortSignal;
}

export interface PageRank {
  /** By node; they add up to 1. */
  readonly scores: Float64Array;
  readonly iterations: number;
  /** Whether the tolerance was reached. */
  readonly converged: boolean;
}

const UNITS_PER_BLOCK = 1 << 17;

/**
 * How often a walk along the edges at random comes by each node: what much depends on, and what such
 * nodes depend on, scores high. A walk that ends at a node without outgoing edges goes on anywhere.
 *
 * S. Brin, L. Page: The Anatomy of a Large-Scale Hypertextual Web Search Engine, 1998; defined as in
 * graphology-metrics and NetworkX. Solved by Gauss–Seidel iteration, in which a node already sees the new
 * scores of the nodes before it, and which takes about half the rounds of power iteration: A. Arasu,
 * J. Novak, A. Tomkins, J. Tomlin: PageRank Computation and the Structure of the Web, 2002.
 *
 * Throws UsageError with code `INVALID_ARGUMENT` for bad options, CancelledError when the signal fires.
 */
export async function pageRank(graph: Adjacency, options: PageRankOptions = {}): Promise<PageRank> {
  const { damping = 0.85, tolerance = 1e-10, maxIterations = 200, edgeTypes } = options;
  requireDamping(damping);
  requireBetween('tolerance', tolerance, 0, Number.POSITIVE_INFINITY);
  requireCount('maxIterations', maxIterations);
  const pace = new Pace(options.signal);
  const { nodeCount } = graph;
  const { offsets: outOffsets } = outRows(graph, { edgeTypes });
  const sources = inRows(graph, { edgeTypes });
  const scores = new Float64Array(nodeCount).fill(1 / nodeCount);
  const vectors = { sources, outOffsets, scores, shares: new Float64Array(nodeCount) };
  let lost = share(scores, outOffsets, vectors.shares);
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    const base = (1 - damping + damping * lost) / nodeCount;
    const sums: Sums = { change: 0, lost: 0 };
    for (let from = 0; from < nodeCount;) {
      const to = blockEnd(sources.offsets, from);
      gather(vectors, { base, damping, from, to }, sums);
      // Both are nodes, or one more than the last.
      if (pace.isTired(to - from + sources.offsets[to]! - sources.offsets[from]!)) await pace.rest();
      from = to;
    }
    lost = sums.lost;
    if (sums.change < tolerance || nodeCount === 0) {
      return { scores: normalised(scores), iterations: iteration, converged: true };
    }
  }
  return { scores: normalised(scores), iterations: maxIterations, converged: false };
}

/** While scores still change, they do not quite add up to 1. */
function normalised(scores: Float64Array): Float64Array {
  let sum = 0;
  for (const score of scores) sum += score;
  return scores.map((score) => score / sum);
}

/** Throws UsageError with code `INVALID_ARGUMENT` unless it is a chance from 0 up to but not 1. */
export function requireDamping(damping: number): number {
  requireBetween('damping', damping, 0, 1);
  return damping;
}

/** Divides each score among the outgoing edges; gives the sum of those that have none. */
function share(scores: Float64Array, outOffsets: Uint32Array, shares: Float64Array): number {
  let lost = 0;
  // Every index is a node of the graph.
  for (let node = 0; node < scores.length; node++) {
    const degree = outOffsets[node + 1]! - outOffsets[node]!;
    if (degree === 0) lost += scores[node]!;
    else shares[node] = scores[node]! / degree;
  }
  return lost;
}

interface Vectors {
  readonly sources: Rows;
  readonly outOffsets: Uint32Array;
  readonly scores: Float64Array;
  /** What each node gives to each that it leads to. */
  readonly shares: Float64Array;
}

/** How much scores changed, and the scores of nodes that lead nowhere, so far in this round. */
interface Sums {
  change: number;
  lost: number;
}

interface Block {
  readonly base: number;
  readonly damping: number;
  readonly from: number;
  readonly to: number;
}

/** Computes the scores of a run of nodes. A loop of its own, because nothing else may slow it. */
function gather(
  { sources, outOffsets, scores, shares }: Vectors,
  { base, damping, from, to }: Block,
  sums: Sums,
): void {
  const { offsets, ends } = sources;
  let { change, lost } = sums;
  // Every index below is a node of the graph or the position of one of its edges.
  for (let node = from; node < to; node++) {
    let sum = 0;
    const last = offsets[node + 1]!;
    for (let edge = offsets[node]!; edge < last; edge++) sum += shares[ends[edge]!]!;
    const score = base + damping * sum;
    change += Math.abs(score - scores[node]!);
    scores[node] = score;
    const degree = outOffsets[node + 1]! - outOffsets[node]!;
    if (degree === 0) lost += score;
    else shares[node] = score / degree;
  }
  sums.change = change;
  sums.lost = lost;
}

/** The end of a run of nodes that begins at `from` and has few enough nodes and edges to be done at one go. */
function blockEnd(offsets: Uint32Array, from: number): number {
  let low = from + 1;
  let high = Math.min(offsets.length - 1, from + UNITS_PER_BLOCK);
  // All are nodes, or one more than the last.
  const limit = offsets[from]! + UNITS_PER_BLOCK;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (offsets[middle]! <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Throws unless `least <= value < bound`. */
function requireBetween(name: string, value: number, least: number, bound: number): void {
  if (value >= least && value < bound) return;
  throw new UsageError('INVALID_ARGUMENT', `${name} must be a number from ${least} up to, but not, ${bound}.`, {
    details: { argument: name, value: Number.isFinite(value) ? value : String(value) },
  });
}

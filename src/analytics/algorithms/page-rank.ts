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
 * S. Brin, L. Page: The Anatomy of a Large-Scale Hypertextual Web Search Engine, 1998; power
 * iteration, defined as in graphology-metrics and NetworkX.
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
  let scores = new Float64Array(nodeCount).fill(1 / nodeCount);
  let before = new Float64Array(nodeCount);
  const shares = new Float64Array(nodeCount);
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    [before, scores] = [scores, before];
    const lost = share(before, outOffsets, shares);
    const base = (1 - damping + damping * lost) / nodeCount;
    let change = 0;
    for (let from = 0; from < nodeCount;) {
      const to = blockEnd(sources.offsets, from);
      change += gather({ sources, shares, before, scores }, { base, damping, from, to });
      // Both are nodes, or one more than the last.
      if (pace.isTired(to - from + sources.offsets[to]! - sources.offsets[from]!)) await pace.rest();
      from = to;
    }
    if (change < tolerance || nodeCount === 0) return { scores, iterations: iteration, converged: true };
  }
  return { scores, iterations: maxIterations, converged: false };
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
  readonly shares: Float64Array;
  readonly before: Float64Array;
  readonly scores: Float64Array;
}

interface Block {
  readonly base: number;
  readonly damping: number;
  readonly from: number;
  readonly to: number;
}

/** Computes the scores of a run of nodes; gives how much they change together. A loop of its own, because nothing else may slow it. */
function gather({ sources, shares, before, scores }: Vectors, { base, damping, from, to }: Block): number {
  const { offsets, ends } = sources;
  let change = 0;
  // Every index below is a node of the graph or the position of one of its edges.
  for (let node = from; node < to; node++) {
    let sum = 0;
    const last = offsets[node + 1]!;
    for (let edge = offsets[node]!; edge < last; edge++) sum += shares[ends[edge]!]!;
    const score = base + damping * sum;
    change += Math.abs(score - before[node]!);
    scores[node] = score;
  }
  return change;
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

import { UsageError, type Adjacency, type EdgeType } from '../../model/index.js';
import { requireCount } from '../../graph/index.js';
import { inRows, outRows } from './edge-rows.js';
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
  // Every index below is a node of the graph or the position of one of its edges.
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    [before, scores] = [scores, before];
    let lost = 0;
    for (let node = 0; node < nodeCount; node++) {
      const degree = outOffsets[node + 1]! - outOffsets[node]!;
      if (degree === 0) lost += before[node]!;
      else shares[node] = before[node]! / degree;
    }
    const base = (1 - damping + damping * lost) / nodeCount;
    let change = 0;
    for (let node = 0; node < nodeCount; node++) {
      let sum = 0;
      const from = sources.offsets[node]!;
      const to = sources.offsets[node + 1]!;
      for (let edge = from; edge < to; edge++) sum += shares[sources.ends[edge]!]!;
      const score = base + damping * sum;
      change += Math.abs(score - before[node]!);
      scores[node] = score;
      if (pace.isTired(2 + to - from)) await pace.rest();
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

/** Throws unless `least <= value < bound`. */
function requireBetween(name: string, value: number, least: number, bound: number): void {
  if (value >= least && value < bound) return;
  throw new UsageError('INVALID_ARGUMENT', `${name} must be a number from ${least} up to, but not, ${bound}.`, {
    details: { argument: name, value: Number.isFinite(value) ? value : String(value) },
  });
}

import type { NodeId } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import { vectorOfBytes } from './embedding-codec.js';
import type { EmbeddingIndex, EmbeddingIndexes } from './embedding-indexes.js';
import { GIVEN_MODEL } from './embedding-model.js';
import type { ModelChoice } from './embedding-store.js';
import { checkNodeFilter, isEmptyFilter, type NodeFilter } from './node-filter.js';
import { exactScore } from './search/compare-exactly.js';
import { unitVector } from './search/cosine.js';
import { checkResultCount, checkVector, MAX_RESULTS, throwIfCancelled } from './search/vector-checks.js';
import { TopMatches, type VectorMatch } from './search/top-matches.js';
import type { ExactReason, VectorStrategy } from './search/vector-index.js';

export interface NearestOptions {
  /** How many symbols at most: 1 to 10,000. */
  readonly k: number;
  readonly filter?: NodeFilter;
  readonly signal?: AbortSignal;
}

export interface SymbolMatch {
  readonly nodeId: NodeId;
  /** Cosine of the angle between the exact vectors, from -1 to 1. */
  readonly similarity: number;
}

export interface NearestAnswer {
  /** Most similar first, of equal ones the lowest id; fewer than k only when no more symbols pass. */
  readonly matches: readonly SymbolMatch[];
  readonly strategy: VectorStrategy;
  /** The share of the true best to expect: 1 for exact search, null where nobody measured it. */
  readonly recallTarget: number | null;
  /** Why it was compared with every vector; null when it was not. */
  readonly reason?: ExactReason | null;
}

/** Finds the symbols whose vectors are nearest to one by angle. */
export interface NearestSymbols {
  /**
   * Throws UsageError `INVALID_ARGUMENT` for a vector of another dimension, with NaN or an infinite number, or zero,
   * for a bad k and a bad filter; LimitError above 10,000 results; CancelledError.
   */
  nearest(vector: Float32Array, options: NearestOptions): Promise<NearestAnswer>;
}

/** Embeddings that lie in the rows of nodes, of one length. */
export interface NodeRowVectors {
  ofLength(
    snapshot: Snapshot,
    lengthBytes: number,
    filter: NodeFilter,
  ): AsyncIterable<{ readonly id: NodeId; readonly embedding: Uint8Array }>;
}

/** The next try of a search asks for so many times more vectors. */
const WIDENING = 4;

interface RowMatches {
  /** Nodes with a vector in their row, which counts before one that is linked to them. */
  readonly nodes: ReadonlySet<number>;
  readonly matches: readonly VectorMatch[];
}

/** Searches the vectors of one model, and gives the nodes that have them. */
export class NearestSymbolSearch implements NearestSymbols {
  constructor(
    private readonly database: Database,
    private readonly indexes: EmbeddingIndexes,
    private readonly nodeRows: NodeRowVectors,
    private readonly choice: ModelChoice,
  ) {}

  async nearest(vector: Float32Array, options: NearestOptions): Promise<NearestAnswer> {
    const { k, filter = {}, signal } = options;
    checkVector(vector, this.choice.dimension);
    checkResultCount(k);
    checkNodeFilter(filter);
    throwIfCancelled(signal);
    const inRows = await this.searchRows(vector, options);
    const found = await this.indexes.find(this.choice);
    if (found === undefined) {
      return { matches: bestOf([], inRows.matches, k), strategy: 'exact', recallTarget: 1, reason: 'small' };
    }
    return this.searchIndex(found, vector, options, inRows);
  }

  private async searchIndex(
    { index, filters }: EmbeddingIndex,
    vector: Float32Array,
    { k, filter = {}, signal }: NearestOptions,
    inRows: RowMatches,
  ): Promise<NearestAnswer> {
    const narrowing = {
      ...(isEmptyFilter(filter) ? {} : { filter: filters.vectorFilter(filter) }),
      ...(signal === undefined ? {} : { signal }),
    };
    // One more than asked for, to see whether others are as similar as the last.
    for (let wanted = Math.min(k + 1, MAX_RESULTS); ; wanted = Math.min(wanted * WIDENING, MAX_RESULTS)) {
      const { matches, strategy, recallTarget, reason } = await index.search(vector, { ...narrowing, k: wanted });
      const scores = new Map(matches.map(({ id, score }) => [id, score]));
      const nodes = await filters.nodesOf([...scores.keys()], filter);
      const linked = nodes
        .filter(({ nodeId }) => !inRows.nodes.has(nodeId))
        .map(({ embeddingId, nodeId }) => ({ id: nodeId, score: scores.get(embeddingId) ?? -1 }));
      const best = bestOf(linked, inRows.matches, k);
      const last = best[k - 1];
      const isAll = matches.length < wanted || wanted === MAX_RESULTS;
      // Those beyond the last one that was found are no more similar than that; equal ones are ordered by their ids.
      if (isAll || (last !== undefined && last.similarity > similarityOf(matches[wanted - 1]?.score ?? -1))) {
        return { matches: best, strategy, recallTarget, reason };
      }
    }
  }

  /** Few databases have vectors in the rows of nodes: those of version 1, and those whose user put them there. */
  private async searchRows(vector: Float32Array, { k, filter = {}, signal }: NearestOptions): Promise<RowMatches> {
    const nodes = new Set<number>();
    const best = new TopMatches(k);
    if (this.choice.model !== GIVEN_MODEL) return { nodes, matches: [] };
    const query = unitVector(vector);
    for await (const { id, embedding } of this.nodeRows.ofLength(this.database, vector.byteLength, filter)) {
      throwIfCancelled(signal);
      const stored = vectorOfBytes(embedding);
      if (stored === undefined) continue;
      nodes.add(id);
      best.offer(id, exactScore(query, id, stored));
    }
    return { nodes, matches: best.sorted() };
  }
}

function bestOf(linked: readonly VectorMatch[], inRows: readonly VectorMatch[], k: number): SymbolMatch[] {
  return [...linked, ...inRows]
    .map(({ id, score }) => ({ nodeId: id as NodeId, similarity: similarityOf(score) }))
    .sort((a, b) => b.similarity - a.similarity || a.nodeId - b.nodeId)
    .slice(0, k);
}

/** Rounding may carry a score beyond the range of a cosine. */
function similarityOf(score: number): number {
  return Math.min(1, Math.max(-1, score));
}

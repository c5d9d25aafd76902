import type { NodeId, NodeType, ProjectId } from '../model/index.js';
import type { EmbeddingStore, ModelChoice } from './embedding-store.js';
import { dotProduct, inverseLength, unitVector } from './search/cosine.js';
import { TopMatches } from './search/top-matches.js';
import { checkResultCount, checkVector, damagedVector, throwIfCancelled } from './search/vector-checks.js';

/** Which symbols a search may answer with. A list that is empty lets nothing pass. */
export interface NodeFilter {
  readonly projects?: readonly ProjectId[];
  readonly types?: readonly NodeType[];
  readonly languages?: readonly string[];
  /** What the path of the file begins with: `src/` or `src/car`. */
  readonly pathPrefix?: string;
}

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
  readonly strategy: 'exact' | 'hnsw';
  /** The share of the true best to expect: 1 for exact search, null where nobody measured it. */
  readonly recallTarget: number | null;
}

/** Finds the symbols whose vectors are nearest to one by angle. */
export interface NearestSymbols {
  /**
   * Throws UsageError `INVALID_ARGUMENT` for a vector of another dimension, with NaN or an infinite number, or
   * zero, and for a bad k; LimitError above 10,000 results; CancelledError.
   */
  nearest(vector: Float32Array, options: NearestOptions): Promise<NearestAnswer>;
}

/** The nodes that pass a filter; undefined when all do. */
export type NodesPassing = (filter: NodeFilter) => Promise<ReadonlySet<NodeId> | undefined>;

const VECTORS_PER_LOOK = 1000;

/** Compares with every vector of one model. */
export class ExactNearestSymbols implements NearestSymbols {
  constructor(
    private readonly embeddings: EmbeddingStore,
    private readonly choice: ModelChoice,
    private readonly passing: NodesPassing,
  ) {}

  async nearest(vector: Float32Array, { k, filter = {}, signal }: NearestOptions): Promise<NearestAnswer> {
    const { dimension } = this.choice;
    checkVector(vector, dimension);
    checkResultCount(k);
    const passing = await this.passing(filter);
    const query = unitVector(vector);
    const best = new TopMatches(k);
    const projects: readonly (ProjectId | undefined)[] = filter.projects ?? [undefined];
    let seen = 0;
    for (const project of new Set(projects)) {
      for await (const { nodeId, vector: stored } of this.embeddings.vectors(this.choice, project)) {
        if (seen++ % VECTORS_PER_LOOK === 0) throwIfCancelled(signal);
        if (passing !== undefined && !passing.has(nodeId)) continue;
        const scale = inverseLength(stored, 0, dimension);
        if (!Number.isFinite(scale) || scale === 0) throw damagedVector(nodeId);
        best.offer(nodeId, dotProduct(query, stored, 0) * scale);
      }
    }
    const matches = best.sorted().map(({ id, score }) => ({
      nodeId: id as NodeId,
      similarity: Math.min(1, Math.max(-1, score)),
    }));
    return { matches, strategy: 'exact', recallTarget: 1 };
  }
}

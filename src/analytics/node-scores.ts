import { EDGE_TYPES, type EdgeType } from '../model/index.js';
import { numberColumn, readAdjacency, requireCount, requireEdgeTypes, type Columns } from '../graph/index.js';
import { betweenness } from './algorithms/betweenness.js';
import { pageRank, requireDamping } from './algorithms/page-rank.js';
import type { GraphQuery } from './whole-graph.js';

/** The weight of each node of a graph; nodes are in the order of their projects and keys. */
export interface NodeScores {
  readonly ids: Uint32Array | Float64Array;
  readonly scores: Float64Array;
  /** All 0, and absent, where the scores are exact. */
  readonly standardErrors: Float64Array | undefined;
}

export interface ScoreOptions {
  readonly edgeTypes?: readonly EdgeType[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Throws UsageError `INVALID_ARGUMENT` for bad options, as the computation itself would. */
export function pageRankQuery(
  options: ScoreOptions & { readonly damping?: number | undefined },
): GraphQuery<NodeScores> {
  const damping = requireDamping(options.damping ?? 0.85);
  const edgeTypes = inOneOrder(options.edgeTypes);
  return {
    ...{ name: 'pageRank', version: 1, options: { damping, edgeTypes }, toColumns, fromColumns },
    signal: options.signal,
    compute: async (snapshot, project, kept) => {
      const cancellable = options.signal === undefined ? {} : { signal: options.signal };
      const { adjacency, ids } = await readAdjacency(snapshot, project, { edgeTypes, kept, ...cancellable });
      const { scores } = await pageRank(adjacency, { damping, edgeTypes, ...cancellable });
      return { ids, scores, standardErrors: undefined };
    },
  };
}

/** Throws as {@link pageRankQuery}. */
export function betweennessQuery(
  options: ScoreOptions & { readonly sampleSize?: number | undefined; readonly seed?: number | undefined },
): GraphQuery<NodeScores> {
  const sampleSize = options.sampleSize === undefined ? undefined : requireCount('sampleSize', options.sampleSize, 2);
  const seed = requireCount('seed', options.seed ?? 1, 0);
  const edgeTypes = inOneOrder(options.edgeTypes);
  return {
    ...{ name: 'betweenness', version: 1, options: { sampleSize, seed, edgeTypes }, toColumns, fromColumns },
    signal: options.signal,
    compute: async (snapshot, project, kept) => {
      const cancellable = options.signal === undefined ? {} : { signal: options.signal };
      const sampled = sampleSize === undefined ? {} : { sampleSize };
      const { adjacency, ids } = await readAdjacency(snapshot, project, { edgeTypes, kept, ...cancellable });
      const { scores, standardErrors, exact } = await betweenness(adjacency, {
        seed,
        edgeTypes,
        ...sampled,
        ...cancellable,
      });
      return { ids, scores, standardErrors: exact ? undefined : standardErrors };
    },
  };
}

/** Calls unless told; the same types in another order are the same choice. */
export function inOneOrder(edgeTypes: readonly EdgeType[] = ['call']): EdgeType[] {
  const chosen = requireEdgeTypes(edgeTypes);
  return EDGE_TYPES.filter((type) => chosen.includes(type));
}

function toColumns({ ids, scores, standardErrors }: NodeScores): Columns {
  return { ids: numberColumn(ids), scores, ...(standardErrors === undefined ? {} : { standardErrors }) };
}

function fromColumns({ ids, scores, standardErrors }: Columns): NodeScores | undefined {
  if (!(ids instanceof Uint32Array || ids instanceof Float64Array) || !(scores instanceof Float64Array))
    return undefined;
  if (!(standardErrors === undefined || standardErrors instanceof Float64Array)) return undefined;
  const fits = scores.length === ids.length && (standardErrors ?? ids).length === ids.length;
  return fits ? { ids, scores, standardErrors } : undefined;
}

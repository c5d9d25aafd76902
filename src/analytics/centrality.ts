import { UsageError, type EdgeType, type Envelope, type NodeId, type ProjectId } from '../model/index.js';
import { decodeCursor, encodeCursor, envelope, readAdjacency, readSymbols, requireCount } from '../graph/index.js';
import type { CodeSymbol, GraphStatistics, KeptGraphs, PageOptions, StoredGraph } from '../graph/index.js';
import { betweenness } from './algorithms/betweenness.js';
import { pageRank } from './algorithms/page-rank.js';

export type CentralityMeasure = 'pageRank' | 'betweenness';

export interface CentralityOptions extends PageOptions {
  /** The graph is that of this project, without what leads out of it; the whole store's unless told. */
  readonly project?: ProjectId;
  /** `pageRank` unless told. */
  readonly measure?: CentralityMeasure;
  /** Edges to follow; calls unless told. */
  readonly edgeTypes?: readonly EdgeType[];
  /** For betweenness: shortest paths from so many nodes are counted. See `betweenness`. */
  readonly sampleSize?: number;
  /** For betweenness: which nodes are drawn. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** A symbol with its weight in the graph. */
export interface CentralSymbol extends CodeSymbol {
  readonly centrality: number;
  /** How far off the centrality may be, as a standard error; 0 where it is exact. */
  readonly standardError: number;
}

interface Scores {
  readonly scores: Float64Array;
  readonly standardErrors?: Float64Array;
}

const DEFAULT_TOP = 20;

/** Every symbol of the graph by falling centrality, equals by project and key. */
export async function findCentral(
  statistics: GraphStatistics,
  options: CentralityOptions,
  kept?: KeptGraphs,
): Promise<Envelope<CentralSymbol>> {
  const limit = requireCount('limit', options.limit ?? DEFAULT_TOP);
  const measure = requireMeasure(options.measure ?? 'pageRank');
  const { edgeTypes = ['call'], signal } = options;
  const kind = `central-${measure}`;
  const after = options.cursor === undefined ? undefined : decodeCursor(kind, ['number', 'number'], options.cursor);
  return statistics.snapshot(async (snapshot) => {
    const generation = await statistics.generation(snapshot);
    const graph = await readAdjacency(snapshot, options.project, {
      edgeTypes,
      kept,
      ...(signal === undefined ? {} : { signal }),
    });
    const { scores, standardErrors } = await measured(measure, graph, { ...options, edgeTypes });
    const ranked = inOrder(scores, Number(after?.[0] ?? Number.POSITIVE_INFINITY), Number(after?.[1] ?? -1));
    const page = [...ranked.subarray(0, limit)];
    const last = page.at(-1);
    const next =
      last !== undefined && ranked.length > page.length ? encodeCursor(kind, [scores[last] ?? 0, last]) : null;
    // The graph's nodes are stored symbols, so that each has an id.
    const idOf = (node: number): NodeId => graph.ids[node]! as NodeId;
    const symbols = await readSymbols(snapshot, page.map(idOf));
    const items = page.flatMap((node) => {
      const symbol = symbols.get(idOf(node));
      return symbol === undefined
        ? []
        : [{ ...symbol, centrality: scores[node] ?? 0, standardError: standardErrors?.[node] ?? 0 }];
    });
    return envelope(generation, scores.length, items, next);
  });
}

function requireMeasure(measure: CentralityMeasure): CentralityMeasure {
  const known: readonly string[] = ['pageRank', 'betweenness'];
  if (known.includes(measure)) return measure;
  throw new UsageError('INVALID_ARGUMENT', `There is no measure '${String(measure)}'; there are ${known.join(', ')}.`, {
    details: { argument: 'measure', value: String(measure) },
  });
}

async function measured(measure: CentralityMeasure, graph: StoredGraph, options: CentralityOptions): Promise<Scores> {
  const { sampleSize, seed, signal, edgeTypes = ['call'] } = options;
  const choice = { edgeTypes, ...(signal === undefined ? {} : { signal }) };
  if (measure === 'pageRank') return pageRank(graph.adjacency, choice);
  return betweenness(graph.adjacency, {
    ...choice,
    ...(sampleSize === undefined ? {} : { sampleSize }),
    ...(seed === undefined ? {} : { seed }),
  });
}

/** The nodes after a place, by falling score and then by number, which is the order of their keys. */
function inOrder(scores: Float64Array, score: number, node: number): Uint32Array {
  const rest: number[] = [];
  scores.forEach((value, at) => {
    if (value < score || (value === score && at > node)) rest.push(at);
  });
  // Both are positions in `scores`.
  return Uint32Array.from(rest).sort((a, b) => scores[b]! - scores[a]! || a - b);
}

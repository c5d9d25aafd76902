import { UsageError, type EdgeType, type Envelope, type NodeId, type ProjectId } from '../model/index.js';
import { decodeCursor, encodeCursor, envelope, readSymbols, requireCount } from '../graph/index.js';
import type { CodeSymbol, GraphStatistics, PageOptions } from '../graph/index.js';
import { betweennessQuery, pageRankQuery, type NodeScores } from './node-scores.js';
import type { GraphQuery, WholeGraph } from './whole-graph.js';

export type CentralityMeasure = 'pageRank' | 'betweenness';

export interface CentralityOptions extends PageOptions {
  /** The graph is that of this project, without what leads out of it; the whole store's unless told. */
  readonly project?: ProjectId;
  /** `pageRank` unless told. */
  readonly measure?: CentralityMeasure;
  /** Edges to follow; calls unless told. */
  readonly edgeTypes?: readonly EdgeType[];
  /** For PageRank: the chance to follow an edge, from 0 up to but not 1; 0.85 unless told. */
  readonly damping?: number;
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

const DEFAULT_TOP = 20;

/** Every symbol of the graph by falling centrality, equals by project and key. */
export async function findCentral(
  statistics: GraphStatistics,
  graph: WholeGraph,
  options: CentralityOptions,
): Promise<Envelope<CentralSymbol>> {
  const limit = requireCount('limit', options.limit ?? DEFAULT_TOP);
  const measure = requireMeasure(options.measure ?? 'pageRank');
  const kind = `central-${measure}`;
  const after = options.cursor === undefined ? undefined : decodeCursor(kind, ['number', 'number'], options.cursor);
  return graph.answer(queryFor(measure, options), options.project, async (snapshot, result) => {
    const { ids, scores, standardErrors } = result;
    const generation = await statistics.generation(snapshot);
    const ranked = inOrder(scores, Number(after?.[0] ?? Number.POSITIVE_INFINITY), Number(after?.[1] ?? -1));
    const page = [...ranked.subarray(0, limit)];
    const last = page.at(-1);
    const next =
      last !== undefined && ranked.length > page.length ? encodeCursor(kind, [scores[last] ?? 0, last]) : null;
    // The graph's nodes are stored symbols, so that each has an id.
    const idOf = (node: number): NodeId => ids[node]! as NodeId;
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

function queryFor(measure: CentralityMeasure, options: CentralityOptions): GraphQuery<NodeScores> {
  return measure === 'pageRank' ? pageRankQuery(options) : betweennessQuery(options);
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

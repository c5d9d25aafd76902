import type { EdgeType, Envelope, NodeId, ProjectId } from '../model/index.js';
import { decodeCursor, encodeCursor, envelope, readAdjacency, readSymbols, requireCount } from '../graph/index.js';
import type { CodeSymbol, GraphStatistics, KeptGraphs, PageOptions } from '../graph/index.js';
import { findCircles } from './algorithms/cycles.js';

export interface CycleOptions extends PageOptions {
  /** The graph is that of this project, without what leads out of it; the whole store's unless told. */
  readonly project?: ProjectId;
  /** Edges to follow; calls unless told. */
  readonly edgeTypes?: readonly EdgeType[];
  /** So many symbols of each cycle are listed at most; 100 unless told. */
  readonly members?: number;
  readonly signal?: AbortSignal;
}

/** Symbols that all reach each other, or one that has an edge to itself. */
export interface SymbolCycle {
  /** How many symbols it has in all. */
  readonly size: number;
  /** The first of them by project and key. */
  readonly symbols: readonly CodeSymbol[];
}

const DEFAULT_LIMIT = 1000;
const DEFAULT_MEMBERS = 100;
const KIND = 'cycles';

/** The cycles by the project and key of their first symbol. */
export async function findCycles(
  statistics: GraphStatistics,
  kept: KeptGraphs | undefined,
  options: CycleOptions,
): Promise<Envelope<SymbolCycle>> {
  const limit = requireCount('limit', options.limit ?? DEFAULT_LIMIT);
  const members = requireCount('members', options.members ?? DEFAULT_MEMBERS);
  const after = options.cursor === undefined ? undefined : decodeCursor(KIND, ['string', 'string'], options.cursor);
  const { project, edgeTypes = ['call'] } = options;
  const cancellable = options.signal === undefined ? {} : { signal: options.signal };
  return statistics.snapshot(async (snapshot) => {
    const generation = await statistics.generation(snapshot);
    const graph = await readAdjacency(snapshot, project, { edgeTypes, kept, ...cancellable });
    const { firsts, membersOf } = await findCircles(graph.adjacency, { edgeTypes, ...cancellable });
    const [owner, key] = (after ?? []).map(String);
    const from =
      owner === undefined || key === undefined
        ? 0
        : await statistics.countUpTo({ project: owner, key }, project, snapshot);
    const rest = firsts.filter((first) => first >= from);
    const page = rest.slice(0, limit);
    // The graph's nodes are stored symbols, so that each has an id.
    const idsOf = (first: number): NodeId[] =>
      [...membersOf(first).subarray(0, members)].map((node) => graph.ids[node]! as NodeId);
    const symbols = await readSymbols(snapshot, page.flatMap(idsOf));
    const items = page.map((first) => ({
      size: membersOf(first).length,
      symbols: idsOf(first).flatMap((id) => symbols.get(id) ?? []),
    }));
    const last = items.at(-1)?.symbols[0];
    const next = last !== undefined && rest.length > page.length ? encodeCursor(KIND, [last.project, last.key]) : null;
    return envelope(generation, firsts.length, items, next);
  });
}

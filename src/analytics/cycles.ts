import type { EdgeType, Envelope, NodeId, ProjectId } from '../model/index.js';
import {
  decodeCursor,
  encodeCursor,
  envelope,
  numberColumn,
  readAdjacency,
  readSymbols,
  requireCount,
} from '../graph/index.js';
import type { CodeSymbol, Columns, GraphStatistics, PageOptions } from '../graph/index.js';
import { findCircles } from './algorithms/cycles.js';
import { inOneOrder, type ScoreOptions } from './node-scores.js';
import type { GraphQuery, WholeGraph } from './whole-graph.js';

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

/** The cycles in the order of their first nodes; the nodes of each in order. */
interface NodeGroups {
  /** The number of the first node of each, rising. */
  readonly firsts: Uint32Array;
  readonly sizes: Uint32Array;
  /** The ids of the nodes of all. */
  readonly ids: Uint32Array | Float64Array;
}

const DEFAULT_LIMIT = 1000;
const DEFAULT_MEMBERS = 100;
const KIND = 'cycles';

/** The cycles by the project and key of their first symbol. */
export async function findCycles(
  statistics: GraphStatistics,
  graph: WholeGraph,
  options: CycleOptions,
): Promise<Envelope<SymbolCycle>> {
  const limit = requireCount('limit', options.limit ?? DEFAULT_LIMIT);
  const members = requireCount('members', options.members ?? DEFAULT_MEMBERS);
  const after = options.cursor === undefined ? undefined : decodeCursor(KIND, ['string', 'string'], options.cursor);
  const { project } = options;
  return graph.answer(cyclesQuery(options), project, async (snapshot, { firsts, sizes, ids }) => {
    const generation = await statistics.generation(snapshot);
    const [owner, key] = (after ?? []).map(String);
    const isFirstPage = owner === undefined || key === undefined;
    const from = isFirstPage ? 0 : await statistics.countUpTo({ project: owner, key }, project, snapshot);
    const starts = startsOf(sizes);
    const places = [...firsts.keys()].filter((place) => (firsts[place] ?? 0) >= from);
    const page = places.slice(0, limit);
    const idsOf = (place: number): NodeId[] => {
      const start = starts[place] ?? 0;
      return [...ids.subarray(start, start + Math.min(sizes[place] ?? 0, members))] as NodeId[];
    };
    const symbols = await readSymbols(snapshot, page.flatMap(idsOf));
    const items = page.map((place) => ({
      size: sizes[place] ?? 0,
      symbols: idsOf(place).flatMap((id) => symbols.get(id) ?? []),
    }));
    const last = items.at(-1)?.symbols[0];
    const next =
      last !== undefined && places.length > page.length ? encodeCursor(KIND, [last.project, last.key]) : null;
    return envelope(generation, firsts.length, items, next);
  });
}

function cyclesQuery({ edgeTypes, signal }: ScoreOptions): GraphQuery<NodeGroups> {
  const types = inOneOrder(edgeTypes);
  return {
    ...{ name: 'cycles', version: 1, options: { edgeTypes: types }, signal, toColumns, fromColumns },
    compute: async (snapshot, project, kept) => {
      const cancellable = signal === undefined ? {} : { signal };
      const graph = await readAdjacency(snapshot, project, { edgeTypes: types, kept, ...cancellable });
      const { firsts, membersOf } = await findCircles(graph.adjacency, { edgeTypes: types, ...cancellable });
      const ids = firsts.flatMap((first) => [...membersOf(first)].map((node) => graph.ids[node] ?? 0));
      const sizes = Uint32Array.from(firsts, (first) => membersOf(first).length);
      return { firsts: Uint32Array.from(firsts), sizes, ids: numberColumn(ids) };
    },
  };
}

function startsOf(sizes: Uint32Array): Uint32Array {
  let sum = 0;
  return sizes.map((size) => (sum += size) - size);
}

function toColumns({ firsts, sizes, ids }: NodeGroups): Columns {
  return { firsts, sizes, ids };
}

function fromColumns({ firsts, sizes, ids }: Columns): NodeGroups | undefined {
  if (!(firsts instanceof Uint32Array) || !(sizes instanceof Uint32Array)) return undefined;
  if (!(ids instanceof Uint32Array || ids instanceof Float64Array) || firsts.length !== sizes.length) return undefined;
  return sizes.reduce((sum, size) => sum + size, 0) === ids.length ? { firsts, sizes, ids } : undefined;
}

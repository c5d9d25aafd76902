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
import { stronglyConnectedComponents, type Components } from './algorithms/components.js';
import { inOneOrder, type ScoreOptions } from './node-scores.js';
import type { GraphQuery, WholeGraph } from './whole-graph.js';

export interface ComponentOptions extends PageOptions {
  /** The graph is that of this project, without what leads out of it; the whole store's unless told. */
  readonly project?: ProjectId;
  /** Edges to follow; calls unless told. */
  readonly edgeTypes?: readonly EdgeType[];
  readonly signal?: AbortSignal;
}

/** Symbols that all lead to each other, directly or through others among them. */
export interface SymbolComponent {
  /** At least 2. */
  readonly size: number;
  /** All of them, by project and key. */
  readonly symbols: readonly CodeSymbol[];
}

/** Groups of node ids, largest first; a group's ids are in the order of project and key. */
interface IdGroups {
  readonly sizes: Uint32Array;
  readonly ids: Uint32Array | Float64Array;
}

type Group = readonly NodeId[];

const DEFAULT_LIMIT = 100;
const KIND = 'components';

/** The groups of more than one symbol, largest first, equals by project and key of their first symbol. */
export async function findComponents(
  statistics: GraphStatistics,
  graph: WholeGraph,
  options: ComponentOptions,
): Promise<Envelope<SymbolComponent>> {
  const limit = requireCount('limit', options.limit ?? DEFAULT_LIMIT);
  const after = options.cursor === undefined ? undefined : decodeCursor(KIND, ['number', 'number'], options.cursor);
  return graph.answer(componentsQuery(options), options.project, async (snapshot, result) => {
    const groups = groupsOf(result);
    const rest = after === undefined ? groups : groupsAfter(groups, Number(after[0]), Number(after[1]));
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    const next =
      last !== undefined && rest.length > page.length ? encodeCursor(KIND, [last.length, last[0] ?? 0]) : null;
    const symbols = await readSymbols(snapshot, page.flat());
    const items = page.map((ids) => ({ size: ids.length, symbols: ids.flatMap((id) => symbols.get(id) ?? []) }));
    return envelope(await statistics.generation(snapshot), groups.length, items, next);
  });
}

function componentsQuery({ edgeTypes, signal }: ScoreOptions): GraphQuery<IdGroups> {
  const types = inOneOrder(edgeTypes);
  return {
    ...{ name: 'components', version: 1, options: { edgeTypes: types }, signal, toColumns, fromColumns },
    compute: async (snapshot, project) => {
      const cancellable = signal === undefined ? {} : { signal };
      const { adjacency, ids } = await readAdjacency(snapshot, project, { edgeTypes: types, ...cancellable });
      return largestFirst(await stronglyConnectedComponents(adjacency, cancellable), ids);
    },
  };
}

/** Nodes are numbered by project and key, so that groups come in the order of their first members. */
function largestFirst({ count, componentOf }: Components, ids: Float64Array): IdGroups {
  const sizes = new Uint32Array(count);
  for (const component of componentOf) sizes[component] = (sizes[component] ?? 0) + 1;
  const groups = new Map<number, number[]>();
  for (const [node, component] of componentOf.entries()) {
    if ((sizes[component] ?? 0) < 2) continue;
    const group = groups.get(component) ?? [];
    groups.set(component, group);
    group.push(ids[node] ?? 0);
  }
  const sorted = [...groups.values()].sort((a, b) => b.length - a.length);
  return { sizes: Uint32Array.from(sorted, (group) => group.length), ids: numberColumn(sorted.flat()) };
}

function groupsOf({ sizes, ids }: IdGroups): Group[] {
  let at = 0;
  return Array.from(sizes, (size) => [...ids.subarray(at, (at += size))] as NodeId[]);
}

/** What follows a group that may be gone by now. */
function groupsAfter(groups: readonly Group[], size: number, first: number): readonly Group[] {
  const place = groups.findIndex((group) => group.length === size && group[0] === first);
  return place < 0 ? groups.filter((group) => group.length < size) : groups.slice(place + 1);
}

function toColumns({ sizes, ids }: IdGroups): Columns {
  return { sizes, ids };
}

function fromColumns({ sizes, ids }: Columns): IdGroups | undefined {
  if (!(sizes instanceof Uint32Array) || !(ids instanceof Uint32Array || ids instanceof Float64Array)) return undefined;
  return sizes.reduce((sum, size) => sum + size, 0) === ids.length ? { sizes, ids } : undefined;
}

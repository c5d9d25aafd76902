import { groupRows, type EdgeType, type Envelope, type NodeId, type ProjectId } from '../model/index.js';
import { decodeCursor, encodeCursor, envelope, readAdjacency, readSymbols, requireCount } from '../graph/index.js';
import type { CodeSymbol, GraphStatistics, KeptGraphs, PageOptions } from '../graph/index.js';
import { stronglyConnectedComponents, topologicalLayers } from './algorithms/components.js';

export interface LayerOptions extends PageOptions {
  /** The graph is that of this project, without what leads out of it; the whole store's unless told. */
  readonly project?: ProjectId;
  /** Edges to follow; calls unless told. */
  readonly edgeTypes?: readonly EdgeType[];
  /** So many layers from the lowest on; all unless told. */
  readonly depth?: number;
  readonly signal?: AbortSignal;
}

export interface LayeredSymbol {
  readonly symbol: CodeSymbol;
  /**
   * 0 for what depends on nothing, else one more than the highest layer that it depends on. Symbols of one cycle
   * share a layer.
   */
  readonly layer: number;
}

const DEFAULT_LIMIT = 1000;
const KIND = 'layers';

/** The symbols by layer, project and key. */
export async function findLayers(
  statistics: GraphStatistics,
  kept: KeptGraphs | undefined,
  options: LayerOptions,
): Promise<Envelope<LayeredSymbol>> {
  const limit = requireCount('limit', options.limit ?? DEFAULT_LIMIT);
  const depth = requireCount('depth', options.depth ?? Number.MAX_SAFE_INTEGER);
  const shape = ['number', 'string', 'string'] as const;
  const after = options.cursor === undefined ? undefined : decodeCursor(KIND, shape, options.cursor);
  const { project, edgeTypes = ['call'] } = options;
  const cancellable = options.signal === undefined ? {} : { signal: options.signal };
  return statistics.snapshot(async (snapshot) => {
    const generation = await statistics.generation(snapshot);
    const { adjacency, ids } = await readAdjacency(snapshot, project, { edgeTypes, kept, ...cancellable });
    const components = await stronglyConnectedComponents(adjacency, { edgeTypes, ...cancellable });
    const { count, layerOf } = await topologicalLayers(adjacency, components, { edgeTypes, ...cancellable });
    // Every node is in a component, and every component in a layer.
    const layers = components.componentOf.map((component) => layerOf[component]!);
    const { offsets, rows } = groupRows(layers, count);
    const total = offsets[Math.min(depth, count)] ?? 0;
    let from = 0;
    if (after !== undefined) {
      const [layer, owner, key] = [Number(after[0]), String(after[1]), String(after[2])];
      const node = await statistics.countUpTo({ project: owner, key }, project, snapshot);
      from = firstFrom(rows, offsets[layer] ?? total, offsets[layer + 1] ?? total, node);
    }
    const page = [...rows.subarray(from, Math.max(from, Math.min(total, from + limit)))];
    // The graph's nodes are stored symbols, so that each has an id.
    const idOf = (node: number): NodeId => ids[node]! as NodeId;
    const symbols = await readSymbols(snapshot, page.map(idOf));
    const items = page.flatMap((node) => {
      const symbol = symbols.get(idOf(node));
      return symbol === undefined ? [] : [{ symbol, layer: layers[node] ?? 0 }];
    });
    const last = items.at(-1);
    const next =
      last !== undefined && from + page.length < total
        ? encodeCursor(KIND, [last.layer, last.symbol.project, last.symbol.key])
        : null;
    return envelope(generation, total, items, next);
  });
}

/** The first position from `low` up to `high` whose number is not below `bound`; between the two numbers rise. */
function firstFrom(numbers: Uint32Array, low: number, high: number, bound: number): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((numbers[middle] ?? 0) < bound) from = middle + 1;
    else to = middle;
  }
  return from;
}

import type { EdgeMetadata, EdgeType, Envelope, NodeId, ProjectId } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import { breadthFirst, compareReached, requireEdgeTypes, seedsOf } from './breadth-first.js';
import type { Direction, Reached, ReachedPage } from './breadth-first.js';
import { readSymbols, type CodeSymbol } from './code-symbol.js';
import { readEdgeMetadata } from './edge-view.js';
import { impactItems, type ImpactItem } from './impact.js';
import { DEFAULT_LIMIT, decodeCursor, encodeCursor, envelope, readGeneration, requireCount } from './page.js';
import type { PageOptions } from './page.js';
import { keyAsSeenFrom } from './symbol-lookup.js';

export interface TraversalOptions extends PageOptions {
  /** Where the named symbols are looked for; the walk itself crosses projects. */
  readonly project?: ProjectId;
  /** How many edges away at most; 1 unless told. */
  readonly depth?: number;
  /** Edges to follow; calls unless told. */
  readonly edgeTypes?: readonly EdgeType[];
  readonly signal?: AbortSignal;
}

export interface ImpactOptions extends PageOptions {
  /** Where the named symbols are looked for. */
  readonly project?: ProjectId;
  /** How many edges away at most; as far as edges lead unless told. */
  readonly depth?: number;
  /** Edges to follow; every type but containment unless told. */
  readonly edgeTypes?: readonly EdgeType[];
  /** Whether dependents in other projects count, and what depends on those; false unless told. */
  readonly across?: boolean;
  readonly signal?: AbortSignal;
}

/** An edge by the keys of its ends. A key of another project than the item's symbol is `project//key`. */
export interface KeyedEdge {
  readonly from: string;
  readonly to: string;
  readonly type: EdgeType;
  readonly confidence: number | null;
  readonly strategy: string | null;
  readonly metadata: EdgeMetadata | null;
}

/** A symbol that was reached, its smallest distance, and the smallest edge by keys it is reached by there. */
export interface TraversalItem {
  readonly symbol: CodeSymbol;
  readonly depth: number;
  readonly edge: KeyedEdge;
}

/** Edges by which a change can reach a symbol: a file is not affected by being around something. */
const DEPENDENCIES: readonly EdgeType[] = ['call', 'inheritance', 'data_dependency', 'reference', 'import'];

/**
 * Walks the symbol graph breadth first. An answer lists every reached symbol once, ordered by
 * depth, project and key. The symbols asked about are listed only when a cycle leads back to them.
 */
export class Traversal {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * The symbols that depend on what `of` names: a name or node key, or node ids.
   *
   * Throws NotFoundError with code `SYMBOL_NOT_FOUND` when the text names nothing, UsageError with
   * code `INVALID_ARGUMENT` for bad options, CancelledError when the signal fires.
   */
  async callers(of: string | readonly NodeId[], options: TraversalOptions = {}): Promise<Envelope<TraversalItem>> {
    return this.#neighbours('callers', of, options);
  }

  /** The symbols that what `of` names depends on; otherwise as {@link callers}. */
  async callees(of: string | readonly NodeId[], options: TraversalOptions = {}): Promise<Envelope<TraversalItem>> {
    return this.#neighbours('callees', of, options);
  }

  /**
   * Everything that depends on what `of` names, directly or through others, each with a shortest path
   * that explains it. Where several are shortest, it is the one whose keys are smallest, compared from
   * the member on. Without `across` the walk stays in the projects of the symbols asked about: what
   * depends on them only through another project is not found.
   *
   * Throws as {@link callers}.
   */
  async impact(of: string | readonly NodeId[], options: ImpactOptions = {}): Promise<Envelope<ImpactItem>> {
    const { depth = Number.MAX_SAFE_INTEGER, edgeTypes = DEPENDENCIES, across = false } = options;
    return this.#walk('impact', 'callers', of, { ...options, depth, edgeTypes }, !across, impactItems);
  }

  async #neighbours(
    direction: Direction,
    of: string | readonly NodeId[],
    options: TraversalOptions,
  ): Promise<Envelope<TraversalItem>> {
    return this.#walk(direction, direction, of, options, false, ({ snapshot, page }) =>
      itemsOf(snapshot, direction, page),
    );
  }

  async #walk<Item>(
    question: string,
    direction: Direction,
    of: string | readonly NodeId[],
    options: TraversalOptions,
    staysHome: boolean,
    readItems: (reached: ReachedPage) => Promise<Item[]>,
  ): Promise<Envelope<Item>> {
    const limit = requireCount('limit', options.limit ?? DEFAULT_LIMIT);
    const depth = requireCount('depth', options.depth ?? 1);
    const types = requireEdgeTypes(options.edgeTypes ?? ['call']);
    const after = options.cursor === undefined ? undefined : decodePlace(question, options.cursor);
    return this.#database.snapshot(async (snapshot) => {
      const generation = await readGeneration(snapshot);
      const seeds = await seedsOf(snapshot, of, options.project);
      const within = staysHome ? new Set(seeds.map((seed) => seed.project)) : undefined;
      const all = await breadthFirst(snapshot, seeds, { direction, depth, types, within, signal: options.signal });
      const rest = after === undefined ? all : all.filter((item) => compareReached(item, after) > 0);
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      const next =
        last !== undefined && rest.length > page.length
          ? encodeCursor(question, [last.depth, last.project, last.key])
          : null;
      return envelope(generation, all.length, await readItems({ snapshot, page, all }), next);
    });
  }
}

function decodePlace(question: string, cursor: string): Pick<Reached, 'depth' | 'project' | 'key'> {
  const [depth, project, key] = decodeCursor(question, ['number', 'string', 'string'], cursor);
  return { depth: Number(depth), project: String(project), key: String(key) };
}

async function itemsOf(snapshot: Snapshot, direction: Direction, page: readonly Reached[]): Promise<TraversalItem[]> {
  const symbols = await readSymbols(
    snapshot,
    page.map((item) => item.id),
  );
  const keys = page.map((item) =>
    direction === 'callers'
      ? { callerId: item.id, calleeId: item.via.id, edgeType: item.edgeType }
      : { callerId: item.via.id, calleeId: item.id, edgeType: item.edgeType },
  );
  const metadata = await readEdgeMetadata(snapshot, keys);
  return page.flatMap((item, at) => {
    const symbol = symbols.get(item.id);
    return symbol === undefined
      ? []
      : [{ symbol, depth: item.depth, edge: keyedEdge(direction, item, metadata[at] ?? null) }];
  });
}

function keyedEdge(direction: Direction, item: Reached, metadata: EdgeMetadata | null): KeyedEdge {
  const other = keyAsSeenFrom(item.project, item.via);
  const [from, to] = direction === 'callers' ? [item.key, other] : [other, item.key];
  return {
    from,
    to,
    type: item.edgeType,
    confidence: typeof metadata?.confidence === 'number' ? metadata.confidence : null,
    strategy: typeof metadata?.strategy === 'string' ? metadata.strategy : null,
    metadata,
  };
}

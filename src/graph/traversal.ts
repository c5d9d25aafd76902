import type { EdgeMetadata, EdgeType, Envelope, NodeId, ProjectId } from '../model/index.js';
import type { Database } from '../sql/index.js';
import { requireEdgeTypes, seedsOf } from './breadth-first.js';
import type { Direction, Reached, ReachedPlace, Walked, WalkedPage, WalkRules } from './breadth-first.js';
import type { CodeSymbol } from './code-symbol.js';
import { impactItems, type ImpactItem } from './impact.js';
import type { KeptGraphs } from './kept-graphs.js';
import { DEFAULT_LIMIT, decodeCursor, encodeCursor, envelope, readGeneration, requireCount } from './page.js';
import type { PageOptions } from './page.js';
import { walkStored } from './stored-walk.js';
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
export const DEPENDENCIES: readonly EdgeType[] = ['call', 'inheritance', 'data_dependency', 'reference', 'import'];

/**
 * Walks the symbol graph breadth first. An answer lists every reached symbol once, ordered by
 * depth, project and key. The symbols asked about are listed only when a cycle leads back to them.
 *
 * Walks the graphs that are kept in memory (`PdgStore.keep`) where these are all it needs and are what the
 * tables say at that moment, and the tables otherwise; the answer is the same.
 */
export class Traversal {
  readonly #database: Database;
  readonly #kept: KeptGraphs | undefined;

  constructor(database: Database, kept?: KeptGraphs) {
    this.#database = database;
    this.#kept = kept;
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
    return this.#walk(direction, direction, of, options, false, (page) => traversalItems(direction, page));
  }

  async #walk<Item>(
    question: string,
    direction: Direction,
    of: string | readonly NodeId[],
    options: TraversalOptions,
    staysHome: boolean,
    readItems: (page: WalkedPage) => Promise<Item[]>,
  ): Promise<Envelope<Item>> {
    const { limit, depth, types, after } = walkedOptions(question, options);
    return this.#database.snapshot(async (snapshot) => {
      const generation = await readGeneration(snapshot);
      const seeds = await seedsOf(snapshot, of, options.project);
      const within = staysHome ? new Set(seeds.map((seed) => seed.project)) : undefined;
      const rules = { direction, depth, types, within, after, limit, signal: options.signal };
      const walked =
        (await this.#kept?.walk(snapshot, generation, seeds, rules)) ?? (await walkStored(snapshot, seeds, rules));
      try {
        return await walkedAnswer(question, generation, walked, readItems);
      } finally {
        walked.end();
      }
    });
  }
}

/** What the options of a question say, checked; throws UsageError `INVALID_ARGUMENT`. */
export function walkedOptions(
  question: string,
  options: TraversalOptions,
): Pick<WalkRules, 'limit' | 'depth' | 'types' | 'after'> {
  return {
    limit: requireCount('limit', options.limit ?? DEFAULT_LIMIT),
    depth: requireCount('depth', options.depth ?? 1),
    types: requireEdgeTypes(options.edgeTypes ?? ['call']),
    after: options.cursor === undefined ? undefined : decodePlace(question, options.cursor),
  };
}

/** The page that was asked for of what a walk reached. */
export async function walkedAnswer<Item>(
  question: string,
  generation: number,
  walked: Walked,
  readItems: (page: WalkedPage) => Promise<Item[]>,
): Promise<Envelope<Item>> {
  const page = await walked.page();
  const last = page.items.at(-1);
  const next = last === undefined || page.isLast ? null : encodeCursor(question, [last.depth, last.project, last.key]);
  return envelope(generation, walked.total, await readItems(page), next);
}

function decodePlace(question: string, cursor: string): ReachedPlace {
  const [depth, project, key] = decodeCursor(question, ['number', 'string', 'string'], cursor);
  return { depth: Number(depth), project: String(project), key: String(key) };
}

/** The symbols of a page, each with the edge that it is reached by. */
export async function traversalItems(direction: Direction, page: WalkedPage): Promise<TraversalItem[]> {
  const [symbols, metadata] = [await page.symbols(), await page.metadata()];
  return page.items.flatMap((item, at) => {
    const symbol = symbols[at];
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

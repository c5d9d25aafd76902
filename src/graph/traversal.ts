import { setImmediate as nextTurn } from 'node:timers/promises';
import { CancelledError, EDGE_TYPES, NotFoundError, UsageError, crossProjectKey } from '../model/index.js';
import type { EdgeMetadata, EdgeType, Envelope, NodeId, ProjectId } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import { chunksOf, readSymbols, type CodeSymbol } from './code-symbol.js';
import { readEdgeMetadata } from './edge-view.js';
import { DEFAULT_LIMIT, decodeCursor, encodeCursor, envelope, readGeneration, requireCount } from './page.js';
import type { PageOptions } from './page.js';
import { comparePlaces, lookUpNodes, type NodePlace } from './symbol-lookup.js';
import { compareText } from './text-order.js';

export interface TraversalOptions extends PageOptions {
  /** Where the named symbols are looked for; the walk itself crosses projects. */
  readonly project?: ProjectId;
  /** How many edges away at most; 1 unless told. */
  readonly depth?: number;
  /** Edges to follow; calls unless told. */
  readonly edgeTypes?: readonly EdgeType[];
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

type Direction = 'callers' | 'callees';

interface Reached extends NodePlace {
  readonly depth: number;
  /** The end of the edge that was known before. */
  readonly via: NodePlace;
  readonly edgeType: EdgeType;
}

interface Step {
  readonly near: NodeId;
  readonly far: NodeId;
  readonly type: EdgeType;
}

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
    return this.#walk('callers', of, options);
  }

  /** The symbols that what `of` names depends on; otherwise as {@link callers}. */
  async callees(of: string | readonly NodeId[], options: TraversalOptions = {}): Promise<Envelope<TraversalItem>> {
    return this.#walk('callees', of, options);
  }

  async #walk(
    direction: Direction,
    of: string | readonly NodeId[],
    options: TraversalOptions,
  ): Promise<Envelope<TraversalItem>> {
    const limit = requireCount('limit', options.limit ?? DEFAULT_LIMIT);
    const depth = requireCount('depth', options.depth ?? 1);
    const types = requireEdgeTypes(options.edgeTypes ?? ['call']);
    const after = options.cursor === undefined ? undefined : decodePlace(direction, options.cursor);
    return this.#database.snapshot(async (snapshot) => {
      const generation = await readGeneration(snapshot);
      const seeds = await seedsOf(snapshot, of, options.project);
      const reached = await breadthFirst(snapshot, direction, seeds, depth, types, options.signal);
      const rest = after === undefined ? reached : reached.filter((item) => compareReached(item, after) > 0);
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      const next =
        last !== undefined && rest.length > page.length
          ? encodeCursor(direction, [last.depth, last.project, last.key])
          : null;
      return envelope(generation, reached.length, await itemsOf(snapshot, direction, page), next);
    });
  }
}

function requireEdgeTypes(types: readonly EdgeType[]): readonly EdgeType[] {
  const known: readonly string[] = EDGE_TYPES;
  const stray = types.find((type) => !known.includes(type));
  if (types.length > 0 && stray === undefined) return types;
  const reason = stray === undefined ? 'No edge type is named' : `There is no edge type ${JSON.stringify(stray)}`;
  throw new UsageError('INVALID_ARGUMENT', `${reason}; the types are ${EDGE_TYPES.join(', ')}.`, {
    details: { argument: 'edgeTypes', value: stray ?? null },
  });
}

function decodePlace(direction: Direction, cursor: string): Pick<Reached, 'depth' | 'project' | 'key'> {
  const [depth, project, key] = decodeCursor(direction, ['number', 'string', 'string'], cursor);
  return { depth: Number(depth), project: String(project), key: String(key) };
}

function compareReached(a: Reached, b: Pick<Reached, 'depth' | 'project' | 'key'>): number {
  return a.depth - b.depth || compareText(a.project, b.project) || compareText(a.key, b.key);
}

async function seedsOf(snapshot: Snapshot, of: string | readonly NodeId[], project?: ProjectId): Promise<NodePlace[]> {
  if (typeof of !== 'string') return [...(await readPlaces(snapshot, [...new Set(of)])).values()].sort(comparePlaces);
  const seeds = await lookUpNodes(snapshot, of, project);
  if (seeds.length > 0) return seeds;
  const where = project === undefined ? '' : ` in project ${JSON.stringify(project)}`;
  throw new NotFoundError('SYMBOL_NOT_FOUND', `No symbol is named ${JSON.stringify(of)}${where}.`, {
    details: { name: of, project: project ?? null },
  });
}

async function breadthFirst(
  snapshot: Snapshot,
  direction: Direction,
  seeds: readonly NodePlace[],
  depth: number,
  types: readonly EdgeType[],
  signal: AbortSignal | undefined,
): Promise<Reached[]> {
  const listed = new Set<NodeId>();
  const expanded = new Set<NodeId>(seeds.map((seed) => seed.id));
  const reached: Reached[] = [];
  let frontier = seeds;
  for (let level = 1; level <= depth && frontier.length > 0; level++) {
    const steps = await smallestSteps(snapshot, direction, frontier, listed, types, signal);
    const places = await readPlaces(snapshot, [...steps.keys()]);
    const found: Reached[] = [];
    for (const [id, { rank, type }] of steps) {
      const place = places.get(id);
      const via = frontier[rank];
      if (place === undefined || via === undefined) continue;
      listed.add(id);
      found.push({ ...place, depth: level, via, edgeType: type });
    }
    found.sort(comparePlaces);
    for (const item of found) reached.push(item);
    frontier = found.filter((item) => !expanded.has(item.id));
    for (const item of frontier) expanded.add(item.id);
  }
  return reached;
}

/** For each symbol one edge beyond the frontier that is not listed yet: the edge with the smallest keys. */
async function smallestSteps(
  snapshot: Snapshot,
  direction: Direction,
  frontier: readonly NodePlace[],
  listed: ReadonlySet<NodeId>,
  types: readonly EdgeType[],
  signal: AbortSignal | undefined,
): Promise<Map<NodeId, { rank: number; type: EdgeType }>> {
  const rankOf = new Map(frontier.map((place, rank) => [place.id, rank]));
  const best = new Map<NodeId, { rank: number; type: EdgeType }>();
  const [near, far] = direction === 'callers' ? ['callee_id', 'caller_id'] : ['caller_id', 'callee_id'];
  for (const chunk of chunksOf(frontier)) {
    await pauseUnlessCancelled(signal);
    const steps = await snapshot.all<Step>(
      `SELECT e.${near} AS near, e.${far} AS far, e.edge_type AS type
       FROM json_each(?) AS frontier CROSS JOIN intel_edges AS e ON e.${near} = frontier.value
       WHERE e.edge_type IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(chunk.map((place) => place.id)), JSON.stringify(types)],
    );
    for (const { near: from, far: to, type } of steps) {
      const rank = rankOf.get(from);
      if (rank === undefined || listed.has(to)) continue;
      const known = best.get(to);
      const isSmaller = known === undefined || rank < known.rank || (rank === known.rank && type < known.type);
      if (isSmaller) best.set(to, { rank, type });
    }
  }
  return best;
}

/** Lets the event loop turn, so that a signal can fire at all while the database answers at once. */
async function pauseUnlessCancelled(signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return;
  await nextTurn();
  if (signal.aborted) throw new CancelledError('The walk was cancelled.', { cause: signal.reason });
}

async function readPlaces(snapshot: Snapshot, ids: readonly NodeId[]): Promise<Map<NodeId, NodePlace>> {
  const places = new Map<NodeId, NodePlace>();
  for (const chunk of chunksOf(ids)) {
    const rows = await snapshot.all<NodePlace>(
      `SELECT n.id AS id, n.project_id AS project, n.node_key AS key
       FROM json_each(?) AS wanted CROSS JOIN intel_nodes AS n ON n.id = wanted.value`,
      [JSON.stringify(chunk)],
    );
    for (const row of rows) places.set(row.id, row);
  }
  return places;
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
  const other = item.via.project === item.project ? item.via.key : crossProjectKey(item.via.project, item.via.key);
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

import { setImmediate as nextTurn } from 'node:timers/promises';
import { CancelledError, EDGE_TYPES, NotFoundError, UsageError, compareText } from '../model/index.js';
import type { EdgeType, NodeId, ProjectId } from '../model/index.js';
import type { Snapshot } from '../sql/index.js';
import { chunksOf } from './code-symbol.js';
import { comparePlaces, lookUpNodes, type NodePlace } from './symbol-lookup.js';

/** `callers` walks from the depended on to the dependents, `callees` the other way. */
export type Direction = 'callers' | 'callees';

export interface WalkRules {
  readonly direction: Direction;
  /** How many edges away at most. */
  readonly depth: number;
  readonly types: readonly EdgeType[];
  /** Projects the walk does not leave; every project unless told. */
  readonly within?: ReadonlySet<ProjectId> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A symbol at its smallest distance, and the smallest edge by keys it is reached by there. */
export interface Reached extends NodePlace {
  readonly depth: number;
  /** The end of the edge that was known before. */
  readonly via: NodePlace;
  readonly edgeType: EdgeType;
}

/** A page of what was reached, with the whole of it to look further back in. */
export interface ReachedPage {
  readonly snapshot: Snapshot;
  readonly page: readonly Reached[];
  readonly all: readonly Reached[];
}

interface Step {
  readonly near: NodeId;
  readonly far: NodeId;
  readonly type: EdgeType;
}

/** Throws a UsageError with code `INVALID_ARGUMENT` unless at least one edge type is named and all of them exist. */
export function requireEdgeTypes(types: readonly EdgeType[]): readonly EdgeType[] {
  const known: readonly string[] = EDGE_TYPES;
  const stray = types.find((type) => !known.includes(type));
  if (types.length > 0 && stray === undefined) return types;
  const reason = stray === undefined ? 'No edge type is named' : `There is no edge type ${JSON.stringify(stray)}`;
  throw new UsageError('INVALID_ARGUMENT', `${reason}; the types are ${EDGE_TYPES.join(', ')}.`, {
    details: { argument: 'edgeTypes', value: stray ?? null },
  });
}

export function compareReached(a: Reached, b: Pick<Reached, 'depth' | 'project' | 'key'>): number {
  return a.depth - b.depth || compareText(a.project, b.project) || compareText(a.key, b.key);
}

/**
 * The symbols a walk starts at: what a name or node key names, or those of the ids that exist.
 *
 * Throws NotFoundError with code `SYMBOL_NOT_FOUND` when the text names nothing.
 */
export async function seedsOf(
  snapshot: Snapshot,
  of: string | readonly NodeId[],
  project?: ProjectId,
): Promise<NodePlace[]> {
  if (typeof of !== 'string') return [...(await readPlaces(snapshot, [...new Set(of)])).values()].sort(comparePlaces);
  const seeds = await lookUpNodes(snapshot, of, project);
  if (seeds.length > 0) return seeds;
  const where = project === undefined ? '' : ` in project ${JSON.stringify(project)}`;
  throw new NotFoundError('SYMBOL_NOT_FOUND', `No symbol is named ${JSON.stringify(of)}${where}.`, {
    details: { name: of, project: project ?? null },
  });
}

/** Every symbol that is reached, once, ordered by depth, project and key. Throws CancelledError. */
export async function breadthFirst(
  snapshot: Snapshot,
  seeds: readonly NodePlace[],
  rules: WalkRules,
): Promise<Reached[]> {
  const { depth, within } = rules;
  const listed = new Set<NodeId>();
  const expanded = new Set<NodeId>(seeds.map((seed) => seed.id));
  const reached: Reached[] = [];
  let frontier = seeds;
  for (let level = 1; level <= depth && frontier.length > 0; level++) {
    const steps = await smallestSteps(snapshot, frontier, listed, rules);
    const places = await readPlaces(snapshot, [...steps.keys()]);
    const found: Reached[] = [];
    for (const [id, { rank, type }] of steps) {
      const place = places.get(id);
      const via = frontier[rank];
      if (place === undefined || via === undefined) continue;
      listed.add(id);
      if (within !== undefined && !within.has(place.project)) continue;
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
  frontier: readonly NodePlace[],
  listed: ReadonlySet<NodeId>,
  { direction, types, signal }: WalkRules,
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

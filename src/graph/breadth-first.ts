import { setImmediate as nextTurn } from 'node:timers/promises';
import { CancelledError, EDGE_TYPES, NotFoundError, UsageError } from '../model/index.js';
import type { EdgeMetadata, EdgeType, NodeId, ProjectId } from '../model/index.js';
import type { Snapshot } from '../sql/index.js';
import { chunksOf, type CodeSymbol } from './code-symbol.js';
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
  /** What is asked for begins after this place. */
  readonly after?: ReachedPlace | undefined;
  /** How many of what is reached are asked for. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/** A symbol at its smallest distance, and the smallest edge by keys it is reached by there. */
export interface Reached extends NodePlace {
  readonly depth: number;
  /** The end of the edge that was known before. */
  readonly via: NodePlace;
  readonly edgeType: EdgeType;
}

/** A place in the order of what is reached. */
export type ReachedPlace = Pick<Reached, 'depth' | 'project' | 'key'>;

/**
 * All that a walk reached. Of what is not on a page nothing is known but that it is there, so that a
 * small page of a large answer costs little.
 */
export interface Walked {
  readonly total: number;
  /** What was asked for, in the order of depth, project and key. */
  page(): Promise<WalkedPage>;
  /** Gives back what the walk holds; nothing may be asked of it or of its pages any more. */
  end(): void;
}

/** Each list has an entry for each item, in their order. */
export interface WalkedPage {
  readonly items: readonly Reached[];
  /** Is there nothing after the last item? */
  readonly isLast: boolean;
  symbols(): Promise<readonly CodeSymbol[]>;
  /** The metadata of the edges that the items were reached by. */
  metadata(): Promise<readonly (EdgeMetadata | null)[]>;
  /** From the item itself back to a symbol where the walk began. */
  paths(): Promise<readonly (readonly NodePlace[])[]>;
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

/**
 * The symbols a walk starts at, by project and key: what a name or node key names, or those of the ids
 * that exist.
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
  throw symbolNotFound(of, project);
}

export function symbolNotFound(name: string, project: ProjectId | undefined): NotFoundError {
  const where = project === undefined ? '' : ` in project ${JSON.stringify(project)}`;
  return new NotFoundError('SYMBOL_NOT_FOUND', `No symbol is named ${JSON.stringify(name)}${where}.`, {
    details: { name, project: project ?? null },
  });
}

/** The places of those of the ids that exist. */
export async function readPlaces(snapshot: Snapshot, ids: readonly NodeId[]): Promise<Map<NodeId, NodePlace>> {
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

/** Lets the event loop turn, so that a signal can fire at all while nothing else is waited for. Throws CancelledError. */
export async function pauseUnlessCancelled(signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return;
  await nextTurn();
  if (signal.aborted) throw new CancelledError('The walk was cancelled.', { cause: signal.reason });
}

import type { NodeId, NodeType, ProjectId } from '../model/index.js';
import type { Snapshot } from '../sql/index.js';
import type { RankedNode } from './ranked-list.js';

/** What the graph says of a symbol, whatever the text. */
export interface GraphSignals {
  readonly isPublic: boolean;
  /** How many symbols use it, counted up to a hundred. */
  readonly users: number;
  /** It is of the project that was named. */
  readonly isNear: boolean;
  readonly type: NodeType;
}

/** More users say nothing more. */
const MOST_USERS = 100;

// Chosen by the same measurement as the constants of the fusion.
const PUBLIC_GAIN = 0.05;
const USERS_GAIN = 0.06;
const NEAR_GAIN = 0.3;
/** What people look for does something; a variable, a file or what is only mentioned is seldom meant. */
const TYPE_GAINS: Readonly<Record<NodeType, number>> = {
  function: 0.2,
  class: 0.2,
  method: 0.2,
  interface: 0.2,
  struct: 0.2,
  trait: 0.2,
  enum: 0.1,
  type: 0,
  variable: -0.3,
  module: -0.2,
  external: -0.3,
};

const MOST_GAIN = 1 + PUBLIC_GAIN + USERS_GAIN + Math.max(...Object.values(TYPE_GAINS));

/** How many symbols use each of these, by call, reference, inheritance or import; counted up to a hundred. */
export async function readUsers(snapshot: Snapshot, ids: readonly NodeId[]): Promise<Map<NodeId, number>> {
  const rows = await snapshot.all<{ id: NodeId; users: number }>(
    `SELECT w.value AS id, (SELECT count(*) FROM (
       SELECT 1 FROM intel_edges WHERE callee_id = w.value AND edge_type <> 'containment' LIMIT ${MOST_USERS}
     )) AS users FROM json_each(?) AS w`,
    [JSON.stringify(ids)],
  );
  return new Map(rows.map(({ id, users }) => [id, users]));
}

export function signalsOf(node: RankedNode, users: number, near: ProjectId | undefined): GraphSignals {
  return { isPublic: node.closedness === 0, users, isNear: node.project === near, type: node.type };
}

/** What a score is multiplied with: above 0, at most 1, and more for a symbol of the project that was named. */
export function gainOf({ isPublic, users, isNear, type }: GraphSignals): number {
  const gain =
    1 +
    (isPublic ? PUBLIC_GAIN : 0) +
    (USERS_GAIN * Math.log1p(users)) / Math.log1p(MOST_USERS) +
    (isNear ? NEAR_GAIN : 0) +
    TYPE_GAINS[type];
  return gain / MOST_GAIN;
}

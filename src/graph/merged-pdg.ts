import { LimitError, type NodeId, type Pdg, type ProjectId } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import { chunksOf } from './code-symbol.js';
import { NodeRows } from './pdg-read.js';
import { requireCount } from './page.js';

export interface MergedPdgOptions {
  /** How many edges beyond the border to follow at most. */
  readonly depth?: number;
  /** Along dependencies (default), or against them. */
  readonly direction?: 'dependencies' | 'dependents';
  /** The largest number of nodes; default one million. */
  readonly limit?: number;
}

const DEFAULT_LIMIT = 1_000_000;

/**
 * The graphs of several projects as one, with the edges between them, and what lies up to `depth` edges beyond. The path of
 * each file has its project before it, so that a node's key is the `project//key` of all answers.
 *
 * Throws LimitError `LIMIT_EXCEEDED` when that is more nodes than the limit, UsageError `INVALID_ARGUMENT`.
 */
export async function readMergedPdg(
  database: Database,
  projects: readonly ProjectId[],
  options: MergedPdgOptions = {},
): Promise<Pdg> {
  return database.snapshot(async (snapshot) => {
    const inside = await idsOf(snapshot, projects);
    const beyond = await idsBeyond(snapshot, inside, options);
    return readNodes(snapshot, [...inside, ...beyond]);
  });
}

/** What lies up to `depth` edges beyond the border of a project, without the project itself; otherwise as {@link readMergedPdg}. */
export async function readExternalPdg(
  database: Database,
  project: ProjectId,
  options: MergedPdgOptions = {},
): Promise<Pdg> {
  return database.snapshot(async (snapshot) => {
    const inside = await idsOf(snapshot, [project]);
    return readNodes(snapshot, [...(await idsBeyond(snapshot, inside, { depth: 1, ...options }))]);
  });
}

async function idsOf(snapshot: Snapshot, projects: readonly ProjectId[]): Promise<Set<NodeId>> {
  const rows = await snapshot.all<{ id: NodeId }>(
    'SELECT n.id FROM json_each(?) AS w CROSS JOIN intel_nodes AS n ON n.project_id = w.value',
    [JSON.stringify([...new Set(projects)])],
  );
  return new Set(rows.map(({ id }) => id));
}

async function idsBeyond(
  snapshot: Snapshot,
  inside: ReadonlySet<NodeId>,
  { depth = 0, direction = 'dependencies', limit = DEFAULT_LIMIT }: MergedPdgOptions,
): Promise<Set<NodeId>> {
  requireCount('depth', depth, 0);
  requireCount('limit', limit);
  const found = new Set<NodeId>();
  requireSize(inside.size, limit);
  let frontier: Iterable<NodeId> = inside;
  for (let hop = 0; hop < depth; hop++) {
    const next = new Set<NodeId>();
    for (const ids of chunksOf([...frontier])) {
      for (const id of await neighbours(snapshot, ids, direction, hop === 0)) {
        if (!inside.has(id) && !found.has(id)) next.add(id);
      }
    }
    if (next.size === 0) break;
    for (const id of next) found.add(id);
    requireSize(inside.size + found.size, limit);
    frontier = next;
  }
  return found;
}

/** The first step leads into another project; from there on any edge does. */
async function neighbours(
  snapshot: Snapshot,
  ids: readonly NodeId[],
  direction: 'dependencies' | 'dependents',
  isFirst: boolean,
): Promise<NodeId[]> {
  const [near, far] = direction === 'dependencies' ? ['caller_id', 'callee_id'] : ['callee_id', 'caller_id'];
  const rows = await snapshot.all<{ id: NodeId }>(
    `SELECT DISTINCT e.${far} AS id FROM json_each(?) AS w CROSS JOIN intel_edges AS e ON e.${near} = w.value
     ${
       isFirst
         ? `CROSS JOIN intel_nodes AS a ON a.id = e.${near} CROSS JOIN intel_nodes AS b ON b.id = e.${far}
            WHERE a.project_id <> b.project_id`
         : `WHERE e.edge_type <> 'containment'`
     }`,
    [JSON.stringify(ids)],
  );
  return rows.map(({ id }) => id);
}

async function readNodes(snapshot: Snapshot, ids: readonly NodeId[]): Promise<Pdg> {
  const rows = new NodeRows();
  for (const chunk of chunksOf(ids)) await rows.addNodes(snapshot, chunk);
  for (const chunk of chunksOf(ids)) await rows.addEdges(snapshot, chunk);
  return rows.build();
}

function requireSize(nodes: number, limit: number): void {
  if (nodes <= limit) return;
  throw new LimitError(
    'LIMIT_EXCEEDED',
    `The graph has more than ${limit} nodes; ask for fewer projects or less depth.`,
    {
      details: { limit, nodes },
    },
  );
}

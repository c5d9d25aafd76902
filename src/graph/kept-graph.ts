import { CorruptionError, EDGE_TYPES, type EdgeType, type NodeId, type Pdg, type ProjectId } from '../model/index.js';
import type { Snapshot } from '../sql/index.js';
import type { CodeSymbol } from './code-symbol.js';
import { pauseUnlessCancelled } from './breadth-first.js';
import { inTurns } from './graph-adjacency.js';

const IDS_PER_READ = 50_000;

/** An edge between a node of a project and one of another project. */
export interface BorderEdge {
  readonly project: ProjectId;
  /** The node at the other end. */
  readonly id: NodeId;
  /** Position of its type in `EDGE_TYPES`. */
  readonly type: number;
  readonly metadata: string | null;
}

/** Edges across the border by the number of the node on this side. */
export type Border = ReadonlyMap<number, readonly BorderEdge[]>;

export interface KeptGraphParts {
  readonly project: ProjectId;
  readonly pdg: Pdg;
  /** By node. */
  readonly ids: Float64Array;
  /** Generation of the project. */
  readonly generation: number;
  /** Generation of the store when the border was read. */
  readonly storeGeneration: number;
  readonly outgoing: Border;
  readonly incoming: Border;
}

/** The graph of one project in memory, with what joins it to the tables: ids, and the edges across its border. */
export class KeptGraph implements KeptGraphParts {
  readonly project: ProjectId;
  readonly pdg: Pdg;
  readonly ids: Float64Array;
  readonly generation: number;
  readonly storeGeneration: number;
  readonly outgoing: Border;
  readonly incoming: Border;
  readonly #index: IdIndex;

  constructor(parts: KeptGraphParts, index: IdIndex) {
    this.project = parts.project;
    this.pdg = parts.pdg;
    this.ids = parts.ids;
    this.generation = parts.generation;
    this.storeGeneration = parts.storeGeneration;
    this.outgoing = parts.outgoing;
    this.incoming = parts.incoming;
    this.#index = index;
  }

  /** The number of the node with this id, or -1. */
  indexOfId(id: NodeId): number {
    return this.#index.find(id);
  }

  /** The node as answers show it; equal to the one that is read from its row. */
  symbol(node: number): CodeSymbol {
    const { pdg } = this;
    return {
      // Every node of the graph has an id.
      id: this.ids[node]! as NodeId,
      key: pdg.nodeKey(node),
      project: this.project,
      name: pdg.symbolName(node),
      qualifiedName: pdg.qualifiedName(node),
      type: pdg.nodeType(node),
      language: pdg.language(node),
      visibility: pdg.visibility(node),
      file: pdg.filePath(node),
      startLine: pdg.columns.startLines[node] ?? 0,
      endLine: pdg.columns.endLines[node] ?? 0,
      signature: pdg.signature(node),
      complexity: pdg.complexity(node),
      hash: pdg.contentHash(node),
    };
  }
}

/** Finds positions by id. Where ids rise with the positions, as after a graph was saved, it takes no memory. */
export class IdIndex {
  readonly #ids: Float64Array;
  /** Positions by rising id; null when that is their own order, undefined before the first question. */
  #order: Uint32Array | null | undefined;

  constructor(ids: Float64Array) {
    this.#ids = ids;
  }

  find(id: number): number {
    if (this.#order === undefined) this.#order = orderOf(this.#ids);
    const order = this.#order;
    let low = 0;
    let high = this.#ids.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const position = order?.[middle] ?? middle;
      const found = this.#ids[position] ?? 0;
      if (found === id) return position;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}

function orderOf(ids: Float64Array): Uint32Array | null {
  // All are positions in `ids`.
  if (!ids.some((id, at) => at > 0 && id < ids[at - 1]!)) return null;
  return Uint32Array.from(ids.keys()).sort((a, b) => ids[a]! - ids[b]!);
}

/**
 * The ids of a project's nodes in the order of their keys, which is that of a graph's nodes. Throws CorruptionError
 * `DATABASE_CORRUPT` when they are not as many as the graph has nodes, CancelledError.
 */
export async function readIds(
  snapshot: Snapshot,
  project: ProjectId,
  pdg: Pdg,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const ids = new Float64Array(pdg.nodeCount);
  let count = 0;
  let last: string | undefined = '';
  while (last !== undefined) {
    await pauseUnlessCancelled(signal);
    const rows: { readonly id: NodeId }[] = await snapshot.all(
      'SELECT id FROM intel_nodes WHERE project_id = ? AND node_key > ? ORDER BY node_key LIMIT ?',
      [project, last, IDS_PER_READ],
    );
    // What lies beyond the end is not kept, but counted.
    for (const { id } of rows) ids[count++] = id;
    last = rows.length < IDS_PER_READ ? undefined : await keyOf(snapshot, rows.at(-1)?.id);
  }
  if (count === pdg.nodeCount) return ids;
  throw new CorruptionError('DATABASE_CORRUPT', `The graph of '${project}' has ${pdg.nodeCount} nodes, not ${count}.`, {
    details: { table: 'intel_nodes', project, nodes: count, expected: pdg.nodeCount },
  });
}

async function keyOf(snapshot: Snapshot, id: NodeId | undefined): Promise<string | undefined> {
  if (id === undefined) return undefined;
  return (await snapshot.first<{ key: string }>('SELECT node_key AS key FROM intel_nodes WHERE id = ?', [id]))?.key;
}

interface BorderRow {
  readonly own: NodeId;
  readonly other: NodeId;
  readonly project: ProjectId;
  readonly type: EdgeType;
  readonly metadata: string | null;
}

export interface BorderQuestion {
  readonly project: ProjectId;
  readonly direction: 'outgoing' | 'incoming';
  /** Which nodes are gone through; fewer take less time. */
  readonly from: 'own' | 'foreign';
  readonly signal: AbortSignal | undefined;
}

/** The edges between a project and all others in one direction. Throws CancelledError, and CorruptionError. */
export async function readBorder(snapshot: Snapshot, question: BorderQuestion, index: IdIndex): Promise<Border> {
  const { project, direction, from, signal } = question;
  const [ownEnd, foreignEnd] = direction === 'outgoing' ? ['caller_id', 'callee_id'] : ['callee_id', 'caller_id'];
  const tables =
    from === 'own'
      ? `intel_nodes AS n CROSS JOIN intel_edges AS e ON e.${ownEnd} = n.id
         CROSS JOIN intel_nodes AS f ON f.id = e.${foreignEnd}`
      : `intel_nodes AS f CROSS JOIN intel_edges AS e ON e.${foreignEnd} = f.id
         CROSS JOIN intel_nodes AS n ON n.id = e.${ownEnd}`;
  const rows = snapshot.iterate<BorderRow>(
    `SELECT n.id AS own, f.id AS other, f.project_id AS project, e.edge_type AS type,
       e.metadata AS metadata
     FROM ${tables} WHERE n.project_id = ? AND f.project_id <> ?`,
    [project, project],
  );
  const border = new Map<number, BorderEdge[]>();
  for await (const row of inTurns(rows, signal)) {
    const edge = { project: row.project, id: row.other, type: EDGE_TYPES.indexOf(row.type), metadata: row.metadata };
    const node = index.find(row.own);
    const edges = border.get(node);
    if (edges === undefined) border.set(node, [edge]);
    else edges.push(edge);
  }
  return border;
}

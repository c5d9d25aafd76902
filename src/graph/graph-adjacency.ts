import { setImmediate as nextTurn } from 'node:timers/promises';
import { CancelledError, CorruptionError, EDGE_TYPES, groupRows } from '../model/index.js';
import type { Adjacency, EdgeType, NodeId, ProjectId } from '../model/index.js';
import type { Snapshot, SqlValue } from '../sql/index.js';
import { requireEdgeTypes } from './breadth-first.js';
import type { KeptGraphs } from './kept-graphs.js';

/** The graph of a project or of the store; node `n` of it is the symbol `ids[n]`. */
export interface StoredGraph {
  readonly adjacency: Adjacency;
  /** By project and key, so that graphs of equal content have equal numbers; a float holds an id exactly. */
  readonly ids: Float64Array;
}

/** The graph of files by what their symbols import of each other; node `n` of it is the file `files[n]`. */
export interface FileGraph {
  readonly adjacency: Adjacency;
  /** By project and path. */
  readonly files: readonly { readonly project: ProjectId; readonly path: string }[];
}

export interface GraphReadOptions {
  /** Edges of these types only; all unless told. */
  readonly edgeTypes?: readonly EdgeType[];
  /** Takes the graph from here where it is current; that one has the edges of all types. */
  readonly kept?: KeptGraphs | undefined;
  readonly signal?: AbortSignal;
}

interface EdgeRow {
  readonly source: number;
  readonly target: number;
  readonly type: EdgeType;
}

/** Rows between two turns of the event loop. */
const ROWS_PER_TURN = 50_000;

/**
 * Reads the graph into memory: of one project with the edges that stay inside it, or of the whole
 * store. Rows are streamed into typed arrays.
 *
 * Throws UsageError with code `INVALID_ARGUMENT` for unknown edge types, CancelledError when the signal
 * fires, CorruptionError with code `DATABASE_CORRUPT` for an edge type that does not exist.
 */
export async function readAdjacency(
  snapshot: Snapshot,
  project: ProjectId | undefined,
  options: GraphReadOptions = {},
): Promise<StoredGraph> {
  const types = requireEdgeTypes(options.edgeTypes ?? EDGE_TYPES);
  const kept = await options.kept?.graph(snapshot, project);
  if (kept !== undefined) return { adjacency: kept.pdg, ids: kept.ids };
  const ids = new Growing((length) => new Float64Array(length));
  const positions = new Map<number, number>();
  const nodes = snapshot.iterate<{ id: NodeId }>(
    `SELECT id FROM intel_nodes ${project === undefined ? '' : 'WHERE project_id = ?'} ORDER BY project_id, node_key`,
    project === undefined ? [] : [project],
  );
  for await (const { id } of inTurns(nodes, options.signal)) {
    positions.set(id, ids.count);
    ids.push(id);
  }
  const edges = new EdgeLists();
  for await (const row of inTurns(edgeRows(snapshot, project, types), options.signal)) {
    const source = positions.get(row.source);
    const target = positions.get(row.target);
    if (source !== undefined && target !== undefined) edges.push(source, target, row.type);
  }
  return { adjacency: edges.adjacency(ids.count), ids: ids.values() };
}

function edgeRows(
  snapshot: Snapshot,
  project: ProjectId | undefined,
  types: readonly EdgeType[],
): AsyncIterable<EdgeRow> {
  const columns = 'e.caller_id AS source, e.callee_id AS target, e.edge_type AS type';
  const wanted = 'e.edge_type IN (SELECT value FROM json_each(?))';
  const parameters: SqlValue[] = [JSON.stringify(types)];
  return project === undefined
    ? snapshot.iterate<EdgeRow>(`SELECT ${columns} FROM intel_edges AS e WHERE ${wanted}`, parameters)
    : snapshot.iterate<EdgeRow>(
        `SELECT ${columns} FROM intel_nodes AS n CROSS JOIN intel_edges AS e ON e.caller_id = n.id
         WHERE ${wanted} AND n.project_id = ?`,
        [...parameters, project],
      );
}

/**
 * Reads which files import from which, as edges of type `import`: of one project, or of the store.
 * What a file imports from itself and from outside of all files is left out.
 *
 * Throws CancelledError when the signal fires.
 */
export async function readImportGraph(
  snapshot: Snapshot,
  project: ProjectId | undefined,
  signal?: AbortSignal,
): Promise<FileGraph> {
  const files = await snapshot.all<{ project: ProjectId; path: string }>(
    `SELECT DISTINCT project_id AS project, file_path AS path FROM intel_nodes
     WHERE node_type = 'module' ${project === undefined ? '' : 'AND project_id = ?'} ORDER BY project_id, file_path`,
    project === undefined ? [] : [project],
  );
  const positions = new Map(files.map((file, at) => [`${file.project}\0${file.path}`, at]));
  const edges = new EdgeLists();
  const rows = snapshot.iterate<{ source: string; target: string }>(
    `SELECT DISTINCT s.project_id || char(0) || s.file_path AS source, t.project_id || char(0) || t.file_path AS target
     FROM intel_nodes AS s CROSS JOIN intel_edges AS e ON e.caller_id = s.id
       CROSS JOIN intel_nodes AS t ON t.id = e.callee_id
     WHERE e.edge_type = 'import' ${project === undefined ? '' : 'AND s.project_id = ?'}`,
    project === undefined ? [] : [project],
  );
  for await (const { source, target } of inTurns(rows, signal)) {
    const [from, to] = [positions.get(source), positions.get(target)];
    if (from !== undefined && to !== undefined && from !== to) edges.push(from, to, 'import');
  }
  return { adjacency: edges.adjacency(files.length), files };
}

/** The same rows; lets the event loop turn every so many, so that a signal can fire. */
export async function* inTurns<Row>(
  rows: AsyncIterable<Row>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Row, void, void> {
  let count = 0;
  for await (const row of rows) {
    if (count++ % ROWS_PER_TURN === 0) {
      await nextTurn();
      if (signal?.aborted === true) throw new CancelledError('The read was cancelled.', { cause: signal.reason });
    }
    yield row;
  }
}

/** Numbers in a typed array that doubles when it is full. */
class Growing<Numbers extends Float64Array | Uint32Array> {
  readonly #allocate: (length: number) => Numbers;
  #numbers: Numbers;
  #count = 0;

  constructor(allocate: (length: number) => Numbers) {
    this.#allocate = allocate;
    this.#numbers = allocate(1024);
  }

  get count(): number {
    return this.#count;
  }

  push(value: number): void {
    if (this.#count === this.#numbers.length) {
      const larger = this.#allocate(2 * this.#count);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.#count++] = value;
  }

  values(): Numbers {
    return this.#numbers.subarray(0, this.#count) as Numbers;
  }
}

/** Edges as they come, in any order. */
class EdgeLists {
  readonly #sources = new Growing((length) => new Uint32Array(length));
  readonly #targets = new Growing((length) => new Uint32Array(length));
  readonly #types = new Growing((length) => new Uint32Array(length));

  push(source: number, target: number, type: EdgeType): void {
    const number = EDGE_TYPES.indexOf(type);
    if (number < 0) {
      throw new CorruptionError('DATABASE_CORRUPT', `There is no edge type ${JSON.stringify(type)}.`, {
        details: { table: 'intel_edges', value: String(type).slice(0, 200) },
      });
    }
    this.#sources.push(source);
    this.#targets.push(target);
    this.#types.push(number);
  }

  /** Stable sorts by type, by one end and by the other put the edges of both directions in order. */
  adjacency(nodeCount: number): Adjacency {
    const [sources, targets, types] = [this.#sources.values(), this.#targets.values(), this.#types.values()];
    const byType = groupRows(types, EDGE_TYPES.length).rows;
    const out = groupRows(sources, nodeCount, groupRows(targets, nodeCount, byType).rows);
    const into = groupRows(targets, nodeCount, groupRows(sources, nodeCount, byType).rows);
    return {
      nodeCount,
      edgeCount: sources.length,
      outOffsets: out.offsets,
      outTargets: Uint32Array.from(out.rows, (edge) => targets[edge] ?? 0),
      outTypes: Uint8Array.from(out.rows, (edge) => types[edge] ?? 0),
      inOffsets: into.offsets,
      inSources: Uint32Array.from(into.rows, (edge) => sources[edge] ?? 0),
      inTypes: Uint8Array.from(into.rows, (edge) => types[edge] ?? 0),
    };
  }
}

import {
  CorruptionError,
  crossProjectKey,
  EDGE_TYPES,
  NODE_TYPES,
  PdgAssembler,
  VISIBILITIES,
  type NodeId,
  type Pdg,
  type ProjectId,
} from '../model/index.js';
import type { Snapshot } from '../sql/index.js';
import { decodeEdge, type EdgeRow, type NodeRow } from './row-codecs.js';

type PdgNodeRow = Omit<NodeRow, 'project_id' | 'embedding' | 'created_at' | 'updated_at' | 'node_key'> & {
  readonly owner_name: string | null;
};

/** The graph of a project from its tables, without embeddings and without edges to and from other projects. */
export async function readPdg(snapshot: Snapshot, project: ProjectId): Promise<Pdg> {
  const assembler = new PdgAssembler();
  const positions = new Map<NodeId, number>();
  const parents: (NodeId | null)[] = [];
  const nodes = snapshot.iterate<PdgNodeRow>(
    `SELECT id, file_path, symbol_name, node_type, signature, complexity, content_hash, qualified_name, ordinal,
       language, visibility, interface_hash, value_type, documentation, owner_name, parent_id, start_byte, end_byte,
       start_line, end_line
     FROM intel_nodes WHERE project_id = ? ORDER BY node_key`,
    [project],
  );
  for await (const row of nodes) {
    positions.set(row.id, addNode(assembler, row));
    parents.push(row.parent_id);
  }
  for (const [position, parent] of parents.entries()) {
    const place = parent === null ? undefined : positions.get(parent);
    if (place !== undefined) assembler.setParent(position, place);
  }
  const edges = snapshot.iterate<EdgeRow>(
    `SELECT e.caller_id, e.callee_id, e.edge_type, e.metadata
     FROM intel_nodes AS n CROSS JOIN intel_edges AS e ON e.caller_id = n.id WHERE n.project_id = ?`,
    [project],
  );
  for await (const row of edges) addEdge(assembler, row, positions);
  return assembler.build();
}

/** Gathers nodes of several projects, and the edges among them. The path of a file has its project before it. */
export class NodeRows {
  private readonly assembler = new PdgAssembler();
  private readonly positions = new Map<NodeId, number>();
  private readonly parents = new Map<NodeId, NodeId>();

  async addNodes(snapshot: Snapshot, ids: readonly NodeId[]): Promise<void> {
    const rows = await snapshot.all<PdgNodeRow & { readonly project_id: ProjectId }>(
      `SELECT n.id, n.project_id, n.file_path, n.symbol_name, n.node_type, n.signature, n.complexity, n.content_hash,
         n.qualified_name, n.ordinal, n.language, n.visibility, n.interface_hash, n.value_type, n.documentation,
         n.owner_name, n.parent_id, n.start_byte, n.end_byte, n.start_line, n.end_line
       FROM json_each(?) AS w CROSS JOIN intel_nodes AS n ON n.id = w.value`,
      [JSON.stringify(ids)],
    );
    for (const { project_id: project, ...row } of rows) {
      const filePath = crossProjectKey(project, row.file_path);
      this.positions.set(row.id, addNode(this.assembler, { ...row, file_path: filePath }));
      if (row.parent_id !== null) this.parents.set(row.id, row.parent_id);
    }
  }

  /** The edges from some nodes to nodes that were added. */
  async addEdges(snapshot: Snapshot, ids: readonly NodeId[]): Promise<void> {
    const rows = await snapshot.all<EdgeRow>(
      `SELECT e.caller_id, e.callee_id, e.edge_type, e.metadata
       FROM json_each(?) AS w CROSS JOIN intel_edges AS e ON e.caller_id = w.value`,
      [JSON.stringify(ids)],
    );
    for (const row of rows) addEdge(this.assembler, row, this.positions);
  }

  build(): Pdg {
    for (const [id, parent] of this.parents) {
      const [place, above] = [this.positions.get(id), this.positions.get(parent)];
      if (place !== undefined && above !== undefined) this.assembler.setParent(place, above);
    }
    return this.assembler.build();
  }
}

/**
 * The embeddings of a project's nodes, by their number in the graph, which holds the same nodes: what lies
 * in a node's row, or else what is kept elsewhere.
 */
export async function readEmbeddings(
  snapshot: Snapshot,
  project: ProjectId,
  pdg: Pdg,
  elsewhere: ReadonlyMap<NodeId, Uint8Array> = new Map(),
): Promise<Map<number, Uint8Array>> {
  const embeddings = new Map<number, Uint8Array>();
  const rows = snapshot.iterate<{ readonly id: NodeId; readonly key: string; readonly embedding: Uint8Array | null }>(
    `SELECT id, node_key AS key, embedding FROM intel_nodes WHERE project_id = ?
     ${elsewhere.size === 0 ? 'AND embedding IS NOT NULL' : ''}`,
    [project],
  );
  for await (const { id, key, embedding } of rows) {
    const bytes = embedding ?? elsewhere.get(id);
    if (bytes === undefined) continue;
    embeddings.set(pdg.indexOf(key), new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  }
  return embeddings;
}

function addNode(assembler: PdgAssembler, row: PdgNodeRow): number {
  const isKnown = NODE_TYPES.includes(row.node_type) && VISIBILITIES.includes(row.visibility);
  if (!isKnown || row.content_hash.length !== 32 || row.interface_hash.length !== 32) {
    throw new CorruptionError('DATABASE_CORRUPT', `Row ${row.id} of intel_nodes has a type or a hash that is none.`, {
      details: { table: 'intel_nodes', row: row.id },
    });
  }
  return assembler.addNode({
    filePath: row.file_path,
    symbolName: row.symbol_name,
    qualifiedName: row.qualified_name,
    nodeType: row.node_type,
    ordinal: row.ordinal,
    language: row.language,
    signature: row.signature,
    documentation: row.documentation,
    visibility: row.visibility,
    complexity: row.complexity,
    contentHash: row.content_hash,
    interfaceHash: row.interface_hash,
    valueType: row.value_type,
    ownerName: row.owner_name,
    startByte: row.start_byte,
    endByte: row.end_byte,
    startLine: row.start_line,
    endLine: row.end_line,
    embedding: null,
  });
}

function addEdge(assembler: PdgAssembler, row: EdgeRow, positions: ReadonlyMap<NodeId, number>): void {
  const caller = positions.get(row.caller_id);
  const callee = positions.get(row.callee_id);
  if (caller === undefined || callee === undefined) return;
  const type = EDGE_TYPES.indexOf(row.edge_type);
  if (type < 0) {
    const { caller_id: callerId, callee_id: calleeId, edge_type: edgeType } = row;
    throw new CorruptionError('DATABASE_CORRUPT', `The edge from node ${callerId} has no known type: ${edgeType}.`, {
      details: { table: 'intel_edges', callerId, calleeId, edgeType },
    });
  }
  // Throws for metadata that is no JSON object; a text that is known was found to be good before.
  if (row.metadata !== null && !assembler.knowsMetadata(row.metadata)) decodeEdge(row);
  assembler.addEdge(caller, callee, type, row.metadata);
}

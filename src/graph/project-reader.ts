import { NodeHash, type Edge, type Node, type NodeId, type ProjectId } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import { fromOneState } from './held-snapshot.js';
import type { ReferenceRow } from './project-delta.js';
import { decodeEdge, decodeNode, type EdgeRow, type NodeRow } from './row-codecs.js';
import { grouped, type Wanted } from './wanted-rows.js';

/** What identifies a node, and where it is written. */
export type NodeName = Pick<
  Node,
  'id' | 'projectId' | 'filePath' | 'qualifiedName' | 'symbolName' | 'nodeType' | 'ordinal' | 'parentId'
>;

/** A file of a project with all that starts in it. */
export interface WrittenFile {
  readonly path: string;
  /** Of the bytes that were indexed; null for a file that was not. */
  readonly contentHash: NodeHash | null;
  /** In source order, what encloses before what it encloses; without embeddings. */
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  readonly references: ReadonlyMap<NodeId, readonly ReferenceRow[]>;
}

/** Reads a whole project file by file, from one state of the store. */
export class ProjectReader {
  constructor(
    private readonly snapshot: Snapshot,
    private readonly project: ProjectId,
  ) {}

  /** Iterates over what `read` gives; the state is held until the iteration ends. */
  static read<T>(
    database: Database,
    project: ProjectId,
    read: (reader: ProjectReader) => AsyncIterable<T>,
  ): AsyncGenerator<T, void, void> {
    return fromOneState(database, (snapshot) => read(new ProjectReader(snapshot, project)));
  }

  /** The paths of all files that have nodes, in order. */
  async paths(): Promise<string[]> {
    const rows = await this.snapshot.all<{ readonly path: string }>(
      'SELECT DISTINCT file_path AS path FROM intel_nodes WHERE project_id = ? ORDER BY file_path',
      [this.project],
    );
    return rows.map(({ path }) => path);
  }

  /** The names of all nodes of the project, in the order of their keys. */
  async names(): Promise<NodeName[]> {
    return this.snapshot.all<NodeName>(`${NAME_SQL} WHERE project_id = ? ORDER BY node_key`, [this.project]);
  }

  /** The name of a node of any project, or undefined. */
  async name(id: NodeId): Promise<NodeName | undefined> {
    return this.snapshot.first<NodeName>(`${NAME_SQL} WHERE id = ?`, [id]);
  }

  async file(path: string): Promise<WrittenFile> {
    const where = 'n.file_path = ? AND n.project_id = ?';
    const parameters = [path, this.project];
    const nodes = await this.snapshot.all<NodeRow>(
      `SELECT n.*, NULL AS embedding FROM intel_nodes AS n WHERE ${where} ORDER BY n.start_byte, n.end_byte DESC, n.node_key`,
      parameters,
    );
    const edges = await this.snapshot.all<EdgeRow>(
      `SELECT e.* FROM intel_nodes AS n CROSS JOIN intel_edges AS e ON e.caller_id = n.id WHERE ${where}
       ORDER BY n.node_key, e.edge_type, e.callee_id`,
      parameters,
    );
    const references = await this.snapshot.all<Wanted<ReferenceRow, NodeId>>(
      `SELECT r.source_id AS wanted, r.kind, r.name, r.receiver, r.alias, r.count, r.line
       FROM intel_nodes AS n CROSS JOIN symbol_refs AS r ON r.source_id = n.id WHERE ${where}
       ORDER BY r.source_id, r.ordinal`,
      parameters,
    );
    const file = await this.snapshot.first<{ readonly hash: Uint8Array }>(
      'SELECT content_hash AS hash FROM files WHERE path = ? AND project_id = ? AND language IS NOT NULL',
      parameters,
    );
    return {
      path,
      contentHash: file === undefined ? null : NodeHash.fromDigest(file.hash),
      nodes: nodes.map(decodeNode),
      edges: edges.map(decodeEdge),
      references: grouped(references),
    };
  }

  /** The node that contains each of the nodes that are contained in one; of several the first by key. */
  async containers(): Promise<Map<NodeId, NodeId>> {
    const rows = await this.snapshot.all<{ readonly callerId: NodeId; readonly calleeId: NodeId }>(
      `SELECT e.caller_id AS callerId, e.callee_id AS calleeId
       FROM intel_nodes AS n CROSS JOIN intel_edges AS e ON e.caller_id = n.id AND e.edge_type = 'containment'
       WHERE n.project_id = ? ORDER BY n.node_key DESC`,
      [this.project],
    );
    return new Map(rows.map(({ callerId, calleeId }) => [calleeId, callerId]));
  }
}

const NAME_SQL = `
  SELECT id, project_id AS projectId, file_path AS filePath, qualified_name AS qualifiedName,
    symbol_name AS symbolName, node_type AS nodeType, ordinal, parent_id AS parentId FROM intel_nodes`;

import { nodeKey, type EdgeType, type NodeId, type NodeType } from '../../src/model/index.js';
import { openDatabase, type Database, type SqlRow } from '../../src/sql/index.js';

/** A node of a test graph; what a test does not care about has a plain value. */
export interface FixtureNode {
  readonly id: number;
  readonly name: string;
  readonly project?: string;
  readonly file?: string;
  readonly qualifiedName?: string;
  readonly type?: NodeType;
  readonly ordinal?: number;
  readonly visibility?: string;
  readonly language?: string;
  readonly complexity?: number | null;
  readonly signature?: string | null;
  readonly documentation?: string | null;
  readonly parentId?: number | null;
  readonly createdAt?: number;
}

export interface FixtureEdge {
  readonly from: number;
  readonly to: number;
  readonly type?: EdgeType;
  readonly metadata?: object | null;
}

const NODE_SQL = `INSERT INTO intel_nodes (id, project_id, file_path, symbol_name, node_type, signature, complexity,
  content_hash, created_at, updated_at, node_key, qualified_name, ordinal, language, visibility, interface_hash,
  documentation, parent_id, start_byte, end_byte, start_line, end_line)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 10, 1, 2)`;

export const id = (value: number): NodeId => value as NodeId;

/** A database in memory with this graph in it, of one generation. */
export async function graphDatabase(
  nodes: readonly FixtureNode[],
  edges: readonly FixtureEdge[] = [],
): Promise<Database> {
  const database = await openDatabase({ path: ':memory:' });
  await fillGraph(database, nodes, edges);
  return database;
}

export async function fillGraph(
  database: Database,
  nodes: readonly FixtureNode[],
  edges: readonly FixtureEdge[] = [],
): Promise<void> {
  const projects = [...new Set(nodes.map((node) => node.project ?? 'p'))];
  await database.write([
    {
      sql: 'INSERT INTO projects (id, root, generation, indexed_at) VALUES (?, ?, 1, 1000)',
      rows: projects.map((name) => [name, `/${name}`]),
    },
    {
      sql: 'INSERT INTO generations (id, project_id, committed_at) VALUES (1, ?, 1000)',
      parameters: [projects[0] ?? 'p'],
    },
    { sql: NODE_SQL, rows: nodes.map(nodeRow) },
    {
      sql: 'INSERT INTO intel_edges (caller_id, callee_id, edge_type, metadata) VALUES (?, ?, ?, ?)',
      rows: edges.map((edge) => [
        edge.from,
        edge.to,
        edge.type ?? 'call',
        edge.metadata ? JSON.stringify(edge.metadata) : null,
      ]),
    },
  ]);
}

function nodeRow(node: FixtureNode): SqlRow {
  const { name, project = 'p', file = 'a.ts', qualifiedName = name, type = 'function', ordinal = 1 } = node;
  const hash = Buffer.alloc(32, node.id % 256);
  const key = nodeKey({ filePath: file, qualifiedName, nodeType: type, ordinal });
  const created = node.createdAt ?? 1;
  return [
    ...[node.id, project, file, name, type, node.signature ?? null, node.complexity ?? null, hash, created, created],
    ...[key, qualifiedName, ordinal, node.language ?? 'typescript', node.visibility ?? 'public', hash],
    ...[node.documentation ?? null, node.parentId ?? null],
  ];
}

import { rmSync } from 'node:fs';
import Sqlite from 'better-sqlite3';

/** How somebody else's version 1 may differ from the specification's text. */
export interface V1Options {
  readonly hashes?: 'text' | 'blob';
  readonly autoincrement?: boolean;
  readonly indexes?: boolean;
  readonly edges?: boolean;
  readonly cache?: boolean;
}

export interface V1Node {
  readonly id: number;
  readonly project: string;
  readonly file: string;
  readonly name: string;
  readonly type: string;
  readonly complexity: number | null;
  readonly hash: string;
  readonly embedding: Uint8Array | null;
}

const hash = (digit: string): string => digit.repeat(64);

/** Little-endian float32 values that no rounding leaves as they are. */
export function v1Embedding(seed: number, dimension = 24): Uint8Array {
  const bytes = new Uint8Array(dimension * 4);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < dimension; at++) view.setFloat32(at * 4, Math.sin(seed * 31 + at) / 3, true);
  return bytes;
}

/** Ids have gaps, one name is defined three times in a file, and one node has no embedding. */
export const V1_NODES: readonly V1Node[] = [
  node(1, 'shop', 'src/cart.ts', 'Cart', 'class', null, 'a', 1),
  node(2, 'shop', 'src/cart.ts', 'add', 'method', 3, 'b', 2),
  node(5, 'shop', 'src/cart.ts', 'add', 'method', 4, 'c', 3),
  node(6, 'shop', 'src/cart.ts', 'add', 'method', 1, 'b', 4),
  node(9, 'shop', 'src/größe.ts', 'größe', 'function', 12, 'd', null),
  node(40, 'tools', 'lib/cart.py', 'add', 'function', 0, 'e', 6),
];

export const V1_EDGES = [
  { caller: 2, callee: 9, type: 'call', metadata: '{"callCount":2,"strategy":"name"}' },
  { caller: 1, callee: 2, type: 'containment', metadata: null },
  { caller: 40, callee: 2, type: 'call', metadata: '{"confidence":0.5,"nested":{"a":[1,null,"ü"]}}' },
] as const;

export const V1_CACHE = {
  hash: hash('b'),
  cfg: Uint8Array.from([0, 1, 2, 255]),
  metrics: Uint8Array.from([9, 8]),
  timestamp: 1_700_000_000_123,
} as const;

export const V1_CREATED_AT = 1_600_000_000_000;
export const V1_UPDATED_AT = 1_600_000_001_000;

function node(
  id: number,
  project: string,
  file: string,
  name: string,
  type: string,
  complexity: number | null,
  hashDigit: string,
  embeddingSeed: number | null,
): V1Node {
  const embedding = embeddingSeed === null ? null : v1Embedding(embeddingSeed);
  return { id, project, file, name, type, complexity, hash: hash(hashDigit), embedding };
}

/** Writes a database as the specification's first phase lists it, over whatever is at the path. */
export function makeV1Database(path: string, options: V1Options = {}): void {
  const { hashes = 'text', autoincrement = false, indexes = true, edges = true, cache = true } = options;
  rmSync(path, { force: true });
  const database = new Sqlite(path);
  const stored = (text: string): string | Buffer => (hashes === 'text' ? text : Buffer.from(text, 'hex'));
  database.exec(nodeTable(hashes, autoincrement));
  if (indexes) database.exec(INDEXES);
  const insertNode = database.prepare('INSERT INTO intel_nodes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (const { id, project, file, name, type, complexity, hash: content, embedding } of V1_NODES) {
    const start = [id, project, file, name, type, `${type} ${name}()`, complexity];
    insertNode.run([...start, stored(content), embedding, V1_CREATED_AT, V1_UPDATED_AT]);
  }
  if (edges) {
    database.exec(EDGE_TABLE);
    const insertEdge = database.prepare('INSERT INTO intel_edges VALUES (?, ?, ?, ?)');
    for (const { caller, callee, type, metadata } of V1_EDGES) insertEdge.run([caller, callee, type, metadata]);
  }
  if (cache) {
    database.exec(cacheTable(hashes));
    const { hash: key, cfg, metrics, timestamp } = V1_CACHE;
    database.prepare('INSERT INTO analysis_cache VALUES (?, ?, ?, ?)').run([stored(key), cfg, metrics, timestamp]);
  }
  database.close();
}

function nodeTable(hashes: 'text' | 'blob', autoincrement: boolean): string {
  return `CREATE TABLE intel_nodes (
    id INTEGER PRIMARY KEY ${autoincrement ? 'AUTOINCREMENT' : ''}, project_id TEXT NOT NULL, file_path TEXT NOT NULL,
    symbol_name TEXT NOT NULL, node_type TEXT NOT NULL, signature TEXT, complexity INTEGER,
    content_hash ${hashes.toUpperCase()} NOT NULL, embedding BLOB, created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL)`;
}

const EDGE_TABLE = `CREATE TABLE intel_edges (
  caller_id INTEGER NOT NULL, callee_id INTEGER NOT NULL, edge_type TEXT NOT NULL, metadata TEXT,
  PRIMARY KEY (caller_id, callee_id, edge_type),
  FOREIGN KEY (caller_id) REFERENCES intel_nodes(id), FOREIGN KEY (callee_id) REFERENCES intel_nodes(id))`;

function cacheTable(hashes: 'text' | 'blob'): string {
  return `CREATE TABLE analysis_cache (node_hash ${hashes.toUpperCase()} PRIMARY KEY, cfg_data BLOB,
    complexity_metrics BLOB, timestamp INTEGER NOT NULL)`;
}

const INDEXES = `
  CREATE INDEX idx_nodes_project ON intel_nodes(project_id);
  CREATE INDEX idx_nodes_file ON intel_nodes(file_path);
  CREATE INDEX idx_nodes_symbol ON intel_nodes(symbol_name);
  CREATE INDEX idx_nodes_hash ON intel_nodes(content_hash);`;

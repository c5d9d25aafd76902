import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { temporaryFolder } from './temporary-folder.js';

/** The tables of a LeIndex database as its schema version 3 has them. */
const TABLES = `
  CREATE TABLE schema_version (key TEXT PRIMARY KEY, version INTEGER NOT NULL);
  CREATE TABLE project_metadata (
    id INTEGER PRIMARY KEY AUTOINCREMENT, unique_project_id TEXT UNIQUE NOT NULL, base_name TEXT NOT NULL,
    path_hash TEXT NOT NULL, instance INTEGER DEFAULT 0, canonical_path TEXT NOT NULL, display_name TEXT,
    is_clone BOOLEAN DEFAULT 0, cloned_from TEXT, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    last_indexed TIMESTAMP DEFAULT CURRENT_TIMESTAMP, UNIQUE (canonical_path));
  CREATE TABLE indexed_files (
    file_path TEXT PRIMARY KEY, project_id TEXT NOT NULL, file_hash TEXT NOT NULL, last_indexed INTEGER NOT NULL);
  CREATE TABLE intel_nodes (
    id INTEGER PRIMARY KEY, project_id TEXT NOT NULL, file_path TEXT NOT NULL, node_id TEXT NOT NULL,
    symbol_name TEXT NOT NULL, qualified_name TEXT NOT NULL, language TEXT NOT NULL DEFAULT 'unknown',
    node_type TEXT NOT NULL, signature TEXT, complexity INTEGER, content_hash TEXT NOT NULL, embedding BLOB,
    byte_range_start INTEGER, byte_range_end INTEGER, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    embedding_format INTEGER);
  CREATE TABLE intel_edges (
    caller_id INTEGER NOT NULL, callee_id INTEGER NOT NULL, edge_type TEXT NOT NULL, metadata TEXT,
    FOREIGN KEY (caller_id) REFERENCES intel_nodes (id), FOREIGN KEY (callee_id) REFERENCES intel_nodes (id),
    PRIMARY KEY (caller_id, callee_id, edge_type));
  CREATE TABLE analysis_cache (
    node_hash TEXT PRIMARY KEY, cfg_data BLOB, complexity_metrics BLOB, timestamp INTEGER NOT NULL);
  CREATE TABLE global_symbols (
    symbol_id TEXT PRIMARY KEY, project_id TEXT NOT NULL, symbol_name TEXT NOT NULL, symbol_type TEXT NOT NULL,
    signature TEXT, file_path TEXT NOT NULL, byte_range_start INTEGER, byte_range_end INTEGER,
    complexity INTEGER DEFAULT 1, is_public INTEGER DEFAULT 0, created_at INTEGER NOT NULL DEFAULT 0,
    UNIQUE (project_id, symbol_name, signature));
  CREATE TABLE external_refs (
    ref_id TEXT PRIMARY KEY, source_project_id TEXT NOT NULL, source_symbol_id TEXT NOT NULL,
    target_project_id TEXT NOT NULL, target_symbol_id TEXT NOT NULL, ref_type TEXT NOT NULL);
  CREATE TABLE project_deps (
    dep_id TEXT PRIMARY KEY, project_id TEXT NOT NULL, depends_on_project_id TEXT NOT NULL,
    dependency_type TEXT NOT NULL, UNIQUE (project_id, depends_on_project_id));`;

export const LEINDEX_ROOT = '/home/somebody/shop';

export interface LeIndexNode {
  readonly id: number;
  readonly project?: string;
  /** Below the root of the project. */
  readonly file: string;
  /** As LeIndex writes it, such as `Cart::add`. */
  readonly name: string;
  readonly type: string;
  readonly symbolName?: string;
  readonly hash?: string;
  readonly embedding?: Uint8Array;
  readonly format?: number | null;
  readonly range?: readonly [unknown, unknown];
}

export interface LeIndexContent {
  readonly version?: number;
  readonly nodes?: readonly LeIndexNode[];
  readonly edges?: readonly (readonly [caller: number, callee: number, type: string, metadata?: string | null])[];
  /** Statements that run at the end. */
  readonly also?: string;
}

/** Little-endian float32. */
export function floats(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** What LeIndex makes of a vector in its int8 format: blocks of 32 values, the quantisation, the dimension. */
export function int8Embedding(values: readonly number[]): Uint8Array {
  const lowest = Math.min(...values);
  const scale = Math.fround(254 / Math.max(Math.max(...values) - lowest, 1e-9));
  const bias = Math.fround(-lowest * scale - 127);
  const blocks = Math.ceil(values.length / 32);
  const bytes = new Uint8Array(8 + blocks * 32 + 16 + 8);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(blocks), true);
  for (const [at, value] of values.entries()) {
    view.setInt8(8 + at, Math.max(-128, Math.min(127, Math.round(value * scale + bias))));
  }
  view.setFloat32(8 + blocks * 32, scale, true);
  view.setFloat32(8 + blocks * 32 + 4, bias, true);
  view.setBigUint64(8 + blocks * 32 + 16, BigInt(values.length), true);
  return bytes;
}

/** Writes a LeIndex database, into a folder of its own unless told, and gives its path. */
export function leIndexDatabase(
  { version = 3, nodes = [], edges = [], also = '' }: LeIndexContent,
  path = join(temporaryFolder(), 'leindex.db'),
): string {
  const database = new Sqlite(path);
  database.pragma('journal_mode = WAL');
  // Other writers do not check ends either.
  database.pragma('foreign_keys = OFF');
  database.exec(TABLES);
  database.prepare("INSERT INTO schema_version VALUES ('schema', ?)").run(version);
  database
    .prepare(
      'INSERT INTO project_metadata (unique_project_id, base_name, path_hash, canonical_path) VALUES (?, ?, ?, ?)',
    )
    .run('shop_0123abcd_0', 'shop', '0123abcd', LEINDEX_ROOT);
  const insertNode = database.prepare(
    'INSERT INTO intel_nodes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?)',
  );
  for (const node of nodes) {
    const file = `${LEINDEX_ROOT}/${node.file}`;
    const last = node.name.split('::').at(-1) ?? '';
    const [start, end] = node.range ?? [node.id * 10, node.id * 10 + 5];
    insertNode.run(
      ...[node.id, node.project ?? 'shop', file, `${file}:${node.name}`, node.symbolName ?? last, last, 'Rust'],
      ...[node.type, null, 1, node.hash ?? node.id.toString(16).padStart(64, '0'), node.embedding ?? null],
      ...[start, end, node.format === undefined ? 0 : node.format],
    );
  }
  const insertEdge = database.prepare('INSERT INTO intel_edges VALUES (?, ?, ?, ?)');
  for (const [caller, callee, type, metadata = null] of edges) insertEdge.run(caller, callee, type, metadata);
  database.exec(also);
  database.close();
  return path;
}

import {
  CorruptionError,
  nodeKey,
  NodeHash,
  type Edge,
  type EdgeType,
  type Node,
  type NodeId,
  type NodeRecord,
  type NodeType,
  type Visibility,
} from '../model/index.js';
import type { SqlValue } from '../sql/index.js';
import { parseEdgeMetadata } from './edge-view.js';
import type { FileRecord } from './project-delta.js';

/** A row of intel_nodes as the database gives it. */
export interface NodeRow {
  readonly id: NodeId;
  readonly project_id: string;
  readonly file_path: string;
  readonly symbol_name: string;
  readonly node_type: NodeType;
  readonly signature: string | null;
  readonly complexity: number | null;
  readonly content_hash: Uint8Array;
  readonly embedding: Uint8Array | null;
  readonly created_at: number;
  readonly updated_at: number;
  readonly node_key: string;
  readonly qualified_name: string;
  readonly ordinal: number;
  readonly language: string;
  readonly visibility: Visibility;
  readonly interface_hash: Uint8Array;
  readonly value_type: string | null;
  readonly documentation: string | null;
  readonly parent_id: NodeId | null;
  readonly start_byte: number;
  readonly end_byte: number;
  readonly start_line: number;
  readonly end_line: number;
}

/** A row of intel_edges as the database gives it. */
export interface EdgeRow {
  readonly caller_id: NodeId;
  readonly callee_id: NodeId;
  readonly edge_type: EdgeType;
  readonly metadata: string | null;
}

/** A row of files as the database gives it. */
export interface FileRow {
  readonly path: string;
  readonly language: string | null;
  readonly content_hash: Uint8Array;
  readonly size_bytes: number;
  readonly stat_key: string | null;
  readonly error_count: number;
  readonly first_error_line: number;
  readonly facts_version: number;
}

/** The column of each field of a record; the order is that of {@link nodeValues}. */
export const NODE_COLUMNS: Readonly<Record<keyof NodeRecord, string>> = {
  projectId: 'project_id',
  filePath: 'file_path',
  symbolName: 'symbol_name',
  nodeType: 'node_type',
  signature: 'signature',
  complexity: 'complexity',
  contentHash: 'content_hash',
  embedding: 'embedding',
  qualifiedName: 'qualified_name',
  ordinal: 'ordinal',
  language: 'language',
  visibility: 'visibility',
  interfaceHash: 'interface_hash',
  valueType: 'value_type',
  documentation: 'documentation',
  startByte: 'start_byte',
  endByte: 'end_byte',
  startLine: 'start_line',
  endLine: 'end_line',
};

/** The columns that {@link nodeValues} fills: those of the record, the key and both times. */
export const NODE_VALUE_COLUMNS: readonly string[] = [
  ...Object.values(NODE_COLUMNS),
  'node_key',
  'created_at',
  'updated_at',
];

/** One row of parameters: `first`, then a value for each of {@link NODE_VALUE_COLUMNS}. */
export function nodeValues(first: readonly SqlValue[], record: NodeRecord, now: number): SqlValue[] {
  return [
    ...first,
    record.projectId,
    record.filePath,
    record.symbolName,
    record.nodeType,
    record.signature,
    record.complexity,
    NodeHash.toBytes(record.contentHash),
    record.embedding,
    record.qualifiedName,
    record.ordinal,
    record.language,
    record.visibility,
    NodeHash.toBytes(record.interfaceHash),
    record.valueType,
    record.documentation,
    record.startByte,
    record.endByte,
    record.startLine,
    record.endLine,
    nodeKey(record),
    now,
    now,
  ];
}

/** Throws CorruptionError with code `DATABASE_CORRUPT` for a row that holds no hash where one belongs. */
export function decodeNode(row: NodeRow): Node {
  return {
    id: row.id,
    key: row.node_key,
    parentId: row.parent_id,
    projectId: row.project_id,
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
    contentHash: decodeHash(row.content_hash, 'intel_nodes', row.id),
    interfaceHash: decodeHash(row.interface_hash, 'intel_nodes', row.id),
    valueType: row.value_type,
    startByte: row.start_byte,
    endByte: row.end_byte,
    startLine: row.start_line,
    endLine: row.end_line,
    embedding: row.embedding === null ? null : plainBytes(row.embedding),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** Throws CorruptionError with code `DATABASE_CORRUPT` and the edge's key when its metadata is no JSON object. */
export function decodeEdge(row: EdgeRow): Edge {
  const key = { callerId: row.caller_id, calleeId: row.callee_id, edgeType: row.edge_type };
  try {
    return { ...key, metadata: parseEdgeMetadata(row.metadata) };
  } catch (cause) {
    throw new CorruptionError(
      'DATABASE_CORRUPT',
      `The metadata of the ${row.edge_type} edge from node ${row.caller_id} to node ${row.callee_id} is not a JSON object.`,
      { details: { table: 'intel_edges', ...key, value: row.metadata?.slice(0, 200) }, cause },
    );
  }
}

/** Throws CorruptionError with code `DATABASE_CORRUPT` for a row that holds no hash where one belongs. */
export function decodeFile(row: FileRow): FileRecord {
  return {
    path: row.path,
    language: row.language,
    contentHash: decodeHash(row.content_hash, 'files', row.path),
    sizeBytes: row.size_bytes,
    statKey: row.stat_key,
    errorCount: row.error_count,
    firstErrorLine: row.first_error_line,
    factsVersion: row.facts_version,
  };
}

function decodeHash(bytes: unknown, table: string, row: number | string): NodeHash {
  if (bytes instanceof Uint8Array && bytes.length === 32) return NodeHash.fromDigest(bytes);
  throw new CorruptionError('DATABASE_CORRUPT', `Row ${row} of ${table} does not hold a hash of 32 bytes.`, {
    details: { table, row },
  });
}

/** The same bytes without the methods that one backend's Buffer has and another's array has not. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

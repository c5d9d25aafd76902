import { NODE_TYPES, NodeHash, nodeKey, type NodeType } from '../model/index.js';
import type { PdgNodeInput } from '../graph/index.js';
import type { Snapshot } from '../sql/index.js';
import { decodeEmbedding, EMBEDDING_FORMAT } from './embedding.js';
import type { Findings } from './findings.js';

/** A row of LeIndex's nodes; SQLite keeps any value in any column. */
interface NodeRow {
  readonly id: number;
  readonly filePath: unknown;
  readonly nodeId: unknown;
  readonly symbolName: unknown;
  readonly qualifiedName: unknown;
  readonly language: unknown;
  readonly nodeType: unknown;
  readonly signature: unknown;
  readonly complexity: unknown;
  readonly contentHash: unknown;
  readonly embedding: unknown;
  readonly startByte: unknown;
  readonly endByte: unknown;
  readonly embeddingFormat: unknown;
}

export interface ImportedNode {
  readonly id: number;
  readonly key: string;
  readonly input: PdgNodeInput;
}

/** The nearest types of those that have no counterpart; what is not here either is taken for a variable. */
const NEAREST_TYPE: Readonly<Record<string, NodeType>> = { file_summary: 'module', file: 'module', package: 'module' };
/** LeIndex's name for what a file is by itself. */
const FILE_MODULE = '__module__';
/** Its names of languages that are not ours in lower case. */
const LANGUAGES: Readonly<Record<string, string>> = { 'c++': 'cpp', 'c#': 'csharp' };
const NO_NAME = '(anonymous)';
const NO_FILE = '(unknown)';

/**
 * The nodes of a project in the order of their ids.
 *
 * @param folders where projects were indexed; paths below one of them are told from there
 */
export async function readNodes(
  snapshot: Snapshot,
  project: string,
  folders: readonly string[],
  findings: Findings,
): Promise<ImportedNode[]> {
  const nodes: ImportedNode[] = [];
  const ordinals = new Map<string, number>();
  const rows = snapshot.iterate<NodeRow>(
    `SELECT id, file_path AS filePath, node_id AS nodeId, symbol_name AS symbolName, qualified_name AS qualifiedName,
       language, node_type AS nodeType, signature, complexity, content_hash AS contentHash, embedding,
       byte_range_start AS startByte, byte_range_end AS endByte, embedding_format AS embeddingFormat
     FROM intel_nodes WHERE project_id = ? ORDER BY id`,
    [project],
  );
  for await (const row of rows) {
    const identity = identityOf(row, folders, findings);
    const first = nodeKey({ ...identity, ordinal: 1 });
    const ordinal = (ordinals.get(first) ?? 0) + 1;
    ordinals.set(first, ordinal);
    const input = { ...identity, ordinal, ...valuesOf(row, identity.nodeType, findings) };
    nodes.push({ id: row.id, key: nodeKey({ ...identity, ordinal }), input });
  }
  return nodes;
}

function identityOf(
  row: NodeRow,
  folders: readonly string[],
  findings: Findings,
): Pick<PdgNodeInput, 'symbolName'> & { filePath: string; qualifiedName: string; nodeType: NodeType } {
  const path = textOf(row.filePath);
  const filePath = relativeTo(path, folders) || NO_FILE;
  const nodeType = typeOf(row, findings);
  const told = textOf(row.nodeId);
  const prefix = `${path}:`;
  const full = told.startsWith(prefix) ? told.slice(prefix.length) : textOf(row.qualifiedName);
  const isFile = nodeType === 'module' && full === FILE_MODULE;
  const qualifiedName = isFile ? '' : (full || textOf(row.symbolName) || NO_NAME).replaceAll('::', '.');
  const ownName = isFile ? filePath.slice(filePath.lastIndexOf('/') + 1) : textOf(row.symbolName);
  if (path === '' || (!isFile && ownName === '')) findings.add('NAMELESS_NODES', `node ${row.id}`);
  return { filePath, qualifiedName, nodeType, symbolName: ownName || qualifiedName };
}

function typeOf(row: NodeRow, findings: Findings): NodeType {
  const written = textOf(row.nodeType);
  const known = NODE_TYPES.find((type) => type === written);
  if (known !== undefined) return known;
  findings.add('UNKNOWN_NODE_TYPES', `${written} of node ${row.id}`);
  return NEAREST_TYPE[written] ?? 'variable';
}

function valuesOf(
  row: NodeRow,
  nodeType: NodeType,
  findings: Findings,
): Partial<PdgNodeInput> & Pick<PdgNodeInput, 'contentHash'> {
  const written = textOf(row.nodeType);
  const language = textOf(row.language).toLowerCase();
  return {
    language: (LANGUAGES[language] ?? language) || 'unknown',
    signature: typeof row.signature === 'string' ? row.signature : null,
    documentation: written === nodeType ? null : `LeIndex node type: ${written}`,
    complexity: isCount(row.complexity) ? row.complexity : null,
    contentHash: hashOf(row, findings),
    embedding: embeddingOf(row, findings),
    ...rangeOf(row, findings),
  };
}

function hashOf(row: NodeRow, findings: Findings): NodeHash {
  const text = textOf(row.contentHash);
  if (/^[0-9a-f]{64}$/i.test(text)) return NodeHash.parse(text);
  findings.add('INVALID_HASHES', `${JSON.stringify(text)} of node ${row.id}`);
  return NodeHash.of(text);
}

function embeddingOf(row: NodeRow, findings: Findings): Uint8Array | null {
  if (row.embedding === null) return null;
  const format = row.embeddingFormat ?? EMBEDDING_FORMAT.float32;
  const isReadable = row.embedding instanceof Uint8Array && typeof format === 'number';
  const decoded = isReadable ? decodeEmbedding(row.embedding, format) : undefined;
  if (decoded === undefined) findings.add('INVALID_EMBEDDINGS', `node ${row.id} in format ${JSON.stringify(format)}`);
  return decoded ?? null;
}

function rangeOf(row: NodeRow, findings: Findings): { startByte: number; endByte: number } {
  const { startByte, endByte } = row;
  if (startByte === null && endByte === null) return { startByte: 0, endByte: 0 };
  if (isCount(startByte) && isCount(endByte) && startByte <= endByte) return { startByte, endByte };
  findings.add('INVALID_RANGES', `${String(startByte)}–${String(endByte)} of node ${row.id}`);
  return { startByte: 0, endByte: 0 };
}

function relativeTo(path: string, folders: readonly string[]): string {
  const folder = folders.find((each) => path.startsWith(`${each}/`));
  return folder === undefined ? path : path.slice(folder.length + 1);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

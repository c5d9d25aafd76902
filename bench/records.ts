import type { Edge, EdgeMetadata, EdgeType, NodeHash, NodeId, NodeRecord, NodeType } from '../src/index.js';
import { seededRandom } from './statistics.js';

/** Project that all generated records belong to. */
export const PROJECT_ID = 'bench';
export const EDGES_PER_NODE = 4;

const SYMBOLS_PER_FILE = 24;
const AREAS = ['billing', 'catalog', 'identity', 'orders', 'payments', 'reports', 'search', 'shipping'] as const;
const LAYERS = ['api', 'domain', 'events', 'handlers', 'queries', 'storage', 'views'] as const;
const VERBS = [
  'apply',
  'build',
  'close',
  'find',
  'format',
  'load',
  'merge',
  'parse',
  'read',
  'resolve',
  'send',
  'validate',
] as const;
const NOUNS = [
  'Account',
  'Batch',
  'Cursor',
  'Document',
  'Entry',
  'Invoice',
  'Line',
  'Order',
  'Price',
  'Query',
  'Session',
  'Token',
] as const;
const TYPES: readonly NodeType[] = [
  'function',
  'method',
  'method',
  'variable',
  'class',
  'interface',
  'function',
  'type',
];
const EDGE_TYPES: readonly EdgeType[] = ['call', 'call', 'call', 'reference', 'data_dependency', 'containment'];
const STRATEGIES = ['import', 'lexical', 'member', 'this'] as const;

function pick<T>(random: () => number, values: readonly T[]): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new RangeError('There is nothing to pick from.');
  return value;
}

function randomHash(random: () => number): NodeHash {
  let text = '';
  for (let part = 0; part < 8; part++)
    text += Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  return text as NodeHash;
}

/** Yields `count` nodes with unique keys, file after file; the same for the same seed. */
export function* generateNodes(count: number, seed: number): Generator<NodeRecord> {
  const random = seededRandom(seed);
  let filePath = '';
  let line = 1;
  let ordinals = new Map<string, number>();
  for (let index = 0; index < count; index++) {
    const inFile = index % SYMBOLS_PER_FILE;
    if (inFile === 0) {
      const file = Math.floor(index / SYMBOLS_PER_FILE);
      const name = `${pick(random, VERBS)}-${pick(random, NOUNS).toLowerCase()}-${file}`;
      filePath = `packages/${pick(random, AREAS)}/src/${pick(random, LAYERS)}/${name}.ts`;
      line = 1;
      ordinals = new Map();
    }
    const lines = 3 + Math.floor(random() * 30);
    yield makeNode(random, filePath, line, lines, ordinals);
    line += lines + 1;
  }
}

function makeNode(
  random: () => number,
  filePath: string,
  startLine: number,
  lines: number,
  ordinals: Map<string, number>,
): NodeRecord {
  const nodeType = pick(random, TYPES);
  const symbolName = `${pick(random, VERBS)}${pick(random, NOUNS)}${pick(random, NOUNS)}`;
  const qualifiedName = nodeType === 'method' ? `${pick(random, NOUNS)}Service.${symbolName}` : symbolName;
  const identity = `${qualifiedName}(${nodeType})`;
  const ordinal = (ordinals.get(identity) ?? 0) + 1;
  ordinals.set(identity, ordinal);
  const result = `${pick(random, NOUNS)}${pick(random, NOUNS)}`;
  const hasBody = nodeType === 'function' || nodeType === 'method';
  return {
    projectId: PROJECT_ID,
    filePath,
    symbolName,
    qualifiedName,
    nodeType,
    ordinal,
    language: 'typescript',
    signature: hasBody
      ? `${symbolName}(${pick(random, NOUNS).toLowerCase()}: ${pick(random, NOUNS)}, options?: ${result}Options): Promise<${result}>`
      : null,
    documentation: random() < 0.2 ? `Gives the ${result} that belongs to a ${pick(random, NOUNS)}, or nothing.` : null,
    visibility: random() < 0.7 ? 'public' : 'internal',
    complexity: hasBody ? 1 + Math.floor(random() * random() * 24) : null,
    contentHash: randomHash(random),
    interfaceHash: randomHash(random),
    valueType: hasBody ? `@${result}` : null,
    startByte: startLine * 36,
    endByte: (startLine + lines) * 36,
    startLine,
    endLine: startLine + lines - 1,
    embedding: null,
  };
}

/**
 * Yields `EDGES_PER_NODE` edges for each node of `ids`, in the order of the callers. Most lead to a
 * node nearby, the others to few that many depend on, as in real programs.
 */
export function* generateEdges(ids: readonly NodeId[], seed: number): Generator<Edge> {
  const random = seededRandom(seed);
  for (const [caller, callerId] of ids.entries()) {
    const seen = new Set<number>();
    while (seen.size < Math.min(EDGES_PER_NODE, ids.length)) {
      const near = caller + Math.floor((random() - 0.5) * 200);
      const target = random() < 0.7 ? near : Math.floor(random() ** 3 * ids.length);
      const callee = Math.min(Math.max(target, 0), ids.length - 1);
      const calleeId = ids[callee];
      // Where the nearby nodes are used up, the draw goes on and reaches further ones.
      if (calleeId === undefined || seen.has(callee)) continue;
      seen.add(callee);
      yield { callerId, calleeId, edgeType: pick(random, EDGE_TYPES), metadata: makeMetadata(random) };
    }
  }
}

function makeMetadata(random: () => number): EdgeMetadata {
  const strategy = pick(random, STRATEGIES);
  return { callCount: 1 + Math.floor(random() * 3), confidence: strategy === 'member' ? 0.8 : 1, strategy };
}

/** The items of `source` in lists of at most `size`, made one list at a time. */
export function* inBatches<T>(source: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of source) {
    batch.push(item);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

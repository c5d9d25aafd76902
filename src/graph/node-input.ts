import { NODE_TYPES, NodeHash, VISIBILITIES, type NodeRecord } from '../model/index.js';
import {
  BYTES,
  COUNT,
  HASH_TEXT,
  invalidValue,
  NAME,
  oneOf,
  orNull,
  POSITIVE,
  requireValue,
  TEXT,
  type ValueCheck,
} from './value-checks.js';

type RequiredField = 'projectId' | 'filePath' | 'symbolName' | 'nodeType' | 'contentHash';

/**
 * A node as a caller hands it in. What is left out: `qualifiedName` is the symbol's name, `ordinal` 1,
 * `language` `unknown`, `visibility` `public`, `interfaceHash` the content hash, positions 0, all
 * else null.
 */
export type NodeInput = Pick<NodeRecord, RequiredField> & Partial<Omit<NodeRecord, RequiredField>>;

/** Fields of a stored node that may change; a node stays in its project. */
export type NodeChange = Partial<Omit<NodeRecord, 'projectId'>>;

const CHECKS: Readonly<Record<keyof NodeRecord, ValueCheck>> = {
  projectId: NAME,
  filePath: NAME,
  symbolName: NAME,
  qualifiedName: TEXT,
  nodeType: oneOf(NODE_TYPES),
  ordinal: POSITIVE,
  language: NAME,
  signature: orNull(TEXT),
  documentation: orNull(TEXT),
  visibility: oneOf(VISIBILITIES),
  complexity: orNull(COUNT),
  contentHash: HASH_TEXT,
  interfaceHash: HASH_TEXT,
  valueType: orNull(TEXT),
  startByte: COUNT,
  endByte: COUNT,
  startLine: COUNT,
  endLine: COUNT,
  embedding: orNull(BYTES),
};
const FIELDS = Object.entries(CHECKS) as readonly (readonly [keyof NodeRecord, ValueCheck])[];
/** What a stored node has besides; a node that was read may be handed in again. */
const FIELDS_OF_THE_STORE: ReadonlySet<string> = new Set(['id', 'key', 'parentId', 'createdAt', 'updatedAt']);

/** The whole record for an input. Throws UsageError `INVALID_ARGUMENT` with the field, its value and the row. */
export function completeNode(input: NodeInput, row?: number): NodeRecord {
  for (const field of Object.keys(input)) {
    if (!Object.hasOwn(CHECKS, field) && !FIELDS_OF_THE_STORE.has(field)) throw unknownField(field, input, row);
  }
  const record: NodeRecord = {
    projectId: input.projectId,
    filePath: input.filePath,
    symbolName: input.symbolName,
    qualifiedName: input.qualifiedName ?? input.symbolName,
    nodeType: input.nodeType,
    ordinal: input.ordinal ?? 1,
    language: input.language ?? 'unknown',
    signature: input.signature ?? null,
    documentation: input.documentation ?? null,
    visibility: input.visibility ?? 'public',
    complexity: input.complexity ?? null,
    contentHash: lowerCase(input.contentHash),
    interfaceHash: lowerCase(input.interfaceHash ?? input.contentHash),
    valueType: input.valueType ?? null,
    startByte: input.startByte ?? 0,
    endByte: input.endByte ?? input.startByte ?? 0,
    startLine: input.startLine ?? 0,
    endLine: input.endLine ?? input.startLine ?? 0,
    embedding: input.embedding ?? null,
  };
  for (const [field, check] of FIELDS) requireValue(check, field, record[field], row);
  requireOrder(record, row);
  return record;
}

/** The changed fields, checked one by one; those that are undefined are left out. */
export function checkNodeChange(change: NodeChange): readonly (readonly [keyof NodeChange, unknown])[] {
  const changed: (readonly [keyof NodeChange, unknown])[] = [];
  for (const [field, value] of Object.entries(change) as [keyof NodeRecord, unknown][]) {
    const check = Object.hasOwn(CHECKS, field) ? CHECKS[field] : undefined;
    if (check === undefined || field === 'projectId') throw unknownField(field, change);
    if (value === undefined) continue;
    requireValue(check, field, value);
    changed.push([field, check === HASH_TEXT ? lowerCase(value as NodeHash) : value]);
  }
  return changed;
}

function requireOrder(record: NodeRecord, row?: number): void {
  if (record.endByte < record.startByte) {
    throw invalidValue('endByte', record.endByte, `must not be before startByte (${record.startByte})`, row);
  }
  if (record.endLine < record.startLine) {
    throw invalidValue('endLine', record.endLine, `must not be before startLine (${record.startLine})`, row);
  }
}

function unknownField(field: string, holder: object, row?: number): Error {
  return invalidValue(field, Reflect.get(holder, field), 'is not a field of a node that can be set', row);
}

/** Left as it is when it is no hash at all, for the check that follows to refuse. */
function lowerCase(hash: NodeHash): NodeHash {
  return HASH_TEXT.accepts(hash) ? NodeHash.parse(hash) : hash;
}

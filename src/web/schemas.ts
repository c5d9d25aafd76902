import { EDGE_TYPES, NODE_TYPES } from '../index.js';
import { FAILURE_CODES } from './failure.js';

/** The part of JSON Schema (2020-12) that describes the answers. */
export interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
}

const TEXT: Schema = { type: 'string' };
const TEXT_OR_NULL: Schema = { type: ['string', 'null'] };
const COUNT: Schema = { type: 'integer' };
const COUNT_OR_NULL: Schema = { type: ['integer', 'null'] };
const NUMBER: Schema = { type: 'number' };
const NUMBER_OR_NULL: Schema = { type: ['number', 'null'] };
const FLAG: Schema = { type: 'boolean' };
const TEXTS: Schema = { type: 'array', items: TEXT };
const COUNTS: Schema = { type: 'object', additionalProperties: COUNT };
const COUNTS_TWICE = object({ before: COUNTS, after: COUNTS });
const TIME_OR_NULL: Schema = { type: ['string', 'null'], description: 'ISO 8601' };
const NODE_TYPE: Schema = { type: 'string', enum: NODE_TYPES };
const ANY_OBJECT_OR_NULL: Schema = { type: ['object', 'null'], additionalProperties: true };

/** An object that has all of these properties and no others. */
function object(properties: Readonly<Record<string, Schema>>, description?: string): Schema {
  const about = description === undefined ? {} : { description };
  return { ...about, type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

function list(items: Schema): Schema {
  return { type: 'array', items };
}

function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] };
}

function envelope(items: Schema, more: Readonly<Record<string, Schema>> = {}): Schema {
  return object({
    generation: { ...COUNT, description: 'Number of the last committed indexing batch when this was read.' },
    total: { ...COUNT, description: 'How many there are in all.' },
    truncated: FLAG,
    cursor: { ...TEXT_OR_NULL, description: 'Pass it back to read on; null at the end.' },
    items: list(items),
    ...more,
  });
}

const SYMBOL = {
  key: { ...TEXT, description: 'Unique within its project.' },
  project: TEXT,
  name: TEXT,
  qualifiedName: TEXT,
  type: NODE_TYPE,
  language: TEXT,
  file: TEXT,
  startLine: { ...COUNT, description: '1-based, inclusive.' },
  endLine: COUNT,
  signature: TEXT_OR_NULL,
  complexity: COUNT_OR_NULL,
  hash: TEXT,
};
const PROJECT = {
  project: TEXT,
  root: TEXT_OR_NULL,
  files: COUNT,
  nodes: COUNT,
  edges: COUNT,
  embeddings: COUNT,
  indexedAt: TIME_OR_NULL,
};
const MEASURES = object({ complexity: COUNT_OR_NULL, fanIn: COUNT, fanOut: COUNT, centrality: NUMBER, lines: COUNT });
const STATE = { label: TEXT_OR_NULL, project: TEXT_OR_NULL, takenAt: COUNT, generation: COUNT };
const SUMS = { nodesByType: COUNTS, edgesByType: COUNTS, complexity: COUNTS };
const USED_NAME = object({ import: TEXT, path: TEXT, status: TEXT, users: COUNT, uses: COUNT });

/** The schema of every answer, by the name that the routes give it. */
export const SCHEMAS = {
  Error: object({
    error: object({
      code: { type: 'string', enum: FAILURE_CODES },
      message: TEXT,
      details: { type: 'object', additionalProperties: true },
    }),
  }),
  Symbol: object(SYMBOL),
  Edge: object({
    from: { ...TEXT, description: 'Key; with `project//` before it when it is of another project.' },
    to: TEXT,
    type: { type: 'string', enum: EDGE_TYPES },
    confidence: { ...NUMBER_OR_NULL, description: 'From 0 to 1.' },
    strategy: { ...TEXT_OR_NULL, description: 'The rule that made it.' },
    metadata: ANY_OBJECT_OR_NULL,
  }),
  Session: object({ version: TEXT, searchModes: TEXTS, canIndex: FLAG }),
  Status: {
    ...object({
      schemaVersion: COUNT,
      generation: COUNT,
      backend: TEXT,
      sizeBytes: COUNT,
      projects: list(object(PROJECT)),
    }),
    additionalProperties: true,
  },
  Symbols: envelope(ref('Symbol')),
  SearchResults: {
    ...envelope(object({ ...SYMBOL, score: NUMBER, why: TEXT }), {
      mode: TEXT,
      isComplete: { ...FLAG, description: 'False when more may fit than were ranked and counted.' },
      notes: TEXTS,
    }),
  },
  Source: object({
    project: TEXT,
    file: TEXT,
    language: TEXT_OR_NULL,
    startLine: { ...COUNT, description: 'Of the first of the lines, 1-based.' },
    totalLines: COUNT,
    truncated: FLAG,
    isChanged: { ...FLAG, description: 'Is the file another one than was indexed? Then lines of answers may not fit.' },
    lines: TEXTS,
  }),
  Reached: envelope(object({ symbol: ref('Symbol'), depth: COUNT, edge: ref('Edge') })),
  Impact: envelope(object({ symbol: ref('Symbol'), depth: COUNT, path: TEXTS })),
  Neighbourhood: envelope(
    object({ symbol: ref('Symbol'), depth: { ...COUNT, description: 'Below 0 for callers, above 0 for callees.' } }),
    { edges: list(object({ from: COUNT, to: COUNT, type: TEXT, confidence: NUMBER_OR_NULL, strategy: TEXT_OR_NULL })) },
  ),
  Slice: object({ function: ref('Symbol'), lines: list(COUNT) }),
  Hotspots: envelope(
    object({
      ...SYMBOL,
      fanOut: COUNT,
      fanIn: COUNT,
      centrality: NUMBER_OR_NULL,
      changes: COUNT_OR_NULL,
      score: NUMBER,
    }),
  ),
  Statistics: object(SUMS),
  Snapshots: envelope(
    object({ label: TEXT, project: TEXT_OR_NULL, takenAt: COUNT, generation: COUNT, sizeBytes: COUNT }),
  ),
  History: envelope(object({ ...STATE, label: TEXT, ...SUMS, symbol: orNull(MEASURES) })),
  Changes: envelope(
    object({
      change: { type: 'string', enum: ['added', 'removed', 'changed'] },
      project: TEXT,
      key: TEXT,
      type: NODE_TYPE,
      changed: TEXTS,
      before: orNull(MEASURES),
      after: orNull(MEASURES),
    }),
    {
      from: object(STATE),
      to: object(STATE),
      counts: COUNTS,
      nodesByType: COUNTS_TWICE,
      edgesByType: COUNTS_TWICE,
      complexity: COUNTS_TWICE,
    },
  ),
  Dependencies: envelope(
    object({
      project: TEXT,
      package: TEXT,
      packageVersion: TEXT_OR_NULL,
      manager: TEXT,
      name: TEXT,
      alias: TEXT_OR_NULL,
      range: TEXT_OR_NULL,
      lockedVersion: TEXT_OR_NULL,
      kind: TEXT,
      provider: TEXT_OR_NULL,
      providers: TEXTS,
      manifest: TEXT,
      names: COUNT,
      uses: COUNT,
    }),
  ),
  Usage: envelope(
    object({
      project: TEXT,
      folder: TEXT,
      manager: TEXT,
      package: TEXT_OR_NULL,
      range: TEXT_OR_NULL,
      lockedVersion: TEXT_OR_NULL,
      manifest: TEXT_OR_NULL,
      uses: COUNT,
      names: list(USED_NAME),
    }),
  ),
  SymbolDependents: envelope(object({ symbol: ref('Symbol'), edge: ref('Edge') })),
  ProjectGraph: object({
    projects: TEXTS,
    dependencies: list(object({ from: TEXT, to: TEXT, packages: TEXTS, isDeclared: FLAG, uses: COUNT })),
    cycles: list(object({ members: TEXTS, path: TEXTS })),
  }),
  Resolution: envelope(
    object({
      ...SYMBOL,
      rank: COUNT,
      reason: TEXT,
      package: TEXT_OR_NULL,
      version: TEXT_OR_NULL,
      manager: TEXT,
      range: TEXT_OR_NULL,
      manifest: TEXT_OR_NULL,
      import: TEXT_OR_NULL,
      used: FLAG,
    }),
    { ambiguous: FLAG, unresolved: list({ type: 'object', additionalProperties: true }) },
  ),
  IndexStarted: object({ project: TEXT, isStarted: FLAG }),
} as const satisfies Record<string, Schema>;

export type SchemaName = keyof typeof SCHEMAS;

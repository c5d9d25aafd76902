import type { NodeHash } from './node-hash.js';

declare const nodeIdBrand: unique symbol;
/** Row id of a node. Stable for as long as the node key exists in its project. */
export type NodeId = number & { readonly [nodeIdBrand]: true };

/** Name of a project inside a store. */
export type ProjectId = string;

export const NODE_TYPES = [
  'function',
  'class',
  'method',
  'variable',
  'module',
  'interface',
  'enum',
  'struct',
  'trait',
  'type',
  'external',
] as const;
export type NodeType = (typeof NODE_TYPES)[number];

/**
 * Who may name a symbol: `public` (exported, or open to every importer), `protected` (subclasses),
 * `internal` (its own module or package), `private` (its own class or file).
 */
export const VISIBILITIES = ['public', 'protected', 'internal', 'private'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

/** What identifies a node inside its project. */
export interface NodeIdentity {
  readonly filePath: string;
  /** Dotted path of names from the file's top level; the empty text for the file's module itself. */
  readonly qualifiedName: string;
  readonly nodeType: NodeType;
  /** 1 for the first definition of this name and type in the file, 2 for the next, in source order. */
  readonly ordinal: number;
}

/** A symbol to store. Offsets are UTF-8 bytes from the start of the file, lines are 1-based and inclusive. */
export interface NodeRecord extends NodeIdentity {
  readonly projectId: ProjectId;
  readonly symbolName: string;
  readonly language: string;
  readonly signature: string | null;
  readonly documentation: string | null;
  readonly visibility: Visibility;
  /** McCabe's cyclomatic complexity; null for symbols that have no body to measure. */
  readonly complexity: number | null;
  /** Structure of the symbol without comments, layout and nested symbols. */
  readonly contentHash: NodeHash;
  /** The part of the structure that other symbols can depend on. */
  readonly interfaceHash: NodeHash;
  /** Type of the value this symbol yields, in the notation of model/expression.ts. */
  readonly valueType: string | null;
  readonly startByte: number;
  readonly endByte: number;
  readonly startLine: number;
  readonly endLine: number;
  /** Raw bytes of an embedding, kept byte for byte; null when there is none. */
  readonly embedding: Uint8Array | null;
}

/** A stored symbol. Times are milliseconds since the Unix epoch. */
export interface Node extends NodeRecord {
  readonly id: NodeId;
  readonly key: string;
  readonly parentId: NodeId | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/**
 * The stable text identity of a node in its project: `path#Qualified.name(type)`, followed by `~2`,
 * `~3`, … where the same name and type is defined again in the file. A module's name part is empty.
 */
export function nodeKey(identity: NodeIdentity): string {
  const base = `${identity.filePath}#${identity.qualifiedName}(${identity.nodeType})`;
  return identity.ordinal > 1 ? `${base}~${identity.ordinal}` : base;
}

/** A node key as it is written where several projects meet: `project//key`. */
export function crossProjectKey(projectId: ProjectId, key: string): string {
  return `${projectId}//${key}`;
}

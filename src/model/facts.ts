import type { NodeHash } from './node-hash.js';
import type { NodeType, Visibility } from './node.js';

/**
 * A fact is what one file says by itself. Facts depend on nothing but the file's path and bytes, so
 * they can be computed in any order, cached by content and sent between threads as plain data.
 */

/** A definition found in a file. `FileFacts.symbols[0]` is the file's module. */
export interface SymbolFact {
  readonly name: string;
  /**
   * Dotted path of names from the top level; the empty text for the module. A member that is written
   * outside its type has the type's name here, and the symbol it is written in as parent.
   */
  readonly qualifiedName: string;
  readonly nodeType: NodeType;
  /** Index of the enclosing symbol in the same file; -1 for the module. Always smaller than the own index. */
  readonly parent: number;
  readonly ordinal: number;
  readonly signature: string | null;
  readonly documentation: string | null;
  readonly visibility: Visibility;
  readonly complexity: number | null;
  readonly contentHash: NodeHash;
  readonly interfaceHash: NodeHash;
  readonly valueType: string | null;
  readonly startByte: number;
  readonly endByte: number;
  readonly startLine: number;
  readonly endLine: number;
}

/** The order of a file's symbols: by start, outer ones before inner ones. Total, and known from stored rows alone. */
export function compareSourceOrder(
  a: Pick<SymbolFact, 'startByte' | 'endByte' | 'qualifiedName' | 'nodeType'>,
  b: Pick<SymbolFact, 'startByte' | 'endByte' | 'qualifiedName' | 'nodeType'>,
): number {
  return (
    a.startByte - b.startByte ||
    b.endByte - a.endByte ||
    a.qualifiedName.length - b.qualifiedName.length ||
    compareText(a.qualifiedName, b.qualifiedName) ||
    compareText(a.nodeType, b.nodeType)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * - `call`: the name is called or instantiated.
 * - `inherit`: the source extends, implements, embeds or mixes in the name; with an alias, the type
 *   that `alias` names in the source's scope does.
 * - `type`: the name is used as a type.
 * - `read`, `write`, `readwrite`: the name is used as a value or assigned.
 * - `import`: `name` of the module `receiver` is made visible as `alias`. `*` as name is the module
 *   itself; `*` as alias makes all its public names visible.
 * - `export`: `name` (of the module `receiver`, or of this file when null) is offered as `alias`.
 *   `*` for both re-exports everything.
 * - `namespace`: the file belongs to the namespace or package `name`.
 */
export const REFERENCE_KINDS = [
  'call',
  'inherit',
  'type',
  'read',
  'write',
  'readwrite',
  'import',
  'export',
  'namespace',
] as const;
export type ReferenceKind = (typeof REFERENCE_KINDS)[number];

/** A place in one symbol that names another; equal ones of one symbol are one fact with a count. */
export interface ReferenceFact {
  /** Index of the referring symbol in `FileFacts.symbols`. */
  readonly source: number;
  readonly kind: ReferenceKind;
  readonly name: string;
  /** What the name was written on, in the notation of model/expression.ts; for imports the module. */
  readonly receiver: string | null;
  readonly alias: string | null;
  readonly count: number;
  /** Line of the first occurrence, counted from the source symbol's first line (0 is that line). */
  readonly line: number;
}

export interface FileFacts {
  readonly path: string;
  readonly language: string;
  readonly symbols: readonly SymbolFact[];
  readonly references: readonly ReferenceFact[];
  /** Syntax errors that were extracted around; the line of the first, 0 when there is none. */
  readonly errorCount: number;
  readonly firstErrorLine: number;
}

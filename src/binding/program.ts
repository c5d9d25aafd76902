import type { NodeType, ReferenceKind, Visibility } from '../model/index.js';

/** Number of a symbol inside one program. */
export type SymbolIndex = number;

/** What the binder needs to know of a symbol. */
export interface ProgramSymbol {
  readonly index: SymbolIndex;
  readonly name: string;
  readonly qualifiedName: string;
  readonly nodeType: NodeType;
  readonly visibility: Visibility;
  readonly valueType: string | null;
  readonly hasBody: boolean;
  readonly filePath: string;
  readonly language: string;
  /** The symbol it is written in; -1 for a file's module. */
  readonly parent: SymbolIndex;
  /** The file's module. */
  readonly module: SymbolIndex;
  /** For a member written outside its type: the type's dotted name as seen from `parent`. */
  readonly owner: string | null;
  /** Position among the definitions of the same name and type in the file. */
  readonly ordinal: number;
}

/** A durable reference as the binder reads it. */
export interface ProgramReference {
  readonly source: SymbolIndex;
  readonly kind: ReferenceKind;
  readonly name: string;
  readonly receiver: string | null;
  readonly alias: string | null;
  readonly count: number;
}

/**
 * The facts of one project, asked by name. Every question the binder can ask is a method here, so
 * that what a binding depends on is exactly the list of questions it asked, answered or not.
 *
 * Lists are in a fixed order: by file path, then by source order.
 */
export interface Program {
  symbol(index: SymbolIndex): ProgramSymbol;
  /** The module of the file at `path`. */
  module(path: string): SymbolIndex | undefined;
  /** Modules whose file name is `fileName`. */
  modulesNamed(fileName: string): readonly SymbolIndex[];
  /** Modules of the files directly in `folder` (the empty text for the root). */
  modulesIn(folder: string): readonly SymbolIndex[];
  /** Symbols that belong to `parent`, where they are written, under `name`. */
  children(parent: SymbolIndex, name: string): readonly SymbolIndex[];
  /** All symbols written directly in `parent`, members of types elsewhere included. */
  allChildren(parent: SymbolIndex): readonly SymbolIndex[];
  /** Symbols named `name` at the top level of any file. */
  topLevel(name: string): readonly SymbolIndex[];
  /** Members of any type named `name`, those written outside their type included. */
  members(name: string): readonly SymbolIndex[];
  /** References of `source` of one kind, in source order. */
  references(source: SymbolIndex, kind: ReferenceKind): readonly ProgramReference[];
  /** `import` or `export` references of `source` with the given alias, in source order. */
  aliased(source: SymbolIndex, kind: 'import' | 'export', alias: string): readonly ProgramReference[];
  /** Members written outside their type, by the last name of that type. */
  membersWrittenFor(typeName: string): readonly SymbolIndex[];
  /** `inherit` references written for the type named `typeName` outside of it. */
  inheritsFor(typeName: string): readonly ProgramReference[];
}

export function isTypeSymbol(symbol: ProgramSymbol): boolean {
  switch (symbol.nodeType) {
    case 'class':
    case 'interface':
    case 'struct':
    case 'trait':
    case 'enum':
    case 'type':
      return true;
    default:
      return false;
  }
}

import type { NodeHash, NodeType, PreciseReference, ReferenceKind, Visibility } from '../model/index.js';
import type { RouteAnswers, RouteTopic } from './routes/route.js';

/** What a program knows a symbol by: a number that stays with it from one state of the program to the next. */
export type SymbolIndex = number;

/** What stays with a symbol for as long as it is there, or nearly so. The rest is asked for by itself. */
export interface ProgramSymbol {
  readonly index: SymbolIndex;
  readonly name: string;
  readonly qualifiedName: string;
  readonly nodeType: NodeType;
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
  visibility(index: SymbolIndex): Visibility;
  /** The type of the value it yields, as an expression. */
  valueType(index: SymbolIndex): string | null;
  /** Stands for all that the symbol's own code says. */
  contentHash(index: SymbolIndex): NodeHash;
  /** Stands for the part of it that others can depend on. */
  interfaceHash(index: SymbolIndex): NodeHash;
  /** Is it defined here, and not only declared? */
  hasBody(index: SymbolIndex): boolean;
  /** Are there symbols or imports written directly in it? */
  isScope(index: SymbolIndex): boolean;
  /** The module of the file at `path`. */
  module(path: string): SymbolIndex | undefined;
  /** Modules whose file name is `fileName`. */
  modulesNamed(fileName: string): readonly SymbolIndex[];
  /** Modules of the files directly in `folder` (the empty text for the root). */
  modulesIn(folder: string): readonly SymbolIndex[];
  /** Modules of the files with this stem, and of those that stand for a folder of that path; see `stemOf`. */
  modulesAt(stem: string): readonly SymbolIndex[];
  /** What the manifests say about imports of a name, see {@link RouteAnswers}; undefined when they say nothing. */
  route<T extends RouteTopic>(topic: T, name: string): RouteAnswers[T] | undefined;
  /** Symbols that belong to `parent`, where they are written, under `name`. */
  children(parent: SymbolIndex, name: string): readonly SymbolIndex[];
  /** Symbols written directly in `parent` that are members of a type written elsewhere. */
  outsideChildren(parent: SymbolIndex): readonly SymbolIndex[];
  /** Symbols named `name` at the top level of any file. */
  topLevel(name: string): readonly SymbolIndex[];
  /** The member named `name`, of any type, in the languages of one family; undefined when there are none or several. */
  soleMember(name: string, family: string): SymbolIndex | undefined;
  /** Every reference of `source`, in source order. */
  allReferences(source: SymbolIndex): readonly ProgramReference[];
  /** What a compiler says that `source` refers to; undefined where none said anything about the file as it is. */
  preciseOf(source: SymbolIndex): readonly PreciseReference[] | undefined;
  /** The symbol with this node key. */
  keyed(key: string): SymbolIndex | undefined;
  /** References of `source` of one kind, in source order. */
  references(source: SymbolIndex, kind: ScopeReferenceKind): readonly ProgramReference[];
  /** `import` or `export` references of `source` with the given alias, in source order. */
  aliased(source: SymbolIndex, kind: 'import' | 'export', alias: string): readonly ProgramReference[];
  /** Members written outside their type, by the last name of that type. */
  membersWrittenFor(typeName: string): readonly SymbolIndex[];
  /** `inherit` references written for the type named `typeName` outside of it. */
  inheritsFor(typeName: string): readonly ProgramReference[];
}

/** The kinds of references that say what names mean to others; all others are asked for by their source alone. */
export const SCOPE_REFERENCE_KINDS = ['import', 'export', 'inherit', 'namespace'] as const satisfies ReferenceKind[];
export type ScopeReferenceKind = (typeof SCOPE_REFERENCE_KINDS)[number];

export function isTypeSymbol(symbol: Pick<ProgramSymbol, 'nodeType'>): boolean {
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

/** Where a symbol belongs: to a type (or an object), to the top level of its file, or into a function. */
export function placeOf(
  symbol: Pick<ProgramSymbol, 'owner'>,
  parent: Pick<ProgramSymbol, 'nodeType'>,
): 'member' | 'top-level' | 'local' {
  if (symbol.owner !== null || isTypeSymbol(parent) || parent.nodeType === 'variable') return 'member';
  return parent.nodeType === 'module' ? 'top-level' : 'local';
}

const FAMILIES: Readonly<Record<string, string>> = { c: 'c', cpp: 'c', typescript: 'js', tsx: 'js', javascript: 'js' };

/** Languages of one family share their members. */
export function familyOf(language: string): string {
  return Object.hasOwn(FAMILIES, language) ? (FAMILIES[language] ?? language) : language;
}

/** The languages of a family. */
export function languagesOf(family: string): string[] {
  const members = Object.keys(FAMILIES).filter((language) => FAMILIES[language] === family);
  return members.length > 0 ? members : [family];
}

/** The type's name for a member written outside of it: what its qualified name has beyond its parent's; else null. */
export function ownerOf(
  symbol: { readonly name: string; readonly qualifiedName: string },
  parent: { readonly qualifiedName: string } | undefined,
): string | null {
  const prefix = parent === undefined || parent.qualifiedName === '' ? 0 : parent.qualifiedName.length + 1;
  const expected = prefix + symbol.name.length;
  if (symbol.qualifiedName.length <= expected) return null;
  return symbol.qualifiedName.slice(prefix, symbol.qualifiedName.length - symbol.name.length - 1);
}

export function lastSegment(dotted: string): string {
  return dotted.slice(dotted.lastIndexOf('.') + 1);
}

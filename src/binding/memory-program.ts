import type { FileFacts, ReferenceKind, SymbolFact } from '../model/index.js';
import { isTypeSymbol, type Program, type ProgramReference, type ProgramSymbol, type SymbolIndex } from './program.js';

const NONE: readonly never[] = [];

/** A program held in memory: the facts of all files of a project. */
export class MemoryProgram implements Program {
  readonly symbols: ProgramSymbol[] = [];
  private readonly modules = new Map<string, SymbolIndex>();
  private readonly byFileName = new Map<string, SymbolIndex[]>();
  private readonly byFolder = new Map<string, SymbolIndex[]>();
  private readonly childLists: (SymbolIndex[] | undefined)[] = [];
  private readonly childNames = new Map<SymbolIndex, Map<string, SymbolIndex[]>>();
  private readonly topLevelNames = new Map<string, SymbolIndex[]>();
  private readonly memberNames = new Map<string, SymbolIndex[]>();
  private readonly referenceLists: (ProgramReference[] | undefined)[] = [];
  private readonly kindLists: (Map<string, ProgramReference[]> | undefined)[] = [];
  private readonly outsideMembers = new Map<string, SymbolIndex[]>();
  private readonly outsideInherits = new Map<string, ProgramReference[]>();

  /** @param files facts in any order; they are taken in order of their paths */
  constructor(files: Iterable<FileFacts>) {
    const ordered = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    for (const file of ordered) this.addFile(file);
  }

  symbol(index: SymbolIndex): ProgramSymbol {
    const symbol = this.symbols[index];
    if (symbol === undefined) throw new RangeError(`No symbol ${index} in this program.`);
    return symbol;
  }

  module(path: string): SymbolIndex | undefined {
    return this.modules.get(path);
  }

  modulesNamed(fileName: string): readonly SymbolIndex[] {
    return this.byFileName.get(fileName) ?? NONE;
  }

  modulesIn(folder: string): readonly SymbolIndex[] {
    return this.byFolder.get(folder) ?? NONE;
  }

  children(parent: SymbolIndex, name: string): readonly SymbolIndex[] {
    const list = this.childLists[parent];
    if (list === undefined) return NONE;
    if (list.length < 8) return list.filter((child) => this.isOwnChild(child, name));
    let names = this.childNames.get(parent);
    if (names === undefined) {
      names = new Map();
      for (const child of list) if (this.symbol(child).owner === null) push(names, this.symbol(child).name, child);
      this.childNames.set(parent, names);
    }
    return names.get(name) ?? NONE;
  }

  allChildren(parent: SymbolIndex): readonly SymbolIndex[] {
    return this.childLists[parent] ?? NONE;
  }

  topLevel(name: string): readonly SymbolIndex[] {
    return this.topLevelNames.get(name) ?? NONE;
  }

  members(name: string): readonly SymbolIndex[] {
    return this.memberNames.get(name) ?? NONE;
  }

  references(source: SymbolIndex, kind: ReferenceKind): readonly ProgramReference[] {
    return this.byKind(source)?.get(kind) ?? NONE;
  }

  aliased(source: SymbolIndex, kind: 'import' | 'export', alias: string): readonly ProgramReference[] {
    return this.byKind(source)?.get(`${kind} ${alias}`) ?? NONE;
  }

  /** The references of a symbol under their kind and, for imports and exports, under kind and alias. */
  private byKind(source: SymbolIndex): ReadonlyMap<string, readonly ProgramReference[]> | undefined {
    const list = this.referenceLists[source];
    if (list === undefined) return undefined;
    let kinds = this.kindLists[source];
    if (kinds === undefined) {
      kinds = this.kindLists[source] = new Map();
      for (const reference of list) {
        push(kinds, reference.kind, reference);
        const isAliased = reference.kind === 'import' || reference.kind === 'export';
        if (isAliased && reference.alias !== null) push(kinds, `${reference.kind} ${reference.alias}`, reference);
      }
    }
    return kinds;
  }

  /** Every reference of `source`, in source order. */
  allReferences(source: SymbolIndex): readonly ProgramReference[] {
    return this.referenceLists[source] ?? NONE;
  }

  membersWrittenFor(typeName: string): readonly SymbolIndex[] {
    return this.outsideMembers.get(typeName) ?? NONE;
  }

  inheritsFor(typeName: string): readonly ProgramReference[] {
    return this.outsideInherits.get(typeName) ?? NONE;
  }

  private isOwnChild(child: SymbolIndex, name: string): boolean {
    const symbol = this.symbol(child);
    return symbol.name === name && symbol.owner === null;
  }

  private addFile(file: FileFacts): void {
    const base = this.symbols.length;
    const slash = file.path.lastIndexOf('/');
    this.modules.set(file.path, base);
    push(this.byFileName, file.path.slice(slash + 1), base);
    push(this.byFolder, slash < 0 ? '' : file.path.slice(0, slash), base);
    for (const fact of file.symbols) this.addSymbol(file, fact, base);
    for (const fact of file.references) this.addReference({ ...fact, source: base + fact.source });
  }

  private addSymbol(file: FileFacts, fact: SymbolFact, base: SymbolIndex): void {
    const index = this.symbols.length;
    const parent = fact.parent < 0 ? -1 : base + fact.parent;
    const symbol: ProgramSymbol = {
      index,
      name: fact.name,
      qualifiedName: fact.qualifiedName,
      nodeType: fact.nodeType,
      visibility: fact.visibility,
      valueType: fact.valueType,
      hasBody: fact.complexity !== null,
      filePath: file.path,
      language: file.language,
      parent,
      module: base,
      owner: parent < 0 ? null : ownerOf(fact, file.symbols[fact.parent]),
      ordinal: fact.ordinal,
    };
    this.symbols.push(symbol);
    if (parent < 0) return;
    const isMember =
      symbol.owner !== null || isTypeSymbol(this.symbol(parent)) || this.symbol(parent).nodeType === 'variable';
    if (isMember) push(this.memberNames, symbol.name, index);
    else if (this.symbol(parent).nodeType === 'module') push(this.topLevelNames, symbol.name, index);
    if (symbol.owner !== null) push(this.outsideMembers, lastSegment(symbol.owner), index);
    (this.childLists[parent] ??= []).push(index);
  }

  private addReference(reference: ProgramReference): void {
    const { source, kind, name, receiver, alias, count } = reference;
    const plain = { source, kind, name, receiver, alias, count };
    (this.referenceLists[source] ??= []).push(plain);
    if (kind === 'inherit' && alias !== null) push(this.outsideInherits, lastSegment(alias), plain);
  }
}

/** The type's name for a member written outside of it: what its qualified name has beyond its parent's. */
function ownerOf(fact: SymbolFact, parent: SymbolFact | undefined): string | null {
  const prefix = parent === undefined || parent.qualifiedName === '' ? '' : `${parent.qualifiedName}.`;
  const expected = prefix.length + fact.name.length;
  if (fact.qualifiedName.length <= expected) return null;
  return fact.qualifiedName.slice(prefix.length, fact.qualifiedName.length - fact.name.length - 1);
}

function lastSegment(dotted: string): string {
  return dotted.slice(dotted.lastIndexOf('.') + 1);
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

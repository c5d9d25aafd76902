import {
  keyInFile,
  nodeKey,
  type FileFacts,
  type NodeHash,
  type PreciseFile,
  type PreciseReference,
  type ReferenceFact,
  type SymbolFact,
  type Visibility,
} from '../model/index.js';
import {
  familyOf,
  lastSegment,
  ownerOf,
  placeOf,
  type Program,
  type ProgramReference,
  type ProgramSymbol,
  type ScopeReferenceKind,
  type SymbolIndex,
} from './program.js';
import { RouteTable, type RouteAnswers, type RouteRow, type RouteTopic } from './routes/route.js';
import { folderStemOf, stemOf } from './stems.js';

const NONE: readonly never[] = [];

/** What of a symbol is asked for by itself. */
interface Details {
  readonly symbol: ProgramSymbol;
  readonly visibility: Visibility;
  readonly valueType: string | null;
  readonly contentHash: NodeHash;
  readonly interfaceHash: NodeHash;
  readonly hasBody: boolean;
  readonly children: SymbolIndex[];
  references: ProgramReference[] | undefined;
  hasImports: boolean;
}

/** A program held in memory: the facts of all files of a project. */
export class MemoryProgram implements Program {
  /** All symbols: files by path, each file's symbols in order. */
  readonly symbols: ProgramSymbol[] = [];
  private readonly details: NumberTable<Details>;
  private readonly modules = new Map<string, SymbolIndex>();
  private readonly byFileName = new Map<string, SymbolIndex[]>();
  private readonly byFolder = new Map<string, SymbolIndex[]>();
  private readonly byStem = new Map<string, SymbolIndex[]>();
  private readonly routes: RouteTable;
  private readonly childNames = new Map<SymbolIndex, Map<string, SymbolIndex[]>>();
  private readonly topLevelNames = new Map<string, SymbolIndex[]>();
  private readonly memberNames = new Map<string, SymbolIndex[]>();
  private readonly kindLists = new Map<SymbolIndex, Map<string, ProgramReference[]>>();
  private readonly outsideMembers = new Map<string, SymbolIndex[]>();
  private readonly outsideInherits = new Map<string, ProgramReference[]>();
  private keys: Map<string, SymbolIndex> | undefined;

  /**
   * @param files facts in order of their paths
   * @param ids the number of each symbol: files in order, each file's symbols in order; default: counted from 0
   * @param routes what the manifests say, see `deriveRoutes`
   * @param precise what compilers say of files, by path; only of those that are as the compiler saw them
   */
  constructor(
    files: readonly FileFacts[],
    ids?: readonly SymbolIndex[],
    routes: Iterable<RouteRow> = [],
    private readonly precise: ReadonlyMap<string, Pick<PreciseFile, 'references'>> = new Map(),
  ) {
    this.routes = new RouteTable(routes);
    const ordered =
      ids === undefined ? [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)) : files;
    const count = ordered.reduce((sum, file) => sum + file.symbols.length, 0);
    const numbers = ids ?? Array.from({ length: count }, (_, index) => index);
    this.details = new NumberTable(numbers);
    let base = 0;
    for (const file of ordered) {
      this.addFile(file, numbers.slice(base, base + file.symbols.length));
      base += file.symbols.length;
    }
  }

  has(index: SymbolIndex): boolean {
    return this.details.get(index) !== undefined;
  }

  symbol(index: SymbolIndex): ProgramSymbol {
    return this.require(index).symbol;
  }

  visibility(index: SymbolIndex): Visibility {
    return this.require(index).visibility;
  }

  valueType(index: SymbolIndex): string | null {
    return this.require(index).valueType;
  }

  contentHash(index: SymbolIndex): NodeHash {
    return this.require(index).contentHash;
  }

  interfaceHash(index: SymbolIndex): NodeHash {
    return this.require(index).interfaceHash;
  }

  hasBody(index: SymbolIndex): boolean {
    return this.require(index).hasBody;
  }

  isScope(index: SymbolIndex): boolean {
    const { children, hasImports } = this.require(index);
    return children.length > 0 || hasImports;
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

  modulesAt(stem: string): readonly SymbolIndex[] {
    return this.byStem.get(stem) ?? NONE;
  }

  route<T extends RouteTopic>(topic: T, name: string): RouteAnswers[T] | undefined {
    return this.routes.get(topic, name);
  }

  children(parent: SymbolIndex, name: string): readonly SymbolIndex[] {
    const list = this.require(parent).children;
    if (list.length < 8) {
      const own = list.filter((child) => this.isOwnChild(child, name));
      return own.length === 0 ? NONE : own;
    }
    let names = this.childNames.get(parent);
    if (names === undefined) {
      names = new Map();
      for (const child of list) if (this.symbol(child).owner === null) push(names, this.symbol(child).name, child);
      this.childNames.set(parent, names);
    }
    return names.get(name) ?? NONE;
  }

  /** All symbols written directly in `parent`. */
  allChildren(parent: SymbolIndex): readonly SymbolIndex[] {
    return this.require(parent).children;
  }

  outsideChildren(parent: SymbolIndex): readonly SymbolIndex[] {
    return this.require(parent).children.filter((child) => this.symbol(child).owner !== null);
  }

  topLevel(name: string): readonly SymbolIndex[] {
    return this.topLevelNames.get(name) ?? NONE;
  }

  soleMember(name: string, family: string): SymbolIndex | undefined {
    const members = this.membersNamed(name, family);
    return members.length === 1 ? members[0] : undefined;
  }

  /** The members named `name`, of any type, in the languages of one family. */
  membersNamed(name: string, family: string): readonly SymbolIndex[] {
    return (this.memberNames.get(name) ?? NONE).filter((member) => familyOf(this.symbol(member).language) === family);
  }

  allReferences(source: SymbolIndex): readonly ProgramReference[] {
    return this.require(source).references ?? NONE;
  }

  preciseOf(source: SymbolIndex): readonly PreciseReference[] | undefined {
    const symbol = this.symbol(source);
    return this.precise.get(symbol.filePath)?.references.get(keyInFile(symbol));
  }

  keyed(key: string): SymbolIndex | undefined {
    this.keys ??= new Map(this.symbols.map((symbol) => [nodeKey(symbol), symbol.index]));
    return this.keys.get(key);
  }

  references(source: SymbolIndex, kind: ScopeReferenceKind): readonly ProgramReference[] {
    return this.byKind(source)?.get(kind) ?? NONE;
  }

  aliased(source: SymbolIndex, kind: 'import' | 'export', alias: string): readonly ProgramReference[] {
    return this.byKind(source)?.get(`${kind} ${alias}`) ?? NONE;
  }

  /** The references of a symbol under their kind and, for imports and exports, under kind and alias. */
  private byKind(source: SymbolIndex): ReadonlyMap<string, readonly ProgramReference[]> | undefined {
    const list = this.require(source).references;
    if (list === undefined) return undefined;
    let kinds = this.kindLists.get(source);
    if (kinds === undefined) {
      kinds = new Map();
      for (const reference of list) {
        push(kinds, reference.kind, reference);
        const isAliased = reference.kind === 'import' || reference.kind === 'export';
        if (isAliased && reference.alias !== null) push(kinds, `${reference.kind} ${reference.alias}`, reference);
      }
      this.kindLists.set(source, kinds);
    }
    return kinds;
  }

  membersWrittenFor(typeName: string): readonly SymbolIndex[] {
    return this.outsideMembers.get(typeName) ?? NONE;
  }

  inheritsFor(typeName: string): readonly ProgramReference[] {
    return this.outsideInherits.get(typeName) ?? NONE;
  }

  private require(index: SymbolIndex): Details {
    const details = this.details.get(index);
    if (details === undefined) throw new RangeError(`No symbol ${index} in this program.`);
    return details;
  }

  private isOwnChild(child: SymbolIndex, name: string): boolean {
    const symbol = this.symbol(child);
    return symbol.name === name && symbol.owner === null;
  }

  private addFile(file: FileFacts, ids: readonly SymbolIndex[]): void {
    const module = ids[0];
    if (module === undefined) return;
    const slash = file.path.lastIndexOf('/');
    this.modules.set(file.path, module);
    push(this.byFileName, file.path.slice(slash + 1), module);
    push(this.byFolder, slash < 0 ? '' : file.path.slice(0, slash), module);
    push(this.byStem, stemOf(file.path), module);
    const folderStem = folderStemOf(file.path);
    if (folderStem !== undefined) push(this.byStem, folderStem, module);
    for (const [position, fact] of file.symbols.entries()) this.addSymbol(file, fact, position, ids);
    for (const fact of file.references) this.addReference(fact, ids[fact.source] ?? module);
  }

  private addSymbol(file: FileFacts, fact: SymbolFact, position: number, ids: readonly SymbolIndex[]): void {
    const index = ids[position] as SymbolIndex;
    const parent = fact.parent < 0 ? -1 : (ids[fact.parent] as SymbolIndex);
    const symbol: ProgramSymbol = {
      index,
      name: fact.name,
      qualifiedName: fact.qualifiedName,
      nodeType: fact.nodeType,
      filePath: file.path,
      language: file.language,
      parent,
      module: ids[0] as SymbolIndex,
      owner: parent < 0 ? null : ownerOf(fact, file.symbols[fact.parent]),
      ordinal: fact.ordinal,
    };
    this.symbols.push(symbol);
    this.details.set(index, {
      symbol,
      visibility: fact.visibility,
      valueType: fact.valueType,
      contentHash: fact.contentHash,
      interfaceHash: fact.interfaceHash,
      hasBody: fact.complexity !== null,
      children: [],
      references: undefined,
      hasImports: false,
    });
    if (parent < 0) return;
    const above = this.require(parent);
    const place = placeOf(symbol, above.symbol);
    if (place === 'member') push(this.memberNames, symbol.name, index);
    else if (place === 'top-level') push(this.topLevelNames, symbol.name, index);
    if (symbol.owner !== null) push(this.outsideMembers, lastSegment(symbol.owner), index);
    above.children.push(index);
  }

  private addReference({ kind, name, receiver, alias, count }: ReferenceFact, source: SymbolIndex): void {
    const plain = { source, kind, name, receiver, alias, count };
    const details = this.require(source);
    (details.references ??= []).push(plain);
    details.hasImports ||= kind === 'import';
    if (kind === 'inherit' && alias !== null) push(this.outsideInherits, lastSegment(alias), plain);
  }
}

/** Values by number: an array where the numbers lie close together, else a map. */
export class NumberTable<V> {
  private readonly base: number;
  private readonly list: (V | undefined)[] | undefined;
  private readonly map: Map<number, V> | undefined;

  constructor(numbers: readonly number[]) {
    let lowest = numbers[0] ?? 0;
    let highest = lowest - 1;
    for (const number of numbers) {
      if (number < lowest) lowest = number;
      if (number > highest) highest = number;
    }
    this.base = lowest;
    if (highest - lowest < numbers.length * 4) this.list = new Array<V | undefined>(highest - lowest + 1);
    else this.map = new Map();
  }

  get(number: number): V | undefined {
    return this.list === undefined ? this.map?.get(number) : this.list[number - this.base];
  }

  set(number: number, value: V): void {
    if (this.list === undefined) this.map?.set(number, value);
    else this.list[number - this.base] = value;
  }
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

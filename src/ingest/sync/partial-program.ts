import {
  folderStemOf,
  MemoryProgram,
  parseRoute,
  routeKey,
  stemOf,
  type Program,
  type ProgramReference,
  type ProgramSymbol,
  type RouteAnswers,
  type RouteTopic,
  type ScopeReferenceKind,
  type SymbolIndex,
} from '../../binding/index.js';
import type { FactReader } from '../../graph/index.js';
import {
  describes,
  keyInFile,
  type FileFacts,
  type NodeHash,
  type PreciseFile,
  type PreciseReference,
  type ProjectId,
  type Visibility,
} from '../../model/index.js';
import type { PackageStore } from '../../symbols/index.js';
import { preciseByPath, type NumberedFile } from './changed-things.js';
import { nextFileName, nextFolders, nextPackages, nextRoutes, nextStems } from './module-stems.js';
import { StoredFacts, type LightSymbol, type Placed } from './stored-facts.js';
import { soleMemberName } from './things.js';

export { MissingFacts } from './lookup.js';

/** What stands in place of what is stored. */
export interface Overlay {
  readonly files: readonly NumberedFile[];
  readonly removed: ReadonlySet<string>;
  /** Are there files of which a compiler told? Default true. */
  readonly hasPrecise?: boolean;
  /** What the manifests say now, by `routeKey`, where it differs from what is stored; null for what they no longer say. */
  readonly routes: ReadonlyMap<string, string | null>;
}

/** Where the stored facts are read. */
export interface ProgramStores {
  readonly reader: FactReader;
  readonly packages: Pick<PackageStore, 'routes'>;
}

/**
 * A program whose facts are read from the store when they are asked for. A question that cannot be
 * answered yet throws `MissingFacts`; after {@link PartialProgram.load} it is asked again. What is
 * answered is what a {@link MemoryProgram} of all files would say.
 */
export class PartialProgram implements Program {
  private readonly overlay: MemoryProgram;
  private readonly overlayFiles: ReadonlyMap<string, NumberedFile>;
  private readonly hidden: ReadonlySet<string>;
  private readonly stored: StoredFacts;
  /** Modules of folders with several: a name is looked for in each of them. */
  private readonly folderMates = new Set<SymbolIndex>();
  /** What compilers say of stored files, null where it does not count. */
  private readonly counting = new Map<string, PreciseFile | null>();
  private readonly hasPrecise: boolean;

  constructor(
    { reader, packages }: ProgramStores,
    project: ProjectId,
    { files, removed, routes, hasPrecise = true }: Overlay,
  ) {
    this.hasPrecise = hasPrecise;
    const ordered = [...files].sort((a, b) => (a.facts.path < b.facts.path ? -1 : 1));
    this.overlay = new MemoryProgram(
      ordered.map(({ facts }) => facts),
      ordered.flatMap(({ ids }) => [...ids]),
      [],
      preciseByPath(ordered),
    );
    this.overlayFiles = new Map(ordered.map((file) => [file.facts.path, file]));
    this.hidden = new Set([...removed, ...this.overlayFiles.keys()]);
    this.stored = new StoredFacts(reader, packages, project, this.hidden, hasPrecise);
    for (const [key, says] of routes) this.stored.routes.put(key, says === null ? null : parseRoute(says));
  }

  /** Fetches what all questions since the last call lacked. */
  async load(): Promise<void> {
    await this.stored.load();
  }

  /** Reads files ahead of the questions about them. */
  async ensureFiles(paths: Iterable<string>): Promise<void> {
    for (const path of paths) if (!this.hidden.has(path)) this.stored.files.want(path);
    await this.load();
  }

  /**
   * The facts of a file, or undefined when the program has no such file. Of a stored file they have the
   * references that say what names mean to others, no more. Throws MissingFacts.
   */
  factsOf(path: string): FileFacts | undefined {
    return this.fileAt(path)?.facts;
  }

  /** The numbers of a file's symbols, or undefined when the program has no such file. Throws MissingFacts. */
  idsOf(path: string): readonly SymbolIndex[] | undefined {
    return this.fileAt(path)?.ids;
  }

  private fileAt(path: string): NumberedFile | undefined {
    const replaced = this.overlayFiles.get(path);
    if (replaced !== undefined || this.hidden.has(path)) return replaced;
    return this.stored.files.get(path) ?? undefined;
  }

  // ── About one symbol ─────────────────────────────────────────────────────────────────────────

  symbol(index: SymbolIndex): ProgramSymbol {
    return this.known(index)?.symbol(index) ?? this.light(index)?.symbol ?? this.read(index).symbol(index);
  }

  visibility(index: SymbolIndex): Visibility {
    return this.known(index)?.visibility(index) ?? this.light(index)?.visibility ?? this.read(index).visibility(index);
  }

  valueType(index: SymbolIndex): string | null {
    const program = this.known(index);
    if (program !== undefined) return program.valueType(index);
    const light = this.light(index);
    return light === undefined ? this.read(index).valueType(index) : light.valueType;
  }

  contentHash(index: SymbolIndex): NodeHash {
    return this.read(index).contentHash(index);
  }

  interfaceHash(index: SymbolIndex): NodeHash {
    return this.read(index).interfaceHash(index);
  }

  hasBody(index: SymbolIndex): boolean {
    return this.known(index)?.hasBody(index) ?? this.light(index)?.hasBody ?? this.read(index).hasBody(index);
  }

  isScope(index: SymbolIndex): boolean {
    return this.read(index).isScope(index);
  }

  children(parent: SymbolIndex, name: string): readonly SymbolIndex[] {
    const program = this.known(parent);
    if (program !== undefined) return program.children(parent, name);
    // What a module holds is at the top level, where one answer serves all modules.
    const isModule = this.light(parent)?.symbol.nodeType === 'module';
    if (isModule && (this.folderMates.has(parent) || this.stored.topLevel.peek(name) !== undefined)) {
      return this.stored.topLevel
        .get(name)
        .filter(({ item }) => this.symbol(item).parent === parent)
        .map(({ item }) => item);
    }
    return this.read(parent).children(parent, name);
  }

  outsideChildren(parent: SymbolIndex): readonly SymbolIndex[] {
    return this.read(parent).outsideChildren(parent);
  }

  allReferences(source: SymbolIndex): readonly ProgramReference[] {
    this.wantWrittenFor(this.symbol(source));
    return this.overlay.has(source) ? this.overlay.allReferences(source) : this.stored.references.get(source);
  }

  preciseOf(source: SymbolIndex): readonly PreciseReference[] | undefined {
    if (this.overlay.has(source)) return this.overlay.preciseOf(source);
    if (!this.hasPrecise) return undefined;
    const symbol = this.symbol(source);
    return this.preciseOfFile(symbol.filePath)?.references.get(keyInFile(symbol));
  }

  private preciseOfFile(path: string): PreciseFile | null {
    const known = this.counting.get(path);
    if (known !== undefined) return known;
    const stored = this.stored.precise.get(path);
    const file = stored === null ? null : this.stored.files.get(path);
    const counts = stored !== null && file !== null && describes(stored.precise, stored.currentHash, file.facts);
    const precise = counts ? stored.precise : null;
    this.counting.set(path, precise);
    return precise;
  }

  references(source: SymbolIndex, kind: ScopeReferenceKind): readonly ProgramReference[] {
    const program = this.known(source);
    if (program !== undefined) return program.references(source, kind);
    if (kind === 'namespace') {
      const namespaces = this.stored.namespaces.peek(source);
      if (namespaces !== undefined) return namespaces;
    }
    if (!this.isFileModule(source)) return this.read(source).references(source, kind);
    // The imports of a file can be followed without reading the rest of it.
    if (kind === 'namespace') return this.stored.namespaces.get(source);
    return this.stored.references.get(source).filter((reference) => reference.kind === kind);
  }

  aliased(source: SymbolIndex, kind: 'import' | 'export', alias: string): readonly ProgramReference[] {
    return this.read(source).aliased(source, kind, alias);
  }

  // ── About the project ────────────────────────────────────────────────────────────────────────

  module(path: string): SymbolIndex | undefined {
    if (this.hidden.has(path)) return this.overlay.module(path);
    const { stems } = this.stored;
    const folderStem = folderStemOf(path);
    const ofFolder = folderStem === undefined ? undefined : stems.peek(folderStem);
    if (ofFolder !== undefined) return ofFolder.get(path);
    const stem = stemOf(path);
    if (stems.peek(stem) === undefined) this.wantNext(path);
    return stems.get(stem).get(path);
  }

  /** Languages look for a file at several places; what is not found at the first is then at hand. */
  private wantNext(path: string): void {
    const { stems, folders, fileNames } = this.stored;
    for (const stem of nextStems(path)) stems.want(stem);
    for (const folder of nextPackages(path)) {
      stems.want(folder);
      folders.want(folder);
    }
    const fileName = nextFileName(path);
    if (fileName !== undefined) fileNames.want(fileName);
  }

  modulesNamed(fileName: string): readonly SymbolIndex[] {
    return this.merged(this.stored.fileNames.get(fileName), this.overlay.modulesNamed(fileName));
  }

  modulesIn(folder: string): readonly SymbolIndex[] {
    const { folders } = this.stored;
    if (folders.peek(folder) === undefined) for (const next of nextFolders(folder)) folders.want(next);
    const modules = this.merged(folders.get(folder), this.overlay.modulesIn(folder));
    if (modules.length > 1) for (const module of modules) this.folderMates.add(module);
    return modules;
  }

  modulesAt(stem: string): readonly SymbolIndex[] {
    // Of a stem with a dot in its name more is read than asked for: `a.b` is the stem of no file `a.b.ts`.
    const stored = [...this.stored.stems.get(stem)].flatMap(([path, item]) =>
      stemOf(path) === stem || folderStemOf(path) === stem ? [{ path, item }] : [],
    );
    return this.merged(stored, this.overlay.modulesAt(stem));
  }

  route<T extends RouteTopic>(topic: T, name: string): RouteAnswers[T] | undefined {
    const { routes } = this.stored;
    const key = routeKey(topic, name);
    if (routes.peek(key) === undefined) for (const next of nextRoutes(topic, name)) routes.want(next);
    return (routes.get(key) as RouteAnswers[T] | null) ?? undefined;
  }

  topLevel(name: string): readonly SymbolIndex[] {
    return this.merged(this.stored.topLevel.get(name), this.overlay.topLevel(name));
  }

  keyed(key: string): SymbolIndex | undefined {
    return this.overlay.keyed(key) ?? this.stored.keys.get(key) ?? undefined;
  }

  soleMember(name: string, family: string): SymbolIndex | undefined {
    const own = this.overlay.membersNamed(name, family);
    if (own.length > 1) return undefined;
    const members = [...this.stored.members.get(soleMemberName(name, family)), ...own];
    return members.length === 1 ? members[0] : undefined;
  }

  membersWrittenFor(typeName: string): readonly SymbolIndex[] {
    this.stored.inherits.want(typeName);
    return this.merged(this.stored.writtenFor.get(typeName), this.overlay.membersWrittenFor(typeName));
  }

  inheritsFor(typeName: string): readonly ProgramReference[] {
    this.stored.writtenFor.want(typeName);
    const stored = this.stored.inherits.get(typeName);
    const own = this.overlay.inheritsFor(typeName);
    return mergedByPath(
      stored,
      own.map((item) => ({ path: this.overlay.symbol(item.source).filePath, item })),
    );
  }

  private merged(stored: readonly Placed<SymbolIndex>[], own: readonly SymbolIndex[]): readonly SymbolIndex[] {
    return mergedByPath(
      stored,
      own.map((item) => ({ path: this.overlay.symbol(item).filePath, item })),
    );
  }

  // ── Where the facts are ──────────────────────────────────────────────────────────────────────

  /** The program that holds the symbol's file, when there is one already. */
  private known(index: SymbolIndex): MemoryProgram | undefined {
    return this.overlay.has(index) ? this.overlay : this.stored.programOf(index);
  }

  private light(index: SymbolIndex): LightSymbol | undefined {
    return this.stored.light(index);
  }

  /** Whoever asks what is written in a type asks next what is written for it elsewhere. */
  private wantWrittenFor({ name, nodeType }: ProgramSymbol): void {
    if (nodeType === 'module' || nodeType === 'method') return;
    this.stored.writtenFor.want(name);
    this.stored.inherits.want(name);
  }

  private isFileModule(index: SymbolIndex): boolean {
    const symbol = this.light(index)?.symbol;
    return symbol !== undefined && symbol.module === index;
  }

  /** The program of the symbol's file; throws MissingFacts, and RangeError for a symbol that is not there. */
  private read(index: SymbolIndex): MemoryProgram {
    const program = this.known(index);
    if (program !== undefined) return program;
    const { paths, files } = this.stored;
    const light = this.light(index);
    if (light !== undefined) this.wantWrittenFor(light.symbol);
    const path = index < 0 ? null : paths.get(index);
    const file = path === null ? null : files.get(path);
    if (file?.program.has(index) === true) return file.program;
    throw new RangeError(`No symbol ${index} in this program.`);
  }
}

/** Two lists in order of their paths, which share none, as one. */
function mergedByPath<T>(stored: readonly Placed<T>[], own: readonly Placed<T>[]): readonly T[] {
  const all = own.length === 0 ? stored : [...stored, ...own];
  const ordered =
    own.length === 0 || stored.length === 0
      ? all
      : [...all].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return ordered.map(({ item }) => item);
}

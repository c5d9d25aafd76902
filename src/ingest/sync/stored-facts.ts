import {
  familyOf,
  languagesOf,
  MemoryProgram,
  ownerOf,
  parseRoute,
  placeOf,
  routeKey,
  routeOfKey,
  SCOPE_REFERENCE_KINDS,
  type ProgramReference,
  type ProgramSymbol,
  type RouteTopic,
  type SymbolIndex,
} from '../../binding/index.js';
import type { FactReader, InheritRow, StoredFile, StoredPrecise, SymbolRow } from '../../graph/index.js';
import { compareSourceOrder, NODE_TYPES, type ProjectId, type Visibility } from '../../model/index.js';
import type { PackageStore } from '../../symbols/index.js';
import { Lookup } from './lookup.js';

/** A file that was read, as a program of its own. */
export interface LoadedFile extends Pick<StoredFile, 'facts'> {
  readonly ids: readonly SymbolIndex[];
  /** Of its references it knows those that say what names mean to others. */
  readonly program: MemoryProgram;
}

/** A symbol whose file need not be read. */
export interface LightSymbol {
  readonly symbol: ProgramSymbol;
  readonly visibility: Visibility;
  readonly valueType: string | null;
  readonly hasBody: boolean;
}

/** A symbol in an answer, with the file that gives it its place there. */
export interface Placed<T> {
  readonly path: string;
  readonly item: T;
}

/** Lists of up to so many files are read whole: what is asked next about such symbols are their scopes. */
const FEW_FILES = 8;

const TOP_LEVEL_PARENTS = NODE_TYPES.filter((nodeType) => placeOf({ owner: null }, { nodeType }) === 'top-level');
const MEMBER_PARENTS = NODE_TYPES.filter((nodeType) => placeOf({ owner: null }, { nodeType }) === 'member');

/**
 * What was read of a project's stored facts, and what is to be read next. Hidden files are as good as
 * not stored. Lists are in the order of a {@link Program}: by path, then source order.
 */
export class StoredFacts {
  /** Null for a symbol that is not there. */
  readonly paths: Lookup<SymbolIndex, string | null>;
  /** Null for a file that is not there. */
  readonly files: Lookup<string, LoadedFile | null>;
  readonly stems: Lookup<string, ReadonlyMap<string, SymbolIndex>>;
  readonly folders: Lookup<string, readonly Placed<SymbolIndex>[]>;
  readonly fileNames: Lookup<string, readonly Placed<SymbolIndex>[]>;
  readonly topLevel: Lookup<string, readonly Placed<SymbolIndex>[]>;
  /** By `soleMemberName`: up to two of them. */
  readonly members: Lookup<string, readonly SymbolIndex[]>;
  readonly writtenFor: Lookup<string, readonly Placed<SymbolIndex>[]>;
  readonly inherits: Lookup<string, readonly Placed<ProgramReference>[]>;
  readonly references: Lookup<SymbolIndex, readonly ProgramReference[]>;
  readonly namespaces: Lookup<SymbolIndex, readonly ProgramReference[]>;
  /** Null for a file that no compiler told of. */
  readonly precise: Lookup<string, StoredPrecise | null>;
  /** By node key; null for one that is not there. */
  readonly keys: Lookup<string, SymbolIndex | null>;
  /** By what `routeKey` makes of topic and name; null where the manifests say nothing. */
  readonly routes: Lookup<string, NonNullable<unknown> | null>;

  private readonly lights = new Map<SymbolIndex, LightSymbol>();
  private readonly programs = new Map<SymbolIndex, MemoryProgram>();

  constructor(
    private readonly reader: FactReader,
    packages: Pick<PackageStore, 'routes'>,
    private readonly project: ProjectId,
    private readonly hidden: ReadonlySet<string>,
    private readonly hasPrecise: boolean,
  ) {
    this.routes = new Lookup(async (keys) => {
      const rows = await packages.routes(project, keys.map(routeOfKey));
      const said = new Map(rows.map(({ topic, name, says }) => [routeKey(topic as RouteTopic, name), says]));
      return answered(keys, (key) => {
        const says = said.get(key);
        return says === undefined ? null : parseRoute(says);
      });
    });
    this.paths = new Lookup(async (ids) => {
      const paths = await reader.pathsOf(project, ids);
      return answered(ids, (id) => this.visible(paths.get(id)));
    });
    this.files = new Lookup((paths) => this.readFiles(paths));
    this.stems = new Lookup(async (stems) => {
      const rows = await reader.modulesByStem(project, stems);
      return answered(stems, (stem) => new Map(this.take(rows.get(stem)).map(({ path, item }) => [path, item])));
    });
    this.folders = this.listLookup((folders) => reader.modulesInFolders(project, folders));
    this.fileNames = this.listLookup((names) => reader.modulesNamed(project, names));
    this.topLevel = this.listLookup((names) => reader.symbolsNamed(project, names, TOP_LEVEL_PARENTS));
    this.writtenFor = this.listLookup((names) => reader.membersWrittenFor(project, names));
    this.members = new Lookup((names) => this.readMembers(names));
    this.inherits = new Lookup((names) => this.readInherits(names));
    this.references = new Lookup(async (sources) => {
      const rows = await reader.references(project, sources);
      return answered(sources, (source) => (rows.get(source) ?? []).map((row) => referenceOf(source, row)));
    });
    this.precise = new Lookup(async (paths) => {
      const rows = await reader.precise(project, paths);
      return answered(paths, (path) => rows.get(path) ?? null);
    });
    this.keys = new Lookup(async (keys) => {
      const rows = await reader.symbolsByKey(project, keys);
      return answered(keys, (key) => this.take(rows.get(key))[0]?.item ?? null);
    });
    this.namespaces = new Lookup(async (modules) => {
      const rows = await reader.references(project, modules, ['namespace']);
      return answered(modules, (module) => (rows.get(module) ?? []).map((row) => referenceOf(module, row)));
    });
  }

  light(index: SymbolIndex): LightSymbol | undefined {
    return this.lights.get(index);
  }

  /** The program of the file that a symbol is in, when that was read. */
  programOf(index: SymbolIndex): MemoryProgram | undefined {
    return this.programs.get(index);
  }

  /** Fetches everything that is wanted, and what will be wanted next because of it. */
  async load(): Promise<void> {
    for (const [index, path] of await this.paths.load()) {
      if (path === null) continue;
      this.files.want(path);
      this.references.want(index);
      if (this.hasPrecise) this.precise.want(path);
    }
    await this.precise.load();
    await this.keys.load();
    await this.routes.load();
    await this.stems.load();
    await this.folders.load();
    await this.fileNames.load();
    await this.members.load();
    for (const list of (await this.topLevel.load()).values()) this.wantNamespaces(list);
    for (const list of (await this.writtenFor.load()).values()) this.wantFew(list);
    for (const list of (await this.inherits.load()).values()) this.wantFew(list);
    await this.files.load();
    await this.references.load();
    await this.namespaces.load();
  }

  /** Whether a symbol of another file is visible depends on the namespace that its file declares. */
  private wantNamespaces(list: readonly Placed<SymbolIndex>[]): void {
    for (const { item } of list) {
      const module = this.lights.get(item)?.symbol.module;
      if (module !== undefined && !this.programs.has(module)) this.namespaces.want(module);
    }
  }

  private wantFew(list: readonly Placed<unknown>[]): void {
    const paths = new Set(list.map(({ path }) => path));
    if (paths.size <= FEW_FILES) for (const path of paths) this.files.want(path);
  }

  private listLookup(
    read: (keys: readonly string[]) => Promise<ReadonlyMap<string, readonly SymbolRow[]>>,
  ): Lookup<string, readonly Placed<SymbolIndex>[]> {
    return new Lookup(async (keys) => {
      const rows = await read(keys);
      return answered(keys, (key) => this.take(rows.get(key)));
    });
  }

  private async readFiles(paths: readonly string[]): Promise<ReadonlyMap<string, LoadedFile | null>> {
    const shown = paths.filter((path) => !this.hidden.has(path));
    const stored = await this.reader.files(this.project, shown, SCOPE_REFERENCE_KINDS);
    return answered(paths, (path) => {
      const file = stored.get(path);
      if (file === undefined) return null;
      const program = new MemoryProgram([file.facts], file.ids);
      for (const id of file.ids) this.programs.set(id, program);
      return { facts: file.facts, ids: file.ids, program };
    });
  }

  private async readMembers(names: readonly string[]): Promise<ReadonlyMap<string, readonly SymbolIndex[]>> {
    const wanted = names.map((each) => {
      const [name = '', family = ''] = each.split('\0');
      return { name, languages: languagesOf(family) };
    });
    const found = await this.reader.soleMembers(this.project, wanted, MEMBER_PARENTS, this.hidden);
    return new Map(names.map((each, position) => [each, this.take(found[position]).map(({ item }) => item)]));
  }

  private async readInherits(names: readonly string[]): Promise<Map<string, readonly Placed<ProgramReference>[]>> {
    const rows = await this.reader.inheritsFor(this.project, names);
    return answered(names, (name) => {
      const list = (rows.get(name) ?? []).filter((row) => !this.hidden.has(row.filePath));
      this.take(list);
      return list
        .sort((a, b) => compareRows(a, b) || a.position - b.position)
        .map((row: InheritRow) => ({ path: row.filePath, item: referenceOf(row.id, row.reference) }));
    });
  }

  /** Remembers symbols that came with an answer, and gives them in order. Includes are followed from file to file. */
  private take(rows: readonly SymbolRow[] = []): Placed<SymbolIndex>[] {
    const shown = rows.filter((row) => !this.hidden.has(row.filePath)).sort(compareRows);
    for (const row of shown) {
      this.lights.set(row.id, lightOf(row));
      this.paths.put(row.id, row.filePath);
      this.paths.put(row.moduleId, row.filePath);
      if (row.parentId !== null) this.paths.put(row.parentId, row.filePath);
      else if (familyOf(row.language) === 'c') this.references.want(row.id);
    }
    return shown.map((row) => ({ path: row.filePath, item: row.id }));
  }

  private visible(path: string | undefined): string | null {
    return path === undefined || this.hidden.has(path) ? null : path;
  }
}

function answered<K, V>(keys: readonly K[], answer: (key: K) => V): Map<K, V> {
  return new Map(keys.map((key) => [key, answer(key)]));
}

function compareRows(a: SymbolRow, b: SymbolRow): number {
  if (a.filePath !== b.filePath) return a.filePath < b.filePath ? -1 : 1;
  return compareSourceOrder(a, b) || a.id - b.id;
}

function lightOf(row: SymbolRow): LightSymbol {
  const { id, name, qualifiedName, nodeType, filePath, language, ordinal, parentId, parentQualifiedName } = row;
  const owner = parentId === null ? null : ownerOf(row, { qualifiedName: parentQualifiedName ?? '' });
  return {
    symbol: {
      index: id,
      name,
      qualifiedName,
      nodeType,
      filePath,
      language,
      parent: parentId ?? -1,
      module: row.moduleId,
      owner,
      ordinal,
    },
    visibility: row.visibility,
    valueType: row.valueType,
    hasBody: row.hasBody === 1,
  };
}

function referenceOf(
  source: SymbolIndex,
  { kind, name, receiver, alias, count }: Omit<ProgramReference, 'source'>,
): ProgramReference {
  return { source, kind, name, receiver, alias, count };
}

/** An alias of a tsconfig or of `imports` in a package.json. */
export interface AliasRoute {
  /** What importers write, with at most one `*`. */
  readonly pattern: string;
  /** Paths in the project, best first; a `*` stands for the same text. They may lack an ending. Empty: it leads nowhere. */
  readonly targets: readonly string[];
  /** Is it one of `imports`? These come before those of a tsconfig. */
  readonly isImports: boolean;
}

/** A module of a package: what follows its name, and where that lies, best first. At most one `*` stands for any text. */
export interface ModuleRoute {
  readonly specifier: string;
  readonly targets: readonly string[];
}

/** A package of the project that a name may stand for. */
export interface RoutedPackage {
  readonly folder: string;
  /** Is that its own name? Otherwise somebody calls it so. */
  readonly isNamed: boolean;
  readonly modules: readonly ModuleRoute[];
}

/** A package of the project asks for the name. */
export interface Wish {
  readonly folder: string;
  /** The folder of the project's own package that is meant; null when another project's is. */
  readonly local: string | null;
}

/** All that the manifests of a project say about one name. */
export interface PackageRoute {
  readonly packages: readonly RoutedPackage[];
  /** By folder, which has one at most. */
  readonly wishes: readonly Wish[];
}

/**
 * What can be asked of the manifests: topic, and what the answer is.
 *
 * - `alias-folders`: the folders that aliases are written for; the name is empty
 * - `aliases`: by folder and head, see {@link aliasName}
 * - `package-folders`: the folders of a manager's packages, by manager
 * - `npm`, `go`: by the name that importers write; `cargo`: by the name of the crate; `pypi`: by {@link pypiHead}
 */
export interface RouteAnswers {
  readonly 'alias-folders': readonly string[];
  readonly aliases: readonly AliasRoute[];
  readonly 'package-folders': readonly string[];
  readonly npm: PackageRoute;
  readonly pypi: PackageRoute;
  readonly cargo: PackageRoute;
  readonly go: PackageRoute;
}

export type RouteTopic = keyof RouteAnswers;

/** One answer as it is kept. A name that has none is one about which the manifests say nothing. */
export interface RouteRow {
  readonly topic: RouteTopic;
  readonly name: string;
  /** JSON. Equal answers are equal texts. */
  readonly says: string;
}

/** The head of patterns whose first part is not written out. */
export const ANY_HEAD = '*';

/** The first part of what importers write. */
export function headOf(specifier: string): string {
  const slash = specifier.indexOf('/');
  return slash < 0 ? specifier : specifier.slice(0, slash);
}

/** No head holds a `/`, so that the two can be told apart. */
export function aliasName(folder: string, head: string): string {
  return `${folder}/${head}`;
}

/** Under which name the modules of Python are found: the first part of the import, spelled as packages are named. */
export function pypiHead(module: string): string {
  const dot = module.indexOf('.');
  return (dot < 0 ? module : module.slice(0, dot)).toLowerCase().replace(/[-_]+/g, '-');
}

/** Joins topic and name into one text, and back. */
export function routeKey(topic: RouteTopic, name: string): string {
  return `${topic}\0${name}`;
}

export function routeOfKey(key: string): { readonly topic: RouteTopic; readonly name: string } {
  const cut = key.indexOf('\0');
  return { topic: key.slice(0, cut) as RouteTopic, name: key.slice(cut + 1) };
}

/** The routes of a project, held in memory. */
export class RouteTable {
  private readonly texts: ReadonlyMap<string, string>;
  private readonly answers = new Map<string, unknown>();

  constructor(rows: Iterable<RouteRow>) {
    this.texts = new Map([...rows].map(({ topic, name, says }) => [routeKey(topic, name), says]));
  }

  get<T extends RouteTopic>(topic: T, name: string): RouteAnswers[T] | undefined {
    const key = routeKey(topic, name);
    const text = this.texts.get(key);
    if (text === undefined) return undefined;
    let answer = this.answers.get(key);
    if (answer === undefined) this.answers.set(key, (answer = parseRoute<T>(text)));
    return answer as RouteAnswers[T];
  }
}

/** Reads what {@link RouteRow.says} holds. */
export function parseRoute<T extends RouteTopic>(says: string): RouteAnswers[T] {
  return JSON.parse(says) as RouteAnswers[T];
}

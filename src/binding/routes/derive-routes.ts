import {
  compareText,
  type PackageDependency,
  type PackageFacts,
  type PackageManager,
  type PathAlias,
} from '../../model/index.js';
import {
  aliasName,
  ANY_HEAD,
  headOf,
  pypiHead,
  routeKey,
  type AliasRoute,
  type ModuleRoute,
  type RoutedPackage,
  type RouteAnswers,
  type RouteRow,
  type RouteTopic,
  type Wish,
} from './route.js';

/**
 * What the manifests of a project say about imports inside it, by the names that are imported. A pure function of packages
 * and aliases; a change of it shows with the next reading of the manifests only, so it comes with a new version of their
 * reader. Sorted by topic and name.
 */
export function deriveRoutes(packages: readonly PackageFacts[], aliases: readonly PathAlias[]): RouteRow[] {
  const rows = [
    ...aliasRows(aliases),
    ...folderRows(packages),
    ...nameRows('npm', packages, npmNames),
    ...nameRows('go', packages, goNames),
    ...nameRows('cargo', packages, cargoNames),
    ...nameRows('pypi', packages, pypiNames),
  ];
  return rows.sort((a, b) => compareText(routeKey(a.topic, a.name), routeKey(b.topic, b.name)));
}

function rowOf<T extends RouteTopic>(topic: T, name: string, answer: RouteAnswers[T]): RouteRow {
  return { topic, name, says: JSON.stringify(answer) };
}

// ── Aliases ────────────────────────────────────────────────────────────────────────────────────

function aliasRows(aliases: readonly PathAlias[]): RouteRow[] {
  const byName = new Map<string, AliasRoute[]>();
  for (const { folder, pattern, targets, configPath } of aliases) {
    const isImports = pattern.startsWith('#') && /(?:^|\/)package\.json$/.test(configPath);
    listAt(byName, aliasName(folder, patternHead(pattern))).push({ pattern, targets, isImports });
  }
  const folders = [...new Set(aliases.map(({ folder }) => folder))].sort(compareText);
  return [
    ...(folders.length === 0 ? [] : [rowOf('alias-folders', '', folders)]),
    ...[...byName].map(([name, routes]) => rowOf('aliases', name, routes)),
  ];
}

/** A `*` in its first part leaves open which imports a pattern is about. */
function patternHead(pattern: string): string {
  const head = headOf(pattern);
  return head.includes('*') ? ANY_HEAD : head;
}

// ── Packages ───────────────────────────────────────────────────────────────────────────────────

/** Where the packages of a manager lie decides which of them a file belongs to. */
function folderRows(packages: readonly PackageFacts[]): RouteRow[] {
  return (['cargo', 'go'] as const).flatMap((manager) => {
    const folders = new Set(packages.flatMap((each) => (each.manager === manager ? [each.folder] : [])));
    return folders.size === 0 ? [] : [rowOf('package-folders', manager, [...folders].sort(compareText))];
  });
}

/** How a manager's packages and dependencies are called by importers. */
interface Naming {
  /** The names under which a package's modules are imported. */
  modules(found: PackageFacts): Iterable<readonly [name: string, modules: readonly ModuleRoute[]]>;
  /** The names that a dependency is imported by, and the package that is meant when it is the project's own. */
  wished(dependency: PackageDependency): { readonly names: readonly string[]; readonly own: PackageFacts | undefined };
}

class Names {
  private readonly packages = new Map<string, RoutedPackage[]>();
  private readonly wishes = new Map<string, Map<string, string | null>>();

  offer(name: string, offered: RoutedPackage): void {
    const all = listAt(this.packages, name);
    if (all.every(({ folder, isNamed }) => folder !== offered.folder || isNamed !== offered.isNamed)) all.push(offered);
  }

  wish(name: string, { folder, local }: Wish): void {
    let wishes = this.wishes.get(name);
    if (wishes === undefined) this.wishes.set(name, (wishes = new Map<string, string | null>()));
    wishes.set(folder, wishes.get(folder) ?? local);
  }

  /** A name that no package of the project has needs no row, but where `keepsWishes` says that asking for it matters. */
  rows(topic: PackageManager & RouteTopic, keepsWishes: boolean): RouteRow[] {
    const names = new Set([...this.packages.keys(), ...(keepsWishes ? this.wishes.keys() : [])]);
    return [...names].map((name) =>
      rowOf(topic, name, {
        packages: (this.packages.get(name) ?? []).sort((a, b) => compareText(a.folder, b.folder)),
        wishes: [...(this.wishes.get(name) ?? [])]
          .map(([folder, local]) => ({ folder, local }))
          .sort((a, b) => compareText(a.folder, b.folder)),
      }),
    );
  }
}

function nameRows(
  manager: PackageManager & RouteTopic,
  all: readonly PackageFacts[],
  namingOf: (packages: readonly PackageFacts[]) => Naming,
): RouteRow[] {
  const packages = all.filter((each) => each.manager === manager);
  const naming = namingOf(packages);
  const names = new Names();
  for (const found of packages) {
    for (const [name, modules] of naming.modules(found)) {
      names.offer(name, { folder: found.folder, isNamed: true, modules });
    }
  }
  for (const { folder, dependencies } of packages) {
    for (const dependency of dependencies) {
      const { names: wished, own } = naming.wished(dependency);
      for (const name of wished) {
        names.wish(name, { folder, local: own?.folder ?? null });
        if (own === undefined || [...naming.modules(own)].some(([called]) => called === name)) continue;
        for (const [, modules] of naming.modules(own))
          names.offer(name, { folder: own.folder, isNamed: false, modules });
      }
    }
  }
  // In Python what somebody asks for outranks what lies about, so that it counts without a package of that name too.
  return names.rows(manager, manager === 'pypi');
}

/** By the package's name; who is called by an alias is so in the package that says so. */
function npmNames(packages: readonly PackageFacts[]): Naming {
  const ownOf = localPackages(packages);
  return {
    modules: (found) => (found.name === '' ? [] : [[found.name, modulesOf(found)]]),
    wished: (dependency) => ({ names: [dependency.alias ?? dependency.name], own: ownOf(dependency) }),
  };
}

/** By the module's path; what lies below follows from its folder. */
function goNames(packages: readonly PackageFacts[]): Naming {
  const ownOf = localPackages(packages);
  return {
    modules: ({ name }) => [[name, []]],
    wished: (dependency) => ({ names: [dependency.alias ?? dependency.name], own: ownOf(dependency) }),
  };
}

/** By the name of the library, which need not be the package's. */
function cargoNames(packages: readonly PackageFacts[]): Naming {
  const ownOf = localPackages(packages);
  return {
    modules: (found) => modulesOf(found).map((library) => [library.specifier, [library]]),
    wished: (dependency) => {
      const own = ownOf(dependency);
      const crate = own === undefined ? undefined : modulesOf(own)[0]?.specifier;
      return { names: [dependency.alias ?? crate ?? dependency.name.replaceAll('-', '_')], own };
    },
  };
}

/** By the first part of what is imported; a package is called otherwise, and may bring several. */
function pypiNames(packages: readonly PackageFacts[]): Naming {
  const heads = (found: PackageFacts): ReadonlyMap<string, readonly ModuleRoute[]> => {
    const byHead = new Map<string, ModuleRoute[]>();
    for (const { specifier, targets } of modulesOf(found)) {
      const places = [...new Set(targets.map((target) => target.replace(/(?:\/__init__)?\.pyi?$/, '')))];
      listAt(byHead, pypiHead(specifier)).push({ specifier, targets: places });
    }
    return byHead;
  };
  const ownOf = localPackages(packages);
  const byName = new Map<string, PackageFacts[]>();
  for (const each of packages) listAt(byName, each.name).push(each);
  return {
    modules: heads,
    wished: (dependency) => {
      const named = byName.get(dependency.name) ?? [];
      const own = ownOf(dependency) ?? (named.length === 1 ? named[0] : undefined);
      return { names: own === undefined ? [pypiHead(dependency.name)] : [...heads(own).keys()], own };
    },
  };
}

function localPackages(packages: readonly PackageFacts[]): (dependency: PackageDependency) => PackageFacts | undefined {
  const byFolder = new Map([...packages].reverse().map((each) => [each.folder, each]));
  return ({ local }) => (local === null ? undefined : byFolder.get(local));
}

function modulesOf({ modules }: PackageFacts): ModuleRoute[] {
  return modules.flatMap(({ kind, specifier, targets }) => (kind === 'module' ? [{ specifier, targets }] : []));
}

function listAt<K, V>(lists: Map<K, V[]>, key: K): V[] {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = []));
  return list;
}

import type { PackageManager, ProjectId } from '../../model/index.js';
import {
  rankPackages,
  type AskedPackage,
  type ExternalRefs,
  type ImportingPackages,
  type ProviderPackage,
  type RankedPackage,
} from '../../symbols/index.js';
import { headOf, importKey, importTextsOf, isAskedBy, packageKey, prefixesOf } from './import-keys.js';

/** What a module text may mean to the files of one package. */
export interface Candidates {
  readonly packageName: string | null;
  readonly asked: AskedPackage | undefined;
  readonly list: readonly RankedPackage<ProviderPackage>[];
  /** What decides about this: see the view `package_keys`. */
  readonly watches: readonly string[];
}

/** Finds the packages of other projects that imports of a project may mean, by evidence alone: manifests and module texts. */
export class CandidateFinder {
  private readonly importing = new Map<ProjectId, Promise<ImportingPackages>>();
  private readonly named = new Map<string, Promise<ProviderPackage[]>>();
  private readonly all = new Map<PackageManager, Promise<ProviderPackage[]>>();

  constructor(private readonly externals: ExternalRefs) {}

  /** The folder of the package that a file belongs to; empty when it belongs to none. */
  async folderOf(project: ProjectId, manager: PackageManager, file: string): Promise<string> {
    const { folders } = await this.importingOf(project);
    return nearest(
      folders.filter((each) => each.manager === manager).map(({ folder }) => folder),
      file,
    );
  }

  async find(project: ProjectId, manager: PackageManager, folder: string, specifier: string): Promise<Candidates> {
    const asked = (await this.askedFrom(project, manager, folder)).filter((each) => isAskedBy(each, specifier));
    const [best] = asked;
    const isOwn = best !== undefined && best.local !== null;
    const byName = best === undefined || isOwn ? [] : await this.providersNamed(manager, best.name);
    const others = byName.filter((provider) => provider.project !== project);
    // Where the name of the package does not tell its modules, a manifest's entry of the like name need not be the one.
    const isNamedSo = manager === 'npm' || manager === 'cargo' || manager === 'go';
    if (best !== undefined && (isNamedSo || isOwn || others.length > 0)) {
      return {
        packageName: best.name,
        asked: best,
        list: isOwn ? [] : rankPackages(others, best),
        watches: [packageKey(manager, best.name), ...(isNamedSo ? [] : keysOf(manager, specifier))],
      };
    }
    return this.findByImport(project, manager, folder, specifier, best);
  }

  private async findByImport(
    project: ProjectId,
    manager: PackageManager,
    folder: string,
    specifier: string,
    likely: AskedPackage | undefined,
  ): Promise<Candidates> {
    const providers = await this.providersByImport(manager, specifier);
    const others = providers.filter((provider) => provider.project !== project);
    const names = new Set(others.map(({ name }) => name));
    const asked = (await this.askedFrom(project, manager, folder)).find(({ name }) => names.has(name)) ?? likely;
    const declared = asked === undefined ? [] : others.filter(({ name }) => name === asked.name);
    const isDeclared = asked !== undefined && declared.length > 0;
    const name = asked?.name ?? (names.size === 1 ? [...names][0] : undefined) ?? guessedName(manager, specifier);
    return {
      packageName: name ?? null,
      asked,
      list: rankPackages(isDeclared ? declared : others, isDeclared ? asked : undefined),
      watches: [
        ...keysOf(manager, specifier),
        ...[...names, ...(asked === undefined ? [] : [asked.name])].map((each) => packageKey(manager, each)),
      ],
    };
  }

  /** What the package and those around it ask for, the nearest first; dependencies of the run before those of development. */
  private async askedFrom(project: ProjectId, manager: PackageManager, folder: string): Promise<AskedPackage[]> {
    const { asked } = await this.importingOf(project);
    return asked
      .filter((each) => each.manager === manager && isWithin(folder, each.folder))
      .sort(
        (a, b) =>
          b.folder.length - a.folder.length || Number(b.lockedVersion !== null) - Number(a.lockedVersion !== null),
      );
  }

  private async importingOf(project: ProjectId): Promise<ImportingPackages> {
    return remembered(this.importing, project, () => this.externals.importingPackages(project));
  }

  private async providersNamed(manager: PackageManager, name: string): Promise<ProviderPackage[]> {
    return remembered(this.named, `${manager} ${name}`, () => this.externals.providersNamed(manager, [name]));
  }

  private async providersByImport(manager: PackageManager, specifier: string): Promise<ProviderPackage[]> {
    const prefixes = prefixesOf(manager, specifier);
    if (manager === 'npm') return this.providersNamed(manager, headOf(manager, specifier));
    const all = await remembered(this.all, manager, () => this.externals.providersOf(manager));
    for (const prefix of prefixes.reverse()) {
      const found = all.filter((provider) => importTextsOf(provider).includes(prefix));
      if (found.length > 0) return found;
    }
    return [];
  }
}

function keysOf(manager: PackageManager, specifier: string): string[] {
  return prefixesOf(manager, specifier).map((prefix) => importKey(manager, prefix));
}

/** Without a manifest: what is imported from npm, Cargo and Go is called after the package. */
function guessedName(manager: PackageManager, specifier: string): string | undefined {
  return manager === 'npm' || manager === 'cargo' ? headOf(manager, specifier) : undefined;
}

function nearest(folders: readonly string[], file: string): string {
  let best = '';
  for (const folder of folders) if (folder.length > best.length && isWithin(file, folder)) best = folder;
  return best;
}

function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

function remembered<K, V>(known: Map<K, Promise<V>>, key: K, read: () => Promise<V>): Promise<V> {
  let found = known.get(key);
  if (found === undefined) known.set(key, (found = read()));
  return found;
}

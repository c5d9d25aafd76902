import type { PackageManager, ProjectId } from '../../model/index.js';
import {
  rankPackages,
  type AskedPackage,
  type ExternalRefs,
  type ImportingPackages,
  type ProviderPackage,
  type RankedPackage,
} from '../../symbols/index.js';
import { headOf, importKey, importTextsOf, isAskedBy, packageKey, prefixesOf, writtenFor } from './import-keys.js';

/** A package that a module text may mean, and why. */
export type Candidate = RankedPackage<ProviderPackage, AskedPackage>;

/** What a module text may mean to the files of one package. */
export interface Candidates {
  readonly packageName: string | null;
  readonly asked: AskedPackage | undefined;
  readonly list: readonly Candidate[];
  /** It means a package of the project itself. */
  readonly isOwn: boolean;
  /** What decides about this: see the view `package_keys`. */
  readonly watches: readonly string[];
}

type Provided = Pick<Candidate, 'provider' | 'asked'>;

/** What a package needs when it runs goes before what those who work on it need. */
const KINDS = ['normal', 'peer', 'optional', 'build', 'indirect', 'development'];

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
    const around = await this.askedFrom(project, manager, folder);
    const [best] = around
      .filter((each) => isAskedBy(each, specifier))
      .sort((a, b) => b.folder.length - a.folder.length || writtenFor(b).length - writtenFor(a).length);
    const isOwn = best !== undefined && best.local !== null;
    const byName = best === undefined || isOwn ? [] : await this.providersNamed(manager, best.name);
    const others = byName.filter((provider) => provider.project !== project);
    // Where the name of the package does not tell its modules, a manifest's entry of the like name need not be the one.
    const isNamedSo = manager === 'npm' || manager === 'cargo' || manager === 'go';
    if (best !== undefined && (isNamedSo || isOwn || others.length > 0)) {
      return {
        packageName: best.name,
        asked: best,
        list: rankPackages(others.map((provider) => ({ provider, asked: best }))),
        isOwn,
        watches: [packageKey(manager, best.name), ...(isNamedSo ? [] : keysOf(manager, specifier))],
      };
    }
    return this.findByImport(project, manager, around, specifier, best);
  }

  /** By the module text alone: of the packages that explain it, those that a manifest asks for, else all. */
  private async findByImport(
    project: ProjectId,
    manager: PackageManager,
    around: readonly AskedPackage[],
    specifier: string,
    likely: AskedPackage | undefined,
  ): Promise<Candidates> {
    const providers = await this.providersByImport(manager, specifier);
    const all = providers
      .filter((provider) => provider.project !== project)
      .map((provider): Provided => ({ provider, asked: around.find(({ name }) => name === provider.name) }));
    const declared = all.filter(({ asked }) => asked !== undefined);
    // What is neither declared nor somebody else's alone is the project's own.
    const isOwn = declared.length === 0 && providers.length > all.length;
    const chosen = isOwn ? [] : declared.length > 0 ? declared : all;
    const names = new Set(providers.map(({ name }) => name));
    const asked = declared[0]?.asked ?? likely;
    const guessed = guessedName(manager, specifier);
    const known = [...names, ...(asked === undefined ? [] : [asked.name]), ...(guessed === undefined ? [] : [guessed])];
    return {
      packageName: asked?.name ?? (names.size === 1 ? [...names][0] : undefined) ?? guessed ?? null,
      asked,
      list: rankPackages(chosen),
      isOwn,
      watches: [...keysOf(manager, specifier), ...new Set(known.map((name) => packageKey(manager, name)))],
    };
  }

  /** What the package and those around it ask for: of the nearest first, then what is locked, then by kind. */
  private async askedFrom(project: ProjectId, manager: PackageManager, folder: string): Promise<AskedPackage[]> {
    const { asked } = await this.importingOf(project);
    return asked
      .filter((each) => each.manager === manager && isWithin(folder, each.folder))
      .sort(
        (a, b) =>
          b.folder.length - a.folder.length ||
          Number(b.lockedVersion !== null) - Number(a.lockedVersion !== null) ||
          KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind),
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

import type { ManifestProject } from '../manifest-project.js';
import { isWithin, resolvePath, under } from '../paths.js';
import type { BunLock, NpmDeclaration, NpmLock, PnpmLock, YarnLock } from './npm-facts.js';

/** What a lockfile says of one dependency of one package. */
export interface Locked {
  readonly version: string | null;
  /** The folder it leads to, from the project's root; null when it is no folder of the project. */
  readonly folder: string | null;
}

type Lookup = (folder: string, declaration: NpmDeclaration) => Locked | undefined;

/** The lockfiles of a project. Of several in one folder the first that knows a dependency is asked: npm, pnpm, yarn, bun. */
export class NpmLockfiles {
  private readonly byFolder = new Map<string, Lookup[]>();

  constructor(project: ManifestProject) {
    for (const { path, folder, facts } of project.of('package-lock')) {
      // A shrinkwrap is read instead of the package-lock beside it.
      if (path.endsWith('package-lock.json') && project.hasFile(under(folder, 'npm-shrinkwrap.json'))) continue;
      this.add(folder, npmLookup(folder, facts));
    }
    for (const { folder, facts } of project.of('pnpm-lock')) this.add(folder, pnpmLookup(folder, facts));
    for (const { folder, facts } of project.of('yarn-lock')) this.add(folder, yarnLookup(facts));
    for (const { folder, facts } of project.of('bun-lock')) this.add(folder, bunLookup(folder, facts));
  }

  /** @param folders where the lockfile may lie, innermost first */
  find(folders: readonly string[], folder: string, declaration: NpmDeclaration): Locked | undefined {
    for (const at of folders) {
      for (const lookup of this.byFolder.get(at) ?? []) {
        const found = lookup(folder, declaration);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  private add(folder: string, lookup: Lookup): void {
    const lookups = this.byFolder.get(folder) ?? [];
    lookups.push(lookup);
    this.byFolder.set(folder, lookups);
  }
}

/** From the package's own folder upwards, as Node looks for modules. */
function npmLookup(root: string, lock: NpmLock): Lookup {
  const places = new Map(lock.places.map((place) => [place.path, place]));
  return (folder, { key }) => {
    if (!isWithin(root, folder)) return undefined;
    const inside = root === '' ? folder : folder.slice(root.length + 1);
    for (let at = inside; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      const place = places.get(under(at, `node_modules/${key}`));
      if (place !== undefined) {
        if (place.link === null) return { version: place.version, folder: null };
        return { version: places.get(place.link)?.version ?? null, folder: resolvePath(root, place.link) ?? null };
      }
      if (at === '') return undefined;
    }
  };
}

function pnpmLookup(root: string, lock: PnpmLock): Lookup {
  const importers = new Map(
    lock.importers.map((importer) => [
      resolvePath(root, importer.folder),
      new Map(importer.dependencies.map((dependency) => [dependency.key, dependency])),
    ]),
  );
  return (folder, { key }) => {
    const found = importers.get(folder)?.get(key);
    if (found === undefined) return undefined;
    return { version: found.version, folder: found.link === null ? null : (resolvePath(folder, found.link) ?? null) };
  };
}

/** Yarn locks what was written, with `npm:` in front where it is a range and the file is one of yarn 2 or later. */
function yarnLookup(lock: YarnLock): Lookup {
  const entries = new Map(lock.entries.map(({ descriptor, version }) => [descriptor, version]));
  return (_folder, { key, range }) => {
    const version = entries.get(`${key}@npm:${range}`) ?? entries.get(`${key}@${range}`);
    return version === undefined || version.startsWith('0.0.0-use.local') ? undefined : { version, folder: null };
  };
}

function bunLookup(root: string, lock: BunLock): Lookup {
  const names = new Map(lock.workspaces.map(({ folder, name }) => [resolvePath(root, folder), name]));
  const packages = new Map(lock.packages.map(({ key, version }) => [key, version]));
  return (folder, { key }) => {
    if (!names.has(folder)) return undefined;
    const chosen = packages.get(`${names.get(folder) ?? ''}/${key}`) ?? packages.get(key);
    if (chosen === undefined) return undefined;
    if (!chosen.startsWith('workspace:')) return { version: chosen, folder: null };
    return { version: null, folder: resolvePath(root, chosen.slice('workspace:'.length)) ?? null };
  };
}

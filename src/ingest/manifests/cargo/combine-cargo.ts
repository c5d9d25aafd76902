import semver from 'semver';
import type { ModuleEntry, PackageDependency, PackageFacts } from '../../../model/index.js';
import type { Placed } from '../document/notes.js';
import { folderGlob } from '../globs.js';
import type { ManifestFile, ManifestProject } from '../manifest-project.js';
import { ancestorFolders, isWithin, resolvePath, under } from '../paths.js';
import type { CargoDeclaration, CargoLock, CargoManifest } from './cargo-facts.js';

/** The packages of Cargo.toml files, with what they inherit from their workspace and what Cargo.lock chose. */
export function combineCargo(project: ManifestProject): PackageFacts[] {
  const locks = new Map(project.of('cargo-lock').map(({ folder, facts }) => [folder, facts]));
  for (const manifest of project.of('cargo-toml')) warnOfMembers(manifest, project);
  return project.of('cargo-toml').flatMap((manifest) => {
    const { path, folder, facts } = manifest;
    if (facts.package === null) return [];
    const workspace = workspaceOf(manifest, project);
    const version = facts.package.isVersionInherited
      ? (workspace?.facts.workspace?.version ?? null)
      : facts.package.version;
    const lock = locks.get(workspace?.folder ?? folder) ?? locks.get(folder);
    const own = lock?.packages.find(
      ({ name, version: locked }) => name === facts.package?.name && (version === null || locked === version),
    );
    return {
      manager: 'cargo' as const,
      name: facts.package.name,
      version,
      folder,
      manifestPath: path,
      modules: modulesOf(manifest, facts.package, project),
      dependencies: facts.dependencies.map((declared) =>
        dependencyOf(declared, manifest, workspace, lock, own, project),
      ),
    };
  });
}

/** Whatever leads out of the project is said once, at the workspace that names it. */
function warnOfMembers({ path, folder, facts }: ManifestFile<'cargo-toml'>, project: ManifestProject): void {
  for (const { text, line } of [...(facts.workspace?.members ?? []), ...(facts.workspace?.exclude ?? [])]) {
    const glob = folderGlob(folder, text.replace(/\/$/, ''));
    if (glob === 'outside') project.warn(path, line, `'${text}' leads out of the project and is not followed.`);
    if (glob === 'too-complex') project.warn(path, line, `The pattern '${text}' has too many wildcards.`);
  }
}

/** The root that `package.workspace` names, else the nearest one above that does not exclude the package, as cargo looks. */
function workspaceOf(
  { path, folder, facts }: ManifestFile<'cargo-toml'>,
  project: ManifestProject,
): { readonly path: string; readonly folder: string; readonly facts: CargoManifest } | undefined {
  const written = facts.package?.workspace ?? null;
  const named = written === null ? undefined : project.follow(path, folder, written);
  const folders = named === undefined ? ancestorFolders(folder) : [named];
  for (const at of folders) {
    const root = project.facts(under(at, 'Cargo.toml'), 'cargo-toml');
    if (root === undefined || root.workspace === null) continue;
    if (isExcluded(at, root, folder)) continue;
    return { path: under(at, 'Cargo.toml'), folder: at, facts: root };
  }
  return undefined;
}

/** As cargo decides: what is excluded is out, unless a member names it without wildcards. */
function isExcluded(root: string, { workspace }: CargoManifest, folder: string): boolean {
  if (workspace === null || folder === root) return false;
  const isIn = (patterns: readonly Placed[]) =>
    patterns.some(({ text }) => {
      const named = resolvePath(root, text);
      return named !== undefined && isWithin(named, folder);
    });
  return isIn(workspace.exclude) && !isIn(workspace.members);
}

function modulesOf(
  { path, folder }: ManifestFile<'cargo-toml'>,
  { name, library, binaries, findsBinaries }: NonNullable<CargoManifest['package']>,
  project: ManifestProject,
): ModuleEntry[] {
  const place = (written: Placed | null, otherwise: readonly string[]): readonly string[] => {
    if (written === null) return otherwise.map((file) => under(folder, file));
    const target = project.follow(path, folder, written);
    return target === undefined ? [] : [target];
  };
  const entries: ModuleEntry[] = [];
  const libraryFiles = place(library?.path ?? null, ['src/lib.rs']);
  if (library !== null || libraryFiles.some((file) => project.hasFile(file))) {
    entries.push({ kind: 'module', specifier: crateName(library?.name ?? name), targets: libraryFiles });
  }
  const programs = new Map<string, readonly string[]>();
  if (findsBinaries) {
    if (project.hasFile(under(folder, 'src/main.rs'))) programs.set(name, place(null, ['src/main.rs']));
    for (const file of project.filesIn(under(folder, 'src/bin'))) {
      if (file.endsWith('.rs')) programs.set(file.slice(0, -3), place(null, [`src/bin/${file}`]));
    }
    for (const inner of project.foldersIn(under(folder, 'src/bin'))) {
      const main = `src/bin/${inner}/main.rs`;
      if (project.hasFile(under(folder, main))) programs.set(inner, place(null, [main]));
    }
  }
  for (const binary of binaries) {
    const program = binary.name ?? name;
    programs.set(program, place(binary.path, [`src/bin/${program}.rs`, `src/bin/${program}/main.rs`, 'src/main.rs']));
  }
  for (const [specifier, targets] of programs) entries.push({ kind: 'binary', specifier, targets });
  return entries;
}

function crateName(name: string): string {
  return name.replaceAll('-', '_');
}

function dependencyOf(
  declared: CargoDeclaration,
  manifest: ManifestFile<'cargo-toml'>,
  workspace: ReturnType<typeof workspaceOf>,
  lock: CargoLock | undefined,
  own: CargoLock['packages'][number] | undefined,
  project: ManifestProject,
): PackageDependency {
  const shared = declared.isInherited
    ? workspace?.facts.workspace?.dependencies.find(({ key }) => key === declared.key)
    : undefined;
  if (declared.isInherited && shared === undefined) {
    project.warn(manifest.path, declared.line, `The workspace has no dependency '${declared.key}' to inherit.`);
  }
  const { name: renamed, range, path } = shared ?? declared;
  const name = renamed ?? declared.key;
  // A path that is inherited counts from the workspace's root.
  const teller = shared !== undefined && workspace !== undefined ? workspace : manifest;
  return {
    manager: 'cargo',
    name,
    alias: name === declared.key ? null : crateName(declared.key),
    range: range === '*' ? null : range,
    lockedVersion: lockedVersion(name, range, lock, own),
    kind: declared.kind,
    manifestPath: manifest.path,
    local: path === null ? null : localFolder(path, name, teller, project),
  };
}

function localFolder(
  path: Placed,
  name: string,
  teller: { path: string; folder: string },
  project: ManifestProject,
): string | null {
  const target = project.follow(teller.path, teller.folder, path);
  if (target === undefined) return null;
  const found = project.facts(under(target, 'Cargo.toml'), 'cargo-toml')?.package;
  if (found?.name === name) return resolvePath('', target) ?? null;
  project.warn(teller.path, path.line, `There is no package '${name}' at '${path.text}'.`);
  return null;
}

/** What the lockfile lists for the package itself, else the only version that it has; of several the one that fits the range. */
function lockedVersion(
  name: string,
  range: string | null,
  lock: CargoLock | undefined,
  own: CargoLock['packages'][number] | undefined,
): string | null {
  const listed = (own?.dependencies ?? []).flatMap((wanted) =>
    wanted.startsWith(`${name} `) ? [wanted.slice(name.length + 1)] : [],
  );
  const all = (lock?.packages ?? []).flatMap((locked) => (locked.name === name ? [locked.version] : []));
  const versions = listed.length > 0 ? listed : all;
  const fitting = versions.length > 1 && range !== null ? versions.filter((version) => fits(version, range)) : versions;
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

/** In Cargo `1.2` means `^1.2`, and commas join conditions. */
function fits(version: string, range: string): boolean {
  const conditions = range.split(',').map((condition) => condition.trim());
  return conditions.every((condition) =>
    semver.satisfies(version, /^\d/.test(condition) ? `^${condition}` : condition),
  );
}

import type { DependencyKind, PackageDependency, PackageFacts } from '../../../model/index.js';
import { folderGlob } from '../globs.js';
import { isManifestPath } from '../manifest-kind.js';
import type { ManifestProject } from '../manifest-project.js';
import { ancestorFolders, distinct, folderOf, isWithin, nameOf } from '../paths.js';
import { pythonModules, type ToldLayout } from './discover-modules.js';
import type { PythonRequirement, SetupFacts } from './python-facts.js';
import { normalisedName, pinnedVersion } from './requirement.js';

/** What the manifests of one folder say together. pyproject.toml goes first, then setup.cfg, then setup.py. */
interface PythonProject {
  readonly folder: string;
  readonly manifestPath: string;
  readonly name: string;
  readonly version: string | null;
  readonly told: readonly ToldLayout[];
  readonly hasModules: boolean;
  readonly wishes: { readonly path: string; readonly wish: PythonRequirement; readonly isPinning: boolean }[];
}

/** The packages of Python manifests; requirements and Pipfiles belong to the package of their folder or the one above. */
export function combinePython(project: ManifestProject): PackageFacts[] {
  const projects = namedProjects(project);
  addRequirementFiles(project, projects);
  const workspaces = uvWorkspaces(project, projects);
  const locks = lockedVersions(project);
  return [...projects.values()].map((python) => ({
    manager: 'pypi',
    name: python.name,
    version: python.version,
    folder: python.folder,
    manifestPath: python.manifestPath,
    modules: python.hasModules ? pythonModules(python.folder, python.name, python.told, project) : [],
    dependencies: python.wishes.map(({ path, wish, isPinning }) => {
      const members = workspaces.get(python.folder);
      const local = localFolder(path, wish, python, projects, members, project);
      const lockFolders = [python.folder, ...(members === undefined ? [] : [members.root])];
      const locked = lockFolders.flatMap((folder) => locks.get(folder)?.get(wish.name) ?? []);
      return dependencyOf(path, wish, local, locked[0] ?? (isPinning ? pinnedVersion(wish.range) : null));
    }),
  }));
}

function dependencyOf(
  path: string,
  wish: PythonRequirement,
  local: string | null,
  locked: string | null,
): PackageDependency {
  return {
    manager: 'pypi',
    name: wish.name,
    alias: null,
    range: wish.range,
    lockedVersion: locked,
    kind: wish.kind,
    manifestPath: path,
    local,
  };
}

function namedProjects(project: ManifestProject): Map<string, PythonProject> {
  const projects = new Map<string, PythonProject>();
  for (const kind of ['pyproject', 'setup-cfg', 'setup-py'] as const) {
    for (const { path, folder, facts } of project.of(kind)) {
      const isProject = 'isProject' in facts ? facts.isProject : isTold(facts);
      if (!isProject) continue;
      const known = projects.get(folder);
      projects.set(folder, withManifest(known, path, folder, facts));
    }
  }
  return projects;
}

/** A setup.cfg may only set tools. */
function isTold(facts: SetupFacts): boolean {
  return (
    facts.name !== null ||
    facts.requirements.length > 0 ||
    Object.values(facts.layout).some((told: readonly unknown[]) => told.length > 0)
  );
}

function withManifest(
  known: PythonProject | undefined,
  path: string,
  folder: string,
  facts: SetupFacts,
): PythonProject {
  const name = known !== undefined && known.name !== '' ? known.name : normalisedName(facts.name ?? '');
  return {
    folder,
    manifestPath: known === undefined || (known.name === '' && facts.name !== null) ? path : known.manifestPath,
    name,
    version: known?.version ?? facts.version,
    told: [...(known?.told ?? []), { path, layout: facts.layout }],
    hasModules: true,
    wishes: [...(known?.wishes ?? []), ...facts.requirements.map((wish) => ({ path, wish, isPinning: false }))],
  };
}

function addRequirementFiles(project: ManifestProject, projects: Map<string, PythonProject>): void {
  const includers = includersOf(project);
  // The first one may give an application its manifest: one of the usual names.
  const files = [...project.of('requirements', 'pipfile')].sort(
    (a, b) => Number(isManifestPath(b.path)) - Number(isManifestPath(a.path)),
  );
  for (const { path, folder, facts } of files) {
    const owner = ownerOf(path, outermost(path, includers), projects);
    const kind = kindOfFile(path);
    for (const wish of facts.requirements) {
      owner.wishes.push({ path, wish: kind === 'normal' ? wish : { ...wish, kind }, isPinning: true });
    }
    for (const place of 'folders' in facts ? facts.folders : []) {
      const target = project.follow(path, folder, place);
      const name = target === undefined ? '' : (projects.get(target)?.name ?? '');
      if (target !== undefined && name === '')
        project.warn(path, place.line, `There is no Python package at '${place.text}'.`);
      if (name === '') continue;
      owner.wishes.push({ path, wish: { name, range: null, kind, path: place, isWorkspace: false }, isPinning: false });
    }
  }
}

/** By each included file the one that includes it; whatever cannot be followed is warned of. */
function includersOf(project: ManifestProject): Map<string, string> {
  const includers = new Map<string, string>();
  for (const { path, folder, facts } of project.of('requirements')) {
    for (const include of facts.includes) {
      const target = project.follow(path, folder, include);
      if (target === undefined || include.isConstraint) continue;
      if (project.facts(target, 'requirements') !== undefined) includers.set(target, includers.get(target) ?? path);
      else project.warn(path, include.line, `There is no '${include.text}' to include.`);
    }
  }
  return includers;
}

/** The folder of the file that includes all the others around this one. A circle ends where it started. */
function outermost(path: string, includers: ReadonlyMap<string, string>): string {
  const seen = new Set<string>();
  let at = path;
  // A file of the usual name stands for itself, also when another one takes it in.
  while (!isManifestPath(at) && !seen.has(at)) {
    seen.add(at);
    at = includers.get(at) ?? at;
  }
  return folderOf(at);
}

/** The package of the folder or the nearest above; without one, the requirements are those of an application. */
function ownerOf(path: string, folder: string, projects: Map<string, PythonProject>): PythonProject {
  const at = ancestorFolders(folder).find((above) => projects.get(above)?.hasModules === true);
  const home = at ?? (nameOf(folder) === 'requirements' ? folderOf(folder) : folder);
  const known = projects.get(home);
  if (known !== undefined) return known;
  const created = {
    folder: home,
    manifestPath: path,
    name: '',
    version: null,
    told: [],
    hasModules: false,
    wishes: [],
  };
  projects.set(home, created);
  return created;
}

function kindOfFile(path: string): DependencyKind {
  const words = path
    .split('/')
    .slice(-2)
    .join('-')
    .split(/[^A-Za-z]+/);
  return words.some((word) =>
    /^(?:dev|develop|development|tests?|testing|docs?|lint|linting|typing|ci|build)$/.test(word),
  )
    ? 'development'
    : 'normal';
}

interface UvWorkspace {
  readonly root: string;
  readonly folders: ReadonlyMap<string, string>;
}

function uvWorkspaces(
  project: ManifestProject,
  projects: ReadonlyMap<string, PythonProject>,
): Map<string, UvWorkspace> {
  const byFolder = new Map<string, UvWorkspace>();
  for (const { path, folder: root, facts } of project.of('pyproject')) {
    if (facts.workspace === null) continue;
    const [members, exclude] = [facts.workspace.members, facts.workspace.exclude].map((patterns) =>
      patterns.flatMap(({ text, line }) => {
        const glob = folderGlob(root, text.replace(/\/$/, ''));
        if (glob === 'outside') project.warn(path, line, `'${text}' leads out of the project and is not followed.`);
        if (glob === 'too-complex') project.warn(path, line, `The pattern '${text}' has too many wildcards.`);
        return typeof glob === 'string' ? [] : [glob];
      }),
    );
    const folders = [...projects.keys()].filter(
      (folder) =>
        folder === root ||
        (isWithin(root, folder) &&
          members?.some(({ matches }) => matches(folder)) &&
          !exclude?.some(({ matches }) => matches(folder))),
    );
    const named = folders.map((folder) => [projects.get(folder)?.name ?? '', folder] as const);
    for (const folder of folders) byFolder.set(folder, { root, folders: new Map(named) });
  }
  return byFolder;
}

function localFolder(
  path: string,
  wish: PythonRequirement,
  python: PythonProject,
  projects: ReadonlyMap<string, PythonProject>,
  workspace: UvWorkspace | undefined,
  project: ManifestProject,
): string | null {
  if (wish.path !== null) {
    const target = project.follow(path, folderOf(path), wish.path);
    if (target === undefined) return null;
    if (projects.has(target)) return target;
    project.warn(path, wish.path.line, `There is no Python package at '${wish.path.text}'.`);
    return null;
  }
  if (wish.isWorkspace) {
    const member = workspace?.folders.get(wish.name);
    if (member === undefined) project.warn(path, null, `The workspace has no package '${wish.name}'.`);
    return member ?? null;
  }
  // A package may name itself, to ask for its own extras.
  return wish.name === python.name ? python.folder : null;
}

/** By folder and name; a name that is locked at several versions, for several systems, has none. */
function lockedVersions(project: ManifestProject): Map<string, Map<string, string>> {
  const byFolder = new Map<string, Map<string, string>>();
  for (const { folder, facts } of project.of('python-lock', 'pipfile-lock')) {
    const versions = new Map<string, string[]>();
    for (const { name, version } of facts.packages) versions.set(name, [...(versions.get(name) ?? []), version]);
    const chosen = byFolder.get(folder) ?? new Map<string, string>();
    for (const [name, found] of versions) {
      const [only, ...others] = distinct(found);
      if (only !== undefined && others.length === 0) chosen.set(name, only);
    }
    byFolder.set(folder, chosen);
  }
  return byFolder;
}

import type { PackageDependency, PackageFacts } from '../../../model/index.js';
import type { ManifestFile, ManifestProject } from '../manifest-project.js';
import { ancestorFolders, nameOf, under } from '../paths.js';
import type { GradleBuild } from './gradle-facts.js';
import { javaPackages, SOURCE_FOLDERS } from './java-packages.js';

/** A build of one or more projects: its settings, and the folders of its projects by their paths (`:a:b`). */
interface Build {
  readonly root: string;
  readonly rootName: string | null;
  readonly folders: ReadonlyMap<string, string>;
}

interface GradleProject {
  readonly file: ManifestFile<'gradle-build'>;
  readonly build: Build | undefined;
  readonly group: string | null;
  readonly version: string | null;
  readonly name: string;
}

/** The projects of Gradle builds. One without a group is named by its artifact alone, with nothing before the colon. */
export function combineGradle(project: ManifestProject): PackageFacts[] {
  const builds = project.of('gradle-settings').map((settings) => buildOf(settings, project));
  const projects = project.of('gradle-build').map((file) => projectOf(file, builds, project));
  const byFolder = new Map(projects.map((found) => [found.file.folder, found]));
  const byName = new Map(projects.map((found) => [found.name, found.file.folder]));
  return projects.map((found) => ({
    manager: 'maven',
    name: found.name,
    version: found.version,
    folder: found.file.folder,
    manifestPath: found.file.path,
    modules: javaPackages(
      SOURCE_FOLDERS.map((root) => under(found.file.folder, root)),
      project,
    ),
    dependencies: [...libraries(found, byName), ...neighbours(found, byFolder, project)],
  }));
}

function buildOf({ path, folder: root, facts }: ManifestFile<'gradle-settings'>, project: ManifestProject): Build {
  const folders = new Map<string, string>([[':', root]]);
  const told = new Map(facts.folders.map(({ project: name, folder }) => [colonPath(name), folder]));
  for (const { text, line } of facts.includes) {
    const names = colonPath(text).split(':').slice(1);
    // Including `a:b` includes `a` too.
    for (let count = 1; count <= names.length; count++) {
      const name = `:${names.slice(0, count).join(':')}`;
      const written = told.get(name) ?? { text: names.slice(0, count).join('/'), line };
      const folder = project.follow(path, root, written);
      if (folder !== undefined) folders.set(name, folder);
    }
  }
  return { root, rootName: facts.rootName, folders };
}

function colonPath(name: string): string {
  return name.startsWith(':') ? name : `:${name}`;
}

function projectOf(
  file: ManifestFile<'gradle-build'>,
  builds: readonly Build[],
  project: ManifestProject,
): GradleProject {
  const build = builds.find(({ folders }) => [...folders.values()].includes(file.folder));
  const above = ancestorFolders(file.folder).filter(
    (folder) => build === undefined || folder.length >= build.root.length,
  );
  const own = (key: 'group' | 'version'): string | null => {
    const shared = above.map((folder) => buildFile(folder, project)?.shared[key] ?? null);
    const properties = above.map(
      (folder) => project.facts(under(folder, 'gradle.properties'), 'gradle-properties')?.[key] ?? null,
    );
    return [file.facts[key], ...shared, ...properties].find((value) => value !== null) ?? null;
  };
  const group = own('group');
  const isRoot = build !== undefined && build.root === file.folder;
  const artifact = (isRoot ? build.rootName : null) ?? nameOf(file.folder);
  return { file, build, group, version: own('version'), name: artifact === '' ? '' : `${group ?? ''}:${artifact}` };
}

function buildFile(folder: string, project: ManifestProject): GradleBuild | undefined {
  return ['build.gradle', 'build.gradle.kts']
    .map((name) => project.facts(under(folder, name), 'gradle-build'))
    .find((facts) => facts !== undefined);
}

function libraries({ file }: GradleProject, byName: ReadonlyMap<string, string>): PackageDependency[] {
  return file.facts.dependencies.map(({ group, artifact, version, kind }) => ({
    manager: 'maven',
    name: `${group}:${artifact}`,
    alias: null,
    range: version,
    lockedVersion: version !== null && !/[[(+]|latest/.test(version) ? version : null,
    kind,
    manifestPath: file.path,
    // A build takes a project of its own only where `project(…)` says so.
    local: byName.get(`${group}:${artifact}`) === file.folder ? file.folder : null,
  }));
}

function neighbours(
  { file, build }: GradleProject,
  byFolder: ReadonlyMap<string, GradleProject>,
  project: ManifestProject,
): PackageDependency[] {
  return file.facts.projects.map(({ path, kind }) => {
    const folder = build?.folders.get(colonPath(path.text));
    const found = folder === undefined ? undefined : byFolder.get(folder);
    if (found === undefined)
      project.warn(file.path, path.line, `The build has no project '${path.text}' with a build file.`);
    const artifact = path.text.slice(path.text.lastIndexOf(':') + 1);
    return {
      manager: 'maven',
      name: found?.name ?? `:${artifact}`,
      alias: null,
      range: null,
      lockedVersion: null,
      kind,
      manifestPath: file.path,
      local: found?.file.folder ?? null,
    };
  });
}

import type { DependencyKind, PackageDependency, PackageFacts } from '../../../model/index.js';
import type { ManifestProject } from '../manifest-project.js';
import { resolvePath, under } from '../paths.js';
import { type EffectivePom, EffectivePoms } from './effective-pom.js';
import { javaPackages, SOURCE_FOLDERS } from './java-packages.js';
import type { PomDependency } from './pom-facts.js';

/** The packages of pom.xml files, with what they inherit from parents and imported lists that lie in the project. */
export function combineMaven(project: ManifestProject): PackageFacts[] {
  const poms = new EffectivePoms(project).all();
  for (const { file } of poms) warnOfModules(file.path, file.folder, file.facts.modules, project);
  const byName = new Map<string, EffectivePom>();
  for (const pom of poms) {
    const name = nameOf(pom.group, pom.artifact);
    if (name !== null && !byName.has(name)) byName.set(name, pom);
  }
  return poms.flatMap((pom) => {
    const name = nameOf(pom.group, pom.artifact);
    if (name === null) {
      project.warn(pom.file.path, null, 'The pom has no groupId and artifactId that could be read.');
      return [];
    }
    const { path, folder } = pom.file;
    const told = pom.sourceFolder === null ? undefined : resolvePath(folder, pom.sourceFolder);
    const roots = told === undefined ? SOURCE_FOLDERS.map((root) => under(folder, root)) : [told];
    return {
      manager: 'maven' as const,
      name,
      version: pom.version,
      folder,
      manifestPath: path,
      modules: javaPackages(roots, project),
      dependencies: dependenciesOf(pom, byName),
    };
  });
}

function nameOf(group: string | null, artifact: string | null): string | null {
  return group === null || artifact === null ? null : `${group}:${artifact}`;
}

function warnOfModules(path: string, folder: string, modules: PomModules, project: ManifestProject): void {
  for (const module of modules) {
    const target = project.follow(path, folder, module);
    if (target === undefined || target.includes('${')) continue;
    const isThere = [target, under(target, 'pom.xml')].some((file) => project.facts(file, 'pom') !== undefined);
    if (!isThere) project.warn(path, module.line, `There is no module at '${module.text}'.`);
  }
}

type PomModules = EffectivePom['file']['facts']['modules'];

function dependenciesOf(pom: EffectivePom, byName: ReadonlyMap<string, EffectivePom>): PackageDependency[] {
  const managed = managedVersions(pom, byName, new Set());
  const seen = new Set<string>();
  return pom.dependencies.flatMap(({ path, dependency }) => {
    const name = nameOf(pom.fill(dependency.group), pom.fill(dependency.artifact));
    const key = `${name ?? ''} ${dependency.type ?? ''} ${dependency.scope ?? ''}`;
    // What a pom says itself replaces what it inherits.
    if (name === null || seen.has(key)) return [];
    seen.add(key);
    const version = pom.fill(dependency.version) ?? managed.get(name)?.version ?? null;
    const own = byName.get(name);
    return {
      manager: 'maven' as const,
      name,
      alias: null,
      range: version,
      lockedVersion: version !== null && /^[^[(]/.test(version) ? version : null,
      kind: kindOf(dependency.scope ?? managed.get(name)?.scope ?? null, dependency.isOptional),
      manifestPath: path,
      local: own !== undefined && (version === null || version === own.version) ? own.file.folder : null,
    };
  });
}

interface Managed {
  readonly version: string | null;
  readonly scope: string | null;
}

/** `dependencyManagement` of the pom, its parents, and the lists that it imports from poms of the project. The first one counts. */
function managedVersions(
  pom: EffectivePom,
  byName: ReadonlyMap<string, EffectivePom>,
  asked: Set<string>,
): Map<string, Managed> {
  asked.add(pom.file.path);
  const managed = new Map<string, Managed>();
  const imports: EffectivePom[] = [];
  for (const dependency of pom.managed) {
    const name = nameOf(pom.fill(dependency.group), pom.fill(dependency.artifact));
    if (name === null) continue;
    const imported = isImport(dependency) ? byName.get(name) : undefined;
    if (imported !== undefined && !asked.has(imported.file.path)) imports.push(imported);
    if (isImport(dependency) || managed.has(name)) continue;
    managed.set(name, { version: pom.fill(dependency.version), scope: dependency.scope });
  }
  for (const imported of imports) {
    for (const [name, found] of managedVersions(imported, byName, asked))
      if (!managed.has(name)) managed.set(name, found);
  }
  return managed;
}

function isImport({ scope, type }: PomDependency): boolean {
  return scope === 'import' && type === 'pom';
}

function kindOf(scope: string | null, isOptional: boolean): DependencyKind {
  if (scope === 'test') return 'development';
  if (scope === 'provided') return 'peer';
  return isOptional ? 'optional' : 'normal';
}

import type { PackageDependency, PackageFacts } from '../../../model/index.js';
import type { ManifestFile, ManifestProject } from '../manifest-project.js';
import { under } from '../paths.js';
import type { GoReplacement } from './go-facts.js';

/** A go.work, the folders it joins by their modules, and what it replaces for all of them. */
interface Workspace {
  readonly path: string;
  readonly folder: string;
  readonly folders: ReadonlySet<string>;
  readonly byModule: ReadonlyMap<string, string>;
  readonly replaces: readonly GoReplacement[];
}

/** The modules of go.mod files. The versions that go.mod asks for are the ones that are used: Go has no other lockfile. */
export function combineGo(project: ManifestProject): PackageFacts[] {
  const workspaces = project.of('go-work').map((work) => workspaceOf(work, project));
  return project.of('go-mod').flatMap((manifest) => {
    const { path, folder, facts } = manifest;
    if (facts.module === null) {
      project.warn(path, null, 'The go.mod names no module.');
      return [];
    }
    const workspace = workspaces.find(({ folders }) => folders.has(folder));
    return {
      manager: 'go' as const,
      name: facts.module,
      version: null,
      folder,
      manifestPath: path,
      modules: [
        { kind: 'module' as const, specifier: '', targets: [folder] },
        { kind: 'module' as const, specifier: '/*', targets: [under(folder, '*')] },
      ],
      dependencies: dependenciesOf(manifest, workspace, project),
    };
  });
}

function workspaceOf({ path, folder, facts }: ManifestFile<'go-work'>, project: ManifestProject): Workspace {
  const folders = new Set<string>();
  const byModule = new Map<string, string>();
  for (const use of facts.uses) {
    const target = project.follow(path, folder, use);
    if (target === undefined) continue;
    const module = project.facts(under(target, 'go.mod'), 'go-mod')?.module ?? null;
    if (module === null) project.warn(path, use.line, `There is no module at '${use.text}'.`);
    else {
      folders.add(target);
      byModule.set(module, target);
    }
  }
  return { path, folder, folders, byModule, replaces: facts.replaces };
}

function dependenciesOf(
  { path, folder, facts }: ManifestFile<'go-mod'>,
  workspace: Workspace | undefined,
  project: ManifestProject,
): PackageDependency[] {
  return facts.requires.map(({ module, version, isIndirect }) => {
    const plain = {
      manager: 'go' as const,
      name: module,
      alias: null,
      range: version,
      lockedVersion: version,
      kind: isIndirect ? ('indirect' as const) : ('normal' as const),
      manifestPath: path,
      local: null,
    };
    // A module that takes part in the workspace is used from its folder, and the workspace's replacements outrank others.
    const used = workspace?.byModule.get(module) ?? (module === facts.module ? folder : undefined);
    if (used !== undefined) return { ...plain, local: used };
    const fits = (replace: GoReplacement) =>
      replace.module === module && (replace.version === null || replace.version === version);
    const shared = workspace?.replaces.find(fits);
    const replace = shared ?? facts.replaces.find(fits);
    if (replace === undefined) return plain;
    if (replace.byVersion !== null) {
      const isRenamed = replace.by.text !== module;
      return { ...plain, name: replace.by.text, alias: isRenamed ? module : null, lockedVersion: replace.byVersion };
    }
    const teller = shared !== undefined && workspace !== undefined ? workspace : { path, folder };
    return { ...plain, lockedVersion: null, local: replacingFolder(replace, teller, project) };
  });
}

function replacingFolder(
  replace: GoReplacement,
  teller: { path: string; folder: string },
  project: ManifestProject,
): string | null {
  const target = project.follow(teller.path, teller.folder, replace.by);
  if (target === undefined) return null;
  if (project.facts(under(target, 'go.mod'), 'go-mod') !== undefined) return target;
  project.warn(teller.path, replace.by.line, `There is no module at '${replace.by.text}'.`);
  return null;
}

import semver from 'semver';
import type { PackageDependency } from '../../../model/index.js';
import type { ManifestFile, ManifestProject } from '../manifest-project.js';
import { resolvePath, under } from '../paths.js';
import type { NpmDeclaration } from './npm-facts.js';
import type { NpmLockfiles } from './npm-lockfiles.js';
import { lockFolders, type NpmWorkspace } from './npm-workspaces.js';

/** What one package.json asks for, with what the lockfile chose and which of it lies in the project. */
export function npmDependencies(
  manifest: ManifestFile<'package-json'>,
  workspace: NpmWorkspace | undefined,
  locks: NpmLockfiles,
  project: ManifestProject,
): PackageDependency[] {
  const folders = lockFolders(manifest.folder, workspace);
  return manifest.facts.dependencies.map((declaration) => {
    const meant = meaningOf(inCatalog(declaration, workspace));
    const locked = locks.find(folders, manifest.folder, declaration);
    const lockedFolder = locked?.folder ?? null;
    const local =
      lockedFolder !== null && isPackageFolder(project, lockedFolder)
        ? lockedFolder
        : localFolder(manifest, declaration, meant, workspace, project, locked !== undefined && lockedFolder === null);
    const named = local === null ? null : project.facts(under(local, 'package.json'), 'package-json')?.name;
    const name = meant.path === null ? meant.name : (named ?? meant.name);
    return {
      manager: 'npm',
      name,
      alias: name === declaration.key ? null : declaration.key,
      range: meant.range === '' || isAnyOfWorkspace(meant) ? null : meant.range,
      lockedVersion: locked?.version ?? null,
      kind: declaration.kind,
      manifestPath: manifest.path,
      local,
    };
  });
}

interface Meaning {
  readonly name: string;
  readonly range: string;
  /** A folder that is written in place of a version. */
  readonly path: string | null;
  /** Written as `workspace:`: one of the workspace's own is meant, whatever its version. */
  readonly isWorkspace: boolean;
}

/** `workspace:*`, `workspace:^` and `workspace:~` say how the version is published, not which one is wanted. */
function isAnyOfWorkspace({ isWorkspace, range }: Meaning): boolean {
  return isWorkspace && /^[*^~]$/.test(range);
}

function inCatalog(declaration: NpmDeclaration, workspace: NpmWorkspace | undefined): NpmDeclaration {
  if (!declaration.range.startsWith('catalog:')) return declaration;
  const catalog = declaration.range.slice('catalog:'.length) || 'default';
  return { ...declaration, range: workspace?.catalogs.get(`${catalog} ${declaration.key}`) ?? declaration.range };
}

function meaningOf({ key, range }: NpmDeclaration): Meaning {
  const path = /^(?:file|link|portal):(.+)$/.exec(range)?.[1] ?? (/^\.{1,2}\//.test(range) ? range : undefined);
  if (path !== undefined) return { name: key, range, path, isWorkspace: false };
  const inWorkspace = /^workspace:(.*)$/.exec(range)?.[1];
  if (inWorkspace !== undefined && /^\.{0,2}\//.test(inWorkspace)) {
    return { name: key, range, path: inWorkspace, isWorkspace: false };
  }
  const isWorkspace = inWorkspace !== undefined;
  const aliased = /^(?:npm|workspace):((?:@[^/@]+\/)?[^/@]+)@(.*)$/.exec(range);
  if (aliased !== null) return { name: aliased[1] ?? key, range: aliased[2] ?? '', path: null, isWorkspace };
  const bare = /^npm:((?:@[^/@]+\/)?[A-Za-z][^/@]*)$/.exec(range)?.[1];
  if (bare !== undefined) return { name: bare, range: '', path: null, isWorkspace };
  return { name: key, range: range.replace(/^(?:npm|workspace):/, ''), path: null, isWorkspace };
}

function localFolder(
  { path, folder }: ManifestFile<'package-json'>,
  declaration: NpmDeclaration,
  meant: Meaning,
  workspace: NpmWorkspace | undefined,
  project: ManifestProject,
  isLockedElsewhere: boolean,
): string | null {
  if (meant.path !== null) {
    if (/\.t(?:ar\.)?gz$/.test(meant.path)) return null;
    const target = project.follow(path, folder, { text: meant.path.replace(/^\/\//, ''), line: declaration.line });
    if (target === undefined) return null;
    if (isPackageFolder(project, target)) return target;
    project.warn(path, declaration.line, `There is no package at '${meant.path}'.`);
    return null;
  }
  const member = workspace?.members.get(meant.name);
  if (meant.isWorkspace) {
    if (member === undefined) project.warn(path, declaration.line, `The workspace has no package '${meant.name}'.`);
    return member ?? null;
  }
  if (member === undefined || isLockedElsewhere) return null;
  const version = project.facts(under(member, 'package.json'), 'package-json')?.version ?? null;
  return fits(version, meant.range) ? member : null;
}

/** Package managers take the workspace's own package when its version is one of those asked for. */
function fits(version: string | null, range: string): boolean {
  if (range === '' || range === '*') return true;
  return (
    version !== null &&
    semver.validRange(range) !== null &&
    semver.satisfies(version, range, { includePrerelease: true })
  );
}

function isPackageFolder(project: ManifestProject, folder: string): boolean {
  return (
    resolvePath('', folder) !== undefined && project.facts(under(folder, 'package.json'), 'package-json') !== undefined
  );
}

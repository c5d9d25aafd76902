import type { Placed } from '../document/notes.js';
import { folderGlob } from '../globs.js';
import type { ManifestProject } from '../manifest-project.js';
import { ancestorFolders, under } from '../paths.js';
import type { NpmManifest } from './npm-facts.js';

export interface NpmWorkspace {
  readonly root: string;
  /** Folders of its packages by their names; the root's is one of them. */
  readonly members: ReadonlyMap<string, string>;
  /** What `catalog:` and `catalog:name` stand for, by `catalog name` and package. */
  readonly catalogs: ReadonlyMap<string, string>;
}

/** Which packages share a workspace, by package.json and pnpm-workspace.yaml. */
export class NpmWorkspaces {
  private readonly byFolder = new Map<string, NpmWorkspace>();

  constructor(private readonly project: ManifestProject) {
    const manifests = project.of('package-json');
    const roots = new Map<string, { path: string; patterns: readonly Placed[] }>();
    for (const { path, folder, facts } of manifests) {
      if (facts.workspaces !== null) roots.set(folder, { path, patterns: facts.workspaces });
    }
    for (const { path, folder, facts } of project.of('pnpm-workspace')) {
      if (facts.packages.length > 0) roots.set(folder, { path, patterns: facts.packages });
    }
    const folders = manifests.map(({ folder }) => folder);
    // A package belongs to the innermost workspace that names it; a root inside another workspace keeps its own.
    for (const [root, { path, patterns }] of [...roots].sort(([a], [b]) => b.length - a.length)) {
      const members = this.members(root, path, patterns, folders);
      const workspace = this.workspaceOf(root, members);
      for (const folder of members) if (!this.byFolder.has(folder)) this.byFolder.set(folder, workspace);
    }
  }

  of(folder: string): NpmWorkspace | undefined {
    return this.byFolder.get(folder);
  }

  private members(root: string, path: string, patterns: readonly Placed[], folders: readonly string[]): string[] {
    const globs = patterns.flatMap(({ text, line }) => {
      const glob = folderGlob(root, text.replace(/\/$/, ''));
      if (glob === 'outside') this.project.warn(path, line, `'${text}' leads out of the project and is not followed.`);
      if (glob === 'too-complex') this.project.warn(path, line, `The pattern '${text}' has too many wildcards.`);
      return typeof glob === 'string' ? [] : [glob];
    });
    const isMember = (folder: string) =>
      globs.reduce((chosen, { isNegated, matches }) => (matches(folder) ? !isNegated : chosen), false);
    const inModules = /(?:^|\/)node_modules(?:\/|$)/;
    return [root, ...folders.filter((folder) => folder !== root && !inModules.test(folder) && isMember(folder))];
  }

  private workspaceOf(root: string, members: readonly string[]): NpmWorkspace {
    const byName = new Map<string, string>();
    for (const folder of members) {
      const path = under(folder, 'package.json');
      const name = this.project.facts(path, 'package-json')?.name ?? null;
      if (name === null) continue;
      const other = byName.get(name);
      if (other === undefined) byName.set(name, folder);
      else
        this.project.warn(
          path,
          null,
          `The workspace has a package '${name}' in ${other === '' ? 'its root' : other} too.`,
        );
    }
    const catalogs = this.project.facts(under(root, 'pnpm-workspace.yaml'), 'pnpm-workspace')?.catalogs ?? [];
    return {
      root,
      members: byName,
      catalogs: new Map(catalogs.map(({ catalog, name, range }) => [`${catalog} ${name}`, range])),
    };
  }
}

/** The workspace's root first, then the folders above the package: where its lockfile may lie. */
export function lockFolders(folder: string, workspace: NpmWorkspace | undefined): readonly string[] {
  return workspace === undefined
    ? [folder]
    : ancestorFolders(folder).filter((at) => at === folder || at === workspace.root);
}

/** Whether a package.json describes a package, and not only how Node reads the files beside it. */
export function isPackage(facts: NpmManifest): boolean {
  return facts.name !== null || facts.dependencies.length > 0 || facts.workspaces !== null;
}

import type { ModuleEntry, PackageFacts, PathAlias } from '../../../model/index.js';
import type { ManifestFile, ManifestProject } from '../manifest-project.js';
import { distinct, under } from '../paths.js';
import { npmDependencies } from './npm-dependencies.js';
import type { NpmEntry } from './npm-facts.js';
import { NpmLockfiles } from './npm-lockfiles.js';
import { isPackage, NpmWorkspaces } from './npm-workspaces.js';
import { layoutsOf, TsConfigs } from './resolve-tsconfig.js';
import { type BuildLayout, sourceCandidates } from './source-candidates.js';

/** The packages of package.json files, and the aliases of package.json and tsconfig files. */
export function combineNpm(project: ManifestProject): {
  readonly packages: PackageFacts[];
  readonly aliases: PathAlias[];
} {
  const workspaces = new NpmWorkspaces(project);
  const locks = new NpmLockfiles(project);
  const tsconfigs = new TsConfigs(project);
  const configs = tsconfigs.all();
  const packages: PackageFacts[] = [];
  const aliases: PathAlias[] = tsconfigs.aliases().slice();
  for (const manifest of project.of('package-json')) {
    const { path, folder, facts } = manifest;
    const layouts = layoutsOf(configs, folder);
    aliases.push(...importAliases(manifest, layouts, project));
    if (!isPackage(facts)) continue;
    packages.push({
      manager: 'npm',
      name: facts.name ?? '',
      version: facts.version,
      folder,
      manifestPath: path,
      modules: [
        // Nobody can import from a package without a name.
        ...(facts.name === null ? [] : facts.entries).map((entry) =>
          moduleOf('module', entry, manifest, layouts, project),
        ),
        ...facts.binaries.map((entry) => moduleOf('binary', entry, manifest, layouts, project)),
      ],
      dependencies: npmDependencies(manifest, workspaces.of(folder), locks, project),
    });
  }
  return { packages, aliases };
}

function moduleOf(
  kind: ModuleEntry['kind'],
  { specifier, files }: NpmEntry,
  manifest: ManifestFile<'package-json'>,
  layouts: readonly BuildLayout[],
  project: ManifestProject,
): ModuleEntry {
  const { path, folder, facts } = manifest;
  const candidates = files.map((written) => {
    const inside = sourceCandidates(written.text, layouts)?.map((file) => under(folder, file));
    if (inside !== undefined) return inside;
    // `main` of a folder that only redirects (`operators/package.json`) leads to the package around it.
    const outside = facts.hasExports ? undefined : project.follow(path, folder, written);
    if (facts.hasExports) {
      project.warn(path, written.line, `'${written.text}' leads out of the package and is not followed.`);
    }
    return outside === undefined ? [] : (sourceCandidates(outside, []) ?? []);
  });
  return { kind, specifier, targets: inOrder(candidates) };
}

/** Sources of all conditions before built files, and implementations before declarations, else in the order of conditions. */
function inOrder(candidates: readonly (readonly string[])[]): string[] {
  const all = distinct(candidates.flat()).filter((file) => file !== '');
  const built = new Set(candidates.flatMap((files) => files.slice(-1)));
  const isDeclaration = (file: string) => /\.d\.[cm]?ts$/.test(file);
  const isSource = (file: string) => /\.[cm]?tsx?$/.test(file) && !isDeclaration(file);
  const rank = (file: string) => (isDeclaration(file) ? 2 : built.has(file) && !isSource(file) ? 1 : 0);
  return [0, 1, 2].flatMap((wanted) => all.filter((file) => rank(file) === wanted));
}

function importAliases(
  manifest: ManifestFile<'package-json'>,
  layouts: readonly BuildLayout[],
  project: ManifestProject,
): PathAlias[] {
  const { path, folder, facts } = manifest;
  return facts.imports.flatMap((entry) => {
    // A name may also stand for another package, which is nothing inside the project.
    const files = entry.files.filter(({ text }) => text.startsWith('.'));
    if (files.length === 0 && entry.files.length > 0) return [];
    const { targets } = moduleOf('module', { ...entry, files }, manifest, layouts, project);
    return { folder, pattern: entry.specifier, targets, configPath: path };
  });
}

import { folderOf, nameOf } from './paths.js';

/** Every kind of file that is read here. */
export type ManifestKind =
  | 'package-json'
  | 'package-lock'
  | 'pnpm-workspace'
  | 'pnpm-lock'
  | 'yarn-lock'
  | 'bun-lock'
  | 'tsconfig'
  | 'pyproject'
  | 'setup-cfg'
  | 'setup-py'
  | 'requirements'
  | 'pipfile'
  | 'pipfile-lock'
  | 'python-lock'
  | 'cargo-toml'
  | 'cargo-lock'
  | 'go-mod'
  | 'go-work'
  | 'pom'
  | 'gradle-build'
  | 'gradle-settings'
  | 'gradle-properties';

const BY_NAME: ReadonlyMap<string, ManifestKind> = new Map([
  ['package.json', 'package-json'],
  ['package-lock.json', 'package-lock'],
  ['npm-shrinkwrap.json', 'package-lock'],
  ['pnpm-workspace.yaml', 'pnpm-workspace'],
  ['pnpm-lock.yaml', 'pnpm-lock'],
  ['yarn.lock', 'yarn-lock'],
  ['bun.lock', 'bun-lock'],
  ['pyproject.toml', 'pyproject'],
  ['setup.cfg', 'setup-cfg'],
  ['setup.py', 'setup-py'],
  ['Pipfile', 'pipfile'],
  ['Pipfile.lock', 'pipfile-lock'],
  ['poetry.lock', 'python-lock'],
  ['uv.lock', 'python-lock'],
  ['pdm.lock', 'python-lock'],
  ['pylock.toml', 'python-lock'],
  ['Cargo.toml', 'cargo-toml'],
  ['Cargo.lock', 'cargo-lock'],
  ['go.mod', 'go-mod'],
  ['go.work', 'go-work'],
  ['pom.xml', 'pom'],
  ['build.gradle', 'gradle-build'],
  ['build.gradle.kts', 'gradle-build'],
  ['settings.gradle', 'gradle-settings'],
  ['settings.gradle.kts', 'gradle-settings'],
  ['gradle.properties', 'gradle-properties'],
]);

/** The kind of manifest that a path is by its name; undefined for other files. */
export function manifestKindOf(path: string): ManifestKind | undefined {
  const name = nameOf(path);
  const known = BY_NAME.get(name);
  if (known !== undefined) return known;
  if (/^[tj]sconfig(?:[.-][\w.-]+)?\.json$/.test(name)) return 'tsconfig';
  if (!/\.(?:txt|in)$/.test(name)) return undefined;
  const isRequirements = /^(?:[\w.-]*[-_.])?requirements(?:[-_.][\w.-]*)?\.(?:txt|in)$/.test(name);
  const isInFolder = nameOf(folderOf(path)) === 'requirements';
  return isRequirements || isInFolder ? 'requirements' : undefined;
}

/**
 * Whether the content of this path counts for the packages of a project. Besides, files count that these name (`extends`
 * of a tsconfig, `-r` of requirements): `ManifestReport.paths` lists them. Where the modules of a package are found by
 * looking (Python, Java), the names of source files count as well, not their content.
 */
export function isManifestPath(path: string): boolean {
  return manifestKindOf(path) !== undefined;
}

/** Whether a manifest may name this path as one that is to be read with it, whatever it is called. */
export function mayBeNamedByManifest(path: string): boolean {
  return /\.(?:json|txt|in)$/.test(path);
}

import { compareText, type ManifestWarning, type PackageFacts, type PathAlias } from '../../model/index.js';
import { combineCargo } from './cargo/combine-cargo.js';
import { combineGo } from './go/combine-go.js';
import { combineGradle } from './jvm/combine-gradle.js';
import { combineMaven } from './jvm/combine-maven.js';
import { type ManifestKind, manifestKindOf } from './manifest-kind.js';
import { ManifestProject, sortedPackage } from './manifest-project.js';
import { combineNpm } from './npm/combine-npm.js';
import { parentCandidates } from './npm/resolve-tsconfig.js';
import { parseManifest } from './parse-manifest.js';
import type { ParsedManifest } from './parsed-manifest.js';
import { folderOf, resolvePath } from './paths.js';
import { combinePython } from './python/combine-python.js';

/** The files of a project. */
export interface ManifestReader {
  /** Every file, from the project's root, '/' between names. */
  readonly files: readonly string[];
  /** The text of one of them; undefined when it cannot be read. */
  read(path: string): Promise<string | undefined>;
}

/** A path that is to be read as a manifest of a kind. */
export interface NamedManifest {
  readonly path: string;
  readonly kind: ManifestKind;
}

export interface ManifestOptions {
  /** Reads one manifest; to keep results by content, wrap {@link parseManifest}. */
  readonly parse?: (kind: ManifestKind, text: string) => Promise<ParsedManifest>;
}

export interface ManifestReport {
  /** Sorted by manager, folder and name. */
  readonly packages: readonly PackageFacts[];
  /** Sorted by folder, deepest first, then by pattern, longest first: the order in which they are to be tried. */
  readonly aliases: readonly PathAlias[];
  /** Sorted by path, line and message. */
  readonly warnings: readonly ManifestWarning[];
  /** The files that were read. The report is another one when one of them changes, or when files come or go. Sorted. */
  readonly paths: readonly string[];
}

/**
 * Reads the manifests and lockfiles of a project. Only files that the reader lists are read, whatever a manifest names.
 * Malformed manifests are warned of and the rest is read; what `read` throws is passed on.
 */
export async function readManifests(reader: ManifestReader, options: ManifestOptions = {}): Promise<ManifestReport> {
  const parse = options.parse ?? parseManifest;
  const known = new Set(reader.files);
  const parsed = new Map<string, ParsedManifest>();
  const unread: string[] = [];
  const waiting = reader.files.flatMap((path) => {
    const kind = manifestKindOf(path);
    return kind === undefined || isInstalled(path) ? [] : [{ path, kind }];
  });
  const asked = new Set(waiting.map(({ path }) => path));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const text = await reader.read(next.path);
    if (text === undefined) {
      unread.push(next.path);
      continue;
    }
    const result = await parse(next.kind, text);
    parsed.set(next.path, result);
    for (const { path, kind } of filesNamedBy(next.path, result)) {
      if (asked.has(path) || !known.has(path)) continue;
      asked.add(path);
      waiting.push({ path, kind });
    }
  }
  return combineManifests(reader.files, parsed, unread);
}

/** Joins what single manifests say into packages: a pure function of the names of files and of the parsed manifests. */
export function combineManifests(
  files: Iterable<string>,
  parsed: ReadonlyMap<string, ParsedManifest>,
  unread: readonly string[] = [],
): ManifestReport {
  const project = new ManifestProject(files, parsed);
  for (const path of unread) project.warn(path, null, 'The file could not be read.');
  const npm = combineNpm(project);
  const packages = [
    ...npm.packages,
    ...combinePython(project),
    ...combineCargo(project),
    ...combineGo(project),
    ...combineMaven(project),
    ...combineGradle(project),
  ];
  return {
    packages: packages.map(sortedPackage).sort(byPlace),
    aliases: [...npm.aliases].sort(byUse),
    warnings: project.warnings,
    paths: [...parsed.keys(), ...unread].sort(compareText),
  };
}

/** What a package manager installed belongs to other projects. */
function isInstalled(path: string): boolean {
  return /(?:^|\/)node_modules\//.test(path);
}

/** Files that matter because a manifest names them, whatever they are called. */
export function filesNamedBy(path: string, { kind, facts }: ParsedManifest): readonly NamedManifest[] {
  const folder = folderOf(path);
  if (kind === 'requirements') {
    return facts.includes.flatMap(({ text, isConstraint }) => {
      const target = isConstraint ? undefined : resolvePath(folder, text);
      return target === undefined ? [] : [{ path: target, kind: 'requirements' as const }];
    });
  }
  if (kind !== 'tsconfig') return [];
  return [...facts.extends, ...facts.references].flatMap(({ text }) => {
    const target = resolvePath(folder, text);
    return target === undefined
      ? []
      : parentCandidates(target).map((file) => ({ path: file, kind: 'tsconfig' as const }));
  });
}

function byPlace(a: PackageFacts, b: PackageFacts): number {
  return (
    compareText(a.manager, b.manager) ||
    compareText(a.folder, b.folder) ||
    compareText(a.name, b.name) ||
    compareText(a.manifestPath, b.manifestPath)
  );
}

function byUse(a: PathAlias, b: PathAlias): number {
  const depth = (folder: string) => (folder === '' ? 0 : folder.split('/').length);
  return (
    depth(b.folder) - depth(a.folder) ||
    compareText(a.folder, b.folder) ||
    b.pattern.length - a.pattern.length ||
    compareText(a.pattern, b.pattern) ||
    compareText(a.configPath, b.configPath)
  );
}

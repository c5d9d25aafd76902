import { type ManifestReport, readManifests } from '../../src/ingest/manifests/index.js';
import type { PackageDependency, PackageFacts } from '../../src/model/index.js';

/** A project in memory: texts by path. */
export type ManifestTree = Readonly<Record<string, string>>;

/** Reads a tree, and remembers what was asked for beyond it. */
export async function readTree(tree: ManifestTree): Promise<ManifestReport> {
  const files = Object.keys(tree);
  return readManifests({
    files,
    read: async (path) => {
      if (!Object.hasOwn(tree, path))
        throw new Error(`The reader was asked for '${path}', which is no file of the tree.`);
      return tree[path];
    },
  });
}

/**
 * A report in lines that tests can compare. Of a module's targets, the first that is a file or folder of the tree; patterns
 * show the first one.
 */
export async function describeTree(tree: ManifestTree): Promise<string> {
  const report = await readTree(tree);
  const lines = [
    ...report.packages.flatMap((found) => packageLines(found, tree)),
    ...report.aliases.map(
      ({ folder, pattern, targets, configPath }) =>
        `alias ${pattern} below '${folder}' -> ${targets[0] ?? 'nothing'} (${configPath})`,
    ),
    ...report.warnings.map(({ path, line, message }) => `warning ${path}:${line ?? '?'} ${message}`),
  ];
  return lines.join('\n');
}

function packageLines(found: PackageFacts, tree: ManifestTree): string[] {
  const paths = Object.keys(tree);
  const isFolder = found.manager === 'go' || found.manager === 'maven';
  const isThere = (target: string) =>
    paths.some((path) => (isFolder ? path.startsWith(`${target}/`) : path === target));
  return [
    `${found.manager} ${found.name}@${found.version ?? '?'} in '${found.folder}' (${found.manifestPath})`,
    ...found.modules.map(({ kind, specifier, targets }) => {
      const target = specifier.includes('*') ? targets[0] : targets.find((path) => path === '' || isThere(path));
      return `  ${kind} ${specifier} -> ${target ?? 'nothing'}`;
    }),
    ...found.dependencies.map((dependency) => `  ${dependencyLine(dependency, found)}`),
  ];
}

function dependencyLine(
  { kind, name, alias, range, lockedVersion, local, manifestPath }: PackageDependency,
  owner: PackageFacts,
): string {
  const parts = [
    `${kind} ${name}`,
    ...(alias === null ? [] : [`as ${alias}`]),
    ...(range === null ? [] : [`range ${range}`]),
    ...(lockedVersion === null ? [] : [`locked ${lockedVersion}`]),
    ...(local === null ? [] : [`at '${local}'`]),
    ...(manifestPath === owner.manifestPath ? [] : [`(${manifestPath})`]),
  ];
  return parts.join(' ');
}

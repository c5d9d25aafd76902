import { NodeHash, type PackageDependency, type PackageFacts, type ProjectId } from '../model/index.js';
import type { Snapshot } from '../sql/index.js';

/** What is remembered of a manifest between two runs. */
export interface ManifestRecord {
  readonly path: string;
  /** Size, times and inode as one text; null when the file may have changed within the clock's grain, or is not there. */
  readonly statKey: string | null;
  /** BLAKE3 of the bytes; null when another manifest names the file but it is not there, or when it was not to be read. */
  readonly contentHash: NodeHash | null;
}

/** The manifests of a project as they were read last. */
export interface StoredManifests {
  /** Of the reader; null when the project's manifests were never read. */
  readonly version: number | null;
  readonly files: ReadonlyMap<string, ManifestRecord>;
}

/** A stored package, and the ids of its dependencies by what they say. */
export interface StoredPackage {
  readonly id: number;
  readonly version: string | null;
  readonly modules: string;
  readonly dependencies: ReadonlyMap<string, number>;
}

export async function readManifestState(snapshot: Snapshot, project: ProjectId): Promise<StoredManifests> {
  const row = await snapshot.first<{ version: number | null }>(
    'SELECT manifests_version AS version FROM projects WHERE id = ?',
    [project],
  );
  const rows = await snapshot.all<{ path: string; statKey: string | null; contentHash: Uint8Array | null }>(
    'SELECT path, stat_key AS statKey, content_hash AS contentHash FROM manifest_files WHERE project_id = ?',
    [project],
  );
  const files = rows.map(({ contentHash, ...file }): [string, ManifestRecord] => [
    file.path,
    { ...file, contentHash: contentHash === null ? null : NodeHash.fromDigest(contentHash) },
  ]);
  return { version: row?.version ?? null, files: new Map(files) };
}

type PackagePlace = Pick<PackageFacts, 'manager' | 'name' | 'folder' | 'manifestPath'>;

/** Tells the packages of one project apart. */
export function packageKey({ manager, name, folder, manifestPath }: PackagePlace): string {
  return JSON.stringify([manager, name, folder, manifestPath]);
}

interface DependencyRow extends Omit<PackageDependency, 'local'> {
  readonly ordinal: number;
  readonly local: string | null;
}

/** All that a dependency says, as one text. */
export function dependencyKey(row: DependencyRow): string {
  const { manager, name, kind, manifestPath, ordinal, alias, range, lockedVersion, local } = row;
  return JSON.stringify([manager, name, kind, manifestPath, ordinal, alias, range, lockedVersion, local]);
}

/** The dependencies of a package, each with its number among those that one manifest asks for in one kind and name. */
export function numbered(dependencies: readonly PackageDependency[]): DependencyRow[] {
  const seen = new Map<string, number>();
  return dependencies.map((dependency) => {
    const { name, kind, manifestPath } = dependency;
    const place = JSON.stringify([name, kind, manifestPath]);
    const ordinal = seen.get(place) ?? 0;
    seen.set(place, ordinal + 1);
    return { ...dependency, ordinal };
  });
}

/** The packages of a project with their dependencies, by {@link packageKey}. */
export async function readPackageState(snapshot: Snapshot, project: ProjectId): Promise<Map<string, StoredPackage>> {
  const rows = await snapshot.all<PackagePlace & { id: number; version: string | null; modules: string }>(
    `SELECT id, manager, name, version, folder, manifest_path AS manifestPath, modules FROM packages WHERE project_id = ?`,
    [project],
  );
  const dependencies = await snapshot.all<DependencyRow & { id: number; packageId: number }>(
    `SELECT id, package_id AS packageId, manager, name, kind, manifest_path AS manifestPath, ordinal, alias, "range",
       locked_version AS lockedVersion, local
     FROM project_deps WHERE project_id = ?`,
    [project],
  );
  const ofPackage = new Map(rows.map(({ id }) => [id, new Map<string, number>()]));
  for (const row of dependencies) ofPackage.get(row.packageId)?.set(dependencyKey(row), row.id);
  return new Map(
    rows.map((row) => [
      packageKey(row),
      { id: row.id, version: row.version, modules: row.modules, dependencies: ofPackage.get(row.id) ?? new Map() },
    ]),
  );
}

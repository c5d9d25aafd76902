import { NodeHash, type PackageFacts, type ProjectId } from '../model/index.js';
import type { BulkStatement, SqlRow, Statement } from '../sql/index.js';
import {
  dependencyKey,
  type ManifestRecord,
  numbered,
  packageKey,
  type StoredManifests,
  type StoredPackage,
} from './package-state.js';

const UPSERT_PACKAGE_SQL = `
  INSERT INTO packages (project_id, manager, name, version, folder, manifest_path, modules) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (project_id, manager, name, folder, manifest_path) DO UPDATE SET version = excluded.version,
    modules = excluded.modules`;

const INSERT_DEPENDENCY_SQL = `
  INSERT INTO project_deps (project_id, package_id, manager, name, kind, manifest_path, ordinal, alias, "range",
    locked_version, local)
  SELECT project_id, id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM packages
  WHERE project_id = ? AND manager = ? AND name = ? AND folder = ? AND manifest_path = ?`;

const UPSERT_MANIFEST_SQL = `
  INSERT INTO manifest_files (project_id, path, stat_key, content_hash) VALUES (?, ?, ?, ?)
  ON CONFLICT (project_id, path) DO UPDATE SET stat_key = excluded.stat_key, content_hash = excluded.content_hash`;

/** What is to be written so that a project has these packages: the rows that differ and nothing else. */
export function packageStatements(
  project: ProjectId,
  stored: ReadonlyMap<string, StoredPackage>,
  packages: readonly PackageFacts[],
): BulkStatement[] {
  const rows = {
    packages: [] as SqlRow[],
    dependencies: [] as SqlRow[],
    gone: [] as SqlRow[],
    dropped: [] as SqlRow[],
  };
  const kept = new Set<string>();
  for (const found of packages) {
    const key = packageKey(found);
    if (kept.has(key)) continue;
    kept.add(key);
    const before = stored.get(key);
    const { manager, name, version, folder, manifestPath } = found;
    const modules = JSON.stringify(found.modules);
    if (before?.version !== version || before.modules !== modules)
      rows.packages.push([project, manager, name, version, folder, manifestPath, modules]);
    const left = new Map(before?.dependencies);
    for (const each of numbered(found.dependencies)) {
      if (left.delete(dependencyKey(each))) continue;
      const asked = [each.manager, each.name, each.kind, each.manifestPath, each.ordinal];
      const said = [each.alias, each.range, each.lockedVersion, each.local];
      rows.dependencies.push([...asked, ...said, project, manager, name, folder, manifestPath]);
    }
    for (const id of left.values()) rows.dropped.push([id]);
  }
  for (const [key, { id }] of stored) if (!kept.has(key)) rows.gone.push([id]);
  return [
    { sql: 'DELETE FROM project_deps WHERE id = ?', rows: rows.dropped },
    { sql: 'DELETE FROM packages WHERE id = ?', rows: rows.gone },
    { sql: UPSERT_PACKAGE_SQL, rows: rows.packages },
    { sql: INSERT_DEPENDENCY_SQL, rows: rows.dependencies },
  ].filter((statement) => statement.rows.length > 0);
}

/** What is to be written so that these are the manifests that a project was read from. */
export function manifestStatements(
  project: ProjectId,
  stored: StoredManifests,
  records: ReadonlyMap<string, ManifestRecord>,
  version: number,
): (Statement | BulkStatement)[] {
  const changed: SqlRow[] = [];
  for (const { path, statKey, contentHash } of records.values()) {
    const before = stored.files.get(path);
    if (before?.statKey === statKey && before.contentHash === contentHash) continue;
    changed.push([project, path, statKey, contentHash === null ? null : NodeHash.toBytes(contentHash)]);
  }
  const gone = [...stored.files.keys()].filter((path) => !records.has(path)).map((path): SqlRow => [project, path]);
  return [
    ...(gone.length === 0 ? [] : [{ sql: 'DELETE FROM manifest_files WHERE project_id = ? AND path = ?', rows: gone }]),
    ...(changed.length === 0 ? [] : [{ sql: UPSERT_MANIFEST_SQL, rows: changed }]),
    ...(stored.version === version
      ? []
      : [{ sql: 'UPDATE projects SET manifests_version = ? WHERE id = ?', parameters: [version, project] }]),
  ];
}

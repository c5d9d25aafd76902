import type { DependencyKind, PackageManager, ProjectId } from '../model/index.js';

/** One package of a project asks for another. */
export interface Dependency {
  /** Whose package asks. */
  readonly project: ProjectId;
  /** The package that asks; empty when its manifest names none. */
  readonly package: string;
  readonly packageVersion: string | null;
  readonly manager: PackageManager;
  /** The package that is asked for. */
  readonly name: string;
  /** What importers write instead of the name. */
  readonly alias: string | null;
  /** As written. */
  readonly range: string | null;
  readonly lockedVersion: string | null;
  readonly kind: DependencyKind;
  /**
   * The project of this store whose package is meant: the own one for a package of the same project, else the one that holds
   * the locked version, else the only one that holds a package of that name. Null when none does, or when several do.
   */
  readonly provider: ProjectId | null;
  /** All projects that hold a package of that manager and name, by id. */
  readonly providers: readonly ProjectId[];
  /** The file that asks, from the project's root. */
  readonly manifest: string;
  /** How many names of the package the project's code uses, and how often it uses them. */
  readonly names: number;
  readonly uses: number;
}

export interface DependencyRow extends Omit<Dependency, 'provider' | 'providers'> {
  readonly local: string | null;
  /** JSON: a project and a version for each package that it may be. */
  readonly candidates: string;
}

export const DEPENDENCY_COLUMNS = `
  d.project_id AS project, p.name AS package, p.version AS packageVersion, d.manager AS manager, d.name AS name,
  d.alias AS alias, d."range" AS "range", d.locked_version AS lockedVersion, d.kind AS kind, d.manifest_path AS manifest,
  d.local AS local,
  (SELECT count(DISTINCT e.name_id) FROM external_symbols AS e JOIN external_names AS n ON n.id = e.name_id
   WHERE e.dependency_id = d.id AND n.name <> '') AS names,
  (SELECT coalesce(sum(e.use_count), 0) FROM external_symbols AS e WHERE e.dependency_id = d.id) AS uses,
  (SELECT json_group_array(json_array(q.project_id, q.version)) FROM packages AS q
   WHERE q.name = d.name AND q.manager = d.manager) AS candidates`;
export const DEPENDENCY_TABLES = 'project_deps AS d JOIN packages AS p ON p.id = d.package_id';

export function toDependency({ local, candidates, ...row }: DependencyRow): Dependency {
  // As the statement above makes it.
  const packages = JSON.parse(candidates) as [project: ProjectId, version: string | null][];
  if (local !== null) return { ...row, provider: row.project, providers: [row.project] };
  const exact = packages.filter(([, version]) => version !== null && version === row.lockedVersion);
  return { ...row, provider: only(projectsOf(exact)) ?? only(projectsOf(packages)), providers: projectsOf(packages) };
}

function projectsOf(packages: readonly (readonly [ProjectId, string | null])[]): ProjectId[] {
  return [...new Set(packages.map(([project]) => project))].sort();
}

function only(projects: readonly ProjectId[]): ProjectId | null {
  return projects.length === 1 ? (projects[0] ?? null) : null;
}

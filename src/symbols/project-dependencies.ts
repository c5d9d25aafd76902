import { compareText, type ProjectId } from '../model/index.js';
import type { Database } from '../sql/index.js';
import { DEPENDENCY_COLUMNS, DEPENDENCY_TABLES, toDependency, type DependencyRow } from './dependency.js';

/** One project depends on another. */
export interface ProjectDependency {
  readonly from: ProjectId;
  readonly to: ProjectId;
  /** Names of the packages, in order. */
  readonly packages: readonly string[];
  /** Does a manifest ask for one of them? Else imports alone say so. */
  readonly isDeclared: boolean;
  /** How often symbols of the one use symbols of the other. */
  readonly uses: number;
}

interface UseRow {
  readonly from: ProjectId;
  readonly to: ProjectId;
  readonly package: string;
  readonly uses: number;
}

/** Which projects depend on which, by their manifests and by what their code was linked to; ordered by both ids. */
export async function readProjectDependencies(database: Database): Promise<ProjectDependency[]> {
  return database.snapshot(async (snapshot) => {
    const used = await snapshot.all<UseRow>(
      `SELECT n.project_id AS "from", p.project_id AS "to", p.name AS package, sum(e.use_count) AS uses
       FROM external_symbols AS e CROSS JOIN external_names AS n ON n.id = e.name_id
       CROSS JOIN packages AS p
         ON p.id IN (SELECT c.package_id FROM external_candidates AS c WHERE c.external_id = e.id AND c."rank" = 1)
       WHERE e.status = 'linked' GROUP BY n.project_id, p.project_id, p.name`,
    );
    const declared = await snapshot.all<DependencyRow>(`SELECT ${DEPENDENCY_COLUMNS} FROM ${DEPENDENCY_TABLES}`);
    const pairs = new Map<
      string,
      { from: ProjectId; to: ProjectId; packages: Set<string>; isDeclared: boolean; uses: number }
    >();
    const pairOf = (from: ProjectId, to: ProjectId): { packages: Set<string>; isDeclared: boolean; uses: number } => {
      const key = JSON.stringify([from, to]);
      const pair = pairs.get(key) ?? { from, to, packages: new Set<string>(), isDeclared: false, uses: 0 };
      pairs.set(key, pair);
      return pair;
    };
    for (const { from, to, package: name, uses } of used) {
      if (from === to) continue;
      const pair = pairOf(from, to);
      pair.packages.add(name);
      pair.uses += uses;
    }
    for (const { project, provider, name } of declared.map(toDependency)) {
      if (provider === null || provider === project) continue;
      const pair = pairOf(project, provider);
      pair.packages.add(name);
      pair.isDeclared = true;
    }
    return [...pairs.values()]
      .map((pair) => ({ ...pair, packages: [...pair.packages].sort(compareText) }))
      .sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to));
  });
}

import type { ProjectId } from '../model/index.js';
import type { BulkStatement, Snapshot, SqlRow } from '../sql/index.js';

/** What the manifests of a project say about one name that its sources may import. */
export interface ImportRoute {
  readonly topic: string;
  readonly name: string;
  /** JSON that means something to whoever wrote it. Equal answers are equal texts. */
  readonly says: string;
}

export interface RouteChanges {
  readonly statements: readonly BulkStatement[];
  /** The routes that are new or other ones. */
  readonly changed: readonly ImportRoute[];
  readonly gone: readonly ImportRoute[];
}

const UPSERT_ROUTE_SQL = `
  INSERT INTO import_routes (project_id, topic, name, says) VALUES (?, ?, ?, ?)
  ON CONFLICT (project_id, topic, name) DO UPDATE SET says = excluded.says`;

/** What is to be written so that a project has these routes: the rows that differ and nothing else. */
export function routeChanges(
  project: ProjectId,
  stored: readonly ImportRoute[],
  routes: readonly ImportRoute[],
): RouteChanges {
  const before = new Map(stored.map((route) => [keyOf(route), route]));
  const changed = routes.filter((route) => before.get(keyOf(route))?.says !== route.says);
  for (const route of routes) before.delete(keyOf(route));
  const gone = [...before.values()];
  const statements = [
    {
      sql: 'DELETE FROM import_routes WHERE project_id = ? AND topic = ? AND name = ?',
      rows: gone.map(({ topic, name }): SqlRow => [project, topic, name]),
    },
    { sql: UPSERT_ROUTE_SQL, rows: changed.map(({ topic, name, says }): SqlRow => [project, topic, name, says]) },
  ];
  return { statements: statements.filter(({ rows }) => rows.length > 0), changed, gone };
}

/** All routes of a project, by topic and name. */
export async function readRoutes(snapshot: Snapshot, project: ProjectId): Promise<ImportRoute[]> {
  return snapshot.all<ImportRoute>(
    'SELECT topic, name, says FROM import_routes WHERE project_id = ? ORDER BY topic, name',
    [project],
  );
}

/** Those of some routes that a project has. */
export async function readRoutesNamed(
  snapshot: Snapshot,
  project: ProjectId,
  wanted: readonly Pick<ImportRoute, 'topic' | 'name'>[],
): Promise<ImportRoute[]> {
  return snapshot.all<ImportRoute>(
    `SELECT r.topic AS topic, r.name AS name, r.says AS says
     FROM json_each(?) AS w
     CROSS JOIN import_routes AS r ON r.project_id = ? AND r.topic = w.value ->> 0 AND r.name = w.value ->> 1`,
    [JSON.stringify(wanted.map(({ topic, name }) => [topic, name])), project],
  );
}

function keyOf({ topic, name }: ImportRoute): string {
  return `${topic}\0${name}`;
}

import { deriveRoutes, routeKey, type RouteRow, type RouteTopic } from '../../binding/index.js';
import type { PackageFacts, PathAlias, ProjectId } from '../../model/index.js';
import { routeChanges, type ImportRoute, type PackageStore, type RouteChanges } from '../../symbols/index.js';

/** What the manifests of a project say about imports after a run. */
export interface RouteUpdate {
  /** By `routeKey`: what is said otherwise than before the run; null for what is no longer said. */
  readonly changed: ReadonlyMap<string, string | null>;
  /** All of it. */
  all(): Promise<readonly RouteRow[]>;
}

/** The manifests say what they said. */
export function sameRoutes(packages: Pick<PackageStore, 'routes'>, project: ProjectId): RouteUpdate {
  return { changed: new Map(), all: async () => (await packages.routes(project)).map(asRow) };
}

/** Compares what packages and aliases make of imports with what is stored. */
export async function updateRoutes(
  store: Pick<PackageStore, 'routes'>,
  project: ProjectId,
  packages: readonly PackageFacts[],
  aliases: readonly PathAlias[],
): Promise<{ readonly update: RouteUpdate; readonly statements: RouteChanges['statements'] }> {
  const rows = deriveRoutes(packages, aliases);
  const { statements, changed, gone } = routeChanges(project, await store.routes(project), rows);
  const said = new Map<string, string | null>([
    ...gone.map((route) => [keyOf(route), null] as const),
    ...changed.map((route) => [keyOf(route), route.says] as const),
  ]);
  return { update: { changed: said, all: () => Promise.resolve(rows) }, statements };
}

/** Rows are stored as this room gives them, so their topics are the ones it knows. */
function asRow({ topic, ...rest }: ImportRoute): RouteRow {
  return { topic: topic as RouteTopic, ...rest };
}

function keyOf(route: ImportRoute): string {
  const { topic, name } = asRow(route);
  return routeKey(topic, name);
}

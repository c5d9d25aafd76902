import type { Comparison, Difference } from '../graph/index.js';
import { compareText, type ProjectId } from '../model/index.js';
import type { PackageStore } from './package-store.js';

/** Compares the packages of a project, what they ask for and what imports make of them, with those of a clean rebuild. */
export async function comparePackages(
  store: PackageStore,
  fresh: PackageStore,
  project: ProjectId,
): Promise<Comparison> {
  const expected = await packageLines(fresh, project);
  const differences: Difference[] = [];
  for (const [line, kind] of await packageLines(store, project)) {
    if (!expected.delete(line)) differences.push({ project, kind, change: 'unexpected', line });
  }
  for (const [line, kind] of expected) differences.push({ project, kind, change: 'missing', line });
  const ok = differences.length === 0;
  const detail = ok ? 'are what the manifests say' : `${differences.length} lines differ from a clean rebuild`;
  return { check: { name: `packages ${project}`, ok, detail }, differences };
}

/** A line for each package, dependency and route, in order: equal for equal manifests. Ids are left out. */
async function packageLines(store: PackageStore, project: ProjectId): Promise<Map<string, Difference['kind']>> {
  const lines: [string, Difference['kind']][] = [];
  for (const [key, { version, modules, dependencies }] of await store.state(project)) {
    lines.push([`package\t${key}\t${version ?? ''}\t${modules}`, 'package']);
    for (const dependency of dependencies.keys()) lines.push([`dependency\t${key}\t${dependency}`, 'dependency']);
  }
  for (const { topic, name, says } of await store.routes(project)) {
    lines.push([`route\t${topic}\t${name}\t${says}`, 'route']);
  }
  return new Map(lines.sort(([a], [b]) => compareText(a, b)));
}

import { importCycles } from '../analytics/index.js';
import { EDGE_TYPES, type Adjacency, type ProjectId } from '../model/index.js';
import type { Database } from '../sql/index.js';
import { readProjectDependencies, type ProjectDependency } from '../symbols/index.js';
import type { Store } from './store.js';

/** Which projects depend on which, and where that goes round in circles. */
export interface ProjectGraph {
  readonly projects: readonly ProjectId[];
  readonly dependencies: readonly ProjectDependency[];
  /** Projects that all depend on each other, each with one shortest way round. */
  readonly cycles: readonly { readonly members: readonly ProjectId[]; readonly path: readonly ProjectId[] }[];
}

/** See {@link Store.projectGraph}. */
export async function readProjectGraph(store: Store, database: Database): Promise<ProjectGraph> {
  const projects = (await store.projects.list()).map(({ id }) => id);
  const dependencies = await readProjectDependencies(database);
  const cycles = await importCycles(adjacencyOf(projects, dependencies));
  const named = (numbers: readonly number[]): ProjectId[] => numbers.flatMap((number) => projects[number] ?? []);
  return {
    projects,
    dependencies,
    cycles: cycles.map(({ members, path }) => ({ members: named(members), path: named(path) })),
  };
}

function adjacencyOf(projects: readonly ProjectId[], dependencies: readonly ProjectDependency[]): Adjacency {
  const numbers = new Map(projects.map((project, number) => [project, number]));
  const edges = dependencies.flatMap(({ from, to }): [number, number][] => {
    const [source, target] = [numbers.get(from), numbers.get(to)];
    return source === undefined || target === undefined ? [] : [[source, target]];
  });
  const out = rowsOf(projects.length, edges);
  const into = rowsOf(
    projects.length,
    edges.map(([source, target]) => [target, source]),
  );
  return {
    nodeCount: projects.length,
    edgeCount: edges.length,
    outOffsets: out.offsets,
    outTargets: out.ends,
    outTypes: out.types,
    inOffsets: into.offsets,
    inSources: into.ends,
    inTypes: into.types,
  };
}

function rowsOf(
  nodeCount: number,
  edges: readonly (readonly [number, number])[],
): { offsets: Uint32Array; ends: Uint32Array; types: Uint8Array } {
  const sorted = [...edges].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const offsets = new Uint32Array(nodeCount + 1);
  for (const [node] of sorted) offsets[node + 1] = (offsets[node + 1] ?? 0) + 1;
  for (let node = 0; node < nodeCount; node++) offsets[node + 1] = (offsets[node + 1] ?? 0) + (offsets[node] ?? 0);
  const ends = Uint32Array.from(sorted.map(([, end]) => end));
  return { offsets, ends, types: new Uint8Array(ends.length).fill(EDGE_TYPES.indexOf('import')) };
}

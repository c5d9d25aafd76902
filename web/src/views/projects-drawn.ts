import type { Dependency, ProjectGraph } from '../api/answers.js';
import type { DrawnEdge, DrawnGraph, DrawnNode } from '../parts/graph-view.js';

/** The id of a package in the picture; no project has such a one. */
export function packageId(name: string): string {
  return `package\0${name}`;
}

/** Projects and the packages that nobody in the store provides, in layers: what is depended on stands to the right. */
export function projectsDrawn(graph: ProjectGraph, dependencies: readonly Dependency[]): DrawnGraph {
  const places = new Map(graph.projects.map((project, place) => [project, place]));
  const inCycle = new Set(graph.cycles.flatMap(({ members }) => members));
  const depths = depthsOf(graph);
  const nodes: DrawnNode[] = graph.projects.map((project) => ({
    id: project,
    label: project,
    depth: depths.get(project) ?? 0,
    tone: inCycle.has(project) ? 'cycle' : 'project',
    weight: 8,
  }));
  const edges: DrawnEdge[] = graph.dependencies.flatMap(({ from, to, isDeclared, uses }) => {
    const ends = { from: places.get(from), to: places.get(to) };
    if (ends.from === undefined || ends.to === undefined) return [];
    const isRound = graph.cycles.some(({ members }) => members.includes(from) && members.includes(to));
    const tone = isRound ? 'cycle' : isDeclared ? 'plain' : 'undeclared';
    return [{ from: ends.from, to: ends.to, tone, weight: 1 + uses } as const];
  });
  addPackages(nodes, edges, places, dependencies, Math.max(0, ...depths.values()) + 1);
  return { nodes, edges };
}

function addPackages(
  nodes: DrawnNode[],
  edges: DrawnEdge[],
  places: Map<string, number>,
  dependencies: readonly Dependency[],
  depth: number,
): void {
  const drawn = new Set<string>();
  for (const { project, manager, name, providers, uses } of dependencies) {
    const from = places.get(project);
    const id = packageId(`${manager}:${name}`);
    if (from === undefined || providers.length > 0 || drawn.has(`${project}\0${id}`)) continue;
    drawn.add(`${project}\0${id}`);
    const to = places.get(id) ?? nodes.push({ id, label: name, depth, tone: 'package', weight: 1 }) - 1;
    places.set(id, to);
    edges.push({ from, to, tone: 'undeclared', weight: 1 + uses });
  }
}

/** How far each project is from those that nobody depends on; within a cycle as far as the first way there. */
function depthsOf({ projects, dependencies }: ProjectGraph): Map<string, number> {
  const depended = new Set(dependencies.map(({ to }) => to));
  const depths = new Map(projects.filter((project) => !depended.has(project)).map((project) => [project, 0]));
  const [first] = projects;
  if (depths.size === 0 && first !== undefined) depths.set(first, 0);
  // As many rounds as there are projects reach everything that can be reached.
  for (let round = 0; round < projects.length; round++) {
    for (const { from, to } of dependencies) {
      const depth = depths.get(from);
      if (depth !== undefined && !depths.has(to)) depths.set(to, depth + 1);
    }
  }
  return depths;
}

import type { Backend } from './backends.js';
import { describeEdges } from './edges.js';
import { describeNodes } from './nodes.js';
import { describeProjects } from './projects.js';

/** The law of the stores of nodes, edges, files, projects and references, over one backend. */
export function describeStores(backend: Backend): void {
  describeNodes(backend);
  describeEdges(backend);
  describeProjects(backend);
}

import type { Backend } from './backends.js';
import { describeEdges } from './edges.js';
import { describeGraphResults } from './graph-results.js';
import { describeMetricSnapshots } from './metric-snapshots.js';
import { describeNearestSymbols } from './nearest-symbols.js';
import { describeNodes } from './nodes.js';
import { describePdgs } from './pdgs.js';
import { describePrecise } from './precise.js';
import { describeProjects } from './projects.js';
import { describeSearch } from './search.js';

/** The law of the stores of nodes, edges, files, projects, references and graphs, and of what is kept of these, over one backend. */
export function describeStores(backend: Backend): void {
  describeNodes(backend);
  describeEdges(backend);
  describeProjects(backend);
  describePdgs(backend);
  describePrecise(backend);
  describeGraphResults(backend);
  describeMetricSnapshots(backend);
  describeNearestSymbols(backend);
  describeSearch(backend);
}

import type { IndexReport } from '../index.js';

/** One document for several runs. */
export interface IndexReportsJson {
  readonly generation: number;
  readonly projects: readonly Omit<IndexReport, 'generation'>[];
}

/** What index runs did, a project each; the generation is that of the last one. */
export function indexReportsJson(reports: readonly IndexReport[]): IndexReportsJson {
  return {
    generation: Math.max(...reports.map((report) => report.generation)),
    projects: reports.map(({ project, files, nodes, edges, recomputed, warnings, ms }) => ({
      project,
      files,
      nodes,
      edges,
      recomputed,
      warnings,
      ms,
    })),
  };
}

import type { ProjectTransfer, TransferReport } from '../index.js';

/** What a push or a pull did, as every answer shows it. */
export function transferJson(report: TransferReport): Record<string, unknown> {
  const { direction, generation, projects, bytes, skipped, verified, ms } = report;
  return { direction, generation, projects: projects.map(projectJson), bytes, ms, verified, skipped };
}

function projectJson(each: ProjectTransfer): Record<string, unknown> {
  const { project, skipped, nodes, edges, embeddings, bytes, parts, generation, digest, ms } = each;
  return { project, skipped, nodes, edges, embeddings, bytes, parts, generation, digest, ms };
}

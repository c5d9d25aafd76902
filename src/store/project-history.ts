import type { ChangeCounts } from '../analytics/index.js';
import type { ProjectStore } from '../graph/index.js';

/** How often files were changed, of the projects whose folder has a history. */
export async function readChanges(
  projects: ProjectStore,
  chosen: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ChangeCounts> {
  const { countChanges } = await import('../ingest/index.js');
  const changes = new Map<string, ReadonlyMap<string, number>>();
  for (const { id, root } of await projects.list()) {
    if (root === null || (chosen !== undefined && id !== chosen)) continue;
    const counts = await countChanges(root, signal);
    if (counts !== undefined) changes.set(id, counts);
  }
  return changes;
}

/** The commit that the folder of a project is at, or without a project that of the only one. */
export async function readCommit(
  projects: ProjectStore,
  chosen: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const all = await projects.list();
  const [project, ...others] = chosen === undefined ? all : all.filter(({ id }) => id === chosen);
  if (project === undefined || project.root === null || others.length > 0) return undefined;
  const git = await import('../ingest/index.js');
  return git.readCommit(project.root, signal);
}

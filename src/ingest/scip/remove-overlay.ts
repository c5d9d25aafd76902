import type { IndexReport } from '../indexer.js';
import type { ProjectId } from '../../model/index.js';
import { commitPrecise, onceLeased } from './commit-precise.js';
import type { OverlayStores } from './import-overlay.js';

/**
 * Removes all that indexes of compilers said of a project, and binds its files as if there had been none, in one batch.
 *
 * Throws NotFoundError `PROJECT_NOT_FOUND`, BusyError, CancelledError.
 */
export async function removeOverlay(
  stores: OverlayStores,
  project: ProjectId,
  signal: AbortSignal | undefined,
): Promise<IndexReport> {
  await stores.projects.require(project);
  return onceLeased(stores, project, signal, async (right) => {
    const known = await stores.projects.files(project);
    const told = new Map((await stores.precise.list(project)).map(({ path }) => [path, undefined]));
    const { removed, ...done } = await commitPrecise(stores, project, known, told, right, signal);
    const files = { seen: told.size, parsed: 0, unchanged: 0, removed, skipped: 0 };
    return { ...done, project, files, warnings: [] };
  });
}

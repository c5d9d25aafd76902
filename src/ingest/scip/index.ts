import type { Project, ProjectReader } from '../../graph/index.js';
import type { IndexReport } from '../indexer.js';
import type { ExportScipOptions } from './export-scip.js';
import type { OverlayStores } from './import-overlay.js';
import type { ImportScipOptions, ImportStores } from './import-scip.js';

// The protobuf library is loaded when it is first needed.

/** See `importScip` of `import-scip.ts`. */
export async function importScip(stores: ImportStores, options: ImportScipOptions): Promise<IndexReport> {
  const { importScip: run } = await import('./import-scip.js');
  return run(stores, options);
}

/** See `removeOverlay` of `remove-overlay.ts`. */
export async function removeScip(
  stores: OverlayStores,
  project: string,
  signal: AbortSignal | undefined,
): Promise<IndexReport> {
  const { removeOverlay } = await import('./remove-overlay.js');
  return removeOverlay(stores, project, signal);
}

/** See `exportScip` of `export-scip.ts`. */
export async function* exportScip(
  reader: ProjectReader,
  project: Project,
  options: ExportScipOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const { exportScip: run } = await import('./export-scip.js');
  yield* run(reader, project, options);
}

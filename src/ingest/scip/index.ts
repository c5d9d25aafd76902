import type { IndexReport } from '../indexer.js';
import type { ImportScipOptions, ImportStores } from './import-scip.js';

/** See `importScip` of `import-scip.ts`; the protobuf library is loaded when it is first needed. */
export async function importScip(stores: ImportStores, options: ImportScipOptions): Promise<IndexReport> {
  const { importScip: run } = await import('./import-scip.js');
  return run(stores, options);
}

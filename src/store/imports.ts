import type { ImportScipOptions, IndexReport } from '../ingest/index.js';
import type { ImportLeIndexOptions } from '../leindex/index.js';
import { linkAfterRun } from './link-after-run.js';
import type { Store } from './store.js';

/** See {@link Store.importScip}. */
export async function importScipInto(store: Store, options: ImportScipOptions): Promise<IndexReport> {
  const { importScip } = await import('../ingest/index.js');
  const { projects, pdg, precise } = store;
  const overlay = { ...store.indexerStores(), precise };
  return linkAfterRun(store, await importScip({ projects, pdg, overlay }, options), options.signal);
}

/** See {@link Store.removeScip}. */
export async function removeScipFrom(
  store: Store,
  project: string,
  signal: AbortSignal | undefined,
): Promise<IndexReport> {
  const { removeScip } = await import('../ingest/index.js');
  const removed = await removeScip({ ...store.indexerStores(), precise: store.precise }, project, signal);
  return linkAfterRun(store, removed, signal);
}

/** See {@link Store.importLeIndex}. */
export async function importLeIndexInto(store: Store, options: ImportLeIndexOptions): Promise<IndexReport[]> {
  const { importLeIndex } = await import('../leindex/index.js');
  const imported = await importLeIndex(store, options);
  return imported.map(({ files, findings, ...report }) => ({
    ...report,
    files: { seen: files, parsed: 0, unchanged: 0, removed: 0, skipped: 0 },
    recomputed: { parse: 0, analysis: 0, bindings: 0, embeddings: 0 },
    warnings: findings,
  }));
}

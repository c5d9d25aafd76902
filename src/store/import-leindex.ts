import type { IndexReport } from '../ingest/index.js';
import type { ImportLeIndexOptions } from '../leindex/index.js';
import type { Store } from './store.js';

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

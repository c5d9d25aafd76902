import { FactReader } from '../graph/index.js';
import type { EmbedOptions, EmbedReport } from '../ingest/index.js';
import type { Database } from '../sql/index.js';
import { EmbeddingQueue, ensureScope } from '../vectors/index.js';
import type { Store } from './store.js';

/** Vectors that no symbol has any more are kept for contents that come back. */
const ORPHAN_BUDGET_BYTES = 64 * 1024 * 1024;

/** See {@link Store.embed}. */
export async function embedStore(
  store: Store,
  database: Database,
  project: string,
  options: EmbedOptions,
): Promise<EmbedReport> {
  const { embedProject } = await import('../ingest/index.js');
  const stores = {
    projects: store.projects,
    reader: new FactReader(database),
    queue: new EmbeddingQueue(database),
    scope: (id: string, model: string, dimension: number) => ensureScope(database, id, model, dimension),
  };
  const report = await embedProject(stores, store.embedder, project, options);
  if (report.embedded + report.reused > 0) {
    await store.embeddings.collect(ORPHAN_BUDGET_BYTES);
    await store.embeddingJournal.trim();
  }
  return report;
}

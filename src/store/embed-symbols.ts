import { setImmediate as nextTurn } from 'node:timers/promises';
import { FactReader } from '../graph/index.js';
import type { EmbedOptions, EmbedReport, IndexOptions, IndexReport } from '../ingest/index.js';
import { CancelledError } from '../model/index.js';
import type { Database } from '../sql/index.js';
import { EmbeddingQueue, ensureScope, type MaintenanceProgress } from '../vectors/index.js';
import type { Store } from './store.js';

/** Vectors that no symbol has any more are kept for contents that come back. */
const ORPHAN_BUDGET_BYTES = 64 * 1024 * 1024;

interface Embedded {
  readonly report: EmbedReport;
  /** Why the index over the vectors could not be brought up to date. */
  readonly failure: Error | undefined;
  /** Why vectors wait to be sent to where they belong. */
  readonly unsent: Error | undefined;
}

interface Following {
  readonly onIndexing?: (progress: MaintenanceProgress) => void;
  /** Does not wait for the index; whatever becomes of it is told by its status. */
  readonly isBehind?: boolean;
}

/** See {@link Store.embed}. */
export async function embedSymbols(
  store: Store,
  database: Database,
  project: string,
  options: EmbedOptions,
  { onIndexing, isBehind = false }: Following = {},
): Promise<Embedded> {
  const { embedProject } = await import('../ingest/index.js');
  const stores = {
    projects: store.projects,
    reader: new FactReader(database),
    queue: new EmbeddingQueue(database),
    scope: (id: string, model: string, dimension: number) => ensureScope(database, id, model, dimension),
  };
  const report = await embedProject(stores, store.embedder, project, options);
  const hasChanged = report.embedded + report.reused > 0;
  if (hasChanged) {
    await store.embeddings.collect(ORPHAN_BUDGET_BYTES);
    await store.embeddingJournal.trim();
  }
  const unsent = await sendAll(store, options.signal);
  const following = store.vectors.follow(hasChanged, {
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(onIndexing === undefined ? {} : { onProgress: onIndexing }),
  });
  if (!isBehind) return { report, failure: await following, unsent };
  following.catch(() => undefined);
  return { report, failure: undefined, unsent };
}

/** What cannot be sent stays with the graph, and is found all the same. */
async function sendAll(store: Store, signal: AbortSignal | undefined): Promise<Error | undefined> {
  try {
    await store.vectors.send(signal);
    return undefined;
  } catch (error) {
    if (error instanceof CancelledError || !(error instanceof Error)) throw error;
    return error;
  }
}

/** The second half of {@link Store.index}. */
export async function embedAfterIndexing(
  store: Store,
  database: Database,
  report: IndexReport,
  { signal, onProgress }: IndexOptions,
  isBehind: boolean,
): Promise<IndexReport> {
  const started = performance.now();
  let symbols = 0;
  if (report.files.parsed > 0) {
    onProgress?.({ phase: 'embed', filesDone: 0, filesTotal: report.files.parsed, symbols });
    // What the run over the files left is given back before more is needed.
    await nextTurn();
  }
  const options: EmbedOptions = {
    ...(signal === undefined ? {} : { signal }),
    onProgress: ({ filesDone, filesTotal, embedded }) => {
      symbols = embedded;
      onProgress?.({ phase: 'embed', filesDone, filesTotal, symbols });
    },
  };
  const {
    report: done,
    failure,
    unsent,
  } = await embedSymbols(store, database, report.project, options, {
    isBehind,
    onIndexing: ({ done: filesDone, total: filesTotal }) =>
      onProgress?.({ phase: 'vectors', filesDone, filesTotal, symbols }),
  });
  const warnings = [
    ...(unsent === undefined ? [] : [{ file: '', code: 'VECTORS_WAIT', message: unsent.message }]),
    ...(failure === undefined ? [] : [{ file: '', code: 'VECTOR_INDEX', message: failure.message }]),
  ];
  return {
    ...report,
    recomputed: { ...report.recomputed, embeddings: done.embedded },
    warnings: [...report.warnings, ...warnings],
    ms: report.ms + Math.round(performance.now() - started),
  };
}

import { statSync } from 'node:fs';
import { collectHistory, type HistoryLimits } from '../graph/index.js';
import { collectMemos } from '../incremental/index.js';
import { UsageError } from '../model/index.js';
import type { Database } from '../sql/index.js';
import { databaseOf, type Store } from '../store/index.js';

export interface GarbageOptions extends HistoryLimits {
  /** Vectors that no symbol has, kept for contents that come back, in bytes. Default 0. */
  readonly orphanBudgetBytes?: number;
  /** Results of single contents, in bytes; those used last stay. Default 64 MiB, as index runs have it. */
  readonly contentBudgetBytes?: number;
  /** Analyses of symbols that were last written before this time go, in milliseconds since the Unix epoch. */
  readonly analysesBefore?: number;
  /** Writes the database anew without free pages, which needs as much room again. Default false. */
  readonly vacuum?: boolean;
}

export interface StoreSize {
  /** Of the pages, free ones too. */
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** Of the write-ahead log; 0 where there is none to be seen. */
  readonly walBytes: number;
}

export interface GarbageReport {
  readonly before: StoreSize;
  readonly after: StoreSize;
  /** How many of each were deleted. */
  readonly removed: {
    readonly memos: number;
    readonly contentResults: number;
    readonly analyses: number;
    readonly embeddings: number;
    readonly journal: number;
    readonly graphs: number;
    readonly snapshots: number;
    readonly generations: number;
  };
  readonly vacuumed: boolean;
  readonly ms: number;
}

const CONTENT_BUDGET_BYTES = 64 * 1024 * 1024;

/**
 * Deletes what no answer needs: rows that were left behind, vectors that no symbol has, what derived indexes
 * took in, graphs of earlier generations, and histories beyond the limits. Each part is one batch, so that an end
 * in between leaves a sound store. Nothing that an index run would have to compute again is touched, but for what
 * the budgets and `analysesBefore` say. The space is used again by later writes; `vacuum` gives it back.
 *
 * Throws UsageError `INVALID_ARGUMENT` for a limit that is no whole number from 0 (1 for generations),
 * `INVALID_OPTION` for `vacuum` on a server or a replica, and `READ_ONLY`; BusyError; LimitError `DISK_FULL`.
 */
export async function collectGarbage(store: Store, options: GarbageOptions = {}): Promise<GarbageReport> {
  const startedAt = performance.now();
  const database = databaseOf(store);
  requireLimits(options);
  const compact = database.local?.compact;
  if (options.vacuum === true && compact === undefined) {
    throw new UsageError('INVALID_OPTION', `A ${database.backend} database cannot be written anew from here.`, {
      details: { option: 'vacuum', backend: database.backend },
    });
  }
  const before = await sizeOf(database);
  const memos = await collectMemos(database);
  const { removed: contentResults } = await store.contents.collect(options.contentBudgetBytes ?? CONTENT_BUDGET_BYTES);
  const { analysesBefore } = options;
  const analyses = analysesBefore === undefined ? 0 : await store.cache.invalidateBefore(analysesBefore);
  const embeddings = await store.embeddings.collect(options.orphanBudgetBytes ?? 0);
  const journalBefore = await store.embeddingJournal.size();
  await store.embeddingJournal.trim();
  const journal = journalBefore - (await store.embeddingJournal.size());
  const { graphs, snapshots, generations } = await collectHistory(database, options);
  if (options.vacuum === true) await compact?.();
  return {
    before,
    after: await sizeOf(database),
    removed: {
      memos,
      contentResults,
      analyses,
      embeddings,
      journal: Math.max(0, journal),
      graphs,
      snapshots,
      generations,
    },
    vacuumed: options.vacuum === true,
    ms: Math.round(performance.now() - startedAt),
  };
}

function requireLimits(options: GarbageOptions): void {
  const leasts = { keepSnapshots: 0, keepGenerations: 1, orphanBudgetBytes: 0, contentBudgetBytes: 0 } as const;
  for (const [name, least] of Object.entries(leasts)) {
    const value = options[name as keyof typeof leasts];
    if (value === undefined || (Number.isSafeInteger(value) && value >= least)) continue;
    throw new UsageError('INVALID_ARGUMENT', `'${name}' is a whole number from ${least} on; got ${String(value)}.`, {
      details: { argument: name, value },
    });
  }
}

/** What a database takes. */
export async function sizeOf(database: Database): Promise<StoreSize> {
  const row = await database.first<{ size: number; free: number }>(
    `SELECT page_count * page_size AS size, freelist_count * page_size AS free
     FROM pragma_page_count, pragma_page_size, pragma_freelist_count`,
  );
  const walBytes =
    database.backend === 'file' ? (statSync(`${database.location}-wal`, { throwIfNoEntry: false })?.size ?? 0) : 0;
  return { sizeBytes: row?.size ?? 0, freeBytes: row?.free ?? 0, walBytes };
}

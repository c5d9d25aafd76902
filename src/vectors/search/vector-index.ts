import type { VectorMatch } from './top-matches.js';
import type { VectorFilter } from './vector-source.js';

export interface VectorSearchOptions {
  /** How many results at most: 1 to 10,000. Default 10. */
  readonly k?: number;
  readonly filter?: VectorFilter;
  /** Candidates that the graph search keeps in view (efSearch) for this search; more find more and take longer. */
  readonly efSearch?: number;
  /** Compare with every vector, whatever it takes. */
  readonly exact?: boolean;
  readonly signal?: AbortSignal;
}

/** How nearest vectors are found: by comparing with all that pass, by a graph in a local file, by the server's own index. */
export type VectorStrategy = 'exact' | 'hnsw' | 'server-index';

/** Why a search compared with every vector it could answer with. */
export type ExactReason =
  /** So few vectors that comparing with all is as fast. */
  | 'small'
  /** The caller wanted it. */
  | 'asked'
  /** So few vectors pass the filter that comparing with these is faster. */
  | 'selective-filter'
  /** What the graph offered did not fill the answer, because the filter or deletions took too many of it. */
  | 'not-enough-candidates'
  /** There is no usable index file yet. */
  | 'no-index'
  /** There is no folder for an index file, as with a database in memory. */
  | 'no-folder'
  /** The library of the index has no build for this system. */
  | 'no-library'
  /** More results are wanted than the server's index offers. */
  | 'many-results';

/** How an answer was found. */
export interface VectorPlan {
  readonly strategy: VectorStrategy;
  /** Null unless exact. */
  readonly reason: ExactReason | null;
  /**
   * The share of the true best results to expect: 1 for exact search; what was measured for the default settings
   * of the graph; null where the settings differ from these.
   */
  readonly recallTarget: number | null;
  /** Vectors whose exact score was computed. */
  readonly compared: number;
}

export interface VectorAnswer extends VectorPlan {
  /** Best first; fewer than k only when no more vectors pass. */
  readonly matches: readonly VectorMatch[];
}

/** What became of the index file when it was opened. */
export type IndexFileState =
  | 'usable'
  /** There is none. */
  | 'missing'
  /** Cut short, altered, or not to be read. */
  | 'damaged'
  /** Of another model, dimension, collection or other settings. */
  | 'foreign'
  /** Written by another version of the format or of the library. */
  | 'other-version'
  /** It knows changes that the vectors do not have: they were put back to an earlier state. */
  | 'ahead'
  /** Changes that it lacks are no longer in the journal, or too many to hold in memory. */
  | 'behind';

export interface VectorIndexStatus {
  readonly strategy: VectorStrategy;
  readonly reason: ExactReason | null;
  readonly count: number;
  readonly dimension: number;
  /** What was found on opening, or since; null without a folder. */
  readonly file: IndexFileState | null;
  /** What was wrong with it, for people; null when nothing was. */
  readonly problem: string | null;
  readonly fileBytes: number;
  /** Rows of the index file, replaced and deleted vectors included. */
  readonly rows: number;
  /** Changed vectors that are held in memory beside the file. */
  readonly recent: number;
  /** Changes since the index file was saved; null without a usable one. */
  readonly behind: number | null;
  /** Whether `maintain` would do something. */
  readonly isMaintenanceDue: boolean;
  /** Why maintenance in the background failed; null when it did not. */
  readonly maintenanceError: Error | null;
}

export interface MaintenanceProgress {
  readonly phase: 'reading' | 'adding' | 'saving';
  /** Vectors. */
  readonly done: number;
  readonly total: number;
}

export interface MaintenanceOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: MaintenanceProgress) => void;
  /** `rebuild` builds from nothing whatever there is; default: only what is due. */
  readonly mode?: 'due' | 'rebuild';
}

export interface Maintenance {
  readonly done: 'nothing' | 'built' | 'extended';
  /** Why it was done, for people. */
  readonly why: string;
  /** Vectors that were added to the graph. */
  readonly added: number;
}

export interface VectorIndexCheck {
  readonly ok: boolean;
  /** One sentence for each fault. */
  readonly problems: readonly string[];
}

/**
 * Finds the nearest vectors by angle. What was put, replaced or deleted in the source before a search
 * starts is seen by it.
 */
export interface VectorIndex {
  /**
   * The nearest vectors. Throws UsageError `INVALID_ARGUMENT` for a query of another dimension, with NaN or an
   * infinite number, or zero, and for a bad k; LimitError above 10,000 results; CancelledError.
   */
  search(query: Float32Array, options?: VectorSearchOptions): Promise<VectorAnswer>;
  /**
   * Brings the index file up to date where that is due: builds, extends or rebuilds it. A failure or a
   * cancellation leaves the file of before in use. Calls at the same time share one run.
   */
  maintain(options?: MaintenanceOptions): Promise<Maintenance>;
  status(): Promise<VectorIndexStatus>;
  /** Reads the whole index file and compares its checksums. */
  verify(signal?: AbortSignal): Promise<VectorIndexCheck>;
  /** Ends maintenance under way and releases memory. Closing twice is allowed. */
  close(): Promise<void>;
}

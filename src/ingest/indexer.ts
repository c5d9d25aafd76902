import type { QueryEvent } from '../incremental/index.js';
import { BusyError, requireProjectId, UsageError, type ProjectId } from '../model/index.js';
import { IndexRun } from './index-run.js';
import type { IndexerStores } from './indexer-stores.js';

/** How often a run starts anew because another process committed the same project meanwhile. */
const MAX_ATTEMPTS = 5;

export interface IndexProgress {
  readonly phase: 'scan' | 'parse' | 'bind' | 'commit' | 'embed' | 'vectors';
  /** While an index over vectors is built, vectors; so are all of `filesTotal` then. */
  readonly filesDone: number;
  readonly filesTotal: number;
  /** Symbols found so far in the files parsed by this run; while embedding, symbols embedded. */
  readonly symbols: number;
}

/** Something about a file that the user should know; the rest was indexed. */
export interface IndexWarning {
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

export interface IndexOptions {
  /** The project's folder. */
  readonly root: string;
  /** Default: the id the folder was indexed under, else its name. */
  readonly projectId?: string;
  /** Parsing threads; 0 parses on the calling thread. Default: one for each processor. */
  readonly workers?: number;
  /** Parse every file, changed or not. */
  readonly force?: boolean;
  /** Embed what has no embedding after the graph was committed. Default true. */
  readonly embed?: boolean;
  /** Paths from the root, of files or folders: only these may have changed since the last run. Default: all may. */
  readonly changed?: readonly string[];
  /** Larger files are reported, not parsed. */
  readonly maxFileBytes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IndexProgress) => void;
  /** Told of every computation that ran, or was found not to be needed although something near it changed. */
  readonly onQuery?: (event: IndexQueryEvent) => void;
}

/** An event of the run's log. The partition is the file that the result belongs to. */
export type IndexQueryEvent = QueryEvent & { readonly partition: string };

export interface IndexReport {
  readonly generation: number;
  readonly project: ProjectId;
  readonly files: {
    readonly seen: number;
    readonly parsed: number;
    readonly unchanged: number;
    readonly removed: number;
    readonly skipped: number;
  };
  /** Totals of the project after the run. */
  readonly nodes: number;
  readonly edges: number;
  /** How many computations ran: files parsed, functions analysed, symbols bound, symbols embedded. */
  readonly recomputed: {
    readonly parse: number;
    readonly analysis: number;
    readonly bindings: number;
    readonly embeddings: number;
  };
  readonly warnings: readonly IndexWarning[];
  readonly ms: number;
}

/** Brings projects in a store up to date with their folders. */
export class Indexer {
  constructor(
    private readonly stores: IndexerStores,
    private readonly clock: () => number = Date.now,
  ) {}

  /**
   * Indexes one folder. Everything it changes is committed as one atomic batch at the end: until then
   * readers see the state before, and an interrupted run leaves it. Of several processes that index one
   * project, one works at a time.
   *
   * Throws NotFoundError `FOLDER_NOT_FOUND`, UsageError `NOT_A_FOLDER` or `INVALID_ARGUMENT`,
   * CancelledError, BusyError `PROJECT_BUSY` when another process keeps indexing the project,
   * `STALE_GENERATION` or `LEASE_LOST` when others keep committing it, and what the database throws. A
   * file that cannot be read or parsed is a warning.
   */
  async index(options: IndexOptions): Promise<IndexReport> {
    checkOptions(options);
    const started = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        const report = await new IndexRun(this.stores, options, this.clock()).run();
        return { ...report, ms: Math.round(performance.now() - started) };
      } catch (error) {
        const isOvertaken =
          error instanceof BusyError && (error.code === 'STALE_GENERATION' || error.code === 'LEASE_LOST');
        if (!isOvertaken || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }
}

function checkOptions({ projectId, workers, changed }: IndexOptions): void {
  if (projectId !== undefined) requireProjectId(projectId);
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 0 && workers <= 64)) {
    throw new UsageError('INVALID_ARGUMENT', `workers is a whole number from 0 to 64; got ${workers}.`, {
      details: { option: 'workers', value: workers },
    });
  }
  const outside = changed?.find((path) => path.startsWith('/') || path.split('/').includes('..'));
  if (outside !== undefined) {
    throw new UsageError(
      'INVALID_ARGUMENT',
      `A changed path is relative to the root; got ${JSON.stringify(outside)}.`,
      {
        details: { option: 'changed', value: outside },
      },
    );
  }
}

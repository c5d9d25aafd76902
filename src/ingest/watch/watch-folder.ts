import { isLestockageError, type LestockageError, UsageError } from '../../model/index.js';
import type { IndexOptions, IndexReport } from '../indexer.js';
import { ChangeQueue, type Changes, systemTimers, type Timers } from './change-queue.js';
import type { EventListener, FolderEvents, OpenFolderEvents } from './folder-events.js';
import { ownFileTest } from './own-files.js';
import { relevanceOf } from './relevance.js';
import { RunNews } from './run-news.js';
import { openWatchedFolders } from './watched-folders.js';

/** How to keep a project fresh. What is not named here is as for one index run. */
export interface WatchOptions extends Omit<IndexOptions, 'changed' | 'force'> {
  /** A run begins so long after the last change, in milliseconds. Default: 50. */
  readonly debounceMs?: number;
  /** A run begins at most so long after the first change, in milliseconds. Default: 500. */
  readonly maxDelayMs?: number;
  /** Told what the watch got over by itself. */
  readonly onWarning?: (warning: WatchWarning) => void;
}

/** `EVENTS_LOST`: a scan finds out what changed. Any other code: a run failed and is tried again. */
export interface WatchWarning {
  readonly code: 'EVENTS_LOST' | LestockageError['code'];
  readonly message: string;
  /** When the run is tried again. */
  readonly retryInMs?: number;
}

/** What the loop is given by those who run it. */
export interface WatchTools {
  /** One index run; what it reports is handed on. */
  readonly index: (options: IndexOptions) => Promise<IndexReport>;
  /** Files that the runs themselves write, as absolute paths. */
  readonly ownFiles?: readonly string[];
  readonly openEvents?: OpenFolderEvents;
  readonly timers?: Timers;
}

const DEFAULT_DEBOUNCE_MS = 50;
const DEFAULT_MAX_DELAY_MS = 500;
const LONGEST_MS = 60_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5000;
const EVERYTHING: Changes = { paths: new Set(), scan: true };

/**
 * Keeps a project fresh: one run over the whole folder, then one for each batch of changes. Gives the
 * report of the first run, and of each later one that changed the store or has a new warning. While
 * nothing changes, nothing runs.
 *
 * A change is never lost: the folder is watched before the first scan, changes during a run go into
 * the next batch, and where events may have been lost everything is scanned. A run that fails because
 * the database is busy is tried again until it succeeds; its changes are kept.
 *
 * Ends when `signal` aborts, or when the loop over it is left. Throws what an index run throws, among it
 * NotFoundError `FOLDER_NOT_FOUND` when the folder is deleted or moved; UsageError `INVALID_ARGUMENT`;
 * LimitError `LIMIT_EXCEEDED` when the system allows no more watches.
 */
export async function* watchFolder(options: WatchOptions, tools: WatchTools): AsyncGenerator<IndexReport, void, void> {
  const watch = new FolderWatch(options, tools);
  try {
    const news = new RunNews();
    let changes: Changes | undefined = EVERYTHING;
    while (changes !== undefined) {
      const report = await watch.run(changes);
      if (report !== undefined && news.take(report, changes)) yield report;
      changes = await watch.next();
    }
  } finally {
    watch.close();
  }
}

class FolderWatch {
  readonly #options: WatchOptions;
  readonly #tools: WatchTools;
  readonly #queue: ChangeQueue;
  readonly #events: FolderEvents;
  readonly #signal: AbortSignal;
  #retryMs = FIRST_RETRY_MS;

  constructor(options: WatchOptions, tools: WatchTools) {
    const debounceMs = checkedDelay('debounceMs', options.debounceMs ?? DEFAULT_DEBOUNCE_MS);
    const maxDelayMs = checkedDelay('maxDelayMs', options.maxDelayMs ?? Math.max(DEFAULT_MAX_DELAY_MS, debounceMs));
    this.#options = options;
    this.#tools = tools;
    this.#signal = options.signal ?? new AbortController().signal;
    this.#queue = new ChangeQueue({ debounceMs, maxDelayMs, timers: tools.timers ?? systemTimers });
    this.#events = (tools.openEvents ?? openWatchedFolders)(options.root, this.#listener(options.root));
  }

  /** The next batch of changes once it is due; undefined at the end. */
  async next(): Promise<Changes | undefined> {
    return this.#queue.next(this.#signal);
  }

  /** One index run; undefined when it was interrupted, or put off because the database is busy. */
  async run(changes: Changes): Promise<IndexReport | undefined> {
    const { debounceMs: _, maxDelayMs: __, onWarning, ...options } = this.#options;
    try {
      if (changes.scan) await this.#events.refresh(this.#signal);
      const report = await this.#tools.index(
        changes.scan ? options : { ...options, changed: [...changes.paths].sort() },
      );
      this.#retryMs = FIRST_RETRY_MS;
      return report;
    } catch (error) {
      if (isLestockageError(error) && error.code === 'CANCELLED' && this.#signal.aborted) return undefined;
      if (!isLestockageError(error) || !error.retryable || error.code === 'CANCELLED') throw error;
      this.#queue.putBack(changes, this.#retryMs);
      onWarning?.({ code: error.code, message: error.message, retryInMs: this.#retryMs });
      this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2);
      return undefined;
    }
  }

  close(): void {
    this.#events.close();
  }

  /** Only what a run would look at reaches the queue, so that a log file in the folder costs nothing. */
  #listener(root: string): EventListener {
    const isOwnFile = ownFileTest(root, this.#tools.ownFiles ?? []);
    return {
      onFile: (path) => {
        const relevance = relevanceOf(path);
        if (relevance === 'none' || isOwnFile(path)) return;
        if (relevance === 'rules') this.#queue.addScan();
        else this.#queue.addPath(path);
      },
      onFolder: () => this.#queue.addScan(),
      onLost: (message) => {
        this.#queue.addScan();
        this.#options.onWarning?.({ code: 'EVENTS_LOST', message });
      },
    };
  }
}

function checkedDelay(option: string, value: number): number {
  if (value >= 0 && value <= LONGEST_MS) return value;
  throw new UsageError(
    'INVALID_ARGUMENT',
    `${option} is a number of milliseconds from 0 to ${LONGEST_MS}; got ${value}.`,
    {
      details: { option, value },
    },
  );
}

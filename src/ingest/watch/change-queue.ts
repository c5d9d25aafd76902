/** What changed since the last run: these paths, or (`scan`) possibly everything. */
export interface Changes {
  readonly paths: ReadonlySet<string>;
  readonly scan: boolean;
}

/** The clock and the timers, so that tests need not wait. */
export interface Timers {
  /** Milliseconds from any start; never goes back. */
  now(): number;
  /** Calls back after `delayMs`, unless the returned function is called before. */
  start(callback: () => void, delayMs: number): () => void;
}

export const systemTimers: Timers = {
  now: () => performance.now(),
  start: (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

export interface QueueOptions {
  /** A batch is due so long after its last change … */
  readonly debounceMs: number;
  /** … and at most so long after its first one. */
  readonly maxDelayMs: number;
  readonly timers: Timers;
}

/** From so many changed paths on, one scan is cheaper than looking at each. */
const MOST_PATHS = 2000;

/** Collects changes into batches: each is due once things are quiet, or have not been for too long. */
export class ChangeQueue {
  readonly #options: QueueOptions;
  #paths = new Set<string>();
  #scan = false;
  /** When the first and the last change of the batch came; undefined while there is none. */
  #firstAt: number | undefined;
  #lastAt = 0;
  /** A batch that was put back is not due before. */
  #notBefore = 0;
  #waiter: ((changes: Changes | undefined) => void) | undefined;
  #stopTimer: (() => void) | undefined;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  addPath(path: string): void {
    if (!this.#scan) this.#paths.add(path);
    if (this.#paths.size > MOST_PATHS) this.#requireScan();
    this.#touch();
  }

  /** Anything may have changed. */
  addScan(): void {
    this.#requireScan();
    this.#touch();
  }

  /** Takes back a batch that could not be processed; it is due again after `delayMs`, with what came meanwhile. */
  putBack(changes: Changes, delayMs: number): void {
    if (changes.scan) this.#requireScan();
    else if (!this.#scan) for (const path of changes.paths) this.#paths.add(path);
    const now = this.#options.timers.now();
    this.#notBefore = now + delayMs;
    this.#firstAt ??= now;
    this.#arm();
  }

  /** The next batch once it is due; undefined when `signal` aborts before. One caller at a time. */
  async next(signal: AbortSignal): Promise<Changes | undefined> {
    if (signal.aborted) return undefined;
    const onAbort = (): void => this.#settle(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await new Promise<Changes | undefined>((resolve) => {
        this.#waiter = resolve;
        this.#arm();
      });
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #requireScan(): void {
    this.#scan = true;
    this.#paths.clear();
  }

  #touch(): void {
    this.#lastAt = this.#options.timers.now();
    this.#firstAt ??= this.#lastAt;
    this.#arm();
  }

  /** One timer at a time, and none while nobody waits or nothing changed: an idle watch never wakes up. */
  #arm(): void {
    if (this.#waiter === undefined || this.#firstAt === undefined || this.#stopTimer !== undefined) return;
    this.#stopTimer = this.#options.timers.start(
      () => {
        this.#stopTimer = undefined;
        // Later changes put the batch off; they did not touch the timer, which may be set thousands of times else.
        if (this.#dueAt() > this.#options.timers.now()) this.#arm();
        else this.#settle(this.#take());
      },
      Math.max(0, Math.ceil(this.#dueAt() - this.#options.timers.now())),
    );
  }

  #dueAt(): number {
    const { debounceMs, maxDelayMs } = this.#options;
    const quietAt = Math.min(this.#lastAt + debounceMs, (this.#firstAt ?? 0) + maxDelayMs);
    return Math.max(this.#notBefore, quietAt);
  }

  #take(): Changes {
    const changes = { paths: this.#paths, scan: this.#scan };
    this.#paths = new Set();
    this.#scan = false;
    this.#firstAt = undefined;
    return changes;
  }

  #settle(changes: Changes | undefined): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#waiter?.(changes);
    this.#waiter = undefined;
  }
}

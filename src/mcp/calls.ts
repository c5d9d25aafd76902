import { setImmediate as nextTurn } from 'node:timers/promises';

/** The requests that are being answered, so that a server can end in order. */
export class Calls {
  readonly #running = new Set<Promise<unknown>>();
  readonly #asks = new AbortController();
  readonly #changes = new AbortController();

  /** Runs one request; its signal fires when the client cancels it, or when the server stops such requests. */
  async run<T>(cancelled: AbortSignal, isChange: boolean, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const stopped = isChange ? this.#changes.signal : this.#asks.signal;
    const running = work(AbortSignal.any([cancelled, stopped]));
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Stops requests that change the store: they may take minutes, and what they committed stays. */
  stopChanges(): void {
    this.#changes.abort();
  }

  stopAll(): void {
    this.#changes.abort();
    this.#asks.abort();
  }

  /** Waits until nothing runs, and what was answered has been handed to the client. */
  async settled(): Promise<void> {
    do {
      await Promise.allSettled([...this.#running]);
      // An answer is written in the turn in which its request ends.
      await nextTurn();
    } while (this.#running.size > 0);
  }
}

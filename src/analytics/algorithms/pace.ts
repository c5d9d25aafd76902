import { setImmediate as nextTurn } from 'node:timers/promises';
import { CancelledError } from '../../model/index.js';

/** Nodes and edges looked at between two turns of the event loop: some milliseconds of work. */
const UNITS_PER_TURN = 1 << 19;

/**
 * Lets the event loop turn every so often in a long computation, so that a signal can fire and the
 * rest of the process goes on.
 */
export class Pace {
  readonly #signal: AbortSignal | undefined;
  #units = 0;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    this.#throwIfCancelled();
  }

  /** Counts nodes and edges that were looked at; true when it is time for {@link rest}. */
  isTired(units: number): boolean {
    this.#units += units;
    return this.#units >= UNITS_PER_TURN;
  }

  /** Throws CancelledError when the signal has fired. */
  async rest(): Promise<void> {
    this.#units = 0;
    await nextTurn();
    this.#throwIfCancelled();
  }

  #throwIfCancelled(): void {
    const signal = this.#signal;
    if (signal?.aborted === true) throw new CancelledError('The analysis was cancelled.', { cause: signal.reason });
  }
}

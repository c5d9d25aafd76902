import { setTimeout as delay } from 'node:timers/promises';
import { CancelledError } from '../../model/index.js';

const MINUTE_MS = 60_000;

/** Spreads requests evenly over time. */
export class Pace {
  private next = 0;

  constructor(private readonly perMinute: number | undefined) {}

  /** Resolves when the next request may begin. Throws CancelledError. */
  async turn(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) throw new CancelledError();
    if (this.perMinute === undefined) return;
    const now = performance.now();
    const start = Math.max(now, this.next);
    this.next = start + MINUTE_MS / this.perMinute;
    if (start > now) await this.wait(start - now, signal);
  }

  /** Throws CancelledError. */
  async wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (cause) {
      throw new CancelledError(undefined, { cause });
    }
  }
}

import { setTimeout as pause } from 'node:timers/promises';
import { BusyError, ConnectionError } from '../model/index.js';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/** A bounded time in which something is tried again, with pauses that grow. */
export class Patience {
  private readonly deadline: number;
  private pauseMs = FIRST_PAUSE_MS;

  constructor(limitMs: number) {
    this.deadline = performance.now() + limitMs;
  }

  /** Waits a while; false, at once, when the time is used up. */
  async wait(): Promise<boolean> {
    const leftMs = this.deadline - performance.now();
    if (leftMs <= 0) return false;
    // Part of it by chance, so that many who met do not meet again.
    const thisPauseMs = this.pauseMs * (0.5 + Math.random() / 2);
    await pause(Math.min(thisPauseMs, leftMs));
    this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
    return true;
  }
}

/** Might the same call succeed a little later, as far as the error says? */
export function mayPass(error: unknown): boolean {
  return error instanceof ConnectionError || (error instanceof BusyError && error.code === 'DATABASE_BUSY');
}

/** Repeats what changes nothing until it succeeds or the time is used up; then its last error is thrown. */
export async function repeatRead<T>(limitMs: number, read: () => Promise<T>): Promise<T> {
  const patience = new Patience(limitMs);
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!mayPass(error) || !(await patience.wait())) throw ofRead(error);
    }
  }
}

/** The error of a call that changes nothing, and so has nothing whose outcome could be unknown. */
export function ofRead(error: unknown): unknown {
  if (!(error instanceof ConnectionError) || error.outcome === 'not-applied') return error;
  return new ConnectionError(error.code as 'CONNECTION_FAILED', error.message, 'not-applied', {
    details: error.details,
    cause: error.cause,
  });
}

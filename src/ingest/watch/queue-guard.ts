import { readFileSync } from 'node:fs';

/** The kernel's default, see inotify(7). */
const DEFAULT_QUEUE_LENGTH = 16_384;
const QUEUE_LENGTH_FILE = '/proc/sys/fs/inotify/max_queued_events';

/**
 * Finds out that the kernel may have dropped events.
 *
 * On Linux all watches of a thread share one queue, and neither libuv nor the watcher packages pass on
 * the event that reports its overflow. But a queue that overflowed was full, and all of it is delivered
 * in one turn of the event loop. So a turn that delivers a good part of what the queue can hold is
 * taken for a loss. It may be a false alarm; a loss without an alarm it cannot be, as long as watches
 * that this guard does not count (other code of the process) fill less than the rest of the queue.
 */
export class QueueGuard {
  readonly #alarmAt: number;
  readonly #listeners = new Set<() => void>();
  #delivered = 0;

  constructor(queueLength: number = readQueueLength()) {
    this.#alarmAt = Math.max(1, Math.floor(queueLength / 4));
  }

  /** Counts one delivered event. */
  count(): void {
    if (this.#delivered++ > 0) return;
    // Runs once the events of this turn are delivered.
    setImmediate(() => {
      const isAlarm = this.#delivered >= this.#alarmAt;
      this.#delivered = 0;
      if (isAlarm) for (const listener of [...this.#listeners]) listener();
    });
  }

  /** Calls `listener` on each alarm until the function that it returns is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

function readQueueLength(): number {
  try {
    const length = Number.parseInt(readFileSync(QUEUE_LENGTH_FILE, 'utf8'), 10);
    return length > 0 ? length : DEFAULT_QUEUE_LENGTH;
  } catch {
    return DEFAULT_QUEUE_LENGTH;
  }
}

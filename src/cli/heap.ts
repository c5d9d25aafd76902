import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Lets the heap of this process grow by a third between two collections of all of it. By default it grows by much more while
 * much is allocated: indexing a million lines then takes half as much memory again, and hardly less time.
 */
export function growHeapSlowly(): void {
  setFlagsFromString('--heap-growing-percent=30');
}

/**
 * Gives back what is no longer used. For the end of a step that needed much, before one that allocates little: nothing would be
 * collected then.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('globalThis.gc') as (() => void) | undefined;
  collect?.();
}

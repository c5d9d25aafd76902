/** Computations nest this deep at most: chains of aliases longer than any real one end without an answer. */
const DEPTH_LIMIT = 200;

/** Shared by the memos of one resolver: says whether a computation was cut short. */
export class CycleGuard {
  active = 0;
  hit = false;
}

/**
 * Remembers results of computations that may lead back to themselves. A result that was cut short
 * anywhere is not kept, so that what a question is answered never depends on the questions before it.
 */
export class Memo<K, V> {
  private readonly results = new Map<K, V>();
  private readonly underway = new Set<K>();

  constructor(private readonly guard: CycleGuard) {}

  /** The result for `key`; `onCycle` when the computation needs its own result. */
  get(key: K, compute: () => V, onCycle: V): V {
    const known = this.results.get(key);
    if (known !== undefined) return known;
    const { guard } = this;
    if (this.underway.has(key) || guard.active >= DEPTH_LIMIT) {
      guard.hit = true;
      return onCycle;
    }
    const outerHit = guard.hit;
    guard.hit = false;
    guard.active++;
    this.underway.add(key);
    const result = compute();
    this.underway.delete(key);
    guard.active--;
    if (!guard.hit) this.results.set(key, result);
    guard.hit = guard.active > 0 && (guard.hit || outerHit);
    return result;
  }
}

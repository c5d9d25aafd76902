/** A vector that was found. */
export interface VectorMatch {
  readonly id: number;
  /** Cosine of the angle between the exact vectors: 1 for the same direction, -1 for the opposite one. */
  readonly score: number;
}

/** Keeps the best of what it is offered: the highest scores, of equal ones the lowest ids. */
export class TopMatches {
  private readonly heap: VectorMatch[] = [];

  constructor(private readonly limit: number) {}

  get isFull(): boolean {
    return this.heap.length >= this.limit;
  }

  /** What a further match has to reach; below every score while there is room. */
  get worstScore(): number {
    return this.isFull ? (this.heap[0]?.score ?? Infinity) : -Infinity;
  }

  offer(id: number, score: number): void {
    const match = { id, score };
    if (!this.isFull) {
      this.heap.push(match);
      this.rise(this.heap.length - 1);
      return;
    }
    const worst = this.heap[0];
    if (worst === undefined || !isWorse(worst, match)) return;
    this.heap[0] = match;
    this.sink();
  }

  /** Best first. */
  sorted(): VectorMatch[] {
    return [...this.heap].sort((a, b) => b.score - a.score || a.id - b.id);
  }

  private rise(from: number): void {
    for (let child = from; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.isWorseAt(child, parent)) return;
      this.swap(child, parent);
      child = parent;
    }
  }

  private sink(): void {
    for (let parent = 0; ;) {
      const left = 2 * parent + 1;
      if (left >= this.heap.length) return;
      const child = left + 1 < this.heap.length && this.isWorseAt(left + 1, left) ? left + 1 : left;
      if (!this.isWorseAt(child, parent)) return;
      this.swap(child, parent);
      parent = child;
    }
  }

  private isWorseAt(one: number, other: number): boolean {
    // Both positions are below the length of the heap.
    return isWorse(this.heap[one]!, this.heap[other]!);
  }

  private swap(one: number, other: number): void {
    const kept = this.heap[one]!; // As above.
    this.heap[one] = this.heap[other]!; // As above.
    this.heap[other] = kept;
  }
}

function isWorse(one: VectorMatch, other: VectorMatch): boolean {
  return one.score < other.score || (one.score === other.score && one.id > other.id);
}

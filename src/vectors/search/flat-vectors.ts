import { dotProduct, inverseLength } from './cosine.js';
import { TopMatches, type VectorMatch } from './top-matches.js';
import { damagedVector } from './vector-checks.js';

const FIRST_CAPACITY = 64;
/** Scores the event loop may not wait longer for: about 10 ms of 384 numbers each. */
const ROWS_PER_TURN = 32_768;

/**
 * Vectors in one matrix in memory, searched by comparing with all of them. Putting, deleting and looking up
 * take the same time at any size.
 */
export class FlatVectors {
  private matrix: Float32Array;
  private inverseLengths = new Float64Array(FIRST_CAPACITY);
  private ids = new Float64Array(FIRST_CAPACITY);
  private readonly rows = new Map<number, number>();
  /** Grows with every change of a row. */
  private version = 0;

  constructor(readonly dimension: number) {
    this.matrix = new Float32Array(FIRST_CAPACITY * dimension);
  }

  get size(): number {
    return this.rows.size;
  }

  get sizeBytes(): number {
    return this.matrix.byteLength + this.inverseLengths.byteLength + this.ids.byteLength;
  }

  has(id: number): boolean {
    return this.rows.has(id);
  }

  /** Adds or replaces a vector. Throws CorruptionError when it has no direction. */
  put(id: number, vectors: Float32Array, offset = 0): void {
    const scale = inverseLength(vectors, offset, this.dimension);
    if (!Number.isFinite(scale) || scale === 0) throw damagedVector(id);
    this.version++;
    let row = this.rows.get(id);
    if (row === undefined) {
      row = this.rows.size;
      if (row === this.ids.length) this.grow();
      this.rows.set(id, row);
    }
    this.ids[row] = id;
    this.inverseLengths[row] = scale;
    this.matrix.set(vectors.subarray(offset, offset + this.dimension), row * this.dimension);
  }

  /** Takes a vector out, if it is there; the last one moves into its place. */
  delete(id: number): void {
    const row = this.rows.get(id);
    if (row === undefined) return;
    this.version++;
    const last = this.rows.size - 1;
    const moved = this.ids[last]!; // There is a last row, since there is this one.
    this.matrix.copyWithin(row * this.dimension, last * this.dimension, (last + 1) * this.dimension);
    this.inverseLengths[row] = this.inverseLengths[last]!; // As above.
    this.ids[row] = moved;
    this.rows.set(moved, row);
    this.rows.delete(id);
  }

  /** The k best. `query` must have length 1. Lets the event loop have a turn every 32,768 vectors. */
  async search(query: Float32Array, k: number): Promise<VectorMatch[]> {
    const best = new TopMatches(k);
    const { version } = this;
    for (let from = 0; from < this.size; from += ROWS_PER_TURN) {
      if (from > 0) await new Promise((resolve) => setImmediate(resolve));
      // A row may have moved to where it would be missed, or be seen twice.
      if (version !== this.version) return this.search(query, k);
      this.scoreRows(query, from, Math.min(from + ROWS_PER_TURN, this.size), best);
    }
    return best.sorted();
  }

  /** The k best of some ids; absent ones are passed over. */
  searchAmong(query: Float32Array, ids: Iterable<number>, k: number): VectorMatch[] {
    const best = new TopMatches(k);
    for (const id of ids) {
      const row = this.rows.get(id);
      if (row !== undefined) best.offer(id, this.scoreOf(query, row));
    }
    return best.sorted();
  }

  /** Copies of everything, in no particular order. */
  export(): { readonly ids: Float64Array; readonly vectors: Float32Array } {
    return { ids: this.ids.slice(0, this.size), vectors: this.matrix.slice(0, this.size * this.dimension) };
  }

  private scoreRows(query: Float32Array, from: number, to: number, best: TopMatches): void {
    let worst = best.worstScore;
    for (let row = from; row < to; row++) {
      const score = this.scoreOf(query, row);
      if (score < worst) continue;
      best.offer(this.ids[row]!, score); // Below the size there is an id for each row.
      worst = best.worstScore;
    }
  }

  private scoreOf(query: Float32Array, row: number): number {
    return dotProduct(query, this.matrix, row * this.dimension) * this.inverseLengths[row]!; // As above.
  }

  private grow(): void {
    const capacity = this.ids.length * 2;
    const matrix = new Float32Array(capacity * this.dimension);
    matrix.set(this.matrix);
    this.matrix = matrix;
    const inverseLengths = new Float64Array(capacity);
    inverseLengths.set(this.inverseLengths);
    this.inverseLengths = inverseLengths;
    const ids = new Float64Array(capacity);
    ids.set(this.ids);
    this.ids = ids;
  }
}

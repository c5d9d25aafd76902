import { UsageError } from '../../model/index.js';
import { checkVector, throwIfCancelled } from './vector-checks.js';
import type { VectorChange, VectorChanges, VectorChunk, VectorSource } from './vector-source.js';

const ROWS_PER_CHUNK = 1024;

/** Vectors that live in memory alone, with a journal as the stored ones have. */
export class MemoryVectorSource implements VectorSource {
  private readonly vectors = new Map<number, Float32Array>();
  private readonly journal: VectorChange[] = [];
  private trimmed = 0;

  constructor(
    readonly dimension: number,
    private readonly name = 'memory',
  ) {}

  /**
   * Adds or replaces vectors. Throws UsageError `INVALID_ARGUMENT` for an id that is no whole number from 0, or a
   * vector that `checkVector` refuses; nothing is put then.
   */
  put(entries: Iterable<readonly [id: number, vector: Float32Array]>): void {
    const checked = [...entries];
    for (const [id, vector] of checked) {
      if (!Number.isSafeInteger(id) || id < 0) {
        throw new UsageError('INVALID_ARGUMENT', `An id is a whole number from 0; got ${id}.`, {
          details: { field: 'id', value: id },
        });
      }
      checkVector(vector, this.dimension);
    }
    for (const [id, vector] of checked) {
      this.vectors.set(id, vector.slice());
      this.journal.push({ id, isDeleted: false });
    }
  }

  delete(ids: Iterable<number>): void {
    for (const id of ids) if (this.vectors.delete(id)) this.journal.push({ id, isDeleted: true });
  }

  /** Forgets the changes up to a position. */
  trim(cursor: number): void {
    this.trimmed = Math.max(this.trimmed, Math.min(cursor, this.journal.length));
  }

  async identity(): Promise<string> {
    return this.name;
  }

  async count(): Promise<number> {
    return this.vectors.size;
  }

  async newestCursor(): Promise<number> {
    return this.journal.length;
  }

  async *scan(signal?: AbortSignal): AsyncGenerator<VectorChunk> {
    const all = [...this.vectors.keys()].sort((a, b) => a - b);
    for (let from = 0; from < all.length; from += ROWS_PER_CHUNK) {
      throwIfCancelled(signal);
      const ids = all.slice(from, from + ROWS_PER_CHUNK).filter((id) => this.vectors.has(id));
      const vectors = new Float32Array(ids.length * this.dimension);
      ids.forEach((id, row) => vectors.set(this.vectors.get(id) ?? [], row * this.dimension));
      yield { ids: Float64Array.from(ids), vectors };
    }
  }

  async get(ids: readonly number[]): Promise<Map<number, Float32Array>> {
    const found = new Map<number, Float32Array>();
    for (const id of ids) {
      const vector = this.vectors.get(id);
      if (vector !== undefined) found.set(id, vector);
    }
    return found;
  }

  async changesSince(cursor: number, limit: number): Promise<VectorChanges | 'trimmed'> {
    if (cursor < this.trimmed) return 'trimmed';
    const changes = this.journal.slice(cursor, cursor + limit);
    return { changes, cursor: cursor + changes.length };
  }
}

import { ChangeFollower } from './change-follower.js';
import { compareAll, compareIds, type Compared } from './compare-exactly.js';
import { unitVector } from './cosine.js';
import { FlatVectors } from './flat-vectors.js';
import { checkResultCount, checkVector, throwIfCancelled } from './vector-checks.js';
import type {
  ExactReason,
  Maintenance,
  VectorAnswer,
  VectorIndex,
  VectorIndexCheck,
  VectorIndexStatus,
  VectorSearchOptions,
} from './vector-index.js';
import type { VectorCount } from './vector-count.js';
import type { VectorSource } from './vector-source.js';

export const DEFAULT_RESULTS = 10;
const BYTES_PER_NUMBER = 4;

export interface ExactIndexOptions {
  /** What answers give as the reason for comparing with all. */
  readonly reason: ExactReason;
  /** Vectors of more bytes than this are read from the source for each search instead of being kept in memory. */
  readonly mostBytesInMemory: number;
}

/**
 * Compares a query with every vector: right at any size, and fast where there are few. Whoever asks it has just had
 * the vectors counted.
 */
export class ExactIndex implements VectorIndex {
  private follower: ChangeFollower | undefined;
  private loading: Promise<ChangeFollower> | undefined;

  constructor(
    private readonly source: VectorSource,
    private readonly count: VectorCount,
    private readonly options: ExactIndexOptions,
  ) {}

  async search(query: Float32Array, options: VectorSearchOptions = {}): Promise<VectorAnswer> {
    const { k = DEFAULT_RESULTS, signal } = options;
    checkVector(query, this.source.dimension, 'query');
    checkResultCount(k);
    throwIfCancelled(signal);
    const found = await this.compare(unitVector(query), k, options);
    return { ...found, strategy: 'exact', reason: this.options.reason, recallTarget: 1 };
  }

  async maintain(): Promise<Maintenance> {
    return { done: 'nothing', why: 'Exact search keeps no index file.', added: 0 };
  }

  async status(): Promise<VectorIndexStatus> {
    return {
      strategy: 'exact',
      reason: this.options.reason,
      count: await this.source.count(),
      dimension: this.source.dimension,
      file: null,
      problem: null,
      fileBytes: 0,
      rows: 0,
      recent: this.follower?.vectors.size ?? 0,
      behind: null,
      isMaintenanceDue: false,
      maintenanceError: null,
    };
  }

  async verify(): Promise<VectorIndexCheck> {
    return { ok: true, problems: [] };
  }

  /** Forgets the vectors in memory; a later search reads them again. */
  release(): void {
    this.follower = undefined;
  }

  async close(): Promise<void> {
    this.release();
  }

  private async compare(query: Float32Array, k: number, { filter, signal }: VectorSearchOptions): Promise<Compared> {
    const count = this.count.latest;
    if (count * this.source.dimension * BYTES_PER_NUMBER > this.options.mostBytesInMemory) {
      this.release();
      if (filter !== undefined && (await filter.estimate()) < count / 8) {
        return compareIds(this.source, query, await filter.ids(), k, signal);
      }
      return compareAll(this.source, query, k, filter, signal);
    }
    const { vectors } = await this.current(signal);
    if (filter === undefined) return { matches: await vectors.search(query, k), compared: vectors.size };
    const ids = new Set(await filter.ids());
    return { matches: vectors.searchAmong(query, ids, k), compared: ids.size };
  }

  private async current(signal: AbortSignal | undefined): Promise<ChangeFollower> {
    // What was committed before this search began; a source that does not keep changes is read again for them.
    const wanted = this.count.cursor;
    for (;;) {
      const { follower } = this;
      if (follower !== undefined && (await follower.catchUp(wanted)) === 'current') return follower;
      // A loading that is under way may have begun before the caller's own change; then there is one more.
      this.loading ??= this.load().finally(() => (this.loading = undefined));
      this.follower = await this.loading;
      throwIfCancelled(signal);
      if (this.follower.cursor >= wanted) return this.follower;
    }
  }

  private async load(): Promise<ChangeFollower> {
    const cursor = await this.source.newestCursor();
    const vectors = new FlatVectors(this.source.dimension);
    for await (const chunk of this.source.scan()) {
      for (const [row, id] of chunk.ids.entries()) vectors.put(id, chunk.vectors, row * this.source.dimension);
    }
    return new ChangeFollower(this.source, vectors, cursor, Infinity);
  }
}

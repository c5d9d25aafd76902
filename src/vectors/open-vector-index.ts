import { availableParallelism } from 'node:os';
import { UsageError } from '../model/index.js';
import { HnswIndex } from './hnsw/hnsw-index.js';
import { type HnswSettings, resolveSettings } from './hnsw/hnsw-settings.js';
import { IndexFiles } from './hnsw/index-files.js';
import { loadUsearch } from './hnsw/usearch-library.js';
import { ChosenIndex } from './search/chosen-index.js';
import { ExactIndex } from './search/exact-index.js';
import { checkOption, MAX_DIMENSION } from './search/vector-checks.js';
import { VectorCount } from './search/vector-count.js';
import type { ExactReason, VectorIndex } from './search/vector-index.js';
import type { VectorSource } from './search/vector-source.js';

export interface VectorIndexOptions {
  readonly source: VectorSource;
  /** Names the model that made the vectors. */
  readonly model: string;
  /** Folder of the index files, made when needed; null keeps none and compares with all vectors. */
  readonly folder: string | null;
  /** Collections of fewer vectors are searched by comparing with all. Default 4,096. */
  readonly exactBelow?: number;
  readonly settings?: Partial<HnswSettings>;
  /** Changed vectors from which the index file is extended by them. Default 4,096. */
  readonly recentLimit?: number;
  /** Threads that add vectors to the graph. Default: the number of processors. */
  readonly threads?: number;
  /**
   * `automatic`: a search starts what is due and does not wait for it, which is for programs that go on running.
   * `manual`: only `maintain` does it. Default `automatic`.
   */
  readonly maintenance?: 'automatic' | 'manual';
}

const DEFAULT_EXACT_BELOW = 4096;
const DEFAULT_RECENT_LIMIT = 4096;
/** Changes that may wait in memory for maintenance, as a multiple of the limit from which it is due. */
const MOST_RECENT_FACTOR = 16;
/** Vectors that are compared with one by one are kept in memory up to this size. */
const MOST_BYTES_IN_MEMORY = 128 << 20;

/**
 * Opens an index over the vectors of one model. It reads nothing yet. Which way a search goes is chosen by the number
 * of vectors at that moment and reported in its answer.
 *
 * ```ts
 * const index = openVectorIndex({ source, model: 'local-words', folder: 'code.db.vectors' });
 * const { matches, strategy } = await index.search(vector, { k: 10 });
 * ```
 *
 * Throws UsageError `INVALID_OPTION`.
 */
export function openVectorIndex(options: VectorIndexOptions): VectorIndex {
  const { source, exactBelow = DEFAULT_EXACT_BELOW } = options;
  checkOption('dimension', source.dimension, 1, MAX_DIMENSION);
  requireIndexOptions(options);
  return new ChoosingIndex(options, exactBelow);
}

/** Throws UsageError `INVALID_OPTION` for what no index can be opened with, whatever its source. */
export function requireIndexOptions(options: Omit<VectorIndexOptions, 'source' | 'model' | 'folder'>): void {
  const { exactBelow = DEFAULT_EXACT_BELOW, recentLimit = DEFAULT_RECENT_LIMIT, threads = 1, maintenance } = options;
  checkOption('exactBelow', exactBelow, 0, Number.MAX_SAFE_INTEGER);
  checkOption('recentLimit', recentLimit, 1, 1 << 20);
  checkOption('threads', threads, 1, 256);
  resolveSettings(options.settings);
  if (maintenance === undefined || maintenance === 'automatic' || maintenance === 'manual') return;
  throw new UsageError('INVALID_OPTION', 'The option maintenance is automatic or manual.', {
    details: { option: 'maintenance', value: maintenance },
  });
}

/** Few vectors are compared one by one, many are searched by the graph. */
class ChoosingIndex extends ChosenIndex {
  private readonly small: ExactIndex;
  private large: Promise<VectorIndex> | undefined;
  private readonly count: VectorCount;
  private isClosed = false;

  constructor(
    private readonly options: VectorIndexOptions,
    private readonly exactBelow: number,
  ) {
    super();
    this.count = new VectorCount(options.source);
    this.small = this.exactIndex('small');
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.small.close();
    await (await this.large)?.close();
  }

  protected async choose(): Promise<VectorIndex> {
    if (this.isClosed) throw new UsageError('STORE_CLOSED', 'The vector index is closed.');
    if ((await this.count.estimate()) < this.exactBelow) return this.small;
    this.small.release();
    this.large ??= this.openLarge().catch((error: unknown) => {
      this.large = undefined;
      throw error;
    });
    return this.large;
  }

  private async openLarge(): Promise<VectorIndex> {
    const {
      source,
      model,
      folder,
      recentLimit = DEFAULT_RECENT_LIMIT,
      threads,
      maintenance = 'automatic',
    } = this.options;
    if (folder === null) return this.exactIndex('no-folder');
    const settings = resolveSettings(this.options.settings);
    let version: string;
    try {
      ({ version } = loadUsearch());
    } catch {
      // There are systems without a build of the library; searches say that they do without it.
      return this.exactIndex('no-library');
    }
    const { quantization, connectivity, expansionAdd } = settings;
    const origin = { model, dimension: source.dimension, quantization, connectivity, expansionAdd };
    return new HnswIndex(source, this.count, {
      files: new IndexFiles(folder, origin, version),
      settings,
      threads: threads ?? availableParallelism(),
      recentLimit,
      mostRecent: recentLimit * MOST_RECENT_FACTOR,
      mostBytesInMemory: MOST_BYTES_IN_MEMORY,
      isAutomatic: maintenance === 'automatic',
    });
  }

  private exactIndex(reason: ExactReason): ExactIndex {
    return new ExactIndex(this.options.source, this.count, { reason, mostBytesInMemory: MOST_BYTES_IN_MEMORY });
  }
}

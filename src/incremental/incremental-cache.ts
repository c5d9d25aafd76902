import { NodeHash } from '../model/index.js';
import type { BulkStatement, Database, SqlRow, SqlValue } from '../sql/index.js';
import { invalidArgument, requireBytes, requireHash } from './argument-checks.js';

/** What is kept of the analysis of one symbol, by the hash of its content. */
export interface CachedAnalysis {
  /** The encoded control flow graph; null when it was not computed. */
  readonly cfgData: Uint8Array | null;
  /** JSON in UTF-8, such as `{"analyzer":1,"cyclomatic":7}`; null when it was not computed. */
  readonly complexityMetrics: Uint8Array | null;
  /** When it was last put, in milliseconds since the Unix epoch. */
  readonly timestamp: number;
}

/** What to keep. A field that is left out stays as it was; null forgets it. */
export type AnalysisValues = Partial<Pick<CachedAnalysis, 'cfgData' | 'complexityMetrics'>>;

export interface AnalysisEntry extends AnalysisValues {
  readonly hash: NodeHash;
}

/** Counted in memory since the cache object was made. */
export interface CacheCounters {
  /** Hashes that `get` and `getMany` found. */
  readonly hits: number;
  readonly misses: number;
  /** Entries that were handed to the database. */
  readonly writes: number;
}

interface AnalysisRow {
  readonly node_hash: Uint8Array;
  readonly cfg_data: SqlValue;
  readonly complexity_metrics: SqlValue;
  readonly timestamp: number;
}

/** Hashes in one read; bounds what is in memory twice. */
const HASHES_PER_READ = 1000;

/** The timestamp of a row never goes back, even when the clock does. */
const UPSERT = `
  INSERT INTO analysis_cache (node_hash, cfg_data, complexity_metrics, timestamp) VALUES (?, ?, ?, ?)
  ON CONFLICT (node_hash) DO UPDATE SET
    cfg_data = CASE WHEN ? THEN excluded.cfg_data ELSE cfg_data END,
    complexity_metrics = CASE WHEN ? THEN excluded.complexity_metrics ELSE complexity_metrics END,
    timestamp = max(timestamp, excluded.timestamp)`;

/**
 * Analyses of single symbols, kept across runs in `analysis_cache` by the hash of the symbol's content.
 * Reads write nothing.
 *
 * ```ts
 * await cache.put(node.contentHash, { complexityMetrics: Buffer.from('{"analyzer":1,"cyclomatic":7}') });
 * const analysis = await cache.get(node.contentHash);
 * ```
 *
 * Every method throws UsageError `INVALID_HASH` for a text that is no hash.
 */
export class IncrementalCache {
  private hits = 0;
  private misses = 0;
  private writes = 0;

  /** `clock` gives milliseconds since the Unix epoch. */
  constructor(
    private readonly database: Database,
    private readonly clock: () => number = Date.now,
  ) {}

  get counters(): CacheCounters {
    const { hits, misses, writes } = this;
    return { hits, misses, writes };
  }

  /** Is there an entry? Counts neither as a hit nor as a miss. */
  async isCached(hash: NodeHash): Promise<boolean> {
    const row = await this.database.first('SELECT 1 FROM analysis_cache WHERE node_hash = ?', [hashBytes(hash)]);
    return row !== undefined;
  }

  async get(hash: NodeHash): Promise<CachedAnalysis | undefined> {
    const row = await this.database.first<AnalysisRow>('SELECT * FROM analysis_cache WHERE node_hash = ?', [
      hashBytes(hash),
    ]);
    if (row === undefined) this.misses++;
    else this.hits++;
    return row === undefined ? undefined : decode(row);
  }

  /** The entries there are, by hash in lower case. */
  async getMany(hashes: Iterable<NodeHash>): Promise<Map<NodeHash, CachedAnalysis>> {
    const distinct = new Set<NodeHash>();
    let place = 0;
    for (const hash of hashes) distinct.add(requireHash(hash, place++));
    const wanted = [...distinct];
    const found = new Map<NodeHash, CachedAnalysis>();
    for (let start = 0; start < wanted.length; start += HASHES_PER_READ) {
      const rows = await this.database.all<AnalysisRow>(
        'SELECT * FROM analysis_cache WHERE node_hash IN (SELECT unhex(value) FROM json_each(?))',
        [JSON.stringify(wanted.slice(start, start + HASHES_PER_READ))],
      );
      for (const row of rows) found.set(NodeHash.fromDigest(row.node_hash), decode(row));
    }
    this.hits += found.size;
    this.misses += wanted.length - found.size;
    return found;
  }

  /** Keeps an analysis. Throws UsageError `INVALID_ARGUMENT` for a value that is not bytes. */
  async put(hash: NodeHash, values: AnalysisValues): Promise<void> {
    await this.putMany([{ ...values, hash }]);
  }

  /** Keeps many as one atomic batch; an error names the entry, and nothing of the batch is written then. */
  async putMany(entries: Iterable<AnalysisEntry>): Promise<void> {
    await this.database.write(this.statementsForPut(entries));
  }

  /** What `putMany` writes, for a larger batch. The entries are read once, while the batch is written. */
  statementsForPut(entries: Iterable<AnalysisEntry>): BulkStatement[] {
    return [{ sql: UPSERT, rows: this.rows(entries) }];
  }

  /**
   * Deletes the entries that were last put before a time, and not those of that very millisecond.
   * Returns their number. Throws UsageError `INVALID_ARGUMENT` for a time that is no finite number.
   */
  async invalidateBefore(timeMs: number): Promise<number> {
    if (!Number.isFinite(timeMs)) throw invalidArgument('timeMs', timeMs, 'must be a finite number of milliseconds');
    const { changes } = await this.database.write([
      { sql: 'DELETE FROM analysis_cache WHERE timestamp < ?', parameters: [timeMs] },
    ]);
    return changes;
  }

  /** Was there an entry to delete? */
  async delete(hash: NodeHash): Promise<boolean> {
    const { changes } = await this.database.write([
      { sql: 'DELETE FROM analysis_cache WHERE node_hash = ?', parameters: [hashBytes(hash)] },
    ]);
    return changes > 0;
  }

  private *rows(entries: Iterable<AnalysisEntry>): Generator<SqlRow, void, void> {
    const now = this.clock();
    let place = 0;
    for (const { hash, cfgData, complexityMetrics } of entries) {
      const row = [
        hashBytes(hash, place),
        valueBytes('cfgData', cfgData, place),
        valueBytes('complexityMetrics', complexityMetrics, place),
        now,
        cfgData === undefined ? 0 : 1,
        complexityMetrics === undefined ? 0 : 1,
      ];
      this.writes++;
      yield row;
      place++;
    }
  }
}

function hashBytes(hash: NodeHash, place?: number): Uint8Array {
  return NodeHash.toBytes(requireHash(hash, place));
}

function valueBytes(name: string, value: Uint8Array | null | undefined, place: number): Uint8Array | null {
  return value === null || value === undefined ? null : requireBytes(name, value, place);
}

function decode(row: AnalysisRow): CachedAnalysis {
  return {
    cfgData: bytesOf(row.cfg_data),
    complexityMetrics: bytesOf(row.complexity_metrics),
    timestamp: row.timestamp,
  };
}

/** Other programs write these columns too, and may have put a text where bytes are meant. */
function bytesOf(value: SqlValue): Uint8Array | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return new Uint8Array(value.buffer, value.byteOffset, value.length);
  return new Uint8Array(Buffer.from(String(value), 'utf8'));
}

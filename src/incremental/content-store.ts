import { NodeHash } from '../model/index.js';
import type { BulkStatement, Database, SqlRow, Statement } from '../sql/index.js';
import { requireBytes, requireHash, requireInteger, requireName } from './argument-checks.js';
import { decodeResult, encodeResult } from './result-codec.js';

/** A result to keep, under the key that `contentKey` gives. */
export interface ContentEntry {
  readonly key: NodeHash;
  /** Name of the query that made it; for statistics. */
  readonly query: string;
  readonly result: Uint8Array;
}

/** What this store object was asked since it was made. */
export interface ContentCounters {
  readonly hits: number;
  /** Damaged results included. */
  readonly misses: number;
  readonly damaged: number;
  /** Entries that were handed to the database. */
  readonly writes: number;
}

/** What is kept in the database; sizes are those of the stored forms. */
export interface ContentStatistics {
  readonly results: number;
  readonly bytes: number;
  /** By name of the query, in the order of the names. */
  readonly queries: readonly { readonly query: string; readonly results: number; readonly bytes: number }[];
}

interface StoredResult {
  readonly key: Uint8Array;
  readonly result: unknown;
  readonly checksum: unknown;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Keys in one read; bounds what is in memory twice. */
const KEYS_PER_READ = 512;

/** The keys of a JSON array of hexadecimal texts. */
const KEYS_OF_JSON = 'SELECT unhex(value) FROM json_each(?)';
/** Last used long ago. A time that lies as far ahead is of a clock that was wrong. */
const USE_IS_OUTDATED = 'abs(used_at - ?) >= ?';
/**
 * The least recently used results that lie beyond the budget when the sizes are summed up from the
 * most recently used one.
 */
const DELETE_BEYOND_BUDGET = `
  DELETE FROM content_results WHERE key IN (
    SELECT key FROM (
      SELECT key, sum(length(result)) OVER (ORDER BY used_at DESC, key DESC ROWS UNBOUNDED PRECEDING) AS total
      FROM content_results
    ) WHERE total > ?
  )`;

/**
 * Results of queries that depend on one content alone: never stale, shared by all projects, branches
 * and worktrees of a database. A result that was damaged is a miss; it is removed with the next write.
 */
export class ContentStore {
  private hits = 0;
  private misses = 0;
  private damaged = 0;
  private writes = 0;
  private readonly damagedKeys = new Set<NodeHash>();

  /** `clock` gives milliseconds since the Unix epoch. */
  constructor(
    private readonly database: Database,
    private readonly clock: () => number = Date.now,
  ) {}

  get counters(): ContentCounters {
    const { hits, misses, damaged, writes } = this;
    return { hits, misses, damaged, writes };
  }

  /** The result kept under a key, or undefined. Throws UsageError `INVALID_HASH`. */
  async get(key: NodeHash): Promise<Uint8Array | undefined> {
    return (await this.getMany([key])).get(requireHash(key));
  }

  /** The results that are kept, by key in lower case; absent and damaged ones are left out. */
  async getMany(keys: Iterable<NodeHash>): Promise<Map<NodeHash, Uint8Array>> {
    const wanted = distinctKeys(keys);
    const found = new Map<NodeHash, Uint8Array>();
    for (let start = 0; start < wanted.length; start += KEYS_PER_READ) {
      const rows = await this.database.all<StoredResult>(
        `SELECT key, result, checksum FROM content_results WHERE key IN (${KEYS_OF_JSON})`,
        [JSON.stringify(wanted.slice(start, start + KEYS_PER_READ))],
      );
      for (const row of rows) this.take(row, found);
    }
    this.hits += found.size;
    this.misses += wanted.length - found.size;
    return found;
  }

  /**
   * Keeps results, replacing what was kept under their keys, as one atomic batch.
   *
   * Throws UsageError `INVALID_HASH` or `INVALID_ARGUMENT` and LimitError `LIMIT_EXCEEDED`, with the
   * entry's number; nothing of the batch is written then.
   */
  async put(entries: Iterable<ContentEntry>): Promise<void> {
    await this.database.write(this.statementsForPut(entries));
  }

  /** What `put` writes, for a larger batch. The entries are read once, while the batch is written. */
  statementsForPut(entries: Iterable<ContentEntry>): BulkStatement[] {
    return [
      { sql: 'DELETE FROM content_results WHERE key = ?', rows: this.rowsToRemove() },
      {
        sql: `INSERT INTO content_results (key, query, result, checksum, used_at) VALUES (?, ?, ?, ?, ?)
              ON CONFLICT (key) DO UPDATE SET query = excluded.query, result = excluded.result,
                checksum = excluded.checksum, used_at = excluded.used_at`,
        rows: this.rowsToPut(entries),
      },
    ];
  }

  /**
   * Notes that results were used, for `collect`. Writes only for those whose last use was noted a day
   * ago or earlier; returns how many these were.
   */
  async touch(keys: Iterable<NodeHash>): Promise<number> {
    const now = this.clock();
    const wanted = JSON.stringify(distinctKeys(keys));
    const outdated = await this.database.all<{ key: Uint8Array }>(
      `SELECT key FROM content_results WHERE key IN (${KEYS_OF_JSON}) AND ${USE_IS_OUTDATED}`,
      [wanted, now, DAY_MS],
    );
    if (outdated.length === 0) return 0;
    const { changes } = await this.database.bulk(
      'UPDATE content_results SET used_at = ? WHERE key = ?',
      outdated.map(({ key }) => [now, key]),
    );
    return changes;
  }

  /**
   * Deletes the least recently used results until the rest is within the budget; of those last used at
   * the same time, the smaller key goes first. Returns how many were removed, and their size.
   *
   * Looks at every row's size: meant for once in a run, not for once in a batch of a few rows.
   */
  async collect(budgetBytes: number): Promise<{ removed: number; bytes: number }> {
    requireInteger('budgetBytes', budgetBytes, 0);
    const { bytes: kept } = await this.size();
    if (kept <= budgetBytes) return { removed: 0, bytes: 0 };
    const { returned } = await this.database.write([
      { sql: `${DELETE_BEYOND_BUDGET} RETURNING length(result) AS bytes`, parameters: [budgetBytes] },
    ]);
    const removed = returned[0] ?? [];
    return { removed: removed.length, bytes: removed.reduce((sum, row) => sum + Number(row['bytes']), 0) };
  }

  /** What `collect` writes, for a larger batch. */
  statementsForCollect(budgetBytes: number): Statement[] {
    return [{ sql: DELETE_BEYOND_BUDGET, parameters: [requireInteger('budgetBytes', budgetBytes, 0)] }];
  }

  async statistics(): Promise<ContentStatistics> {
    const queries = await this.database.all<ContentStatistics['queries'][number]>(
      `SELECT query, count(*) AS results, sum(length(result)) AS bytes FROM content_results GROUP BY query ORDER BY query`,
    );
    const total = (of: 'results' | 'bytes'): number => queries.reduce((sum, query) => sum + query[of], 0);
    return { results: total('results'), bytes: total('bytes'), queries };
  }

  private async size(): Promise<{ bytes: number }> {
    const row = await this.database.first<{ bytes: number }>(
      'SELECT coalesce(sum(length(result)), 0) AS bytes FROM content_results',
    );
    return row ?? { bytes: 0 };
  }

  private take({ key: keyBytes, result, checksum }: StoredResult, found: Map<NodeHash, Uint8Array>): void {
    const key = NodeHash.fromDigest(keyBytes);
    const decoded = hasChecksum(result, checksum) ? decodeResult(result) : undefined;
    if (decoded !== undefined) {
      found.set(key, decoded);
      return;
    }
    this.damaged++;
    this.damagedKeys.add(key);
  }

  /** If the batch fails the damage stays, and is found again by the next read of it. */
  private *rowsToRemove(): Generator<SqlRow, void, void> {
    for (const key of this.damagedKeys) {
      this.damagedKeys.delete(key);
      yield [NodeHash.toBytes(key)];
    }
  }

  private *rowsToPut(entries: Iterable<ContentEntry>): Generator<SqlRow, void, void> {
    const now = this.clock();
    let row = 0;
    for (const { key, query, result } of entries) {
      const keyBytes = NodeHash.toBytes(requireHash(key, row));
      requireName('query', query, row);
      const stored = encodeResult(requireBytes('result', result, row));
      this.writes++;
      yield [keyBytes, query, stored, NodeHash.toBytes(NodeHash.of(stored)), now];
      row++;
    }
  }
}

function distinctKeys(keys: Iterable<NodeHash>): NodeHash[] {
  const distinct = new Set<NodeHash>();
  let row = 0;
  for (const key of keys) distinct.add(requireHash(key, row++));
  return [...distinct];
}

function hasChecksum(result: unknown, checksum: unknown): result is Uint8Array {
  if (!(result instanceof Uint8Array) || !(checksum instanceof Uint8Array)) return false;
  return NodeHash.toBytes(NodeHash.of(result)).equals(checksum);
}

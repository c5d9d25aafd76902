import type { SqlValue } from '../../sql/index.js';

/** A run of vectors by ascending id. */
export interface VectorChunk {
  readonly ids: Float64Array;
  /** `ids.length × dimension` numbers, one vector after another. */
  readonly vectors: Float32Array;
}

export interface VectorChange {
  readonly id: number;
  /** False when the vector was stored anew or replaced. */
  readonly isDeleted: boolean;
}

export interface VectorChanges {
  /** In the order in which they happened. */
  readonly changes: readonly VectorChange[];
  /** Everything up to this position is in the list, or was before; the position that was asked for, or a later one. */
  readonly cursor: number;
}

/** Keeps changes for the index file that is made of a source, and tells one history of changes from another. */
export interface ChangeKeeper {
  /** From now on changes are kept, and `identity` stays what it is, until the index lies too far behind. */
  begin(): Promise<void>;
  /**
   * What the history up to a position is known by. Another value than the one of before means that the vectors were
   * put back to an earlier state and went on from there.
   */
  markAt(cursor: number): Promise<string>;
  /** An index file with everything up to a position is saved: for it, no earlier changes need to be kept. */
  advance(cursor: number): Promise<void>;
}

/**
 * The truth that a derived index is built from: the vectors of one model, all of one dimension, under
 * ids that are whole numbers from 0 to 2^53 - 1. A vector that is put must have been checked by `checkVector`.
 */
export interface VectorSource {
  readonly dimension: number;
  /**
   * Names this collection of vectors and its journal. Another value says that cursors of before mean
   * nothing here, because the table was made anew.
   */
  identity(): Promise<string>;
  /** Number of vectors now. */
  count(): Promise<number>;
  /** Position of the newest change; 0 before the first. It is asked for with every search. */
  newestCursor(): Promise<number>;
  /** All vectors by ascending id. Rejects with CancelledError when the signal fires. */
  scan(signal?: AbortSignal): AsyncIterable<VectorChunk>;
  /** The vectors of some ids; absent ones are left out. */
  get(ids: readonly number[]): Promise<ReadonlyMap<number, Float32Array>>;
  /** Absent where all changes are kept for ever and nothing can be put back. */
  readonly keeper?: ChangeKeeper;
  /** At most `limit` changes after a position, or `trimmed` when some of them are no longer kept. */
  changesSince(cursor: number, limit: number): Promise<VectorChanges | 'trimmed'>;
}

/** Which vectors a search may answer with. Its three answers must agree with each other. */
export interface VectorFilter {
  /** About how many vectors pass, without listing them. The way of searching is chosen by it, never the result. */
  estimate(): Promise<number>;
  /** The ids of all vectors that pass. */
  ids(): Promise<readonly number[]>;
  /** Those of the given ids that pass. */
  test(ids: readonly number[]): Promise<ReadonlySet<number>>;
  /**
   * Whether the id that an expression gives passes, in the SQL of the database that the vectors are of; where there is
   * one. `isListed`: by listing all that pass first, which is worth it when many are asked about.
   */
  condition?(id: string, isListed: boolean): { readonly sql: string; readonly parameters: readonly SqlValue[] };
}

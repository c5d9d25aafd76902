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
  /** Position of the last change of this list; the position that was asked for when there is none. */
  readonly cursor: number;
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
}

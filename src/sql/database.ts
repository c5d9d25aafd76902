/**
 * The contract between the stores and a SQLite-dialect database, wherever it runs.
 *
 * There is no interactive write transaction: a write is a list of statements that is applied whole
 * or not at all, so nothing can interleave with it and a server needs one round trip for it.
 */

/** Values a parameter may have. Booleans and dates are the stores' business, not the database's. */
export type SqlValue = null | number | bigint | string | Uint8Array;
export type SqlRow = readonly SqlValue[];

/** One statement with its positional parameters. */
export interface Statement {
  readonly sql: string;
  readonly parameters?: SqlRow;
}

/** One statement run once per row of parameters. The rows are consumed once, in order. */
export interface BulkStatement {
  readonly sql: string;
  readonly rows: Iterable<SqlRow>;
}

/** Several reads of one state of the database. */
export interface Snapshot {
  /** Rows as objects by column name. */
  all<T>(sql: string, parameters?: SqlRow): Promise<T[]>;
  /** The first row, or undefined. */
  first<T>(sql: string, parameters?: SqlRow): Promise<T | undefined>;
  /** Rows one at a time, for answers that may not fit in memory. */
  iterate<T>(sql: string, parameters?: SqlRow): AsyncIterable<T>;
}

export interface WriteResult {
  /** Rows changed by all statements together. */
  readonly changes: number;
  /** For each statement of the batch, the rows of its RETURNING clause (empty without one). */
  readonly returned: readonly (readonly Record<string, SqlValue>[])[];
}

export interface WriteOptions {
  readonly signal?: AbortSignal;
  /**
   * Applying the batch once more than asked does no harm: a backend may do so when the first time was
   * applied and only its result got lost. Default false, so that this is an error `RESULT_LOST`.
   */
  readonly repeatable?: boolean;
  /** How much longer than its size says the batch may take, because it works on rows that are there already. */
  readonly extraTimeMs?: number;
}

/** How fresh a replica is. */
export interface ReplicaState {
  /** The server it is a replica of. */
  readonly primary: string;
  /** It has at least everything that the server had then, in milliseconds since the Unix epoch; null before the first time. */
  readonly syncedAt: number | null;
  /** The number of the last page that the server had written then; null when it was not asked yet. */
  readonly frame: number | null;
  /** It lacks something that was written through it; reads wait for that. */
  readonly isBehind: boolean;
}

export interface ReplicaControl {
  readonly state: ReplicaState;
  /**
   * Brings the replica up to date with everything that its server has now. Throws ConnectionError, and
   * BusyError when another process does so with the same file for the whole wait.
   */
  sync(): Promise<ReplicaState>;
}

export interface CopyOptions {
  readonly signal?: AbortSignal;
  /** Told now and then how much is done. */
  readonly onProgress?: (progress: { readonly pagesDone: number; readonly pagesTotal: number }) => void;
}

/** What can be done with a database that lies on this machine. */
export interface LocalUpkeep {
  /**
   * Copies one state of the database into a file that is not there yet, while others read and write. The copy is
   * one file, with nothing beside it. Throws LimitError `DISK_FULL`, CorruptionError, CancelledError and BusyError;
   * what was written until then is the caller's to remove.
   */
  copyTo(path: string, options?: CopyOptions): Promise<void>;
  /**
   * Writes the database anew without the pages that are free, and folds its log into it; not given where the
   * file may not be written. Throws BusyError while others use it, and LimitError `DISK_FULL`: it needs as much
   * room again.
   */
  readonly compact?: () => Promise<void>;
}

export interface Database extends Snapshot {
  /** What this backend is, for `status` and for choosing between plans. */
  readonly backend: 'memory' | 'file' | 'server' | 'replica';
  /** Where it is, without any secret in it. */
  readonly location: string;
  /** Its SQL has the functions and indexes of libSQL for vectors; found out on opening. */
  readonly hasVectorSearch: boolean;
  /** Only of a replica. */
  readonly replica?: ReplicaControl;
  /** Of a file or a database in memory; not of a server. */
  readonly local?: LocalUpkeep;
  /** Runs `reads` against one state; writers do not wait for it and it does not wait for them. */
  snapshot<T>(reads: (snapshot: Snapshot) => Promise<T>): Promise<T>;
  /**
   * Applies the statements in order, all or none.
   *
   * Throws ConstraintError, BusyError (the wait was used up; nothing was written), LimitError with
   * code `DISK_FULL`, CorruptionError, CancelledError, or ConnectionError with its outcome.
   */
  write(batch: readonly (Statement | BulkStatement)[], options?: WriteOptions): Promise<WriteResult>;
  /** Many rows through one statement, atomic, streamed from the iterable. */
  bulk(sql: string, rows: Iterable<SqlRow>, options?: WriteOptions): Promise<WriteResult>;
  /** Size of the stored pages in bytes. */
  sizeBytes(): Promise<number>;
  /** Folds the write-ahead log into the file and releases everything. Closing twice is allowed. */
  close(): Promise<void>;
}

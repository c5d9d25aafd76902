import type { Fingerprint } from '../model/index.js';

/**
 * A computation whose result depends on other things: on what it reads through its context, and on
 * nothing else. The same readings give the same result.
 */
export interface TrackedQuery<V> {
  /** Unique among the queries of a space. */
  readonly name: string;
  /** Grows when the computation changes: its results are computed again, and what read them only if they differ. */
  readonly version: number;
  /** Computes the result for a key. Synchronous, and without effects. */
  compute(reader: QueryReader, key: string): V;
  /** Equal for results that are the same to whoever reads them. */
  fingerprint(value: V): Fingerprint;
  /** What a computation that needs its own result is given for it. Without it, that is an error. */
  readonly onCycle?: { readonly value: V };
}

/** A reading of something outside of all queries: a thing, and what it looked like. Also when it was not there. */
export interface Reading {
  /** Names the thing. */
  readonly thing: Fingerprint;
  readonly fingerprint: Fingerprint;
  /** The partition that the thing belongs to; null for one that belongs to none. */
  readonly partition: string | null;
  /** Frame that last noted the reading; kept by the session. */
  seenBy: number;
  /** Pack that it was last collected for, and its place there; kept by `newPack`. */
  packedIn: number;
  place: number;
}

/** What a computation may ask. */
export interface QueryReader {
  /** Notes that the running computation read something outside of all queries. */
  read(reading: Reading): void;
  /** The result of another query. */
  get<V>(query: TrackedQuery<V>, key: string): V;
}

/** What a computation that ran has read, in order, each thing once. */
export interface Trace<V = unknown> {
  readonly query: TrackedQuery<V>;
  readonly key: string;
  readonly value: V;
  readonly fingerprint: Fingerprint;
  readonly reads: readonly (Reading | Trace)[];
  /** As those of a {@link Reading}. */
  seenBy: number;
  packedIn: number;
  place: number;
}

export function isTrace(read: Reading | Trace): read is Trace {
  return 'query' in read;
}

/** What happened to the stored result of a query, and why. */
export interface QueryEvent {
  readonly query: string;
  readonly key: string;
  /**
   * `executed`: computed, and the result is new or another one. `backdated`: computed, and the result
   * is what it was, so that nothing that read it is computed. `validated`: something it may depend on
   * changed, but nothing that it read did.
   */
  readonly action: 'executed' | 'backdated' | 'validated';
  /** `new`: there was no stored result. `version`: the query is another version. `changed`: the reading at `position` differs. */
  readonly reason: 'new' | 'version' | 'changed' | 'none';
  /** Position of the reading that differs, in the order of reading. */
  readonly position?: number;
}

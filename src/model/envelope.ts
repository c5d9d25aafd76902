/** Every list answer: what was found, how much there is, and the state of the store it was read at. */
export interface Envelope<T> {
  /** Number of the last committed indexing batch at the time of reading. */
  readonly generation: number;
  /** How many items there are in all, whatever the limit. */
  readonly total: number;
  readonly truncated: boolean;
  /** Pass it back to read on; null at the end. */
  readonly cursor: string | null;
  readonly items: readonly T[];
}

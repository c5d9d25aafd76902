import type { VectorSource } from './vector-source.js';

/** Changes after which the vectors are counted again: at least this many, or this share of them. */
const LEAST_CHANGES = 64;
const SHARE_OF_CHANGES = 0.01;

/**
 * About how many vectors a source has, for choosing between ways of searching. Counting a large table takes longer
 * than a search, so it is done again only when the journal has moved on.
 */
export class VectorCount {
  private known: { readonly count: number; readonly cursor: number } | undefined;
  private newestCursor = 0;

  constructor(private readonly source: VectorSource) {}

  /** The position of the journal that the last call of `estimate` saw, so that nobody asks for it again. */
  get cursor(): number {
    return this.newestCursor;
  }

  /** What the last call of `estimate` gave. */
  get latest(): number {
    return this.known?.count ?? 0;
  }

  async estimate(): Promise<number> {
    const cursor = await this.source.newestCursor();
    this.newestCursor = cursor;
    if (this.known === undefined || this.isOutdatedAt(cursor, this.known)) {
      this.known = { count: await this.source.count(), cursor };
    }
    return this.known.count;
  }

  private isOutdatedAt(cursor: number, { count, cursor: counted }: { count: number; cursor: number }): boolean {
    return Math.abs(cursor - counted) > Math.max(LEAST_CHANGES, count * SHARE_OF_CHANGES) || cursor < counted;
  }
}

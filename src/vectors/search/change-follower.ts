import type { FlatVectors } from './flat-vectors.js';
import type { VectorSource } from './vector-source.js';

const CHANGES_PER_READ = 2048;
const IDS_PER_GET = 512;

/** `behind`: the changes are gone from the journal, or more than may be held. */
export type CatchUp = 'current' | 'behind';

/** Follows the journal of a source and holds in memory the vectors that changed since a position. */
export class ChangeFollower {
  private running: Promise<CatchUp> | undefined;
  private readonly deletedIds = new Set<number>();

  constructor(
    private readonly source: VectorSource,
    readonly vectors: FlatVectors,
    private position: number,
    private readonly mostVectors: number,
  ) {}

  /** Everything up to this position of the journal is known. */
  get cursor(): number {
    return this.position;
  }

  get deleted(): ReadonlySet<number> {
    return this.deletedIds;
  }

  /**
   * Takes in what changed, at least up to a position of the journal. Calls at the same time share one reading, and
   * a later one starts a new one.
   */
  async catchUp(upTo = Infinity): Promise<CatchUp> {
    if (this.position >= upTo && this.vectors.size <= this.mostVectors) return 'current';
    // A reading that is under way may have looked before the caller's own change was committed.
    await this.running?.catch(() => undefined);
    this.running ??= this.readChanges().finally(() => (this.running = undefined));
    return this.running;
  }

  private async readChanges(): Promise<CatchUp> {
    for (;;) {
      const read = await this.source.changesSince(this.position, CHANGES_PER_READ);
      if (read === 'trimmed') return 'behind';
      if (read.changes.length === 0) {
        this.position = Math.max(this.position, read.cursor);
        return 'current';
      }
      await this.apply(new Map(read.changes.map((change) => [change.id, change.isDeleted])));
      this.position = read.cursor;
      if (this.vectors.size > this.mostVectors) return 'behind';
    }
  }

  /** What an id became last, by id. */
  private async apply(changed: ReadonlyMap<number, boolean>): Promise<void> {
    const put = [...changed].filter(([, isDeleted]) => !isDeleted).map(([id]) => id);
    for (let from = 0; from < put.length; from += IDS_PER_GET) {
      const ids = put.slice(from, from + IDS_PER_GET);
      const found = await this.source.get(ids);
      for (const id of ids) {
        const vector = found.get(id);
        // One that is gone again will be named as deleted by a later change.
        if (vector === undefined) continue;
        this.vectors.put(id, vector);
        this.deletedIds.delete(id);
      }
    }
    for (const [id, isDeleted] of changed) {
      if (!isDeleted) continue;
      this.vectors.delete(id);
      this.deletedIds.add(id);
    }
  }
}

import { Binder, type Bound, type Program } from '../../binding/index.js';
import {
  FORCED,
  newPack,
  packChange,
  PackValidation,
  Session,
  type Mark,
  type MemoStore,
  type PackChange,
  type PackUpdate,
  type QueryEvent,
  type Root,
  type StoredPack,
} from '../../incremental/index.js';
import { CancelledError, type Fingerprint, type NodeId } from '../../model/index.js';
import { findChangedThings, type FileChange } from './changed-things.js';
import { TracedProgram } from './traced-program.js';

/** Symbols that are bound in one session, which remembers what they had in common. */
const SYMBOLS_PER_SESSION = 2000;

/** A program that may not know everything yet: it throws what it lacks, and `load` fetches it. */
export interface LoadableProgram extends Program {
  load?(): Promise<void>;
}

export interface BindChangesInput {
  readonly memos: MemoStore;
  /** The program after the change. */
  readonly program: LoadableProgram;
  readonly changes: readonly FileChange[];
  /** Keys of what the manifests say otherwise than before. */
  readonly changedRoutes: Iterable<string>;
  /** All files, when all are to be looked at because their results are missing or of another version. */
  readonly everything: readonly string[] | undefined;
  /** Nothing was ever stored: there is nothing to compare with. */
  readonly isFirst: boolean;
  /** Stored results are not to be used. */
  readonly isForced: boolean;
  readonly marks: readonly Mark[];
  readonly revision: number;
  /** The numbers of the symbols in a file that did not change. */
  readonly idsOf: (path: string) => Promise<readonly number[]>;
  readonly isMissing: (error: unknown) => boolean;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: ((event: QueryEvent & { readonly partition: string }) => void) | undefined;
}

export interface BoundChanges {
  /** What was concluded of the symbols that were bound; their edges, except to what is written in them. */
  readonly bound: ReadonlyMap<NodeId, Bound>;
  readonly packs: readonly PackChange[];
  readonly removed: ReadonlyMap<string, StoredPack>;
  /** May names that other projects look up in this one lead elsewhere now? */
  readonly isSeenOutside: boolean;
  /** Stored results that could not be used because their bytes were damaged. */
  readonly damaged: number;
}

/** Binds what a change makes necessary to bind, and nothing else. */
export async function bindChanges(input: BindChangesInput): Promise<BoundChanges> {
  return new BindingRun(input).run();
}

class BindingRun {
  private readonly bound = new Map<NodeId, Bound>();
  private readonly packs: PackChange[] = [];
  private readonly removed = new Map<string, StoredPack>();
  private readonly changes: ReadonlyMap<string, FileChange>;
  private changed: Map<Fingerprint, () => Fingerprint> = new Map();
  private isSeenOutside = false;
  private damaged = 0;

  constructor(private readonly input: BindChangesInput) {
    this.changes = new Map(input.changes.map((change) => [change.path, change]));
  }

  async run(): Promise<BoundChanges> {
    const { input } = this;
    if (!input.isFirst) {
      const { things, isSeenOutside } = findChangedThings(input.changes, input.program, input.changedRoutes);
      this.changed = things;
      this.isSeenOutside = isSeenOutside || input.everything !== undefined;
    }
    for (const { thing } of input.marks) this.changed.set(thing, () => FORCED);
    let chunk: string[] = [];
    let symbols = 0;
    for (const partition of await this.affected()) {
      chunk.push(partition);
      symbols += this.changes.get(partition)?.after?.ids.length ?? 50;
      if (symbols < SYMBOLS_PER_SESSION) continue;
      await this.bindChunk(chunk);
      [chunk, symbols] = [[], 0];
    }
    await this.bindChunk(chunk);
    const { bound, packs, removed, isSeenOutside, damaged } = this;
    return { bound, packs, removed, isSeenOutside, damaged };
  }

  /** The partitions that hold results about something that changed, in order. */
  private async affected(): Promise<string[]> {
    const { memos, everything, marks } = this.input;
    const partitions = new Set(everything ?? []);
    for (const path of this.changes.keys()) partitions.add(path);
    for (const { partition } of marks) partitions.add(partition);
    if (everything === undefined) {
      for (const partition of await memos.dependents(this.changed.keys())) partitions.add(partition);
    }
    return [...partitions].sort();
  }

  private async bindChunk(partitions: readonly string[]): Promise<void> {
    if (partitions.length === 0) return;
    const { input } = this;
    const stored = await input.memos.load(partitions);
    const session = new Session(input.signal);
    const binder = new Binder(new TracedProgram(input.program, session), session);
    const work: PartitionWork[] = [];
    for (const partition of partitions) {
      const before = stored.get(partition);
      if (before !== undefined && before.pack === undefined) this.damaged++;
      const change = this.changes.get(partition);
      if (change !== undefined && change.after === undefined) {
        if (before !== undefined) this.removed.set(partition, before);
        continue;
      }
      const usable = input.isForced ? undefined : before;
      const roots = await this.rootsOf(partition, usable, binder);
      if (roots !== undefined)
        work.push({ partition, before, roots, validation: this.validation(partition, usable, session, binder) });
    }
    await this.settle(work);
  }

  private async rootsOf(
    partition: string,
    before: StoredPack | undefined,
    binder: Binder,
  ): Promise<Root[] | undefined> {
    const change = this.changes.get(partition);
    const query = binder.bindings;
    if (change?.after !== undefined) return change.after.ids.map((id) => ({ query, key: String(id) }));
    if (before?.pack !== undefined) return before.pack.roots.map(({ key }) => ({ query, key }));
    // A mark may be about a file that is no longer there.
    const ids = await this.input.idsOf(partition);
    return ids.length === 0 ? undefined : ids.map((id) => ({ query, key: String(id) }));
  }

  private validation(
    partition: string,
    before: StoredPack | undefined,
    session: Session,
    binder: Binder,
  ): PackValidation {
    const { revision, onEvent } = this.input;
    return new PackValidation(before?.pack, {
      partition,
      revision,
      session,
      queries: binder.queries,
      changed: this.changed,
      ...(onEvent === undefined ? {} : { onEvent: (event: QueryEvent) => onEvent({ ...event, partition }) }),
    });
  }

  /** Validates all partitions, fetching what they lack for all of them at once, until none lacks anything. */
  private async settle(work: readonly PartitionWork[]): Promise<void> {
    const { input } = this;
    let open = work;
    while (open.length > 0) {
      if (input.signal?.aborted === true) throw new CancelledError();
      open = open.filter((partition) => !this.trySettle(partition));
      if (open.length > 0) await input.program.load?.();
    }
  }

  private trySettle({ partition, before, roots, validation }: PartitionWork): boolean {
    try {
      const update = validation.run(roots);
      for (const [key, trace] of update.executed) {
        this.bound.set(Number(key) as NodeId, trace.value as Bound);
      }
      if (update.isChanged || before?.pack === undefined) this.packs.push(this.packOf(partition, update, before));
      return true;
    } catch (error) {
      if (this.input.isMissing(error)) return false;
      throw error;
    }
  }

  private packOf(partition: string, update: PackUpdate, before: StoredPack | undefined): PackChange {
    if (update.allNew === undefined || before !== undefined) return packChange(partition, update.pack, before);
    return newPack(partition, update.allNew, this.input.revision);
  }
}

interface PartitionWork {
  readonly partition: string;
  readonly before: StoredPack | undefined;
  readonly roots: readonly Root[];
  readonly validation: PackValidation;
}

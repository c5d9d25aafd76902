import type { Fingerprint } from '../model/index.js';
import { contentsOf, inOrder, isMemo, type Memo, type Pack, type PackedThing } from './pack.js';
import { isTrace, type QueryEvent, type Reading, type Trace, type TrackedQuery } from './query.js';
import type { Session } from './session.js';

/** The things that may have changed since the packs were made; each says what it looks like now. */
export type ChangedThings = ReadonlyMap<Fingerprint, () => Fingerprint>;

/** What a thing looks like that counts as changed whatever it looks like. */
export const FORCED = -1 as Fingerprint;

/** A root to bring up to date. */
export interface Root {
  readonly query: TrackedQuery<unknown>;
  readonly key: string;
}

export interface PackUpdate {
  /** The pack afterwards; made when it is asked for. */
  readonly pack: Pack;
  /** What the pack consists of when nothing was stored of it before. */
  readonly allNew: readonly Trace[] | undefined;
  /** Roots whose results were computed, with the traces. */
  readonly executed: ReadonlyMap<string, Trace>;
  /** Did anything in the pack become another, so that it is to be stored? */
  readonly isChanged: boolean;
}

export interface ValidationOptions {
  readonly partition: string;
  /** Number of this state, greater than that of any earlier one. */
  readonly revision: number;
  readonly session: Session;
  readonly queries: ReadonlyMap<string, TrackedQuery<unknown>>;
  readonly changed: ChangedThings;
  readonly onEvent?: (event: QueryEvent) => void;
}

/** Validations nest this deep at most. */
const DEPTH_LIMIT = 200;

/** Thrown through validations that need a verdict on a result too deep below. */
class DeepMemo extends Error {
  constructor(readonly memo: Memo) {
    super('The result has to be validated from an empty stack.');
    this.name = 'DeepMemo';
  }
}

/** What became of a stored result. */
interface Verdict {
  readonly fingerprint: Fingerprint;
  /** Undefined when the stored result still holds, and was not computed. */
  readonly trace?: Trace;
}

/**
 * Brings the stored results of one partition up to date, red-green: a result whose readings are all
 * what they were is kept unseen; readings are compared in the order in which they were made, and at
 * the first that differs the result is computed again. One that comes out as it was ends there:
 * what read it is kept. (The algorithm of Salsa, with fingerprints in place of revisions.)
 */
export class PackValidation {
  private readonly verdicts = new Map<Memo, Verdict>();
  private readonly created = new Map<string, Verdict>();
  private readonly suspects = new Set<Memo>();
  private readonly built = new Map<Memo | Trace, Memo>();
  private readonly things = new Map<Fingerprint, PackedThing>();
  private readonly stored: ReadonlyMap<string, Memo>;
  private readonly memos = new Map<string, Memo>();
  private depth = 0;

  constructor(
    before: Pack | undefined,
    private readonly options: ValidationOptions,
  ) {
    this.stored = new Map((before?.roots ?? []).map((memo) => [nameOf(memo.query, memo.key), memo]));
    for (const memo of before === undefined ? [] : contentsOf(before).memos) this.take(memo);
  }

  /**
   * Validates the roots, computes those that are new, and drops all others. May be called again after a
   * computation threw; what was settled before is not computed again.
   */
  run(roots: readonly Root[]): PackUpdate {
    const executed = new Map<string, Trace>();
    const kept: (Memo | Trace)[] = [];
    let isChanged = roots.length !== this.stored.size;
    for (const { query, key } of roots) {
      const memo = this.stored.get(nameOf(query.name, key));
      const verdict = memo === undefined ? this.executeNew(query, key) : this.settledVerdict(memo);
      if (verdict.trace === undefined && memo !== undefined) {
        kept.push(memo);
        continue;
      }
      if (verdict.trace === undefined) continue;
      isChanged = true;
      executed.set(key, verdict.trace);
      kept.push(verdict.trace);
    }
    isChanged ||= [...this.verdicts.values()].some((verdict) => verdict.trace !== undefined);
    const allNew = this.memos.size === 0 ? kept.filter(isTraced) : undefined;
    const pack = (): Pack => ({ roots: isChanged ? this.build(kept) : [...this.stored.values()] });
    return {
      executed,
      isChanged,
      allNew,
      get pack() {
        return pack();
      },
    };
  }

  /** After those that it read: could anything below have changed? What is not suspected is not looked at any further. */
  private take(memo: Memo): void {
    const name = nameOf(memo.query, memo.key);
    if (!this.memos.has(name)) this.memos.set(name, memo);
    const isSuspect =
      this.isOutdated(memo) ||
      memo.reads.some((read) => (isMemo(read) ? this.suspects.has(read) : this.options.changed.has(read.thing)));
    if (isSuspect) this.suspects.add(memo);
  }

  private executeNew(query: TrackedQuery<unknown>, key: string): Verdict {
    const name = nameOf(query.name, key);
    const known = this.created.get(name);
    if (known !== undefined) return known;
    const trace = this.options.session.trace(query, key);
    this.options.onEvent?.({ query: query.name, key, action: 'executed', reason: 'new' });
    const verdict = { fingerprint: trace.fingerprint, trace };
    this.created.set(name, verdict);
    return verdict;
  }

  private verdictOn(memo: Memo): Verdict {
    const known = this.verdicts.get(memo);
    if (known !== undefined) return known;
    if (!this.suspects.has(memo)) return { fingerprint: memo.fingerprint };
    if (this.depth >= DEPTH_LIMIT) throw new DeepMemo(memo);
    this.depth++;
    try {
      const verdict = this.validate(memo);
      this.verdicts.set(memo, verdict);
      return verdict;
    } finally {
      this.depth--;
    }
  }

  /** Starts anew from an empty stack with what lies too deep, which then is settled when it is come upon again. */
  private settledVerdict(root: Memo): Verdict {
    const needed = [root];
    for (;;) {
      try {
        const verdict = this.verdictOn(needed.at(-1) ?? root);
        needed.pop();
        if (needed.length === 0) return verdict;
      } catch (error) {
        if (!(error instanceof DeepMemo)) throw error;
        needed.push(error.memo);
      }
    }
  }

  private isOutdated(memo: Memo): boolean {
    return this.options.queries.get(memo.query)?.version !== memo.version;
  }

  private validate(memo: Memo): Verdict {
    if (this.isOutdated(memo)) return this.execute(memo, 'version');
    for (const [position, read] of memo.reads.entries()) {
      const now = isMemo(read) ? this.verdictOn(read).fingerprint : this.options.changed.get(read.thing)?.();
      if (now !== undefined && now !== read.fingerprint) return this.execute(memo, 'changed', position);
    }
    this.options.onEvent?.({ query: memo.query, key: memo.key, action: 'validated', reason: 'none' });
    return { fingerprint: memo.fingerprint };
  }

  private execute(memo: Memo, reason: 'version' | 'changed', position?: number): Verdict {
    const query = this.options.queries.get(memo.query);
    // A query that there is no more: whatever read it is of another version too.
    if (query === undefined) return { fingerprint: FORCED };
    const trace = this.options.session.trace(query, memo.key);
    this.options.onEvent?.({
      query: memo.query,
      key: memo.key,
      action: trace.fingerprint === memo.fingerprint ? 'backdated' : 'executed',
      reason,
      ...(position === undefined ? {} : { position }),
    });
    // Part of a cycle: whoever read it gets what it is from there, which may be something else.
    const isWhole = this.options.session.known(query, memo.key) !== undefined;
    return { fingerprint: isWhole ? trace.fingerprint : FORCED, trace };
  }

  // ── The pack afterwards ──────────────────────────────────────────────────────────────────────

  private build(roots: readonly (Memo | Trace)[]): Memo[] {
    const all = inOrder(roots, (each) => {
      if (isTraced(each)) return each.reads.filter(isTrace);
      const trace = this.replacementOf(each);
      return trace === undefined ? each.reads.filter(isMemo) : [trace];
    });
    for (const each of all) this.built.set(each, isTraced(each) ? this.ofTrace(each) : this.ofMemo(each));
    return roots.map((root) => this.builtFrom(root));
  }

  /** All that is below was built before. */
  private builtFrom(from: Memo | Trace): Memo {
    const memo = this.built.get(from);
    if (memo === undefined) throw new RangeError('A result is to be stored before what it read.');
    return memo;
  }

  /** A stored result keeps its readings, unless it or one of them was computed; a computed one has those of its trace. */
  private ofMemo(memo: Memo): Memo {
    const trace = this.replacementOf(memo);
    if (trace !== undefined) return this.builtFrom(trace);
    return {
      ...memo,
      reads: memo.reads.map((read) => (isMemo(read) ? this.builtFrom(read) : this.thing(read.thing, read))),
    };
  }

  /** Where another computation of this session came to the same result, the pack has it once. */
  private replacementOf(memo: Memo): Trace | undefined {
    const query = this.options.queries.get(memo.query);
    return (
      this.verdicts.get(memo)?.trace ?? (query === undefined ? undefined : this.options.session.known(query, memo.key))
    );
  }

  private ofTrace({ query, key, fingerprint, reads }: Trace): Memo {
    const before = this.memos.get(nameOf(query.name, key));
    return {
      query: query.name,
      version: query.version,
      key,
      fingerprint,
      changedAt: before?.fingerprint === fingerprint ? before.changedAt : this.options.revision,
      reads: reads.map((read) => (isTrace(read) ? this.builtFrom(read) : this.reading(read))),
    };
  }

  private reading({ thing, fingerprint, partition }: Reading): PackedThing {
    return this.thing(thing, { thing, fingerprint, isForeign: partition !== this.options.partition });
  }

  private thing(name: Fingerprint, thing: PackedThing): PackedThing {
    const known = this.things.get(name);
    if (known !== undefined) return known;
    this.things.set(name, thing);
    return thing;
  }
}

function isTraced(from: Memo | Trace): from is Trace {
  return 'value' in from;
}

function nameOf(query: string, key: string): string {
  return `${query}\0${key}`;
}

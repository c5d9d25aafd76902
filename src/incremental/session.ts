import { CancelledError, UsageError } from '../model/index.js';
import { isTrace, type QueryReader, type Reading, type Trace, type TrackedQuery } from './query.js';

/** Computations nest this deep at most; what lies deeper is computed first, from an empty stack. */
const DEPTH_LIMIT = 200;

/** Thrown through computations that needed a result from too deep below. */
class TooDeep extends Error {
  constructor(
    readonly query: TrackedQuery<unknown>,
    readonly key: string,
  ) {
    super('The result has to be computed from an empty stack.');
    this.name = 'TooDeep';
  }
}

/** A computation that is under way. */
interface Frame {
  readonly number: number;
  readonly query: TrackedQuery<unknown>;
  readonly key: string;
  reads: (Reading | Trace)[];
  /** Somewhere below, a computation was given less than its real result, because that result was under way. */
  isCut: boolean;
}

/**
 * One state of everything that is read. Computes each result once and notes what it read. A session
 * ends when something that it read changes.
 */
export class Session implements QueryReader {
  private readonly results = new Map<TrackedQuery<unknown>, Map<string, Trace>>();
  private readonly underway = new Map<TrackedQuery<unknown>, Set<string>>();
  private readonly stack: Frame[] = [];
  private frame: Frame | undefined;
  private frames = 0;
  /** Deep results that cannot be computed beforehand, because the way to them leads around. */
  private readonly unreachable = new Map<TrackedQuery<unknown>, Set<string>>();

  constructor(private readonly signal?: AbortSignal) {}

  read(reading: Reading): void {
    const { frame } = this;
    if (frame === undefined || reading.seenBy === frame.number) return;
    reading.seenBy = frame.number;
    frame.reads.push(reading);
  }

  get<V>(query: TrackedQuery<V>, key: string): V {
    const known = this.results.get(query)?.get(key);
    if (known === undefined) return (this.frame === undefined ? this.start(query, key) : this.run(query, key)).value;
    this.note(known);
    return known.value as V;
  }

  /**
   * The result with all that it was computed from. Throws CancelledError, UsageError `QUERY_CYCLE`, and
   * what the computation throws; then nothing is remembered of it.
   */
  trace<V>(query: TrackedQuery<V>, key: string): Trace<V> {
    const known = this.results.get(query)?.get(key);
    return (known as Trace<V> | undefined) ?? this.start(query, key);
  }

  /** The result, when it was computed and remembered. */
  known<V>(query: TrackedQuery<V>, key: string): Trace<V> | undefined {
    return this.results.get(query)?.get(key) as Trace<V> | undefined;
  }

  /**
   * Runs with an empty stack: where computations nest too deep, what they need from there is computed
   * first, so that no answer depends on how deep below the first question it is.
   */
  private start<V>(query: TrackedQuery<V>, key: string): Trace<V> {
    const needed: { readonly query: TrackedQuery<unknown>; readonly key: string }[] = [];
    for (;;) {
      const next = needed.at(-1);
      try {
        if (next === undefined) return this.run(query, key);
        this.run(next.query, next.key);
        needed.pop();
        if (this.results.get(next.query)?.has(next.key) !== true) keysOf(this.unreachable, next.query).add(next.key);
      } catch (error) {
        if (!(error instanceof TooDeep)) throw error;
        const isAround = needed.some((each) => each.query === error.query && each.key === error.key);
        if (isAround) keysOf(this.unreachable, error.query).add(error.key);
        else needed.push(error);
      }
    }
  }

  private note(trace: Trace): void {
    const { frame } = this;
    if (frame === undefined || trace.seenBy === frame.number) return;
    trace.seenBy = frame.number;
    frame.reads.push(trace);
  }

  private run<V>(query: TrackedQuery<V>, key: string): Trace<V> {
    if (this.signal?.aborted === true) throw new CancelledError(undefined, { cause: this.signal.reason });
    const underway = keysOf(this.underway, query);
    if (underway.has(key)) return this.cut(query, key);
    if (this.stack.length >= DEPTH_LIMIT) {
      if (this.unreachable.get(query)?.has(key) !== true) throw new TooDeep(query, key);
      return this.cut(query, key);
    }
    const outer = this.frame;
    const frame: Frame = { number: ++this.frames, query, key, reads: [], isCut: false };
    this.stack.push(frame);
    this.frame = frame;
    underway.add(key);
    let value: V;
    try {
      value = query.compute(this, key);
    } finally {
      underway.delete(key);
      this.stack.pop();
      this.frame = outer;
    }
    const trace: Trace<V> = {
      query,
      key,
      value,
      fingerprint: query.fingerprint(value),
      reads: this.withoutRepetition(frame.reads),
      seenBy: 0,
      packedIn: 0,
      place: 0,
    };
    this.close(frame, trace, outer);
    return trace;
  }

  /**
   * A result that was cut short depends on where the question came from: it is not kept, and whoever
   * asked takes over what it read.
   */
  private close(frame: Frame, trace: Trace, outer: Frame | undefined): void {
    if (!frame.isCut) {
      this.resultsOf(frame.query).set(frame.key, trace);
      this.note(trace);
      return;
    }
    if (outer === undefined) return;
    outer.isCut = true;
    for (const read of trace.reads) {
      if (isTrace(read)) this.note(read);
      else this.read(read);
    }
  }

  private cut<V>(query: TrackedQuery<V>, key: string): Trace<V> {
    if (query.onCycle === undefined) throw this.cycle(query, key);
    if (this.frame !== undefined) this.frame.isCut = true;
    return {
      query,
      key,
      value: query.onCycle.value,
      fingerprint: 0 as never,
      reads: [],
      seenBy: 0,
      packedIn: 0,
      place: 0,
    };
  }

  private cycle(query: TrackedQuery<unknown>, key: string): UsageError {
    const start = this.stack.findIndex((frame) => frame.query.name === query.name && frame.key === key);
    const path = this.stack.slice(Math.max(start, 0)).map((frame) => `${frame.query.name}(${frame.key})`);
    path.push(`${query.name}(${key})`);
    return new UsageError('QUERY_CYCLE', `A query needs its own result: ${path.join(' → ')}.`, { details: { path } });
  }

  /** Frames in between make a frame note a thing again. */
  private withoutRepetition(reads: (Reading | Trace)[]): (Reading | Trace)[] {
    const number = ++this.frames;
    let isRepeated = false;
    for (const read of reads) {
      if (read.seenBy === number) isRepeated = true;
      read.seenBy = number;
    }
    return isRepeated ? [...new Set(reads)] : reads;
  }

  private resultsOf(query: TrackedQuery<unknown>): Map<string, Trace> {
    let results = this.results.get(query);
    if (results === undefined) this.results.set(query, (results = new Map<string, Trace>()));
    return results;
  }
}

function keysOf(table: Map<TrackedQuery<unknown>, Set<string>>, query: TrackedQuery<unknown>): Set<string> {
  let keys = table.get(query);
  if (keys === undefined) table.set(query, (keys = new Set<string>()));
  return keys;
}

import { fingerprintOf, LimitError, type Fingerprint, type NodeHash } from '../model/index.js';
import { requireName } from './argument-checks.js';
import type { ContentStore } from './content-store.js';
import { InputReads, NOT_FETCHED } from './input-reads.js';
import { jsonTextOf, valueOfJson } from './json-text.js';
import { contentsOf, isMemo, type Memo, type Pack } from './pack.js';
import { Ask } from './query-ask.js';
import { fullName, type Definitions, type Query, type QueryInput } from './query-definition.js';
import type { QueryEvent, QueryReader, TrackedQuery } from './query.js';
import { nameOf, packTrace, valueKey, type Result, type RootUpdate } from './root-update.js';
import { Session } from './session.js';

/** Deeper than this computations do not nest; a session has room for a few more. */
const MAX_DEPTH = 190;

/** What a run starts from: the stored results, and what may have changed since. */
export interface RunInput {
  readonly space: string;
  readonly definitions: Definitions;
  readonly contents: ContentStore;
  readonly pack: Pack | undefined;
  readonly marked: Iterable<Fingerprint>;
  readonly revision: number;
  readonly signal: AbortSignal | undefined;
}

export interface RunResult {
  readonly value: unknown;
  /** What is to be stored; undefined when everything is as it was stored. */
  readonly update: RootUpdate | undefined;
  readonly events: readonly QueryEvent[];
}

/** The thing that an input is for a key. */
export function inputThing(input: QueryInput, key: string): Fingerprint {
  return fingerprintOf('input', input.name, key);
}

/** Keys are any texts that can be stored. Throws UsageError `INVALID_ARGUMENT`. */
export function requireKey(key: unknown): string {
  return key === '' ? key : requireName('key', key);
}

/**
 * Brings one root up to date. Whoever asks for a stored result has its readings compared first, in the
 * order in which they were made; it is computed only if one differs. So each result is either what
 * it was, or computed, in one state of the inputs.
 */
export class QueryRun {
  private readonly tracked = new Map<string, TrackedQuery<Result>>();
  private readonly memos: ReadonlyMap<string, Memo>;
  private readonly marked: Set<Fingerprint>;
  /** Stored results whose values are no longer there. */
  private readonly lost = new Set<string>();
  private readonly inputs = new InputReads();
  private readonly values = new Map<NodeHash, { readonly value: unknown } | undefined>();
  private readonly wanted = new Set<NodeHash>();
  private session: Session;
  private events = new Map<string, QueryEvent>();
  /** Results near which something changed. */
  private moved = new Set<string>();
  private isChanged = false;
  private isOver = false;
  private isFetchedAhead = false;
  private depth = 0;
  /** The first error of this attempt. A computation that catches it does not make it undone. */
  private failure: { readonly error: unknown } | undefined;

  constructor(private readonly input: RunInput) {
    const memos = input.pack === undefined ? [] : contentsOf(input.pack).memos;
    this.memos = new Map(memos.map((memo) => [nameOf(memo.query, memo.key), memo]));
    this.marked = new Set(input.marked);
    this.session = new Session(input.signal);
  }

  async run(query: Query, key: string): Promise<RunResult> {
    const { space, revision } = this.input;
    const current = this.isCurrent() ? this.memos.get(nameOf(query.name, key)) : undefined;
    if (current !== undefined) {
      this.wanted.add(valueKey(space, current));
      await this.fetch();
      const kept = this.values.get(valueKey(space, current));
      if (kept !== undefined) return { value: kept.value, update: undefined, events: [] };
    }
    for (;;) {
      try {
        const trace = this.session.trace(this.track(query), key);
        const value = trace.value.value();
        const update =
          this.isChanged || this.input.pack === undefined ? packTrace(trace, space, this.memos, revision) : undefined;
        return { value, update, events: [...this.events.values()] };
      } catch (error) {
        if (error !== NOT_FETCHED) throw error;
      }
      this.failure = undefined;
      if (this.isOver) this.startOver();
      else await this.fetch();
    }
  }

  /** Is there nothing to compare? */
  private isCurrent(): boolean {
    if (this.marked.size > 0) return false;
    return [...this.memos.values()].every(
      ({ query, version }) => this.input.definitions.get(query)?.version === version,
    );
  }

  /** What a run took for granted turned out to be wrong. */
  private startOver(): void {
    this.session = new Session(this.input.signal);
    this.events = new Map();
    this.moved = new Set();
    this.isChanged = false;
    this.isOver = false;
    this.isFetchedAhead = false;
  }

  private async fetch(): Promise<void> {
    await this.inputs.load(this.input.signal);
    if (this.wanted.size === 0) return;
    const found = await this.input.contents.getMany(this.wanted);
    for (const key of this.wanted) this.values.set(key, decoded(found.get(key)));
    this.wanted.clear();
  }

  // ── Queries and inputs as the session knows them ─────────────────────────────────────────────

  private track(definition: Query | QueryInput): TrackedQuery<Result> {
    const name = fullName(definition);
    let tracked = this.tracked.get(name);
    if (tracked !== undefined) return tracked;
    const cycle = definition.kind === 'query' ? definition.onCycle : undefined;
    tracked = {
      name,
      version: definition.version,
      compute: (reader, key) =>
        definition.kind === 'query' ? this.result(definition, reader, key) : this.inputResult(definition, reader, key),
      fingerprint: (result) => result.fingerprint,
      ...(cycle === undefined
        ? {}
        : { onCycle: { value: { fingerprint: fingerprintOf(), value: () => cycle.value } } }),
    };
    this.tracked.set(name, tracked);
    return tracked;
  }

  /** An input that nobody marked is taken to be what it was, and read only if its value is wanted. */
  private inputResult(input: QueryInput, reader: QueryReader, key: string): Result {
    const thing = inputThing(input, key);
    const name = nameOf(fullName(input), key);
    reader.read({ thing, fingerprint: fingerprintOf(), partition: null, seenBy: 0, packedIn: 0, place: 0 });
    const memo = this.memos.get(name);
    if (memo === undefined || memo.version !== input.version || this.marked.has(thing)) {
      const { fingerprint, value } = this.inputs.read(input, key);
      this.moved.add(name);
      this.isChanged ||= memo === undefined || memo.version !== input.version || memo.fingerprint !== fingerprint;
      return { fingerprint, value: () => value };
    }
    const value = (): unknown => {
      const reading = this.inputs.read(input, key);
      if (reading.fingerprint === memo.fingerprint) return reading.value;
      // It changed and nobody said so.
      this.marked.add(thing);
      return this.giveUp();
    };
    return { fingerprint: memo.fingerprint, value };
  }

  private result(query: Query, reader: QueryReader, key: string): Result {
    if (this.depth >= MAX_DEPTH) {
      throw new LimitError('LIMIT_EXCEEDED', `Queries ask each other more than ${MAX_DEPTH} deep, at ${query.name}.`, {
        details: { query: query.name, key, limit: MAX_DEPTH },
      });
    }
    this.depth++;
    try {
      const memo = this.memos.get(nameOf(query.name, key));
      const difference = this.compare(query, memo, reader);
      if (memo !== undefined && difference === undefined) return this.stored(memo);
      return this.execute(query, reader, key, memo, difference ?? { reason: 'new' });
    } finally {
      this.depth--;
    }
  }

  // ── Stored results ───────────────────────────────────────────────────────────────────────────

  /** Why a stored result does not hold any more, if it does not. What is compared counts as read. */
  private compare(query: Query, memo: Memo | undefined, reader: QueryReader): Difference | undefined {
    if (memo === undefined || this.lost.has(nameOf(memo.query, memo.key))) return { reason: 'new' };
    if (memo.version !== query.version) return { reason: 'version' };
    let isMoved = false;
    for (const [position, read] of memo.reads.entries()) {
      // What queries read are other results and inputs, which are results of their own.
      if (!isMemo(read)) continue;
      const definition = this.input.definitions.get(read.query);
      if (definition === undefined) return { reason: 'changed', position };
      if (reader.get(this.track(definition), read.key).fingerprint !== read.fingerprint) {
        return { reason: 'changed', position };
      }
      isMoved ||= this.moved.has(nameOf(read.query, read.key));
    }
    if (isMoved) this.note({ query: query.name, key: memo.key, action: 'validated', reason: 'none' });
    return undefined;
  }

  private stored(memo: Memo): Result {
    const value = (): unknown => {
      const key = valueKey(this.input.space, memo);
      const kept = this.values.get(key);
      if (kept !== undefined) return kept.value;
      if (!this.values.has(key)) {
        this.wanted.add(key);
        throw NOT_FETCHED;
      }
      this.lost.add(nameOf(memo.query, memo.key));
      return this.giveUp();
    };
    return { fingerprint: memo.fingerprint, value };
  }

  private giveUp(): never {
    this.isOver = true;
    throw NOT_FETCHED;
  }

  // ── Computations ─────────────────────────────────────────────────────────────────────────────

  private execute(
    query: Query,
    reader: QueryReader,
    key: string,
    memo: Memo | undefined,
    difference: Difference,
  ): Result {
    if (memo !== undefined) this.fetchAhead();
    const ask = new Ask(this, reader);
    let value: unknown;
    try {
      value = query.compute(ask, key);
    } catch (error) {
      throw this.failure === undefined ? error : this.failure.error;
    } finally {
      ask.isOpen = false;
    }
    if (this.failure !== undefined) throw this.failure.error;
    const text = jsonTextOf(value, `result of query ${query.name}`);
    const fingerprint = fingerprintOf(text);
    const action = memo?.fingerprint === fingerprint ? 'backdated' : 'executed';
    this.note({ query: query.name, key, action, ...difference });
    this.isChanged = true;
    const result = valueOfJson(value, text);
    return { fingerprint, value: () => result, text };
  }

  /**
   * A computation mostly asks what it asked the last time. The stored values of that are fetched together,
   * for all results that may be computed.
   */
  private fetchAhead(): void {
    if (this.isFetchedAhead) return;
    this.isFetchedAhead = true;
    const suspects = new Set<Memo>();
    // Results stand after what they read.
    for (const memo of this.memos.values()) {
      const isSuspect =
        this.input.definitions.get(memo.query)?.version !== memo.version ||
        this.lost.has(nameOf(memo.query, memo.key)) ||
        memo.reads.some((read) => (isMemo(read) ? suspects.has(read) : this.marked.has(read.thing)));
      if (!isSuspect) continue;
      suspects.add(memo);
      for (const read of memo.reads) if (isMemo(read)) this.want(read);
    }
    if (this.wanted.size > 0) throw NOT_FETCHED;
  }

  private want(memo: Memo): void {
    const key = valueKey(this.input.space, memo);
    const isOfQuery = this.input.definitions.get(memo.query)?.kind === 'query';
    if (isOfQuery && !this.values.has(key)) this.wanted.add(key);
  }

  private note(event: QueryEvent): void {
    const name = nameOf(event.query, event.key);
    this.events.set(name, event);
    this.moved.add(name);
  }

  /** The value that a computation asked for. Its error, even when caught, is that of the computation. */
  ask<V>(definition: Query<V> | QueryInput<V>, key: string, reader: QueryReader): V {
    try {
      this.input.definitions.require(definition);
      const result = reader.get(this.track(definition as Query | QueryInput), requireKey(key));
      return result.value() as V;
    } catch (error) {
      this.failure ??= { error };
      throw error;
    }
  }
}

type Difference = Pick<QueryEvent, 'position'> & { readonly reason: 'new' | 'version' | 'changed' };

function decoded(bytes: Uint8Array | undefined): { readonly value: unknown } | undefined {
  if (bytes === undefined) return undefined;
  // Its checksum says that it is what was written.
  return { value: JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')) as unknown };
}

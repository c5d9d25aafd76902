import { NodeHash, type Fingerprint } from '../model/index.js';
import type { ContentEntry } from './content-store.js';
import type { Memo, Pack } from './pack.js';
import { isTrace, type Trace } from './query.js';

/** A result as computations hand it on. The value of a stored one is fetched when somebody wants it. */
export interface Result {
  readonly fingerprint: Fingerprint;
  readonly value: () => unknown;
  /** The JSON text of one that was computed by this run. */
  readonly text?: string;
}

/** What is to be stored for a root. */
export interface RootUpdate {
  readonly pack: Pack;
  readonly entries: readonly ContentEntry[];
}

/** The results below a root as they are stored, and the values of those that were computed. */
export function packTrace(
  root: Trace<Result>,
  space: string,
  before: ReadonlyMap<string, Memo>,
  revision: number,
): RootUpdate {
  const entries: ContentEntry[] = [];
  const built = new Map<Trace, Memo>();
  const build = (trace: Trace): Memo => {
    const known = built.get(trace);
    if (known !== undefined) return known;
    const { query, key, fingerprint, reads } = trace;
    const earlier = before.get(nameOf(query.name, key));
    const memo: Memo = {
      query: query.name,
      version: query.version,
      key,
      fingerprint,
      changedAt: earlier?.fingerprint === fingerprint ? earlier.changedAt : revision,
      reads: reads.map((read) =>
        isTrace(read) ? build(read) : { thing: read.thing, fingerprint: read.fingerprint, isForeign: true },
      ),
    };
    built.set(trace, memo);
    // All queries of the session give results.
    const { text } = trace.value as Result;
    if (text !== undefined) {
      entries.push({ key: valueKey(space, memo), query: `${space}/${query.name}`, result: Buffer.from(text) });
    }
    return memo;
  };
  return { pack: { roots: [build(root)] }, entries };
}

/** A result that becomes another one is kept under another key. */
export function valueKey(space: string, { query, key, fingerprint }: Memo): NodeHash {
  return NodeHash.of(JSON.stringify(['lestockage query value', space, query, key, fingerprint]));
}

/** The name of a result in a space. */
export function nameOf(query: string, key: string): string {
  return `${query}\0${key}`;
}

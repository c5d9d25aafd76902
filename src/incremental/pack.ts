import type { Fingerprint } from '../model/index.js';
import { ByteReader, ByteWriter } from './byte-codec.js';

/** Layout of the bytes; a pack of another one is as good as none. */
export const FORMAT = 1;

/** A thing that results of the pack read, and what it looked like. */
export interface PackedThing {
  readonly thing: Fingerprint;
  readonly fingerprint: Fingerprint;
  /** Does the thing belong to another partition, or to none? */
  readonly isForeign: boolean;
}

/** A stored result without its value: what it looked like, and what it was computed from. */
export interface Memo {
  readonly query: string;
  readonly version: number;
  readonly key: string;
  readonly fingerprint: Fingerprint;
  /** Revision in which the fingerprint last became another one. */
  readonly changedAt: number;
  /** In the order of reading. */
  readonly reads: readonly (PackedThing | Memo)[];
}

/** All stored results of a partition: those that were asked for, with what they read below them. */
export interface Pack {
  readonly roots: readonly Memo[];
}

export function isMemo(read: PackedThing | Memo): read is Memo {
  return 'query' in read;
}

/** Things and results, each once, results after what they read. */
export interface PackContents {
  readonly things: ReadonlyMap<Fingerprint, PackedThing>;
  readonly memos: readonly Memo[];
}

/** Everything at and below the roots, each once, after what is below it. Without recursion: chains may be long. */
export function inOrder<T>(roots: Iterable<T>, below: (each: T) => readonly T[]): Set<T> {
  const done = new Set<T>();
  for (const root of roots) {
    const path = done.has(root) ? [] : [{ each: root, left: below(root), at: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.left[top.at++];
      if (next !== undefined) {
        if (!done.has(next)) path.push({ each: next, left: below(next), at: 0 });
        continue;
      }
      done.add(top.each);
      path.pop();
    }
  }
  return done;
}

export function contentsOf(pack: Pack): PackContents {
  const things = new Map<Fingerprint, PackedThing>();
  const memos = [...inOrder(pack.roots, ({ reads }) => reads.filter(isMemo))];
  for (const { reads } of memos) for (const read of reads) if (!isMemo(read)) things.set(read.thing, read);
  return { things, memos };
}

/** Things first, then results, each naming what it reads by its place. */
export function encodePack(pack: Pack, contents: PackContents = contentsOf(pack)): Uint8Array {
  const { things, memos } = contents;
  const writer = new ByteWriter();
  const places = new Map<Memo | Fingerprint, number>();
  const queries = new Map<string, number>();
  for (const memo of memos) if (!queries.has(memo.query)) queries.set(memo.query, queries.size);
  const versions = new Map(memos.map((memo) => [memo.query, memo.version]));
  writer.varint(FORMAT);
  writer.varint(queries.size);
  for (const query of queries.keys()) {
    writer.text(query);
    writer.varint(versions.get(query) ?? 0);
  }
  writer.varint(things.size);
  for (const { thing, fingerprint, isForeign } of things.values()) {
    places.set(thing, places.size);
    writer.hash(thing + (isForeign ? FOREIGN : 0));
    writer.hash(fingerprint);
  }
  const roots = new Set(pack.roots);
  writer.varint(memos.length);
  for (const memo of memos) {
    writer.varint((queries.get(memo.query) ?? 0) * 2 + (roots.has(memo) ? 1 : 0));
    writer.text(memo.key);
    writer.hash(memo.fingerprint);
    writer.varint(memo.changedAt);
    writer.varint(memo.reads.length);
    const own = places.size;
    for (const read of memo.reads) writer.varint(own - 1 - (places.get(isMemo(read) ? read : read.thing) ?? 0));
    places.set(memo, own);
  }
  return writer.finish();
}

/** The bit above the 52 of a thing's name. */
export const FOREIGN = 2 ** 52;

/** The pack that the bytes are of, or undefined when they are of no pack this version can read. */
export function decodePack(bytes: Uint8Array): Pack | undefined {
  try {
    return readPack(new ByteReader(bytes));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readPack(reader: ByteReader): Pack | undefined {
  if (reader.varint() !== FORMAT) return undefined;
  const queries: { readonly name: string; readonly version: number }[] = [];
  for (let count = reader.varint(); count > 0; count--) queries.push({ name: reader.text(), version: reader.varint() });
  const places: (PackedThing | Memo)[] = [];
  for (let count = reader.varint(); count > 0; count--) places.push(readThing(reader));
  const roots: Memo[] = [];
  for (let count = reader.varint(); count > 0; count--) {
    const head = reader.varint();
    const query = queries[head >>> 1];
    if (query === undefined) throw new RangeError('A result is of no query.');
    const key = reader.text();
    const fingerprint = reader.hash() as Fingerprint;
    const changedAt = reader.varint();
    const reads: (PackedThing | Memo)[] = [];
    for (let left = reader.varint(); left > 0; left--) {
      const read = places[places.length - 1 - reader.varint()];
      if (read === undefined) throw new RangeError('A result read what is not there.');
      reads.push(read);
    }
    const memo: Memo = { query: query.name, version: query.version, key, fingerprint, changedAt, reads };
    places.push(memo);
    if (head % 2 === 1) roots.push(memo);
  }
  if (!reader.isAtEnd) throw new RangeError('Something follows the pack.');
  return { roots };
}

function readThing(reader: ByteReader): PackedThing {
  const named = reader.hash();
  const isForeign = named >= FOREIGN;
  const thing = (isForeign ? named - FOREIGN : named) as Fingerprint;
  return { thing, fingerprint: reader.hash() as Fingerprint, isForeign };
}

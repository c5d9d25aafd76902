import type { Fingerprint } from '../model/index.js';
import { ByteWriter } from './byte-codec.js';
import type { PackChange } from './memo-store.js';
import { FOREIGN, FORMAT } from './pack.js';
import { isTrace, type Reading, type Trace } from './query.js';

/** Counts the packs made here. What was collected for a pack carries its number. */
let packs = 0;

/**
 * The first pack of a partition: the bytes that `encodePack` gives for the results of these
 * computations, made without the results in between. It is most of what a first run over a project
 * does beyond computing. All traces are of one session, in which a thing is one reading.
 */
export function newPack(partition: string, roots: readonly Trace[], revision: number): PackChange {
  const number = ++packs;
  const contents: Contents = { things: [], traces: [] };
  for (const root of roots) collect(root, number, contents);
  const { things, traces } = contents;
  const writer = new ByteWriter();
  writer.varint(FORMAT);
  const queries = writeQueries(traces, writer);
  const added: Fingerprint[] = [];
  writer.varint(things.length);
  for (const { thing, fingerprint, partition: home } of things) {
    const isForeign = home !== partition;
    if (isForeign) added.push(thing);
    writer.hash(thing + (isForeign ? FOREIGN : 0));
    writer.hash(fingerprint);
  }
  const isRoot = new Set(roots);
  writer.varint(traces.length);
  for (const trace of traces) {
    writer.varint((queries.get(trace.query.name) ?? 0) * 2 + (isRoot.has(trace) ? 1 : 0));
    writer.text(trace.key);
    writer.hash(trace.fingerprint);
    writer.varint(revision);
    writer.varint(trace.reads.length);
    const own = things.length + trace.place;
    for (const read of trace.reads) writer.varint(own - 1 - (isTrace(read) ? things.length + read.place : read.place));
  }
  return { partition, id: undefined, data: writer.finish(), added, dropped: [] };
}

interface Contents {
  readonly things: Reading[];
  readonly traces: Trace[];
}

/** Everything at and below a root, each once, after what is below it. Without recursion: chains may be long. */
function collect(root: Trace, number: number, { things, traces }: Contents): void {
  if (root.packedIn === number) return;
  root.packedIn = number;
  const path = [{ trace: root, at: 0 }];
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const read = top.trace.reads[top.at++];
    if (read === undefined) {
      top.trace.place = traces.push(top.trace) - 1;
      path.pop();
    } else if (read.packedIn !== number) {
      read.packedIn = number;
      if (isTrace(read)) path.push({ trace: read, at: 0 });
      else read.place = things.push(read) - 1;
    }
  }
}

function writeQueries(traces: readonly Trace[], writer: ByteWriter): ReadonlyMap<string, number> {
  const versions = new Map<string, number>();
  for (const { query } of traces) versions.set(query.name, query.version);
  writer.varint(versions.size);
  const numbers = new Map<string, number>();
  for (const [name, version] of versions) {
    numbers.set(name, numbers.size);
    writer.text(name);
    writer.varint(version);
  }
  return numbers;
}

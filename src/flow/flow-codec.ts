import { NodeHash } from '../model/index.js';
import { FLOW_EDGE_KINDS, type Cfg, type FlowBlock, type FlowEdge } from './cfg.js';
import type { FunctionFlow } from './function-flow.js';
import type { FlowStep } from './statement.js';

/** To be raised with every change of what is computed or how it is written. */
export const FLOW_VERSION = 2;

const MAGIC = 0xf7;
const DIGEST_BYTES = 32;
/** Of a digest of everything else, so that a damaged graph is told from a sound one. */
const CHECK_BYTES = 8;
const BODY_START = 2 + CHECK_BYTES + DIGEST_BYTES;

/** A function's flow as it is kept, with what it was computed from. */
export interface StoredFlow {
  /**
   * Of the function's text: functions of one structure may be laid out in different ways, and the
   * lines are those of one of them.
   */
  readonly textHash: NodeHash;
  /** With lines counted from 0 at the function's first. */
  readonly flow: FunctionFlow;
}

/** A flow as bytes: numbers of 7 bits a byte, lines and lists by their differences. Names are not kept. */
export function encodeFlow({ textHash, flow }: StoredFlow): Uint8Array {
  const bytes: number[] = [MAGIC, FLOW_VERSION, ...new Uint8Array(CHECK_BYTES), ...NodeHash.toBytes(textHash)];
  const put = (value: number): void => {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
  };
  const putRising = (values: readonly number[]): void => {
    put(values.length);
    values.forEach((value, at) => put(value - (values[at - 1] ?? 0)));
  };
  const { cfg, dominators, postDominators, control, data } = flow;
  put(cfg.steps.length);
  for (const { lines } of cfg.steps) putRising(lines);
  put(cfg.blocks.length);
  for (const { from, to } of cfg.blocks) put(to - from);
  put(cfg.edges.length);
  for (const { from, to, kind } of cfg.edges) [from, to, FLOW_EDGE_KINDS.indexOf(kind)].forEach(put);
  for (const dominator of [...dominators, ...postDominators]) put(dominator + 1);
  for (const list of [...control, ...data]) putRising(list);
  const encoded = Uint8Array.from(bytes);
  encoded.set(checkOf(encoded), 2);
  return encoded;
}

function checkOf(bytes: Uint8Array): Uint8Array {
  return NodeHash.toBytes(NodeHash.of(bytes.subarray(2 + CHECK_BYTES))).subarray(0, CHECK_BYTES);
}

/** The flow in some bytes; undefined when they are not what {@link encodeFlow} of this version writes. */
export function decodeFlow(bytes: Uint8Array): StoredFlow | undefined {
  if (bytes.length < BODY_START || bytes[0] !== MAGIC || bytes[1] !== FLOW_VERSION) return undefined;
  if (checkOf(bytes).some((byte, at) => byte !== bytes[2 + at])) return undefined;
  const reader = new Reader(bytes, BODY_START);
  try {
    const flow = readFlow(reader);
    reader.end();
    return { textHash: NodeHash.fromDigest(bytes.subarray(2 + CHECK_BYTES, BODY_START)), flow };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readFlow(reader: Reader): FunctionFlow {
  const steps = reader.list(reader.count(), (): FlowStep => {
    return { lines: reader.rising(Number.MAX_SAFE_INTEGER), uses: [], defs: [], mayDefs: [], calls: [], holdings: [] };
  });
  let from = 0;
  const blocks = reader.list(reader.count(), (): FlowBlock => {
    const to = from + reader.below(steps.length - from + 1);
    const block = { from, to };
    from = to;
    return block;
  });
  if (from !== steps.length) throw new RangeError('The blocks do not hold the steps.');
  const edges = reader.list(reader.count(), (): FlowEdge => {
    const ends = { from: reader.below(blocks.length), to: reader.below(blocks.length) };
    const kind = FLOW_EDGE_KINDS[reader.next()];
    if (kind === undefined) throw new RangeError('No such kind of edge.');
    return { ...ends, kind };
  });
  const cfg: Cfg = { steps, blocks, edges };
  const tree = (): Int32Array => Int32Array.from(reader.list(blocks.length, () => reader.below(blocks.length + 1) - 1));
  return {
    cfg,
    dominators: tree(),
    postDominators: tree(),
    control: reader.list(blocks.length, () => reader.rising(blocks.length)),
    data: reader.list(steps.length, () => reader.rising(steps.length)),
  };
}

/** Reads numbers; every doubt is a RangeError. */
class Reader {
  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
  ) {}

  next(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.bytes[this.at++];
      if (byte === undefined || factor > 2 ** 42) throw new RangeError('The bytes end within a number.');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  below(limit: number): number {
    const value = this.next();
    if (value >= limit) throw new RangeError('A number is too large.');
    return value;
  }

  /** The length of a list, each item of which takes a byte at least. */
  count(): number {
    return this.below(this.bytes.length - this.at + 1);
  }

  list<T>(length: number, item: () => T): T[] {
    const items: T[] = [];
    while (items.length < length) items.push(item());
    return items;
  }

  /** Numbers below a limit, each larger than the one before it. */
  rising(limit: number): number[] {
    let last = -1;
    return this.list(this.count(), () => {
      const value = Math.max(last, 0) + this.next();
      if (value <= last || value >= limit) throw new RangeError('The list does not rise.');
      return (last = value);
    });
  }

  end(): void {
    if (this.at !== this.bytes.length) throw new RangeError('There are bytes left.');
  }
}

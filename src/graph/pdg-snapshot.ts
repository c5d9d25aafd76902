import { createHash } from 'node:crypto';
import type { PdgColumns, ProjectId } from '../model/index.js';

/** Of what is written here; a snapshot of another layout is as good as none. */
const LAYOUT = 1;
/** Where a column may begin, so that a view on it needs no copy. */
const ALIGNMENT = 8;
const ARRAY_TYPES = { u8: Uint8Array, u32: Uint32Array, f64: Float64Array } as const;
type ArrayName = keyof typeof ARRAY_TYPES;
type Column = PdgColumns[keyof PdgColumns];

interface Header {
  readonly layout: number;
  readonly project: ProjectId;
  readonly generation: number;
  /** Whether the machine that wrote it puts the low byte first. */
  readonly littleEndian: boolean;
  readonly columns: readonly { readonly name: string; readonly array: ArrayName; readonly length: number }[];
}

/** A row of graph_snapshots; bytes, unless another program wrote something else. */
export interface SnapshotRow {
  readonly data: unknown;
  readonly checksum: unknown;
}

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * A graph in one piece: four bytes with the length of a header, the header in JSON, and the columns one
 * after the other as they lie in memory, each from a multiple of 8 bytes on.
 */
export function encodeSnapshot(columns: PdgColumns, project: ProjectId, generation: number): Uint8Array {
  const entries = Object.entries(columns) as readonly (readonly [string, Column])[];
  const header: Header = {
    layout: LAYOUT,
    project,
    generation,
    littleEndian: LITTLE_ENDIAN,
    columns: entries.map(([name, column]) => ({ name, array: arrayNameOf(column), length: column.length })),
  };
  const text = Buffer.from(JSON.stringify(header));
  let size = aligned(4 + text.length);
  for (const [, column] of entries) size = aligned(size) + column.byteLength;
  const data = new Uint8Array(size);
  new DataView(data.buffer).setUint32(0, text.length, true);
  data.set(text, 4);
  let at = aligned(4 + text.length);
  for (const [, column] of entries) {
    data.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at = aligned(at + column.byteLength);
  }
  return data;
}

/** SHA-256, which processors compute themselves: of a large graph it takes a fraction of the time that BLAKE3 would. */
export function checksumOf(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

/** The columns, as views on the row's bytes; undefined when these are not what was stored for this generation. */
export function decodeSnapshot(
  { data, checksum }: SnapshotRow,
  project: ProjectId,
  generation: number,
): PdgColumns | undefined {
  if (!(data instanceof Uint8Array) || !(checksum instanceof Uint8Array)) return undefined;
  if (!checksumOf(data).equals(checksum)) return undefined;
  // The checksum says that this program wrote it, so the header is a header of some layout.
  const headerLength = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  const header = JSON.parse(Buffer.from(data.subarray(4, 4 + headerLength)).toString('utf8')) as Header;
  const isWanted = header.layout === LAYOUT && header.project === project && header.generation === generation;
  if (!isWanted || header.littleEndian !== LITTLE_ENDIAN) return undefined;
  const isInPlace = data.buffer instanceof ArrayBuffer && data.byteOffset % ALIGNMENT === 0;
  const { buffer, byteOffset } = isInPlace ? (data as Uint8Array<ArrayBuffer>) : new Uint8Array(data);
  const columns: Record<string, Column> = {};
  let at = aligned(4 + headerLength);
  for (const { name, array, length } of header.columns) {
    const column = new ARRAY_TYPES[array](buffer, byteOffset + at, length);
    columns[name] = column;
    at = aligned(at + column.byteLength);
  }
  return columns as unknown as PdgColumns;
}

function arrayNameOf(column: Column): ArrayName {
  return column instanceof Uint8Array ? 'u8' : column instanceof Uint32Array ? 'u32' : 'f64';
}

function aligned(at: number): number {
  return Math.ceil(at / ALIGNMENT) * ALIGNMENT;
}

import { createHash } from 'node:crypto';

/** Where a column may begin, so that a view on it needs no copy. */
const ALIGNMENT = 8;
const ARRAY_TYPES = { u8: Uint8Array, u32: Uint32Array, f32: Float32Array, f64: Float64Array } as const;
type ArrayName = keyof typeof ARRAY_TYPES;

export type Column = Uint8Array | Uint32Array | Float32Array | Float64Array;
export type Columns = Readonly<Record<string, Column>>;
/** What the columns belong to; goes through JSON. */
export type About = Readonly<Record<string, unknown>>;

/** A row whose data was packed here; bytes, unless another program wrote something else. */
export interface PackedRow {
  readonly data: unknown;
  /** SHA-256 of the data. */
  readonly checksum: unknown;
}

interface Layout {
  /** Whether the machine that wrote it puts the low byte first. */
  readonly littleEndian: boolean;
  readonly columns: readonly { readonly name: string; readonly array: ArrayName; readonly length: number }[];
}

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * Columns in one piece: four bytes with the length of a header, the header in JSON, and the columns one
 * after the other as they lie in memory, each from a multiple of 8 bytes on.
 */
export function packColumns(about: About, columns: Columns): Uint8Array {
  const entries = Object.entries(columns);
  const layout: Layout = {
    littleEndian: LITTLE_ENDIAN,
    columns: entries.map(([name, column]) => ({ name, array: arrayNameOf(column), length: column.length })),
  };
  const text = Buffer.from(JSON.stringify({ ...about, ...layout }));
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

/** The columns, as views on the bytes where these lie well. Only for what {@link packColumns} gave. */
export function unpackColumns(data: Uint8Array): { readonly about: About; readonly columns: Columns } {
  const headerLength = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  const text = Buffer.from(data.subarray(4, 4 + headerLength)).toString('utf8');
  const { littleEndian, columns: layout, ...about } = JSON.parse(text) as Layout & About;
  const isNative = littleEndian === LITTLE_ENDIAN;
  const isInPlace = isNative && data.buffer instanceof ArrayBuffer && data.byteOffset % ALIGNMENT === 0;
  const { buffer, byteOffset } = isInPlace ? (data as Uint8Array<ArrayBuffer>) : new Uint8Array(data);
  const columns: Record<string, Column> = {};
  let at = aligned(4 + headerLength);
  for (const { name, array, length } of layout) {
    const column = new ARRAY_TYPES[array](buffer, byteOffset + at, length);
    if (!isNative) swapBytes(column);
    columns[name] = column;
    at = aligned(at + column.byteLength);
  }
  return { about, columns };
}

/** SHA-256, which processors compute themselves: of a large graph it takes a fraction of the time that BLAKE3 would. */
export function checksumOf(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

/** The data of a row, or undefined when it is not what was stored. */
export function intactData({ data, checksum }: PackedRow): Uint8Array | undefined {
  if (!(data instanceof Uint8Array) || !(checksum instanceof Uint8Array)) return undefined;
  return checksumOf(data).equals(checksum) ? data : undefined;
}

/** Whole numbers from 0, in four bytes each where all of them fit. */
export function numberColumn(numbers: ArrayLike<number>): Uint32Array | Float64Array {
  for (let at = 0; at < numbers.length; at++) {
    if ((numbers[at] ?? 0) > 0xffff_ffff) return Float64Array.from(numbers);
  }
  return Uint32Array.from(numbers);
}

/** Texts as two columns: the length of each in UTF-8 bytes, and the bytes of all. */
export function packTexts(texts: readonly string[]): { readonly lengths: Uint32Array; readonly bytes: Uint8Array } {
  const lengths = Uint32Array.from(texts, (text) => Buffer.byteLength(text));
  const bytes = Buffer.alloc(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const text of texts) at += bytes.write(text, at, 'utf8');
  return { lengths, bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) };
}

/** The texts again; undefined when the columns do not fit each other. */
export function unpackTexts(lengths: Column | undefined, bytes: Column | undefined): string[] | undefined {
  if (!(lengths instanceof Uint32Array) || !(bytes instanceof Uint8Array)) return undefined;
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const texts: string[] = [];
  let at = 0;
  for (const length of lengths) texts.push(all.toString('utf8', at, (at += length)));
  return at === all.length ? texts : undefined;
}

function swapBytes(column: Column): void {
  const bytes = Buffer.from(column.buffer, column.byteOffset, column.byteLength);
  if (column.BYTES_PER_ELEMENT === 4) bytes.swap32();
  else if (column.BYTES_PER_ELEMENT === 8) bytes.swap64();
}

function arrayNameOf(column: Column): ArrayName {
  if (column instanceof Uint8Array) return 'u8';
  if (column instanceof Uint32Array) return 'u32';
  return column instanceof Float32Array ? 'f32' : 'f64';
}

function aligned(at: number): number {
  return Math.ceil(at / ALIGNMENT) * ALIGNMENT;
}

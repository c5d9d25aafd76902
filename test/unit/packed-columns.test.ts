import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packColumns, packTexts, unpackColumns, unpackTexts } from '../../src/graph/packed-columns.js';

const COLUMNS = {
  bytes: Uint8Array.of(1, 2, 3),
  words: Uint32Array.of(1, 0xffff_fffe),
  halves: Float32Array.of(0.5, -3),
  numbers: Float64Array.of(Math.PI, 2 ** 53 - 1),
  empty: new Float64Array(0),
};

describe('columns in one piece', () => {
  it('come back with what was written about them', () => {
    const { about, columns } = unpackColumns(packColumns({ project: 'größe', at: 7 }, COLUMNS));
    expect(about).toEqual({ project: 'größe', at: 7 });
    expect(columns).toEqual(COLUMNS);
  });

  it('come back from bytes that lie anywhere', () => {
    const packed = packColumns({}, COLUMNS);
    const moved = new Uint8Array(packed.length + 3);
    moved.set(packed, 3);
    expect(unpackColumns(moved.subarray(3)).columns).toEqual(COLUMNS);
  });

  it('come back from a machine with the other byte order', () => {
    const swapped = Object.fromEntries(
      Object.entries(COLUMNS).map(([name, column]) => {
        const bytes = Buffer.from(new Uint8Array(column.buffer.slice(0)));
        const size = column.BYTES_PER_ELEMENT;
        for (let at = 0; size > 1 && at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
        const Kind = column.constructor as new (buffer: ArrayBuffer) => typeof column;
        return [name, new Kind(new Uint8Array(bytes).buffer)];
      }),
    );
    expect(unpackColumns(fromOtherMachine(packColumns({}, swapped))).columns).toEqual(COLUMNS);
  });

  it('hold texts of any characters', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        const { lengths, bytes } = packTexts(texts);
        expect(unpackTexts(lengths, bytes)).toEqual(texts);
        if (bytes.length > 0) expect(unpackTexts(lengths, bytes.subarray(1))).toBeUndefined();
      }),
    );
    expect(unpackTexts(undefined, new Uint8Array(0))).toBeUndefined();
  });
});

/** The same bytes with a header that says the other byte order. */
function fromOtherMachine(packed: Uint8Array): Uint8Array {
  const bytes = Buffer.from(packed);
  const length = bytes.readUInt32LE(0);
  const header = JSON.parse(bytes.toString('utf8', 4, 4 + length)) as { littleEndian: boolean };
  const text = JSON.stringify({ ...header, littleEndian: !header.littleEndian });
  const head = Buffer.alloc(Math.ceil((4 + text.length) / 8) * 8);
  head.writeUInt32LE(text.length);
  head.write(text, 4);
  return new Uint8Array(Buffer.concat([head, bytes.subarray(Math.ceil((4 + length) / 8) * 8)]));
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/incremental/byte-codec.js';

/** The law: what was written is read back, in order; other bytes are a RangeError, never a wrong length of memory. */

const HASH_LIMIT = 2 ** 53 - 1;

type Part = { readonly varint: number } | { readonly hash: number } | { readonly text: string };

const part: fc.Arbitrary<Part> = fc.oneof(
  fc
    .oneof(fc.maxSafeNat(), fc.nat(300), fc.constantFrom(0, 0x7f, 0x80, 2 ** 31, 2 ** 32, 2 ** 49, 2 ** 53 - 1))
    .map((varint) => ({ varint })),
  fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 0xffffff, 0x1000000, 2 ** 52, HASH_LIMIT)).map((hash) => ({ hash })),
  fc.string({ unit: 'grapheme', maxLength: 2000 }).map((text) => ({ text })),
);

function written(parts: readonly Part[]): Uint8Array {
  const writer = new ByteWriter();
  for (const each of parts) {
    if ('varint' in each) writer.varint(each.varint);
    else if ('hash' in each) writer.hash(each.hash);
    else writer.text(each.text);
  }
  return writer.finish();
}

function readBack(bytes: Uint8Array, parts: readonly Part[]): { read: Part[]; isAtEnd: boolean } {
  const reader = new ByteReader(bytes);
  const read = parts.map((each): Part => {
    if ('varint' in each) return { varint: reader.varint() };
    return 'hash' in each ? { hash: reader.hash() } : { text: reader.text() };
  });
  return { read, isAtEnd: reader.isAtEnd };
}

describe('bytes', () => {
  it('give back the numbers and texts that were written', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        expect(readBack(written(parts), parts)).toEqual({ read: parts, isAtEnd: true });
      }),
    );
  });

  it('give back what was written when they lie inside of other bytes', () => {
    const parts = [{ text: 'äöü' }, { hash: HASH_LIMIT }, { varint: 300 }];
    const outer = Buffer.concat([Buffer.alloc(5, 1), written(parts), Buffer.alloc(5, 1)]);
    expect(readBack(outer.subarray(5, outer.length - 5), parts)).toEqual({ read: parts, isAtEnd: true });
  });

  it('that end too early, or never, are a RangeError', () => {
    const whole = written([{ text: 'a text' }]);
    for (let length = 0; length < whole.length; length++) {
      expect(() => new ByteReader(whole.subarray(0, length)).text()).toThrow(RangeError);
    }
    expect(() => new ByteReader(Buffer.alloc(20, 0xff)).varint()).toThrow(RangeError);
    expect(() => new ByteReader(Buffer.alloc(6)).hash()).toThrow(RangeError);
    expect(() => new ByteReader(written([{ varint: 2 ** 53 - 1 }])).text()).toThrow(RangeError);
  });
});

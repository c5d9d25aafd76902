import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fingerprinter, fingerprintOf } from '../../../src/model/index.js';

/**
 * The law: equal sequences have equal fingerprints, today and in a store that was written years ago; other
 * sequences have other ones.
 */

const part = fc.oneof(fc.string({ unit: 'binary' }), fc.maxSafeNat());

describe('a fingerprint', () => {
  it('is 52 bits', () => {
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const fingerprint = fingerprintOf(...parts);
        expect(Number.isSafeInteger(fingerprint) && fingerprint >= 0 && fingerprint < 2 ** 52).toBe(true);
      }),
    );
  });

  it('is the same for a sequence, however it is put together', () => {
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const hasher = new Fingerprinter();
        for (const each of parts) {
          hasher.digest();
          if (typeof each === 'string') hasher.text(each);
          else hasher.number(each);
        }
        expect(hasher.digest()).toBe(fingerprintOf(...parts));
      }),
    );
  });

  it('does not change from one release to the next, or every stored result would be computed again', () => {
    const parts: readonly (string | number)[][] = [[], ['symbol', 7], ['children', 12, 'ä\0b'], [2 ** 53 - 1]];
    expect(parts.map((each) => fingerprintOf(...each))).toEqual([
      1937291981338632, 1077800269094736, 3215141062860299, 1845176991079517,
    ]);
  });

  it('tells sequences apart that differ in a value, in the order, or in where a text ends', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), fc.array(part, { maxLength: 4 }), (one, other) => {
        const isSame = one.length === other.length && one.every((each, at) => each === other[at]);
        expect(fingerprintOf(...one) === fingerprintOf(...other)).toBe(isSame);
      }),
      { numRuns: 2000 },
    );
    expect(
      new Set([fingerprintOf('a', 'b'), fingerprintOf('b', 'a'), fingerprintOf('ab'), fingerprintOf('ab', '')]).size,
    ).toBe(4);
    expect(fingerprintOf('')).not.toBe(fingerprintOf());
  });

  it('is shared by none of many sequences that are like each other', () => {
    const seen = new Set<number>();
    for (let at = 0; at < 150_000; at++) seen.add(fingerprintOf('children', at, `f${at % 97}`));
    for (let at = 0; at < 150_000; at++) seen.add(fingerprintOf(`f${at}`));
    expect(seen.size).toBe(300_000);
  });
});

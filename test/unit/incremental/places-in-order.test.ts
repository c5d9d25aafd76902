import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placesInOrder } from '../../../src/incremental/places-in-order.js';

describe('places in order', () => {
  it('are those that sorting gives, equal fingerprints in the order in which they came', () => {
    const fingerprint = fc.oneof(
      fc.maxSafeNat().map((value) => value % 2 ** 52),
      fc.nat(5),
    );
    fc.assert(
      fc.property(fc.array(fingerprint, { maxLength: 200 }), (values) => {
        const expected = values.map((_, place) => place).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b);
        expect([...placesInOrder(Float64Array.from(values))]).toEqual(expected);
      }),
    );
  });
});

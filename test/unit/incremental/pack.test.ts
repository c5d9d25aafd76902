import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentsOf, decodePack, encodePack, type Pack } from '../../../src/incremental/pack.js';
import { packs } from '../../support/random-packs.js';

/** The law: a pack is read as it was written; any other bytes are no pack, and never an error. */

/** Roots in an order of their own: which of them comes first says nothing. */
function ordered({ roots }: Pack): Pack {
  return { roots: [...roots].sort((a, b) => (`${a.query} ${a.key}` < `${b.query} ${b.key}` ? -1 : 1)) };
}

describe('the bytes of a pack', () => {
  it('give back the pack', () => {
    fc.assert(
      fc.property(packs, (pack) => {
        const decoded = decodePack(encodePack(pack));
        expect(ordered(decoded ?? { roots: [] })).toEqual(ordered(pack));
      }),
    );
  });

  it('hold a result that many read once, so that they stay small', () => {
    fc.assert(
      fc.property(packs, (pack) => {
        const decoded = decodePack(encodePack(pack)) ?? { roots: [] };
        expect(contentsOf(decoded).memos).toHaveLength(contentsOf(pack).memos.length);
        // Written once more they are the same bytes.
        expect(encodePack(decodePack(encodePack(decoded)) ?? { roots: [] })).toEqual(encodePack(decoded));
      }),
    );
  });

  it('may be any other bytes, of which nothing is read wrongly nor thrown', () => {
    fc.assert(
      fc.property(packs, fc.nat(), fc.integer({ min: 1, max: 255 }), (pack, at, flip) => {
        const bytes = encodePack(pack);
        const place = at % bytes.length;
        expect(decodePack(bytes.subarray(0, place))).toBeUndefined();
        expect(decodePack(Buffer.concat([bytes, Buffer.of(flip)]))).toBeUndefined();
        bytes[place] = (bytes[place] ?? 0) ^ flip;
        expect(() => decodePack(bytes)).not.toThrow();
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void decodePack(bytes)),
      { numRuns: 500 },
    );
  });

  it('are of no pack when a later version wrote them', () => {
    const bytes = encodePack({ roots: [] });
    expect(decodePack(bytes)).toEqual({ roots: [] });
    expect(decodePack(Uint8Array.of((bytes[0] ?? 0) + 1, ...bytes.subarray(1)))).toBeUndefined();
    expect(decodePack(new Uint8Array())).toBeUndefined();
  });
});

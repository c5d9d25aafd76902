import fc from 'fast-check';
import type { Memo, Pack, PackedThing } from '../../src/incremental/pack.js';
import type { Fingerprint } from '../../src/model/index.js';

const fingerprint = fc.nat({ max: 2 ** 31 - 1 }).map((value) => (value * 2 ** 20 + 7) as Fingerprint);

interface Draft {
  readonly query: string;
  readonly key: string;
  readonly fingerprint: Fingerprint;
  readonly changedAt: number;
  /** Places among all things and the results before it. */
  readonly reads: readonly number[];
  readonly isRoot: boolean;
}

const draft: fc.Arbitrary<Draft> = fc.record({
  query: fc.constantFrom('bindings', 'type', 'ü'),
  key: fc.string({ unit: 'grapheme', maxLength: 12 }),
  fingerprint,
  changedAt: fc.maxSafeNat(),
  reads: fc.uniqueArray(fc.nat(), { maxLength: 6 }),
  isRoot: fc.boolean(),
});

const things = fc.uniqueArray(fc.record({ thing: fingerprint, fingerprint, isForeign: fc.boolean() }), {
  selector: ({ thing }) => thing,
  maxLength: 12,
});

/** Packs as validation makes them: each result once, after what it reads, all below some root, in that order. */
export const packs: fc.Arbitrary<Pack> = fc
  .tuple(things, fc.uniqueArray(draft, { selector: ({ query, key }) => `${query} ${key}`, maxLength: 12 }))
  .map(([all, drafts]) => packOf(all, drafts));

function packOf(all: readonly PackedThing[], drafts: readonly Draft[]): Pack {
  const memos: Memo[] = [];
  const read = new Set<Memo>();
  for (const { query, key, fingerprint: looks, changedAt, reads } of drafts) {
    const known = [...all, ...memos];
    const chosen = [...new Set(known.length === 0 ? [] : reads.map((place) => known[place % known.length]))];
    const memo: Memo = {
      query,
      version: query.length,
      key,
      fingerprint: looks,
      changedAt,
      reads: chosen.filter((each) => each !== undefined),
    };
    for (const each of memo.reads) if ('query' in each) read.add(each);
    memos.push(memo);
  }
  return { roots: memos.filter((memo, at) => !read.has(memo) || drafts[at]?.isRoot === true) };
}

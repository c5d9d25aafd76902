import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FactsUnpacker, packOutcomes } from '../../src/ingest/packed-facts.js';
import type { ParseOutcome } from '../../src/ingest/parse-file.js';
import { NODE_TYPES, NodeHash, REFERENCE_KINDS, VISIBILITIES, type FileFacts } from '../../src/model/index.js';
import { cases } from '../support/cases.js';

const text = fc.oneof(fc.constantFrom('', 'name', 'x'.repeat(100)), fc.string({ unit: 'binary' }));
const optional = fc.option(text);
const count = fc.nat(0x7fff_ffff);
const hash = text.map((each) => NodeHash.of(each));
const facts: fc.Arbitrary<FileFacts> = fc.record({
  path: text,
  language: text,
  symbols: fc.array(
    fc.record({
      name: text,
      qualifiedName: text,
      nodeType: fc.constantFrom(...NODE_TYPES),
      parent: fc.integer({ min: -1, max: 1000 }),
      ordinal: count,
      signature: optional,
      documentation: optional,
      visibility: fc.constantFrom(...VISIBILITIES),
      complexity: fc.option(count),
      contentHash: hash,
      interfaceHash: hash,
      valueType: optional,
      startByte: count,
      endByte: count,
      startLine: count,
      endLine: count,
    }),
  ),
  references: fc.array(
    fc.record({
      source: count,
      kind: fc.constantFrom(...REFERENCE_KINDS),
      name: text,
      receiver: optional,
      alias: optional,
      count,
      line: count,
    }),
  ),
  errorCount: count,
  firstErrorLine: count,
});
const state = { path: 'a.ts', contentHash: NodeHash.of('a'), sizeBytes: 3, statKey: '3:1:1:1' };
const outcome: fc.Arbitrary<ParseOutcome> = fc.oneof(
  facts.map((each): ParseOutcome => ({ kind: 'parsed', ...state, facts: each, warnings: [] })),
  fc.constantFrom<ParseOutcome>(
    { kind: 'same', ...state },
    { kind: 'skipped', path: 'b.ts', code: 'PARSE_FAILED', message: 'no' },
  ),
);

it('gives the facts of files back as they were, whatever they are and whichever were unpacked before', () => {
  const unpacker = new FactsUnpacker();
  fc.assert(
    fc.property(fc.array(outcome), (outcomes) => {
      expect(unpacker.unpack(structuredClone(packOutcomes(outcomes)))).toEqual(outcomes);
    }),
    cases(200),
  );
});

it('refuses outcomes whose facts got lost', () => {
  const packed = packOutcomes([{ kind: 'parsed', ...state, facts: { ...emptyFacts, path: 'a.ts' }, warnings: [] }]);
  const cut = { ...packed, facts: { ...packed.facts, numbers: new Int32Array(0) } };
  expect(() => new FactsUnpacker().unpack(cut)).toThrow('The facts of a.ts are missing.');
});

const emptyFacts: FileFacts = {
  path: '',
  language: 'typescript',
  symbols: [],
  references: [],
  errorCount: 0,
  firstErrorLine: 0,
};

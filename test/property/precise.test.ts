import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodePrecise,
  encodePrecise,
  PRECISE_EDGE_TYPES,
  type PreciseReference,
  type PreciseTarget,
} from '../../src/model/index.js';

/** The law: precise facts come back from their stored form as they were, and what is none is not taken for one. */

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a.ts', '#x', '/y', 'g', ''));
const key = fc.oneof(
  text.map((path) => `${path}#f(function)`),
  fc.constantFrom('a.ts#g(function)~2', '#odd.ts#A.b(method)', 'a.ts#(module)', 'b/c.py#A.b(method)'),
);
const target: fc.Arbitrary<PreciseTarget> = fc.oneof(
  // No path begins with a slash.
  key.filter((each) => !each.startsWith('/')).map((each) => ({ kind: 'symbol' as const, key: each })),
  fc
    .record({ manager: text, packageName: text, version: text, descriptors: text })
    .map((moniker) => ({ kind: 'external' as const, moniker })),
  fc.constant({ kind: 'unresolved' as const }),
);
const reference: fc.Arbitrary<PreciseReference> = fc.record({
  target,
  edgeType: fc.constantFrom(...PRECISE_EDGE_TYPES),
  name: fc.oneof(text, fc.constantFrom('f', 'g', 'b')),
  count: fc.nat(),
  access: fc.constantFrom(null, 'read' as const, 'write' as const, 'readwrite' as const),
});
const sources = fc.uniqueArray(text, { maxLength: 5 });

describe('precise facts', () => {
  it('come back from JSON as they were', () => {
    const lists = fc.array(fc.array(reference, { maxLength: 6 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(fc.constantFrom('a.ts', '#odd.ts', 'b/c.py'), sources, lists, (path, names, all) => {
        const references = new Map(names.map((name, at) => [`#${name}(function)`, all[at] ?? []]));
        const decoded = decodePrecise(path, encodePrecise({ path, references }));
        expect(decoded).toEqual(references);
      }),
    );
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"symbols":[1],"external":[],"references":{}}',
    '{"symbols":[],"external":[["npm"]],"references":{}}',
    '{"symbols":[],"external":[],"references":{"#f":[[0,0,1]]}}',
    '{"symbols":["#g"],"external":[],"references":{"#f":[[0,9,1]]}}',
    '{"symbols":["#g"],"external":[],"references":{"#f":[[0,0,"x"]]}}',
    '{"symbols":["#g"],"external":[],"references":{"#f":[[0,0,1,0,7]]}}',
    '{"symbols":["#g"],"external":[],"references":{"#f":7}}',
  ])('are not read from %j', (json) => {
    expect(decodePrecise('a.ts', json)).toBeUndefined();
  });
});

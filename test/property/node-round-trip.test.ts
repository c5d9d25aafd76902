import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EdgeStore, NodeStore, type NodeInput } from '../../src/graph/index.js';
import { NODE_TYPES, NodeHash, nodeKey, VISIBILITIES, type EdgeMetadata } from '../../src/model/index.js';
import { openDatabase, type Database } from '../../src/sql/index.js';
import { cases } from '../support/cases.js';
import { nodeInput } from '../support/records.js';
import { serverForTests } from '../support/servers/in-tests.js';

/** Any Unicode text, control characters and astral planes included. */
const text = fc.string({ unit: 'binary', maxLength: 40 });
const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
const count = fc.nat();
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => NodeHash.fromDigest(bytes));

const record: fc.Arbitrary<NodeInput> = fc
  .record({
    projectId: fc.constantFrom('p', 'q', 'prøject 😀'),
    filePath: name,
    symbolName: name,
    qualifiedName: text,
    nodeType: fc.constantFrom(...NODE_TYPES),
    ordinal: fc.integer({ min: 1, max: 5 }),
    language: name,
    signature: fc.option(text),
    documentation: fc.option(text),
    visibility: fc.constantFrom(...VISIBILITIES),
    complexity: fc.option(fc.maxSafeNat()),
    contentHash: hash,
    interfaceHash: hash,
    valueType: fc.option(text),
    startByte: count,
    startLine: count,
    size: count,
    embedding: fc.option(fc.uint8Array({ maxLength: 64 })),
  })
  .map(({ size, ...fields }) => ({ ...fields, endByte: fields.startByte + size, endLine: fields.startLine + size }));

const server = serverForTests();

describe.each([
  { place: 'in memory', path: () => ':memory:', numRuns: 150 },
  // Each case is some dozen round trips.
  { place: 'on a server', path: () => server().url, numRuns: 20 },
])('what is stored $place', ({ path, numRuns }) => {
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase({ path: path() });
  });
  afterAll(() => database.close());

  it('[S4] comes back equal, each record at its id in input order', async () => {
    const nodes = new NodeStore(database);
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 12 }), async (records) => {
        const ids = await nodes.batchInsert(records);
        expect(ids).toHaveLength(records.length);
        const identity = (input: NodeInput): string =>
          JSON.stringify([input.projectId, nodeKey({ ordinal: 1, qualifiedName: input.symbolName, ...input })]);
        // Of records with the same key the last one stays.
        const last = new Map(records.map((input, at) => [identity(input), at]));
        for (const [at, input] of records.entries()) {
          const lastAt = last.get(identity(input)) ?? at;
          expect(ids[at]).toBe(ids[lastAt]);
          const stored = await nodes.require(ids[at]!); // as many ids as records, asserted above
          expect(stored).toMatchObject(records[lastAt] ?? {});
          expect((await nodes.getByKey(stored.projectId, stored.key))?.id).toBe(stored.id);
        }
      }),
      cases(numRuns),
    );
  });

  it('[S5] comes back equal: metadata that JSON can hold', async () => {
    const [callerId] = await new NodeStore(database).batchInsert([nodeInput('caller')]);
    const edges = new EdgeStore(database);
    const metadata = fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.jsonValue({ noUnicodeString: false, maxDepth: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(metadata, async (given) => {
        // JSON has one zero.
        const expected = JSON.parse(JSON.stringify(given)) as EdgeMetadata;
        const edge = { callerId: callerId!, calleeId: callerId!, edgeType: 'call' } as const; // one record went in
        await edges.insert({ ...edge, metadata: { ...given } });
        expect(await edges.getByCaller(edge.callerId)).toEqual([{ ...edge, metadata: expected }]);
      }),
      cases(numRuns),
    );
  });
});

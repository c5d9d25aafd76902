import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { contentKey } from '../../src/incremental/content-key.js';
import { ContentStore, type ContentEntry } from '../../src/incremental/content-store.js';
import { decodeResult, encodeResult, MAX_RESULT_BYTES } from '../../src/incremental/result-codec.js';
import { NodeHash } from '../../src/model/index.js';
import { openDatabase, type Database } from '../../src/sql/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const START = 1_700_000_000_000;

async function fileDatabase(path = join(temporaryFolder(), 'a.db')): Promise<Database> {
  const database = await openDatabase({ path });
  onTestFinished(() => database.close());
  return database;
}

function entry(name: string, size = 10, query = 'parse'): ContentEntry {
  // Bytes that do not deflate, so that sizes in the table are known.
  return { key: NodeHash.of(name), query, result: randomBytes(size) };
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'));

describe('the stored form of a result', () => {
  it('gives back every result in memory of its own', () => {
    const results = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(fc.uint8Array({ maxLength: 8 }), fc.nat(5000)).map(([part, times]) => {
        return new Uint8Array(Buffer.concat(Array.from({ length: times % 400 }, () => part)));
      }),
    );
    fc.assert(
      fc.property(results, (result) => {
        const decoded = decodeResult(encodeResult(result));
        expect(decoded).toEqual(result);
        expect([decoded?.byteOffset, decoded?.buffer.byteLength]).toEqual([0, result.length]);
      }),
    );
  });

  it('is deflated when that is smaller, and one byte longer than the result otherwise', () => {
    expect(encodeResult(new Uint8Array(10_000)).length).toBeLessThan(100);
    expect(encodeResult(randomBytes(10_000)).length).toBe(10_001);
    expect([...encodeResult(bytes('ab'))]).toEqual([0, 97, 98]);
  });

  it('is read as nothing, without an error, when it is any other bytes', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 255), fc.uint8Array({ maxLength: 60 }), (flag, rest) => {
        const decoded = decodeResult(Uint8Array.from([flag, ...rest]));
        expect(decoded === undefined || decoded instanceof Uint8Array).toBe(true);
      }),
    );
    expect(decodeResult(new Uint8Array(0))).toBeUndefined();
  });

  it('is not unpacked beyond the length it states or the limit', () => {
    const stored = Buffer.from(encodeResult(new Uint8Array(1_000_000)));
    stored.writeUInt32LE(999_999, 1);
    expect(decodeResult(stored)).toBeUndefined();
    stored.writeUInt32LE(1_000_001, 1);
    expect(decodeResult(stored)).toBeUndefined();
    stored.writeUInt32LE(MAX_RESULT_BYTES + 1, 1);
    expect(decodeResult(stored)).toBeUndefined();
    stored.writeUInt32LE(1_000_000, 1);
    expect(decodeResult(stored)).toHaveLength(1_000_000);
    expect(decodeResult(stored.subarray(0, stored.length - 1))).toBeUndefined();
  });

  it('is refused for a result over the limit', () => {
    expect(() => encodeResult(new Uint8Array(MAX_RESULT_BYTES + 1))).toThrow(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
    );
  });
});

describe('the key of a content result', () => {
  const query = { query: 'parse', version: 3, environment: 'typescript' };
  const content = NodeHash.of('content');

  it('differs with every part, and with where one part ends', () => {
    const keys = [
      contentKey(query, content),
      contentKey({ ...query, query: 'pars' }, content),
      contentKey({ ...query, version: 4 }, content),
      contentKey({ ...query, environment: '' }, content),
      contentKey(query, NodeHash.of('other')),
      contentKey({ query: 'parse3', version: 3, environment: 'typescript' }, content),
      contentKey({ query: 'parse', version: 33, environment: 'typescript' }, content),
      contentKey({ query: 'parse', version: 3, environment: '3typescript' }, content),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(contentKey({ ...query }, content.toUpperCase() as NodeHash)).toBe(keys[0]);
  });

  it('is refused for parts that are none', () => {
    const refused = [{ query: '' }, { query: '\ud800' }, { version: -1 }, { version: 1.5 }, { environment: '\udc00' }];
    for (const part of refused) {
      expect(() => contentKey({ ...query, ...part }, content)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    }
    expect(() => contentKey(query, 'xyz' as NodeHash)).toThrow(expect.objectContaining({ code: 'INVALID_HASH' }));
  });
});

describe('content results', () => {
  it('are given back byte for byte, also by a store that is opened later', async () => {
    const path = join(temporaryFolder(), 'a.db');
    const entries = [entry('a'), entry('b', 0), { ...entry('c'), result: new Uint8Array(5000).fill(7) }];
    const database = await openDatabase({ path });
    await new ContentStore(database).put(entries);
    await database.close();
    const store = new ContentStore(await fileDatabase(path));
    const found = await store.getMany([...entries.map(({ key }) => key), NodeHash.of('absent')]);
    expect([...found.keys()].sort()).toEqual(entries.map(({ key }) => key).sort());
    for (const { key, result } of entries) expect(found.get(key)).toEqual(new Uint8Array(result));
    expect(await store.get(NodeHash.of('absent'))).toBeUndefined();
    expect(store.counters).toEqual({ hits: 3, misses: 2, damaged: 0, writes: 0 });
  });

  it('are read in many parts when many are wanted', async () => {
    const store = new ContentStore(await fileDatabase());
    const entries = Array.from({ length: 1300 }, (_, at) => entry(`entry ${at}`, 3));
    await store.put(entries);
    const found = await store.getMany(entries.map(({ key }) => key));
    expect(found.size).toBe(1300);
    expect(found.get(entries[1299]?.key as NodeHash)).toEqual(new Uint8Array(entries[1299]?.result ?? []));
  });

  it('are replaced by a later put under the same key', async () => {
    const store = new ContentStore(await fileDatabase());
    const { key } = entry('a');
    await store.put([
      { key, query: 'parse', result: bytes('one') },
      { key, query: 'parse', result: bytes('two') },
    ]);
    expect(await store.get(key)).toEqual(bytes('two'));
    expect((await store.statistics()).results).toBe(1);
  });

  it('are written all or none', async () => {
    const store = new ContentStore(await fileDatabase());
    const bad: [Partial<Record<keyof ContentEntry, unknown>>, string][] = [
      [{ key: 'short' }, 'INVALID_HASH'],
      [{ key: 7 }, 'INVALID_HASH'],
      [{ query: '' }, 'INVALID_ARGUMENT'],
      [{ result: 'text' }, 'INVALID_ARGUMENT'],
    ];
    for (const [field, code] of bad) {
      const put = store.put([entry('a'), { ...entry('b'), ...field } as ContentEntry]);
      await expect(put).rejects.toMatchObject({ code, details: { row: 1 } });
    }
    expect(await store.statistics()).toEqual({ results: 0, bytes: 0, queries: [] });
  });

  it('can be part of a larger batch', async () => {
    const database = await fileDatabase();
    const store = new ContentStore(database);
    const failing = { sql: "INSERT INTO projects (id, generation) VALUES ('p', NULL)" };
    await expect(database.write([...store.statementsForPut([entry('a')]), failing])).rejects.toMatchObject({
      code: 'CONSTRAINT',
    });
    expect(await store.get(NodeHash.of('a'))).toBeUndefined();
    await database.write([
      ...store.statementsForPut([entry('a', 30), entry('b', 30)]),
      ...store.statementsForCollect(31),
    ]);
    expect((await store.statistics()).results).toBe(1);
  });
});

describe('a damaged content result', () => {
  const DAMAGES = [
    ['flipped', "UPDATE content_results SET result = CAST('x' || substr(result, 2) AS BLOB) WHERE key = ?"],
    ['truncated', 'UPDATE content_results SET result = substr(result, 1, length(result) - 1) WHERE key = ?'],
    ['emptied', "UPDATE content_results SET result = x'' WHERE key = ?"],
    ['a text', "UPDATE content_results SET result = 'text' WHERE key = ?"],
    ['without its checksum', "UPDATE content_results SET checksum = x'00' WHERE key = ?"],
  ] as const;

  it.each(DAMAGES)('that is %s is a miss, is counted, and is removed by the next write', async (_, sql) => {
    const database = await fileDatabase();
    const store = new ContentStore(database);
    const entries = [entry('a', 100), entry('b', 100)];
    await store.put(entries);
    await database.write([{ sql, parameters: [NodeHash.toBytes(NodeHash.of('a'))] }]);
    expect([...(await store.getMany(entries.map(({ key }) => key))).keys()]).toEqual([NodeHash.of('b')]);
    expect(store.counters).toMatchObject({ hits: 1, misses: 1, damaged: 1 });
    expect((await store.statistics()).results).toBe(2);
    await store.put([entry('c')]);
    expect((await store.statistics()).results).toBe(2);
    await store.put(entries);
    expect(await store.get(NodeHash.of('a'))).toEqual(new Uint8Array(entries[0]?.result ?? []));
  });

  it('that is computed again is good from then on', async () => {
    const database = await fileDatabase();
    const store = new ContentStore(database);
    await store.put([entry('a')]);
    await database.write([{ sql: "UPDATE content_results SET result = x'ff'" }]);
    expect(await store.get(NodeHash.of('a'))).toBeUndefined();
    await store.put([{ ...entry('a'), result: bytes('new') }]);
    await store.put([entry('b')]);
    expect(await store.get(NodeHash.of('a'))).toEqual(bytes('new'));
  });

  it('that has a sound checksum but no stored form is a miss as well', async () => {
    const database = await fileDatabase();
    const store = new ContentStore(database);
    await store.put([entry('a')]);
    const hostile = Uint8Array.from([1, 255, 255, 255, 0, 99, 99]);
    await database.write([
      {
        sql: 'UPDATE content_results SET result = ?, checksum = ?',
        parameters: [hostile, NodeHash.toBytes(NodeHash.of(hostile))],
      },
    ]);
    expect(await store.get(NodeHash.of('a'))).toBeUndefined();
    expect(store.counters.damaged).toBe(1);
  });
});

describe('the size of the content results', () => {
  it('is brought within the budget by removing the least recently used, the smaller key first among equals', async () => {
    const database = await fileDatabase();
    let now = START;
    const store = new ContentStore(database, () => now);
    const [b, a] = [entry('a', 99), entry('b', 99)].sort((one, other) => (one.key < other.key ? 1 : -1));
    const late = entry('late', 99);
    await store.put([b, a] as ContentEntry[]);
    now += 1;
    await store.put([late]);
    expect(await store.collect(300)).toEqual({ removed: 0, bytes: 0 });
    expect(await store.collect(299)).toEqual({ removed: 1, bytes: 100 });
    const left = await store.getMany([a, b, late].map((kept) => kept?.key as NodeHash));
    expect(new Set(left.keys())).toEqual(new Set([b?.key, late.key]));
    expect(await store.collect(100)).toEqual({ removed: 1, bytes: 100 });
    expect([...(await store.getMany([b?.key as NodeHash, late.key])).keys()]).toEqual([late.key]);
    expect(await store.collect(0)).toEqual({ removed: 1, bytes: 100 });
    expect(await store.statistics()).toEqual({ results: 0, bytes: 0, queries: [] });
  });

  it('spares what was touched; a touch writes once a day, and when the time noted lies far ahead', async () => {
    let now = START;
    const store = new ContentStore(await fileDatabase(), () => now);
    const [old, used] = [entry('old', 99), entry('used', 99)];
    await store.put([old, used]);
    now += DAY_MS - 1;
    expect(await store.touch([used.key])).toBe(0);
    now += 1;
    expect(await store.touch([used.key, used.key, NodeHash.of('absent')])).toBe(1);
    expect(await store.touch([used.key])).toBe(0);
    expect(await store.collect(100)).toEqual({ removed: 1, bytes: 100 });
    expect(await store.get(used.key)).toBeDefined();
    now = START - DAY_MS;
    expect(await store.touch([used.key])).toBe(1);
  });

  it('is told by query', async () => {
    const store = new ContentStore(await fileDatabase());
    await store.put([entry('a', 9), entry('b', 19), entry('c', 29, 'embed')]);
    expect(await store.statistics()).toEqual({
      results: 3,
      bytes: 60,
      queries: [
        { query: 'embed', results: 1, bytes: 30 },
        { query: 'parse', results: 2, bytes: 30 },
      ],
    });
  });

  it('has no budget below zero', async () => {
    const store = new ContentStore(await fileDatabase());
    await expect(store.collect(-1)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { value: -1 } });
    expect(() => store.statementsForCollect(NaN)).toThrow('budgetBytes');
  });
});

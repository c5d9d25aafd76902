import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MemoStore, packChange, type Pack, type StoredPack } from '../../../src/incremental/index.js';
import { foreignThings } from '../../../src/incremental/memo-store.js';
import { contentsOf, encodePack } from '../../../src/incremental/pack.js';
import { NodeHash, type Fingerprint } from '../../../src/model/index.js';
import { openDatabase, type Database, type SqlValue } from '../../../src/sql/index.js';
import { faultsInIndex } from '../../support/memo-invariants.js';
import { packs } from '../../support/random-packs.js';

/**
 * The law: what is stored of a partition is what was last stored of it or nothing, and the index finds
 * every partition that reads a thing from outside.
 */

async function memory(): Promise<Database> {
  const database = await openDatabase({ path: ':memory:' });
  onTestFinished(() => database.close());
  return database;
}

async function store(memos: MemoStore, database: Database, partition: string, pack: Pack | undefined): Promise<void> {
  const before = (await memos.load([partition])).get(partition);
  const removed = new Map<string, StoredPack>(pack === undefined && before !== undefined ? [[partition, before]] : []);
  const changes = pack === undefined ? [] : [packChange(partition, pack, before)];
  await database.write(await memos.statements(changes, removed, 1));
}

const thing = (number: number): Fingerprint => number as Fingerprint;

function packReading(...things: readonly number[]): Pack {
  const reads = things.map((each) => ({ thing: thing(each), fingerprint: thing(1), isForeign: each >= 100 }));
  return { roots: [{ query: 'q', version: 1, key: 'k', fingerprint: thing(2), changedAt: 1, reads }] };
}

describe('the store of packs', () => {
  it('[I4] gives back what was stored, and finds it by what it reads from outside', async () => {
    const database = await memory();
    const memos = new MemoStore(database, 'one');
    const other = new MemoStore(database, 'two');
    await store(memos, database, 'a.ts', packReading(1, 100, 101));
    await store(memos, database, 'b.ts', packReading(2, 101));
    await store(other, database, 'a.ts', packReading(101));
    expect((await memos.load(['a.ts', 'absent'])).get('a.ts')?.pack).toEqual(packReading(1, 100, 101));
    expect(await memos.dependents([thing(101)])).toEqual(['a.ts', 'b.ts']);
    expect(await memos.dependents([thing(100), thing(1), thing(2)])).toEqual(['a.ts']);
    expect(await other.dependents([thing(101)])).toEqual(['a.ts']);
    expect([await memos.partitions(), await memos.count()]).toEqual([['a.ts', 'b.ts'], 2]);
    await store(memos, database, 'a.ts', packReading(1, 102));
    await store(memos, database, 'b.ts', undefined);
    expect(await memos.dependents([thing(100), thing(101)])).toEqual([]);
    expect(await memos.dependents([thing(102)])).toEqual(['a.ts']);
    expect(await faultsInIndex(database)).toEqual([]);
  });

  it('keeps its index equal to what the packs say, whatever is stored and removed', async () => {
    const step = fc.tuple(fc.constantFrom('one', 'two'), fc.constantFrom('a', 'b', 'c'), fc.option(packs, { freq: 4 }));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
        const database = await openDatabase({ path: ':memory:' });
        const expected = new Map<string, Pack>();
        for (const [space, partition, pack] of steps) {
          await store(new MemoStore(database, space), database, partition, pack ?? undefined);
          expected.delete(`${space} ${partition}`);
          if (pack !== null) expected.set(`${space} ${partition}`, pack);
          expect(await faultsInIndex(database)).toEqual([]);
        }
        for (const [name, pack] of expected) {
          const [space = '', partition = ''] = name.split(' ');
          const memos = new MemoStore(database, space);
          const loaded = (await memos.load([partition])).get(partition)?.pack;
          expect(loaded && encodePack(loaded)).toEqual(encodePack(loaded ?? pack));
          expect(loaded && contentsOf(loaded).memos.length).toBe(contentsOf(pack).memos.length);
          for (const each of foreignThings(contentsOf(pack)))
            expect(await memos.dependents([each])).toContain(partition);
        }
        const rows = await database.all(
          'SELECT 1 FROM memo_dependents WHERE pack_id NOT IN (SELECT id FROM memo_packs)',
        );
        expect(rows).toEqual([]);
        await database.close();
      }),
      { numRuns: 40 },
    );
  });

  it('uses no id of a pack again, as entries of the index may outlive a damaged one', async () => {
    const database = await memory();
    const memos = new MemoStore(database, 'one');
    await store(memos, database, 'a.ts', packReading(100));
    const { id } = (await memos.load(['a.ts'])).get('a.ts') ?? { id: 0 };
    await store(memos, database, 'a.ts', undefined);
    await store(memos, database, 'a.ts', packReading(101));
    expect((await memos.load(['a.ts'])).get('a.ts')?.id).toBeGreaterThan(id);
  });

  it.each<[string, string, SqlValue[]]>([
    ['another byte', 'data = ?', [Buffer.concat([encodePack(packReading(1, 100)).subarray(0, -1), Buffer.of(99)])]],
    ['cut bytes', 'data = substr(data, 1, length(data) - 3)', []],
    ['no bytes', "data = x''", []],
    ['a text for bytes', "data = 'text'", []],
    ['another checksum', 'checksum = zeroblob(32)', []],
    ['a short checksum', "checksum = x'00'", []],
    ['a text for a checksum', "checksum = 'text'", []],
  ])('gives a pack without results for %s, to be replaced', async (_damage, set, values) => {
    const database = await memory();
    const memos = new MemoStore(database, 'one');
    await store(memos, database, 'a.ts', packReading(1, 100));
    await database.write([{ sql: `UPDATE memo_packs SET ${set}`, parameters: values }]);
    const damaged = (await memos.load(['a.ts'])).get('a.ts');
    expect(damaged).toEqual({ id: expect.any(Number) as number, pack: undefined });
    await store(memos, database, 'a.ts', packReading(1, 101));
    expect((await memos.load(['a.ts'])).get('a.ts')).toEqual({ id: damaged?.id, pack: packReading(1, 101) });
    expect(await memos.dependents([thing(101)])).toEqual(['a.ts']);
  });

  it('gives a pack of a later version without results although its checksum holds', async () => {
    const database = await memory();
    const memos = new MemoStore(database, 'one');
    await store(memos, database, 'a.ts', packReading(1, 100));
    const later = encodePack(packReading(1, 100));
    later[0] = (later[0] ?? 0) + 1;
    const parameters = [later, NodeHash.toBytes(NodeHash.of(later))];
    await database.write([{ sql: 'UPDATE memo_packs SET data = ?, checksum = ?', parameters }]);
    expect((await memos.load(['a.ts'])).get('a.ts')?.pack).toBeUndefined();
  });

  it('never takes altered bytes for a pack', async () => {
    const database = await memory();
    const memos = new MemoStore(database, 'one');
    await fc.assert(
      fc.asyncProperty(packs, fc.nat(), fc.integer({ min: 1, max: 255 }), async (pack, at, flip) => {
        await store(memos, database, 'a.ts', pack);
        const bytes = encodePack(pack);
        bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip;
        await database.write([{ sql: 'UPDATE memo_packs SET data = ?', parameters: [bytes] }]);
        expect((await memos.load(['a.ts'])).get('a.ts')?.pack).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  it('keeps marks until they are done, and versions of queries', async () => {
    const database = await memory();
    const memos = new MemoStore(database, 'one');
    const marks = [1, 2].map((each) => ({ partition: 'a.ts', thing: thing(each) }));
    await database.write([memos.statementsForMarks(marks), memos.statementForVersions([['q', 1]])]);
    await database.write([memos.statementsForMarks(marks), memos.statementForVersions([['q', 2]])]);
    expect([await memos.marks(), await memos.versions()]).toEqual([marks, new Map([['q', 2]])]);
    expect(await new MemoStore(database, 'two').marks()).toEqual([]);
    await database.write([memos.statementForMarksDone(marks.slice(0, 1))]);
    expect(await memos.marks()).toEqual(marks.slice(1));
  });
});

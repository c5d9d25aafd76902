import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database, SqlRow, SqlValue } from '../../src/sql/index.js';
import type { Backend } from './backends.js';

const INSERT = 'INSERT INTO id_blocks (name, next_id) VALUES (?, ?)';
const COUNT = 'SELECT count(*) AS count FROM id_blocks';
/** How many rows a fresh database has in the table that the tests write to. */
const ROWS_AT_FIRST = 1;

function* numbered(count: number, prefix = 'row'): Generator<SqlRow> {
  for (let at = 0; at < count; at++) yield [`${prefix}${at}`, at];
}

async function collect<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** The law of the Database contract, over one backend. */
export function describeDatabase(backend: Backend): void {
  describe(`a database of the backend ${backend.title}`, () => {
    let database: Database;
    beforeEach(async () => {
      database = await backend.open();
    });
    afterEach(() => database.close());

    const countRows = async (): Promise<number> =>
      ((await database.first<{ count: number }>(COUNT))?.count ?? 0) - ROWS_AT_FIRST;

    it('says which backend it is', () => {
      expect(database.backend).toBe(backend.name);
      expect(database.location).not.toBe('');
    });

    it('[S1] has the specified tables, columns, keys and indexes', async () => {
      const columns = async (table: string): Promise<string[]> =>
        (await database.all<{ name: string }>('SELECT name FROM pragma_table_info(?)', [table])).map((row) => row.name);
      expect(await columns('intel_nodes')).toEqual(
        expect.arrayContaining(
          'id project_id file_path symbol_name node_type signature complexity content_hash embedding created_at updated_at'.split(
            ' ',
          ),
        ),
      );
      expect(await columns('intel_edges')).toEqual(['caller_id', 'callee_id', 'edge_type', 'metadata']);
      expect(await columns('analysis_cache')).toEqual(['node_hash', 'cfg_data', 'complexity_metrics', 'timestamp']);
      const key = await database.all<{ name: string }>(
        `SELECT name FROM pragma_table_info('intel_edges') WHERE pk > 0 ORDER BY pk`,
      );
      expect(key.map((row) => row.name)).toEqual(['caller_id', 'callee_id', 'edge_type']);
      const foreignKeys = await database.all(
        `SELECT "from", "table", "to" FROM pragma_foreign_key_list('intel_edges') ORDER BY "from"`,
      );
      expect(foreignKeys).toEqual([
        { from: 'callee_id', table: 'intel_nodes', to: 'id' },
        { from: 'caller_id', table: 'intel_nodes', to: 'id' },
      ]);
      const indexes = await database.all<{ name: string }>(
        `SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'idx_%' ORDER BY name`,
      );
      expect(indexes.map((row) => row.name)).toEqual(
        expect.arrayContaining([
          'idx_edges_callee',
          'idx_nodes_file',
          'idx_nodes_hash',
          'idx_nodes_project',
          'idx_nodes_symbol',
        ]),
      );
    });

    it('gives rows as objects, undefined for no row, and bytes as they are', async () => {
      expect(await database.all('SELECT ? AS a, ? AS b', ['x', null])).toEqual([{ a: 'x', b: null }]);
      expect(await database.first('SELECT 1 WHERE 0')).toBeUndefined();
      const bytes = Uint8Array.from([0, 255, 10]);
      const row = await database.first<{ bytes: Uint8Array }>('SELECT ? AS bytes', [bytes]);
      expect(Buffer.from(row?.bytes ?? [])).toEqual(Buffer.from(bytes));
    });

    it('applies the statements of a batch in order and gives what they return', async () => {
      const { changes, returned } = await database.write([
        { sql: INSERT, parameters: ['a', 1] },
        { sql: `UPDATE id_blocks SET next_id = next_id + 1 WHERE name = 'a' RETURNING next_id` },
        { sql: `${INSERT} RETURNING name`, rows: numbered(3) },
        { sql: `SELECT next_id FROM id_blocks WHERE name = 'a'` },
      ]);
      expect(changes).toBe(5);
      expect(returned).toEqual([
        [],
        [{ next_id: 2 }],
        [{ name: 'row0' }, { name: 'row1' }, { name: 'row2' }],
        [{ next_id: 2 }],
      ]);
    });

    it('keeps every value of many rows, whatever kinds of values stand in a column', async () => {
      const values: readonly SqlValue[] = [
        ...[null, '', 'text', 'quote \' " \\ and ☃ 𝄞', 'a\0b', '[1,2]', 'null', 'x'.repeat(3000)],
        ...[0, -1, 2 ** 53 - 1, -(2 ** 40), 0.1 + 0.2, -1e-300, 1e21, 12345678901n],
        ...[Buffer.alloc(0), Buffer.from([0, 255, 7]), Buffer.alloc(5000, 3), Buffer.from('text')],
      ];
      // First columns of one kind, then everything next to everything.
      const ordered = [...values, ...values.toReversed(), ...values.filter((_, at) => at % 3 === 0)];
      const rows = ordered.map((value, at): SqlRow => [Buffer.from([at]), value, values[at % values.length]!, at]);
      await database.bulk(
        'INSERT INTO analysis_cache (node_hash, cfg_data, complexity_metrics, timestamp) VALUES (?, ?, ?, ?)',
        rows,
      );
      const stored = await database.all<{ cfg_data: SqlValue; complexity_metrics: SqlValue }>(
        'SELECT cfg_data, complexity_metrics FROM analysis_cache ORDER BY timestamp',
      );
      const plain = (value: SqlValue): unknown => (typeof value === 'bigint' ? Number(value) : value);
      expect(stored.map((row) => row.cfg_data)).toEqual(rows.map((row) => plain(row[1]!)));
      expect(stored.map((row) => row.complexity_metrics)).toEqual(rows.map((row) => plain(row[2]!)));
    });

    it('does for many rows what it does for each: upserts, deletions, expressions and what they return', async () => {
      const upsert = `INSERT INTO id_blocks (name, next_id) VALUES ('p' || ?, -? + 1)
        ON CONFLICT (name) DO UPDATE SET next_id = next_id * 10 + excluded.next_id RETURNING name, next_id`;
      const { changes, returned } = await database.bulk(upsert, [...numbered(6, ''), ...numbered(2, '')]);
      expect(changes).toBe(8);
      expect(returned[0]?.at(-1)).toEqual({ name: 'p1', next_id: 0 });
      expect(returned[0]?.map((row) => row['name'])).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p0', 'p1']);
      const removed = await database.write([
        {
          sql: 'DELETE FROM id_blocks WHERE name = ? AND next_id = ?',
          rows: [
            ['p2', -1],
            ['p3', -2],
            ['p3', -2],
            ['p4', 7],
            ['p9', 1],
          ],
        },
        {
          sql: 'UPDATE id_blocks SET next_id = ? WHERE name = ?',
          rows: [...numbered(6, 'p')].map(([name, at]) => [at!, name!]),
        },
      ]);
      expect(removed.changes).toBe(2 + 4);
      const left = await database.all(`SELECT name, next_id FROM id_blocks WHERE name <> 'node' ORDER BY name`);
      expect(left).toEqual([0, 1, 4, 5].map((at) => ({ name: `p${at}`, next_id: at })));
    });

    it('takes an empty batch and an empty list of rows', async () => {
      expect(await database.write([])).toEqual({ changes: 0, returned: [] });
      expect(await database.bulk(INSERT, [])).toEqual({ changes: 0, returned: [[]] });
    });

    it('leaves nothing of a batch with a failing row', async () => {
      const rows = [...numbered(2000), ['row7', 0]] as SqlRow[];
      const writing = database.write([
        { sql: INSERT, parameters: ['first', 0] },
        { sql: INSERT, rows },
      ]);
      const place = backend.namesFailingRow ? { statement: 1, row: 2000 } : {};
      await expect(writing).rejects.toMatchObject({ code: 'UNIQUE', details: place });
      expect(await countRows()).toBe(0);
      await database.bulk(INSERT, numbered(2));
      expect(await countRows()).toBe(2);
    });

    it('leaves nothing of a batch whose source of rows throws, and throws that error on', async () => {
      const mistake = new TypeError('out of rows');
      function* failing(): Generator<SqlRow> {
        yield* numbered(1500);
        throw mistake;
      }
      await expect(database.bulk(INSERT, failing())).rejects.toBe(mistake);
      expect(await countRows()).toBe(0);
    });

    it('leaves nothing of a batch with a value that cannot be stored', async () => {
      const rows = [
        ['a', 1],
        ['b', { no: 'value' }],
      ] as unknown as SqlRow[];
      await expect(database.bulk(INSERT, rows)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      await expect(database.bulk(INSERT, [['a', 1], ['b']])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect(await countRows()).toBe(0);
    });

    it('leaves nothing of a cancelled batch', async () => {
      const before = AbortSignal.abort();
      await expect(database.bulk(INSERT, numbered(2), { signal: before })).rejects.toMatchObject({ code: 'CANCELLED' });
      const controller = new AbortController();
      function* aborting(): Generator<SqlRow> {
        yield* numbered(10);
        controller.abort();
        yield* numbered(5000, 'late');
      }
      const writing = database.bulk(INSERT, aborting(), { signal: controller.signal });
      await expect(writing).rejects.toMatchObject({ code: 'CANCELLED', retryable: true });
      expect(await countRows()).toBe(0);
    });

    it('applies a write that the source of rows of another starts after that one', async () => {
      let inner: Promise<unknown> | undefined;
      let seen: Promise<number> | undefined;
      function* rows(): Generator<SqlRow> {
        yield ['outer', 1];
        inner = database.bulk(INSERT, [['inner', 2]]);
        seen = countRows();
        yield ['outer2', 1];
      }
      await database.bulk(INSERT, rows());
      await inner;
      expect([0, 2, 3]).toContain(await seen);
      expect(await countRows()).toBe(3);
    });

    it('refuses to change anything through a read', async () => {
      for (const sql of ['DELETE FROM id_blocks', 'DELETE FROM id_blocks RETURNING name']) {
        await expect(database.all(sql)).rejects.toMatchObject({ code: 'READ_ONLY' });
        await expect(database.snapshot((snapshot) => snapshot.first(sql))).rejects.toMatchObject({ code: 'READ_ONLY' });
      }
    });

    it('shows a snapshot one state while others write, and writers do not wait for it', async () => {
      await database.bulk(INSERT, numbered(3));
      const counts = await database.snapshot(async (snapshot) => {
        await database.bulk(INSERT, numbered(2, 'more'));
        const inside = await snapshot.first<{ count: number }>(COUNT);
        const outside = await countRows();
        await database.bulk(INSERT, numbered(1, 'last'));
        const names = await collect(snapshot.iterate('SELECT name FROM id_blocks'));
        return [(inside?.count ?? 0) - ROWS_AT_FIRST, outside, names.length - ROWS_AT_FIRST];
      });
      expect(counts).toEqual([3, 5, 3]);
      expect(await countRows()).toBe(6);
    });

    it('keeps the states of overlapping snapshots apart', async () => {
      const states = await database.snapshot(async (first) => {
        await database.bulk(INSERT, numbered(1, 'a'));
        return database.snapshot(async (second) => {
          await database.bulk(INSERT, numbered(1, 'b'));
          return Promise.all([first.first(COUNT), second.first(COUNT), database.first(COUNT)]);
        });
      });
      expect(states).toEqual([1, 2, 3].map((count) => ({ count })));
    });

    it('gives back what a failing snapshot held, and refuses a snapshot that has ended', async () => {
      const mistake = new Error('no');
      await expect(database.snapshot(() => Promise.reject(mistake))).rejects.toBe(mistake);
      const leaked = await database.snapshot(async (snapshot) => snapshot);
      await expect(leaked.all(COUNT)).rejects.toMatchObject({ code: 'STORE_CLOSED' });
      await database.bulk(INSERT, numbered(1));
      expect(await countRows()).toBe(1);
    });

    it('iterates while it writes, in any number at once, and stops when told', async () => {
      await database.bulk(INSERT, numbered(50));
      let seen = 0;
      for await (const row of database.iterate<{ name: string }>('SELECT name FROM id_blocks ORDER BY next_id')) {
        await database.bulk(INSERT, [[`copy of ${row.name}`, 0]]);
        seen++;
        if (seen === 10) break;
      }
      expect(await countRows()).toBe(60);
      const iterations = Array.from({ length: 12 }, () => database.iterate('SELECT name FROM id_blocks'));
      const lengths = await Promise.all(iterations.map(async (rows) => (await collect(rows)).length));
      expect(new Set(lengths)).toEqual(new Set([60 + ROWS_AT_FIRST]));
    });

    it('iterates the same statement inside itself', async () => {
      await database.bulk(INSERT, numbered(4));
      const pairs = await database.snapshot(async (snapshot) => {
        let count = 0;
        for await (const outer of snapshot.iterate('SELECT name FROM id_blocks')) {
          for await (const inner of snapshot.iterate('SELECT name FROM id_blocks')) if (outer !== inner) count++;
        }
        return count;
      });
      expect(pairs).toBe((4 + ROWS_AT_FIRST) ** 2);
    });

    it('knows its size', async () => {
      const before = await database.sizeBytes();
      await database.bulk(INSERT, numbered(5000));
      expect(before).toBeGreaterThan(0);
      expect(await database.sizeBytes()).toBeGreaterThan(before);
    });

    describe('once closed', () => {
      it('refuses everything and may be closed again', async () => {
        await Promise.all([database.close(), database.close()]);
        await database.close();
        const refused = { code: 'STORE_CLOSED' };
        await expect(database.all(COUNT)).rejects.toMatchObject(refused);
        await expect(database.first(COUNT)).rejects.toMatchObject(refused);
        await expect(collect(database.iterate(COUNT))).rejects.toMatchObject(refused);
        await expect(database.snapshot(async () => 1)).rejects.toMatchObject(refused);
        await expect(database.write([])).rejects.toMatchObject(refused);
        await expect(database.bulk(INSERT, [])).rejects.toMatchObject(refused);
        await expect(database.sizeBytes()).rejects.toMatchObject(refused);
      });

      it('has waited for the snapshots that were running', async () => {
        let goOn: () => void = () => undefined;
        const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
        const order: string[] = [];
        const reading = database.snapshot(async (snapshot) => {
          await mayGoOn;
          order.push('read');
          return snapshot.first(COUNT);
        });
        const closing = database.close().then(() => order.push('closed'));
        goOn();
        expect(await reading).toEqual({ count: ROWS_AT_FIRST });
        await closing;
        expect(order).toEqual(['read', 'closed']);
      });

      it('refuses the next row of an iteration instead of ending it short', async () => {
        await database.bulk(INSERT, numbered(10));
        const rows = database.iterate('SELECT name FROM id_blocks')[Symbol.asyncIterator]();
        await rows.next();
        await database.close();
        await expect(rows.next()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
      });
    });
  });
}

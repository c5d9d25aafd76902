import { NodeHash, type Fingerprint } from '../model/index.js';
import type { BulkStatement, Database, SqlRow, SqlValue, Statement } from '../sql/index.js';
import { placesInOrder } from './places-in-order.js';
import { contentsOf, decodePack, encodePack, type Pack } from './pack.js';

/** A pack as it is stored. */
export interface StoredPack {
  readonly id: number;
  /** Undefined when the bytes are damaged or of another version: as good as no results, but there to be replaced. */
  readonly pack: Pack | undefined;
}

/** A pack, ready to be stored in place of the one before. */
export interface PackChange {
  readonly partition: string;
  /** Undefined for a partition that had none. */
  readonly id: number | undefined;
  readonly data: Uint8Array;
  /** Things outside of the partition that are read now and were not before. */
  readonly added: readonly Fingerprint[];
  readonly dropped: readonly Fingerprint[];
}

/** Works out what has to be stored. */
export function packChange(partition: string, pack: Pack, before: StoredPack | undefined): PackChange {
  const contents = contentsOf(pack);
  const now = foreignThings(contents);
  const then = thingsBefore(before);
  return {
    partition,
    id: before?.id,
    data: encodePack(pack, contents),
    added: [...now].filter((thing) => !then.has(thing)),
    dropped: [...then].filter((thing) => !now.has(thing)),
  };
}

export interface Mark {
  readonly partition: string;
  readonly thing: Fingerprint;
}

interface PackRow {
  readonly id: number;
  readonly partition: string;
  /** Bytes, unless another program wrote something else. */
  readonly data: SqlValue;
  readonly checksum: SqlValue;
}

/** The stored packs of one space. What it writes goes out as statements, to be part of a larger batch. */
export class MemoStore {
  constructor(
    private readonly database: Database,
    readonly space: string,
  ) {}

  /** The packs of these partitions; absent ones are left out. Damaged ones come without their results. */
  async load(partitions: readonly string[]): Promise<Map<string, StoredPack>> {
    const rows = await this.database.all<PackRow>(
      `SELECT id, partition, data, checksum FROM memo_packs
       WHERE space = ? AND partition IN (SELECT value FROM json_each(?))`,
      [this.space, JSON.stringify(partitions)],
    );
    return new Map(rows.map((row) => [row.partition, { id: row.id, pack: verifiedPack(row) }]));
  }

  /** All partitions that have a pack. */
  async partitions(): Promise<string[]> {
    const rows = await this.database.all<{ readonly partition: string }>(
      'SELECT partition FROM memo_packs WHERE space = ? ORDER BY partition',
      [this.space],
    );
    return rows.map((row) => row.partition);
  }

  async count(): Promise<number> {
    const row = await this.database.first<{ readonly count: number }>(
      'SELECT count(*) AS count FROM memo_packs WHERE space = ?',
      [this.space],
    );
    return row?.count ?? 0;
  }

  /** Partitions whose results read one of the things although it lies outside of them. */
  async dependents(things: Iterable<Fingerprint>): Promise<string[]> {
    const rows = await this.database.all<{ readonly partition: string }>(
      `SELECT DISTINCT p.partition FROM memo_dependents d JOIN memo_packs p ON p.id = d.pack_id
       WHERE d.thing IN (SELECT value FROM json_each(?)) AND p.space = ? ORDER BY p.partition`,
      [JSON.stringify([...things]), this.space],
    );
    return rows.map((row) => row.partition);
  }

  async marks(): Promise<Mark[]> {
    return this.database.all<Mark>('SELECT partition, thing FROM memo_marks WHERE space = ?', [this.space]);
  }

  async versions(): Promise<Map<string, number>> {
    const rows = await this.database.all<{ readonly query: string; readonly version: number }>(
      'SELECT query, version FROM query_versions WHERE space = ?',
      [this.space],
    );
    return new Map(rows.map((row) => [row.query, row.version]));
  }

  /** Ids for packs that are not stored yet. */
  async reserveIds(count: number): Promise<number> {
    if (count === 0) return 0;
    const { returned } = await this.database.write([
      {
        sql: `INSERT INTO id_blocks (name, next_id) SELECT 'memo_pack', 1 + ? + coalesce(max(id), 0) FROM memo_packs WHERE true
              ON CONFLICT (name) DO UPDATE SET next_id = next_id + ? RETURNING next_id`,
        parameters: [count, count],
      },
    ]);
    return Number(returned[0]?.[0]?.['next_id']) - count;
  }

  /** Marks things as changed for the next run. */
  statementsForMarks(marks: readonly Mark[]): BulkStatement {
    return {
      sql: 'INSERT OR IGNORE INTO memo_marks (space, partition, thing) VALUES (?, ?, ?)',
      rows: marks.map(({ partition, thing }) => [this.space, partition, thing]),
    };
  }

  /** Takes away marks that were followed. */
  statementForMarksDone(marks: readonly Mark[]): BulkStatement {
    return {
      sql: 'DELETE FROM memo_marks WHERE space = ? AND partition = ? AND thing = ?',
      rows: marks.map(({ partition, thing }) => [this.space, partition, thing]),
    };
  }

  statementForVersions(versions: Iterable<readonly [query: string, version: number]>): BulkStatement {
    return {
      sql: `INSERT INTO query_versions (space, query, version) VALUES (?, ?, ?)
            ON CONFLICT (space, query) DO UPDATE SET version = excluded.version`,
      rows: [...versions].map(([query, version]) => [this.space, query, version]),
    };
  }

  /** Forgets all results of the space, so that the next run computes everything again. */
  statementsForForgetting(): Statement[] {
    return [
      'DELETE FROM memo_dependents WHERE pack_id IN (SELECT id FROM memo_packs WHERE space = ?)',
      'DELETE FROM memo_packs WHERE space = ?',
      'DELETE FROM memo_marks WHERE space = ?',
      'DELETE FROM query_versions WHERE space = ?',
    ].map((sql) => ({ sql, parameters: [this.space] }));
  }

  /** What stores the changed packs, keeps the reverse index in step with them, and removes packs of gone partitions. */
  async statements(
    changes: readonly PackChange[],
    removed: ReadonlyMap<string, StoredPack>,
    revision: number,
  ): Promise<(Statement | BulkStatement)[]> {
    let nextId = await this.reserveIds(changes.filter(({ id }) => id === undefined).length);
    const numbered = changes.map((change) => ({ ...change, id: change.id ?? nextId++ }));
    return [
      {
        sql: 'DELETE FROM memo_packs WHERE space = ? AND partition = ?',
        rows: [...removed.keys()].map((partition) => [this.space, partition]),
      },
      {
        sql: `INSERT INTO memo_packs (id, space, partition, revision, data, checksum) VALUES (?, ?, ?, ?, ?, ?)
              ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, data = excluded.data,
                checksum = excluded.checksum`,
        rows: { [Symbol.iterator]: () => packRows(this.space, numbered, revision) },
      },
      {
        sql: 'DELETE FROM memo_dependents WHERE thing = ? AND pack_id = ?',
        rows: { [Symbol.iterator]: () => droppedRows(numbered, removed) },
      },
      {
        sql: 'INSERT OR IGNORE INTO memo_dependents (thing, pack_id) VALUES (?, ?)',
        rows: { [Symbol.iterator]: () => addedRows(numbered) },
      },
    ];
  }
}

type NumberedPack = PackChange & { readonly id: number };

function* packRows(space: string, packs: readonly NumberedPack[], revision: number): Generator<SqlRow, void, void> {
  for (const { id, partition, data } of packs) {
    yield [id, space, partition, revision, data, NodeHash.toBytes(NodeHash.of(data))];
  }
}

function* droppedRows(
  packs: readonly NumberedPack[],
  removed: ReadonlyMap<string, StoredPack>,
): Generator<SqlRow, void, void> {
  for (const { id, dropped } of packs) for (const thing of dropped) yield [thing, id];
  for (const pack of removed.values()) for (const thing of thingsBefore(pack)) yield [thing, pack.id];
}

/** In the order of the index, so that neighbours are written together. */
function* addedRows(packs: readonly NumberedPack[]): Generator<SqlRow, void, void> {
  const count = packs.reduce((sum, { added }) => sum + added.length, 0);
  const things = new Float64Array(count);
  const ids = new Float64Array(count);
  let at = 0;
  for (const { id, added } of packs) {
    things.set(added, at);
    ids.fill(id, at, at + added.length);
    at += added.length;
  }
  for (const place of placesInOrder(things)) yield [things[place] ?? 0, ids[place] ?? 0];
}

/** What a damaged pack had read is not known; its entries in the index stay. */
function thingsBefore(before: StoredPack | undefined): Set<Fingerprint> {
  return before?.pack === undefined ? new Set<Fingerprint>() : foreignThings(contentsOf(before.pack));
}

/** What a pack reads that lies outside of it. */
export function foreignThings({ things }: ReturnType<typeof contentsOf>): Set<Fingerprint> {
  const foreign = new Set<Fingerprint>();
  for (const { thing, isForeign } of things.values()) if (isForeign) foreign.add(thing);
  return foreign;
}

/** The pack of a row, or undefined when its bytes are not what was stored, or of a version that cannot be read. */
export function verifiedPack({ data, checksum }: Pick<PackRow, 'data' | 'checksum'>): Pack | undefined {
  if (!(data instanceof Uint8Array) || !(checksum instanceof Uint8Array)) return undefined;
  return NodeHash.toBytes(NodeHash.of(data)).equals(checksum) ? decodePack(data) : undefined;
}

import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { loadMigrations } from '../../src/sql/migration-files.js';
import { openStore } from '../../src/store/index.js';
import { dumpOf, testStore } from '../support/indexing.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { v1Embedding } from '../support/v1-database.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

function copyOfFixture(): string {
  const path = join(temporaryFolder(), 'v2.db');
  copyFileSync(fixture('v2.db'), path);
  return path;
}

/** Rows as another program would read them. */
function select(path: string, sql: string): unknown[] {
  const database = new Sqlite(path, { readonly: true });
  try {
    return database.prepare(sql).raw().all();
  } finally {
    database.close();
  }
}

const EVERYTHING = [
  'SELECT id, node_key, content_hash, interface_hash, embedding, parent_id, created_at, updated_at FROM intel_nodes ORDER BY id',
  'SELECT * FROM intel_edges ORDER BY 1, 2, 3',
  'SELECT * FROM symbol_refs ORDER BY 1, 2',
  'SELECT path, content_hash, size_bytes FROM files ORDER BY path',
  'SELECT id, root, generation, indexed_at FROM projects',
];

describe('a database of version 2', () => {
  it('[S1] is upgraded in place to the newest schema with every row as it was', async () => {
    const path = copyOfFixture();
    expect(select(path, 'SELECT max(version) FROM schema_migrations')).toEqual([[2]]);
    const before = EVERYTHING.map((sql) => select(path, sql));
    const store = await testStore(path);
    expect((await store.status()).schemaVersion).toBe(loadMigrations().length);
    expect((await store.verify()).ok).toBe(true);
    await store.close();
    expect(EVERYTHING.map((sql) => select(path, sql))).toEqual(before);
    expect(select(path, 'PRAGMA integrity_check')).toEqual([['ok']]);
    expect(select(path, 'PRAGMA foreign_key_check')).toEqual([]);
  });

  it('keeps its embeddings byte for byte', async () => {
    const store = await testStore(copyOfFixture());
    const node = await store.nodes.getByKey('fixture', 'shop/cart.ts#Cart.add(method)');
    expect(node?.embedding).toEqual(v1Embedding(11));
  });

  it('has the same canonical form as before', async () => {
    const store = await testStore(copyOfFixture());
    const recorded = readFileSync(fixture('v2.dump.txt'), 'utf8').trimEnd().split('\n');
    expect(await dumpOf(store)).toEqual(recorded);
  });

  it('gets the owners of the members that are written outside their types, and of no others', async () => {
    const path = copyOfFixture();
    await (await openStore(path)).close();
    const owners = select(
      path,
      'SELECT node_key, owner_name FROM intel_nodes WHERE owner_name IS NOT NULL ORDER BY node_key',
    );
    expect(owners).toEqual([
      ['ship/src/lib.rs#Parcel.new(method)', 'Parcel'],
      ['ship/src/lib.rs#Parcel.weight(method)', 'Parcel'],
      ['ship/src/lib.rs#crates.Crate.empty(method)', 'Crate'],
      ['ship/src/lib.rs#crates.Crate.send(method)', 'Crate'],
      ['ship/src/lib.rs#crates.Crate.weight(method)', 'Crate'],
      ['stock/audit.go#Shelf.Audit(method)', 'Shelf'],
      ['stock/stock.go#Shelf.Count(method)', 'Shelf'],
      ['stock/stock.go#Shelf.Put(method)', 'Shelf'],
    ]);
  });
});

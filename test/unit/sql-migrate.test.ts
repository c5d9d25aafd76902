import { copyFileSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { EdgeStore, NodeStore, ProjectStore } from '../../src/graph/index.js';
import { NodeHash, type NodeId } from '../../src/model/index.js';
import { openDatabase, type Database } from '../../src/sql/index.js';
import { loadMigrations } from '../../src/sql/migration-files.js';
import { planMigrations } from '../../src/sql/schema-plan.js';
import { nodeInput } from '../support/records.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import {
  makeV1Database,
  V1_CACHE,
  V1_CREATED_AT,
  V1_EDGES,
  V1_NODES,
  V1_UPDATED_AT,
  type V1Options,
} from '../support/v1-database.js';

const FIXTURE = fileURLToPath(new URL('../fixtures/v1.db', import.meta.url));
const LATEST = loadMigrations().length;

/** Opens the file with SQLite alone, as another program would. */
function withSqlite<T>(path: string, use: (database: Sqlite.Database) => T): T {
  const database = new Sqlite(path);
  try {
    return use(database);
  } finally {
    database.close();
  }
}

async function openAndClose(path: string): Promise<void> {
  await (await openDatabase({ path })).close();
}

/** Every node, edge and cache row of version 1 is there, the embeddings byte for byte. */
async function expectUpgraded(database: Database, options: V1Options = {}): Promise<void> {
  const nodes = new NodeStore(database);
  for (const { id, project, file, name, type, complexity, hash, embedding } of V1_NODES) {
    const node = await nodes.require(id as NodeId);
    expect(node).toMatchObject({ projectId: project, filePath: file, symbolName: name, nodeType: type, complexity });
    expect(node).toMatchObject({ contentHash: hash, createdAt: V1_CREATED_AT, updatedAt: V1_UPDATED_AT });
    expect(node.signature).toBe(`${type} ${name}()`);
    expect(node.embedding).toEqual(embedding);
  }
  const edges = await database.all('SELECT caller_id, callee_id, edge_type, metadata FROM intel_edges');
  expect(edges).toHaveLength(options.edges === false ? 0 : V1_EDGES.length);
  for (const { caller, callee, type, metadata } of options.edges === false ? [] : V1_EDGES) {
    const found = await new EdgeStore(database).getByCaller(caller as NodeId);
    expect(found).toContainEqual({
      callerId: caller,
      calleeId: callee,
      edgeType: type,
      metadata: metadata === null ? null : (JSON.parse(metadata) as unknown),
    });
  }
  const cached = await database.first<Record<string, unknown>>('SELECT * FROM analysis_cache');
  if (options.cache === false) expect(cached).toBeUndefined();
  else {
    expect(cached).toEqual({
      node_hash: Buffer.from(V1_CACHE.hash, 'hex'),
      cfg_data: Buffer.from(V1_CACHE.cfg),
      complexity_metrics: Buffer.from(V1_CACHE.metrics),
      timestamp: V1_CACHE.timestamp,
    });
  }
}

describe('a new database', () => {
  it('[S1] records each migration with its checksum and time, and is not changed by opening it again', async () => {
    const path = join(temporaryFolder(), 'deep', 'er', 'a.db');
    const database = await openDatabase({ path }, { clock: () => 1234 });
    const recorded = await database.all('SELECT * FROM schema_migrations ORDER BY version');
    expect(recorded).toEqual(
      loadMigrations().map(({ version, name, checksum }) => ({ version, name, checksum, applied_at: 1234 })),
    );
    await new NodeStore(database).insert(nodeInput('f'));
    await database.close();
    const bytes = readFileSync(path);
    await openAndClose(path);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(readdirSync(join(path, '..'))).toEqual(['a.db']);
    await (await openDatabase({ path, readOnly: true })).close();
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('[S1] keeps what is committed when it is opened again', async () => {
    const path = join(temporaryFolder(), 'a.db');
    const first = await openDatabase({ path });
    const id = await new NodeStore(first).insert(nodeInput('f'));
    await first.close();
    const second = await openDatabase({ path, readOnly: true });
    const nodes = new NodeStore(second);
    expect(await nodes.get(id)).toMatchObject({ symbolName: 'f' });
    await expect(nodes.insert(nodeInput('g'))).rejects.toMatchObject({ code: 'READ_ONLY' });
    await second.close();
  });

  it('is made in an empty file', async () => {
    const path = join(temporaryFolder(), 'a.db');
    writeFileSync(path, '');
    await openAndClose(path);
    expect(statSync(path).size).toBeGreaterThan(0);
  });

  it('is not made for reading only', async () => {
    const path = join(temporaryFolder(), 'none', 'a.db');
    await expect(openDatabase({ path, readOnly: true })).rejects.toMatchObject({
      code: 'DATABASE_NOT_FOUND',
      details: { path },
    });
    expect(existsSync(join(path, '..'))).toBe(false);
  });
});

describe('a database of version 1', () => {
  it('[S1] upgrades in place with embeddings intact, and opening it again changes nothing', async () => {
    const path = join(temporaryFolder(), 'v1.db');
    copyFileSync(FIXTURE, path);
    const database = await openDatabase({ path });
    await expectUpgraded(database);
    await database.close();
    const bytes = readFileSync(path);
    await openAndClose(path);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('gets keys, in the order of ids where a name is defined again, and a row for each project', async () => {
    const path = join(temporaryFolder(), 'v1.db');
    copyFileSync(FIXTURE, path);
    const database = await openDatabase({ path });
    const nodes = new NodeStore(database);
    const keys = await Promise.all([2, 5, 6].map(async (id) => (await nodes.require(id as NodeId)).key));
    expect(keys).toEqual(['src/cart.ts#add(method)', 'src/cart.ts#add(method)~2', 'src/cart.ts#add(method)~3']);
    expect((await new ProjectStore(database).list()).map((project) => project.id)).toEqual(['shop', 'tools']);
    expect(await nodes.reserveIds(1)).toBe(41);
    expect(await database.all('PRAGMA foreign_key_check')).toEqual([]);
    expect(await database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    await database.close();
  });

  it.each<V1Options>([
    { hashes: 'text' },
    { hashes: 'blob' },
    { autoincrement: true },
    { indexes: false },
    { edges: false },
    { cache: false },
    { hashes: 'blob', autoincrement: true, indexes: false, edges: false, cache: false },
  ])('is recognised when another program made it so: %j', async (options) => {
    const path = join(temporaryFolder(), 'v1.db');
    makeV1Database(path, options);
    const database = await openDatabase({ path });
    await expectUpgraded(database, options);
    await database.close();
  });

  it('loses edges to nodes that are not there, and gives odd hashes 32 bytes', async () => {
    const path = join(temporaryFolder(), 'v1.db');
    makeV1Database(path);
    withSqlite(path, (raw) => {
      raw.pragma('foreign_keys = OFF');
      raw.exec(`INSERT INTO intel_edges VALUES (1, 777, 'call', NULL);
        UPDATE intel_nodes SET content_hash = 'sha1:beef' WHERE id = 1;
        UPDATE intel_edges SET metadata = '' WHERE caller_id = 2`);
    });
    const database = await openDatabase({ path });
    const padded = Buffer.alloc(32);
    padded.write('sha1:beef');
    expect((await new NodeStore(database).require(1 as NodeId)).contentHash).toBe(NodeHash.fromDigest(padded));
    const edges = new EdgeStore(database);
    expect((await edges.getByCaller(1 as NodeId)).map((edge) => edge.calleeId)).toEqual([2]);
    expect((await edges.getByCaller(2 as NodeId))[0]?.metadata).toBeNull();
    await database.close();
  });

  it('is not upgraded for reading only', async () => {
    const path = join(temporaryFolder(), 'v1.db');
    copyFileSync(FIXTURE, path);
    await expect(openDatabase({ path, readOnly: true })).rejects.toMatchObject({
      code: 'SCHEMA_TOO_OLD',
      details: { version: 1, supported: LATEST },
    });
    expect(readFileSync(path).equals(readFileSync(FIXTURE))).toBe(true);
  });

  it('stays as it is when it cannot be upgraded', async () => {
    const path = join(temporaryFolder(), 'v1.db');
    makeV1Database(path);
    withSqlite(path, (raw) => raw.exec('CREATE TABLE projects (mine TEXT)'));
    await expect(openDatabase({ path, wal: false })).rejects.toMatchObject({
      code: 'SCHEMA_UNKNOWN',
      details: { version: 2 },
    });
    const tables = withSqlite(path, (raw) =>
      raw.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all(),
    );
    expect(tables.sort()).toEqual(['analysis_cache', 'intel_edges', 'intel_nodes', 'projects']);
    expect(withSqlite(path, (raw) => raw.prepare('SELECT count(*) FROM intel_nodes').pluck().get())).toBe(
      V1_NODES.length,
    );
  });
});

describe('a database that this version cannot use', () => {
  /** Makes a current database with a rollback journal, so that even a switch of the journal would show. */
  async function changedDatabase(change: string): Promise<{ path: string; bytes: Buffer }> {
    const path = join(temporaryFolder(), 'a.db');
    await openAndClose(path);
    withSqlite(path, (raw) => {
      raw.pragma('journal_mode = DELETE');
      raw.exec(change);
    });
    return { path, bytes: readFileSync(path) };
  }

  it.each([
    ['a newer one', `INSERT INTO schema_migrations VALUES (99, 'future', 'x', 1)`, 'SCHEMA_TOO_NEW', { version: 99 }],
    [
      'one made with another migration',
      `UPDATE schema_migrations SET checksum = 'x' WHERE version = 2`,
      'MIGRATION_CHANGED',
      { version: 2 },
    ],
    [
      'one with a migration left out',
      'DELETE FROM schema_migrations WHERE version = 1',
      'MIGRATION_CHANGED',
      { version: 1 },
    ],
  ])('is refused and not touched: %s', async (_, change, code, details) => {
    const { path, bytes } = await changedDatabase(change);
    await expect(openDatabase({ path })).rejects.toMatchObject({ code, details: { ...details, location: path } });
    await expect(openDatabase({ path, readOnly: true })).rejects.toMatchObject({ code });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it.each([
    ['other tables', 'CREATE TABLE notes (id INTEGER)'],
    ['a view alone', 'CREATE VIEW numbers AS SELECT 1 AS one'],
    ['migrations of another kind', 'CREATE TABLE schema_migrations (version TEXT)'],
    ['nodes of another shape', 'CREATE TABLE intel_nodes (id INTEGER PRIMARY KEY, name TEXT)'],
  ])('is refused and not touched: that of another program, with %s', async (_, schema) => {
    const path = join(temporaryFolder(), 'a.db');
    withSqlite(path, (raw) => raw.exec(schema));
    const bytes = readFileSync(path);
    await expect(openDatabase({ path })).rejects.toMatchObject({ code: 'SCHEMA_UNKNOWN' });
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(readdirSync(join(path, '..'))).toEqual(['a.db']);
  });
});

describe('migrations', () => {
  it('are numbered without gaps, and the plan names those that are pending', () => {
    const migrations = loadMigrations();
    expect(migrations.map((migration) => migration.version)).toEqual(migrations.map((_, index) => index + 1));
    expect(planMigrations('x', [], [], migrations)).toEqual({ version: 0, adopt: false, pending: migrations });
    expect(planMigrations('x', [], migrations.slice(0, 1), migrations).pending).toEqual(migrations.slice(1));
    expect(planMigrations('x', [], migrations, migrations).pending).toEqual([]);
  });
});

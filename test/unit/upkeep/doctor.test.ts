import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { acquireLease } from '../../../src/incremental/index.js';
import { openDatabase } from '../../../src/sql/index.js';
import { doctor, type DoctorReport } from '../../../src/upkeep/index.js';
import { failureOf, sourceFolder, testStore } from '../../support/indexing.js';
import { serverForTests } from '../../support/servers/in-tests.js';
import { temporaryFolder, writeTree } from '../../support/temporary-folder.js';

const V4 = fileURLToPath(new URL('../../fixtures/v4.db', import.meta.url));

function codesOf(report: DoctorReport): string[] {
  return report.findings.map(({ level, code }) => `${level} ${code}`);
}

async function indexedDatabase(): Promise<{ path: string; root: string }> {
  const path = join(temporaryFolder(), 'code.db');
  const root = sourceFolder();
  const store = await testStore(path);
  await store.index({ root, projectId: 'p', embed: false });
  await store.close();
  return { path, root };
}

describe('doctor', () => {
  it('[U7] finds nothing wrong with a sound store, and says what it runs in', async () => {
    const { path, root } = await indexedDatabase();
    const report = await doctor({ path });
    expect(codesOf(report)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.environment).toMatchObject({ node: process.versions.node, platform: process.platform });
    for (const { name, ok, detail } of [...report.environment.components, ...report.environment.languages])
      expect([name, ok, detail]).toEqual([name, true, detail]);
    expect(report.environment.components.map(({ name }) => name)).toEqual([
      'better-sqlite3',
      '@libsql/client',
      'usearch',
    ]);
    expect(report.environment.languages.map(({ name }) => name)).toContain('typescript');
    expect(report.database).toMatchObject({
      location: path,
      backend: 'file',
      generation: 1,
      journalMode: 'wal',
      quickCheck: ['ok'],
      replica: null,
    });
    expect(report.database?.schemaVersion).toBe(report.database?.supportedVersion);
    expect(report.projects).toMatchObject([{ project: 'p', root, folder: 'there', files: 3, changed: 0, gone: 0 }]);
    expect(report.work).toEqual({ pendingLinks: 0, pendingEmbeddings: [], leases: [] });
  });

  it('tells of files that changed, folders that are gone, and what waits or is held', async () => {
    const { path, root } = await indexedDatabase();
    const store = await testStore(path);
    await store.embed('p');
    writeTree(root, { 'a.ts': 'export const other = 1;\n', 'b.ts': 'export const b = 1;\n' });
    await store.index({ root, projectId: 'p', embed: false });
    writeTree(root, { 'a.ts': 'export const another = 12;\n' });
    rmSync(join(root, 'b.ts'));
    const gone = sourceFolder({ 'q.ts': 'export const q = 1;\n' }, 'q');
    await store.index({ root: gone, embed: false });
    await store.close();
    rmSync(gone, { recursive: true });
    const database = await openDatabase({ path });
    const lease = await acquireLease(database, 'p');
    try {
      const report = await doctor({ path });
      expect(report.ok).toBe(true);
      expect(codesOf(report)).toEqual([
        'warning FOLDER_GONE',
        'note FILES_CHANGED',
        'note EMBEDDINGS_PENDING',
        'note LEASE_HELD',
      ]);
      expect(report.projects).toMatchObject([
        { project: 'p', folder: 'there', changed: 1, gone: 1 },
        { project: 'q', folder: 'gone' },
      ]);
      expect(report.work?.leases).toMatchObject([{ project: 'p', pid: process.pid, isLeft: false }]);
      for (const { advice } of report.findings) expect(advice).not.toBe('');
    } finally {
      await lease.release();
      await database.close();
    }
  });

  it('changes no database, whatever state it is in, and gives advice', async () => {
    const folder = temporaryFolder();
    const { path: sound } = await indexedDatabase();
    const make = (name: string, act: (path: string) => void): string => {
      const path = join(folder, name);
      copyFileSync(sound, path);
      act(path);
      return path;
    };
    const cases: Record<string, [path: string, findings: string[]]> = {
      older: [make('older.db', (path) => copyFileSync(V4, path)), ['warning SCHEMA_TOO_OLD']],
      newer: [
        make('newer.db', (path) => {
          const raw = new Sqlite(path);
          raw.exec("INSERT INTO schema_migrations VALUES (9999, 'later', 'x', 0)");
          raw.pragma('wal_checkpoint(TRUNCATE)');
          raw.close();
        }),
        ['error SCHEMA_TOO_NEW'],
      ],
      cut: [make('cut.db', (path) => truncateSync(path, 65536)), ['error DATABASE_CORRUPT']],
      text: [make('text.db', (path) => writeFileSync(path, 'no database at all')), ['error NOT_A_DATABASE']],
      foreign: [
        make('foreign.db', (path) => {
          rmSync(path);
          const raw = new Sqlite(path);
          raw.exec('CREATE TABLE of_another (program TEXT)');
          raw.close();
        }),
        ['error SCHEMA_UNKNOWN'],
      ],
    };
    for (const [name, [path, findings]] of Object.entries(cases)) {
      const before = readFileSync(path);
      const report = await doctor({ path });
      expect([name, codesOf(report)]).toEqual([name, findings]);
      expect(report.ok).toBe(!findings[0]?.startsWith('error'));
      for (const { advice } of report.findings) expect(advice).not.toBe('');
      expect(readFileSync(path).equals(before)).toBe(true);
    }
    const absent = await doctor({ path: join(folder, 'absent.db') });
    expect(codesOf(absent)).toEqual(['error DATABASE_NOT_FOUND']);
    expect(absent.database).toBeNull();
    expect(await failureOf(doctor({ path: join(folder, 'x.db'), busyTimeoutMs: -1 }))).toBe('INVALID_OPTION');
  });
});

describe('doctor of a server', () => {
  const server = serverForTests();

  it('asks it, and tells of one that is not there', async () => {
    const store = await testStore({ path: server().url });
    await store.index({ root: sourceFolder(), embed: false });
    const report = await doctor({ path: server().url });
    expect(codesOf(report)).toEqual([]);
    expect(report.database).toMatchObject({ backend: 'server', quickCheck: null, walBytes: 0 });
    expect(report.projects).toHaveLength(1);
    expect(codesOf(await doctor({ path: 'http://127.0.0.1:1' }))).toEqual(['error CONNECTION_FAILED']);
  });

  it('tells of a replica that is old, also when it is opened as a file', async () => {
    const replicaPath = join(temporaryFolder(), 'replica.db');
    const replica = await testStore({ path: server().url, replicaPath });
    await replica.close();
    const inTwoDays = (): number => Date.now() + 2 * 24 * 60 * 60 * 1000;
    expect(codesOf(await doctor({ path: replicaPath }))).not.toContain('warning REPLICA_OLD');
    const report = await doctor({ path: replicaPath, clock: inTwoDays });
    expect(codesOf(report)).toContain('warning REPLICA_OLD');
    expect(report.database?.replica?.primary).toContain('127.0.0.1');
  });
});

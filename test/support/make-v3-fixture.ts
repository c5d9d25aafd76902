import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Sqlite from 'better-sqlite3';
import type { openStore } from '../../src/index.js';
import { SOURCES } from './indexing.js';
import { writeTree } from './temporary-folder.js';
import { v1Embedding } from './v1-database.js';

// Makes test/fixtures/v3.db and v3.dump.txt, which are committed and must never be made anew without
// need. They are made by a build of version 3 of the schema: of the last commit that has no
// src/sql/migrations/0004-graph-analysis.sql. Name its dist folder:
//   V3_DIST=/path/to/dist node -e "import('vite').then((vite) => vite.runnerImport('./test/support/make-v3-fixture.ts'))"

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

async function makeFixture(dist: string): Promise<void> {
  const version3 = (await import(/* @vite-ignore */ pathToFileURL(join(resolve(dist), 'index.js')).href)) as {
    openStore: typeof openStore;
  };
  const root = mkdtempSync(join(tmpdir(), 'lestockage-v3-'));
  const path = fixture('v3.db');
  rmSync(path, { force: true });
  try {
    writeTree(root, SOURCES);
    const store = await version3.openStore(path);
    await store.index({ root, projectId: 'fixture', workers: 0 });
    const node = await store.nodes.getByKey('fixture', 'b.ts#b(function)');
    if (node === undefined) throw new Error('There is no node for b.');
    await store.nodes.update(node.id, { embedding: v1Embedding(7) });
    const lines: string[] = [];
    for await (const line of store.dump()) lines.push(`${line}\n`);
    writeFileSync(fixture('v3.dump.txt'), lines.join(''));
    await store.close();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  // One file without a log, without unused pages and without the folder it was made in.
  const database = new Sqlite(path);
  database.exec("UPDATE projects SET root = '/home/somebody/fixture'; PRAGMA journal_mode = delete; VACUUM;");
  database.close();
}

await makeFixture(process.env['V3_DIST'] ?? '');

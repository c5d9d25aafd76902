import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Sqlite from 'better-sqlite3';
import type * as Lestockage from '../../src/index.js';
import { SOURCES } from './indexing.js';
import { pdgNode } from './pdgs.js';
import { writeTree } from './temporary-folder.js';
import { v1Embedding } from './v1-database.js';

// Makes test/fixtures/v4.db and v4.dump.txt, which are committed and must never be made anew without
// need. They are made by a build of version 4 of the schema: of the last commit that has no table
// `embeddings`. Name its dist folder:
//   V4_DIST=/path/to/dist node -e "import('vite').then((vite) => vite.runnerImport('./test/support/make-v4-fixture.ts'))"

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** An indexed project with an embedding in a node's row, and a graph that was saved with another. */
async function makeFixture(dist: string): Promise<void> {
  const version4 = (await import(
    /* @vite-ignore */ pathToFileURL(join(resolve(dist), 'index.js')).href
  )) as typeof Lestockage;
  const root = mkdtempSync(join(tmpdir(), 'lestockage-v4-'));
  const path = fixture('v4.db');
  rmSync(path, { force: true });
  try {
    writeTree(root, SOURCES);
    const store = await version4.openStore(path);
    await store.index({ root, projectId: 'fixture', workers: 0 });
    const node = await store.nodes.getByKey('fixture', 'b.ts#b(function)');
    if (node === undefined) throw new Error('There is no node for b.');
    await store.nodes.update(node.id, { embedding: v1Embedding(7) });
    const graph = new version4.PdgBuilder()
      .addNode(pdgNode('a', { embedding: v1Embedding(8) }))
      .addNode(pdgNode('b', { embedding: Uint8Array.of(1, 2, 3) }))
      .build();
    await store.pdg.savePdg('graph', graph);
    await store.pdg.loadPdg('fixture');
    const lines: string[] = [];
    for await (const line of store.dump()) lines.push(`${line}\n`);
    writeFileSync(fixture('v4.dump.txt'), lines.join(''));
    await store.close();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  // One file without a log, without unused pages and without the folder it was made in.
  const database = new Sqlite(path);
  database.exec(
    "UPDATE projects SET root = '/home/somebody/fixture' WHERE root IS NOT NULL; PRAGMA journal_mode = delete; VACUUM;",
  );
  database.close();
}

await makeFixture(process.env['V4_DIST'] ?? '');

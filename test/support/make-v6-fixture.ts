import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Sqlite from 'better-sqlite3';
import type { openStore } from '../../src/index.js';
import { V6_PROJECTS } from './across/v6-projects.js';
import { writeTree } from './temporary-folder.js';

// Makes test/fixtures/v6.db and v6.dump.txt, which are committed and must never be made anew without
// need. They are made by a build of version 6 of the schema: of the last commit that has no
// src/sql/migrations/0007-cross-project.sql. Name its dist folder:
//   V6_DIST=/path/to/dist node -e "import('vite').then((vite) => vite.runnerImport('./test/support/make-v6-fixture.ts'))"

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** Two indexed projects with packages that depend on one another, of which nothing was ever linked. */
async function makeFixture(dist: string): Promise<void> {
  const version6 = (await import(/* @vite-ignore */ pathToFileURL(join(resolve(dist), 'index.js')).href)) as {
    openStore: typeof openStore;
  };
  const root = mkdtempSync(join(tmpdir(), 'lestockage-v6-'));
  const path = fixture('v6.db');
  rmSync(path, { force: true });
  try {
    const store = await version6.openStore(path);
    for (const [projectId, files] of Object.entries(V6_PROJECTS)) {
      writeTree(join(root, projectId), files);
      await store.index({ root: join(root, projectId), projectId, workers: 0, embed: false });
    }
    const lines: string[] = [];
    for await (const line of store.dump()) lines.push(`${line}\n`);
    writeFileSync(fixture('v6.dump.txt'), lines.join(''));
    await store.close();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  // One file without a log, without unused pages and without the folder it was made in.
  const database = new Sqlite(path);
  database.exec("UPDATE projects SET root = '/home/somebody/' || id; PRAGMA journal_mode = delete; VACUUM;");
  database.close();
}

await makeFixture(process.env['V6_DIST'] ?? '');

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Indexer, type IndexOptions, type IndexReport } from '../../src/ingest/index.js';
import { isLestockageError } from '../../src/model/index.js';
import { openStore, type Store, type StoreOptions } from '../../src/store.js';
import { temporaryFolder, writeTree } from './temporary-folder.js';

/** Three files that use each other. */
export const SOURCES = {
  'a.ts':
    "import { b } from './b.js';\nexport function a(): number {\n  return b() + 1;\n}\nexport class Box {\n  open() { return a(); }\n}\n",
  'b.ts': 'export function b(): number {\n  return 2;\n}\n',
  'lib/c.ts': "import { b as two } from '../b.js';\nexport const c = two();\n",
} as const;

/** A store that is closed when the test ends. */
export async function testStore(options: StoreOptions | string = ':memory:'): Promise<Store> {
  const store = await openStore(options);
  onTestFinished(() => store.close());
  return store;
}

/** A fresh folder `name` with these files in it. */
export function sourceFolder(files: Readonly<Record<string, string>> = SOURCES, name = 'p'): string {
  const root = join(temporaryFolder(), name);
  mkdirSync(root);
  writeTree(root, files);
  return root;
}

/** So long after the files were written that their times can be trusted, see `Indexer`. */
export const SETTLED = (): number => Date.now() + 60_000;

/** Indexes a folder on the calling thread, with the clock the test needs. */
export async function indexFolder(
  store: Store,
  root: string,
  options: Omit<IndexOptions, 'root'> = {},
  clock: () => number = SETTLED,
): Promise<IndexReport> {
  return new Indexer(store, clock).index({ root, workers: 0, ...options });
}

export async function dumpOf(store: Store, project?: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of store.dump(project === undefined ? {} : { project })) lines.push(line);
  return lines;
}

/** What a store that was never used before holds of a folder. */
export async function dumpFromScratch(root: string, projectId?: string): Promise<string[]> {
  const store = await openStore(':memory:');
  try {
    await indexFolder(store, root, projectId === undefined ? {} : { projectId });
    return await dumpOf(store);
  } finally {
    await store.close();
  }
}

/** Code of the error that a run fails with; 'none' when it does not. */
export async function failureOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => 'none',
    (error: unknown) => (isLestockageError(error) ? error.code : String(error)),
  );
}

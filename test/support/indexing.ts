import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { isLestockageError } from '../../src/model/index.js';
import { openStore, type Store, type StoreOptions } from '../../src/store/index.js';
import { temporaryFolder, writeTree } from './temporary-folder.js';

export { dumpFromScratch, dumpOf, indexFolder, SETTLED } from './index-folder.js';

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

/** Code of the error that a run fails with; 'none' when it does not. */
export async function failureOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => 'none',
    (error: unknown) => (isLestockageError(error) ? error.code : String(error)),
  );
}

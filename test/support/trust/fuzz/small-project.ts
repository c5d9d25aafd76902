import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, type Store } from '../../../../src/store/index.js';
import { indexFolder } from '../../index-folder.js';

/** Names that the small project has, so that not every question is about nothing. */
export const SMALL_PROJECT_NAMES = ['area', 'twice', 'src', 'src//a.ts#area(function)', 'a.ts', '1', 'function'];

/** A store in memory with one small project, indexed from the folder `src` in `folder`. */
export async function smallStore(folder: string): Promise<Store> {
  const source = join(folder, 'src');
  mkdirSync(source);
  writeFileSync(join(source, 'a.ts'), 'export function area() { return twice(); }\nfunction twice() { return 2; }\n');
  const store = await openStore(':memory:');
  await indexFolder(store, source);
  return store;
}

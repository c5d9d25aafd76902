import { join } from 'node:path';
import { fetchTree, TREES } from './trees.js';

export interface VectorPaths {
  readonly projectRoot: string;
  readonly cacheFolder: string;
}

/** Folders of real code whose symbols are embedded; `few` takes what is installed anyway. */
export async function codeFolders({ projectRoot, cacheFolder }: VectorPaths, few: boolean): Promise<string[]> {
  const folders = ['rxjs', 'zod'].map((name) => join(projectRoot, 'node_modules', name, 'src'));
  for (const source of few ? [] : TREES) {
    folders.push((await fetchTree(source, join(cacheFolder, 'trees'))).folder);
  }
  return folders;
}

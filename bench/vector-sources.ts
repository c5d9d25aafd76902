import { join } from 'node:path';
import { printOf } from './children.js';
import type { BenchPaths } from './machine.js';
import { fetchTree, TREES } from './trees.js';

/** Folders of real code whose symbols are embedded; `few` takes what is installed anyway. */
export async function codeFolders({ projectRoot, cacheFolder }: BenchPaths, few: boolean): Promise<string[]> {
  const folders = ['rxjs', 'zod'].map((name) => join(projectRoot, 'node_modules', name, 'src'));
  for (const source of few ? [] : TREES) {
    folders.push((await fetchTree(source, join(cacheFolder, 'trees'))).folder);
  }
  return folders;
}

/** Writes generated vectors, queries and their true answers into a folder; gives how many vectors there are. */
export async function writeGeneratedVectors(
  projectRoot: string,
  folder: string,
  count: number,
  queries: number,
  seed: number,
): Promise<number> {
  const modules = join(projectRoot, '.cache', 'modules');
  await printOf('vectors-child.js', 'prepare', '-', folder, count, queries, seed, modules, '-');
  return count;
}

/** The same with embeddings of code by the built-in embedder, asked with first lines of documentation. */
export async function writeCodeVectors(
  paths: BenchPaths,
  folder: string,
  queries: number,
  few: boolean,
): Promise<number> {
  const dist = join(paths.projectRoot, 'dist');
  const sources = await codeFolders(paths, few);
  await printOf('vectors-store-child.js', 'build', 'code', folder, 0, queries, dist, ...sources);
  const exported = await printOf('vectors-store-child.js', 'export', 'code', folder, 0, queries, dist);
  return (JSON.parse(exported) as { readonly count: number }).count;
}

import { Indexer, type IndexOptions, type IndexReport } from '../../src/ingest/index.js';
import { openStore, type Store } from '../../src/store/index.js';

/** How a folder is indexed: the project's options, and the paths that changed, of which an indexer may make use. */
export type FolderOptions = Omit<IndexOptions, 'root' | 'changed'> & { readonly changed?: readonly string[] };

/** So long after the files were written that their times can be trusted, see `Indexer`. */
export const SETTLED = (): number => Date.now() + 60_000;

/** Indexes a folder on the calling thread, with the clock the test needs. */
export async function indexFolder(
  store: Store,
  root: string,
  options: FolderOptions = {},
  clock: () => number = SETTLED,
): Promise<IndexReport> {
  const all: FolderOptions & { readonly root: string } = { root, workers: 0, ...options };
  return new Indexer(store.indexerStores(), clock).index(all);
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

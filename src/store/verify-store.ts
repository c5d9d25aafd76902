import {
  checkIntegrity,
  checkPrecise,
  checkWords,
  compareWithRebuild,
  type Check,
  type Comparison,
  type Difference,
  type VerifyOptions,
  type VerifyReport,
} from '../graph/index.js';
import { checkMemos } from '../incremental/index.js';
import { isLestockageError } from '../model/index.js';
import type { Database } from '../sql/index.js';
import { comparePackages } from '../symbols/index.js';
import { checkEmbeddings } from '../vectors/index.js';
import { compareVectors, hasRepeatableVectors } from './compare-vectors.js';
import type { StoreOptions } from './store-options.js';
import type { Store } from './store.js';

/** See {@link Store.verify}. */
export async function verifyStore(
  store: Store,
  database: Database,
  options: VerifyOptions,
  openFresh: (options: StoreOptions) => Promise<Store>,
): Promise<VerifyReport> {
  const { project, signal } = options;
  const chosen = project === undefined ? await store.projects.list() : [await store.projects.require(project)];
  const checks = [
    ...(await checkIntegrity(database)),
    ...(await checkMemos(database)),
    await checkPrecise(database),
    ...(await checkVectors(store, database, signal)),
    await checkWords(database, options.deep === true),
  ];
  const links = async (id: string): Promise<Check> => {
    const { checkLinks } = await import('../ingest/index.js');
    return checkLinks(store.indexerStores(), id, signal === undefined ? {} : { signal });
  };
  const differences: Difference[] = [];
  for (const each of options.deep === true ? chosen : []) {
    const makeFresh = async (root: string): Promise<Store> =>
      rebuild(store, await openFresh({ embedder: store.embedder }), root, each.id, signal);
    const also = async (fresh: Store): Promise<Comparison> => {
      if (hasRepeatableVectors(store)) checks.push(await compareVectors(store, fresh, each.id, signal));
      return comparePackages(store.packages, fresh.packages, each.id);
    };
    checks.push(await links(each.id));
    for (const compared of await compareWithRebuild(store, each, makeFresh, also, signal)) {
      checks.push(compared.check);
      differences.push(...compared.differences);
    }
  }
  return { ok: checks.every((check) => check.ok), checks, differences };
}

/** That one of both was put back to an earlier state is a fault; that they cannot be asked now is an error. */
async function checkVectors(store: Store, database: Database, signal: AbortSignal | undefined): Promise<Check[]> {
  try {
    return [await checkEmbeddings(database, store.vectorReader), ...(await checkVectorIndexes(store, signal))];
  } catch (error) {
    if (!isLestockageError(error) || error.code !== 'VECTORS_OUT_OF_STEP') throw error;
    return [{ name: 'embeddings', ok: false, detail: error.message }];
  }
}

/** Nothing where there are no index files. A damaged one is a fault, although searches do without it. */
async function checkVectorIndexes(store: Store, signal: AbortSignal | undefined): Promise<Check[]> {
  const { checked, problems } = await store.vectors.verify(signal);
  if (checked === 0) return [];
  const ok = problems.length === 0;
  const detail = ok
    ? `index files over vectors are whole and have every vector (${checked} of them)`
    : `${problems.join(' ')} Searches compare with all vectors until it is built anew.`;
  return [{ name: 'vector-indexes', ok, detail }];
}

/** Fills an empty store with what was imported for files as they are, and with what the folder says now. */
async function rebuild(
  store: Store,
  fresh: Store,
  root: string,
  projectId: string,
  signal: AbortSignal | undefined,
): Promise<Store> {
  try {
    await fresh.precise.put(projectId, await store.precise.list(projectId));
    // What another embedder makes may cost money, and may be another thing each time.
    const embed = hasRepeatableVectors(store);
    await fresh.index({ root, projectId, embed, ...(signal === undefined ? {} : { signal }) });
    return fresh;
  } catch (error) {
    await fresh.close();
    throw error;
  }
}

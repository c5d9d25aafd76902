import {
  checkIntegrity,
  checkWords,
  compareWithRebuild,
  type Comparison,
  type Difference,
  type VerifyOptions,
  type VerifyReport,
} from '../graph/index.js';
import { checkMemos } from '../incremental/index.js';
import type { Database } from '../sql/index.js';
import { comparePackages } from '../symbols/index.js';
import { checkEmbeddings } from '../vectors/index.js';
import type { Store } from './store.js';

/** See {@link Store.verify}. */
export async function verifyStore(
  store: Store,
  database: Database,
  options: VerifyOptions,
  openFresh: () => Promise<Store>,
): Promise<VerifyReport> {
  const { project, signal } = options;
  const chosen = project === undefined ? await store.projects.list() : [await store.projects.require(project)];
  const checks = [
    ...(await checkIntegrity(database)),
    ...(await checkMemos(database)),
    await checkEmbeddings(database),
    await checkWords(database, options.deep === true),
  ];
  const differences: Difference[] = [];
  for (const each of options.deep === true ? chosen : []) {
    const makeFresh = async (root: string): Promise<Store> => rebuild(await openFresh(), root, each.id, signal);
    const also = (fresh: Store): Promise<Comparison> => comparePackages(store.packages, fresh.packages, each.id);
    for (const compared of await compareWithRebuild(store, each, makeFresh, also, signal)) {
      checks.push(compared.check);
      differences.push(...compared.differences);
    }
  }
  return { ok: checks.every((check) => check.ok), checks, differences };
}

/** Fills an empty store with nothing but what the folder says now. */
async function rebuild(fresh: Store, root: string, projectId: string, signal: AbortSignal | undefined): Promise<Store> {
  try {
    await fresh.index({ root, projectId, embed: false, ...(signal === undefined ? {} : { signal }) });
    return fresh;
  } catch (error) {
    await fresh.close();
    throw error;
  }
}

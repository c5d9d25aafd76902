import type { Store, StoreOptions } from '../index.js';
import type { CommandContext } from './context.js';
import { embedderFrom } from './embedder.js';

const MEMORY = ':memory:';

/** Opens the store to ask it, runs `use`, and closes it. An absent database is an error and stays absent. */
export async function withStore<T>(context: CommandContext, use: (store: Store) => Promise<T>): Promise<T> {
  return closing(await openToAsk(await optionsOf(context)), use);
}

/** Read-only where that is possible; a database of an earlier version is upgraded first. */
async function openToAsk(options: StoreOptions): Promise<Store> {
  const { isLestockageError, openStore } = await import('../index.js');
  if (options.path === MEMORY) return openStore(options);
  try {
    return await openStore({ ...options, readOnly: true });
  } catch (error) {
    if (isLestockageError(error) && error.code === 'SCHEMA_TOO_OLD') return openStore(options);
    throw error;
  }
}

/** Opens the store to change it, creating it when it is absent. */
export async function withWritableStore<T>(context: CommandContext, use: (store: Store) => Promise<T>): Promise<T> {
  const { openStore } = await import('../index.js');
  return closing(await openStore(await optionsOf(context)), use);
}

/** Opens a store that is there to ask it things that are kept once they are known. */
export async function withKeptStore<T>(context: CommandContext, use: (store: Store) => Promise<T>): Promise<T> {
  const { isLestockageError, openStore } = await import('../index.js');
  const options = await optionsOf(context);
  // A server is there or not; opening it for writing makes nothing that asking it would not.
  if (context.isServer) return closing(await openStore(options), use);
  const asked = await openToAsk(options);
  if (options.path === MEMORY) return closing(asked, use);
  await asked.close();
  let store: Store;
  try {
    store = await openStore(options);
  } catch (error) {
    if (!isLestockageError(error)) throw error;
    store = await openToAsk(options);
  }
  return closing(store, use);
}

/** What opens the store for a program that stays: to change it, creating it when it is absent, or to ask it alone. */
export function storeOpener(context: CommandContext, { isReadOnly }: { isReadOnly: boolean }): () => Promise<Store> {
  return async () => {
    const { openStore } = await import('../index.js');
    const options = await optionsOf(context);
    return openStore(isReadOnly && options.path !== MEMORY ? { ...options, readOnly: true } : options);
  };
}

async function optionsOf({ host, store }: CommandContext): Promise<StoreOptions> {
  const embedder = await embedderFrom(host.environment);
  const vectorFolder = host.environment['LESTOCKAGE_VECTOR_FOLDER'] ?? '';
  return {
    ...store,
    ...(embedder === undefined ? {} : { embedder }),
    ...(vectorFolder === '' ? {} : { vectorFolder }),
  };
}

async function closing<T>(store: Store, use: (store: Store) => Promise<T>): Promise<T> {
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Throws NotFoundError with code `PROJECT_NOT_FOUND` for a `--project` the store does not know. */
export async function requireProject(store: Store, project: string | undefined): Promise<void> {
  if (project !== undefined) await store.projects.require(project);
}

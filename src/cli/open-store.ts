import type {
  Envelope,
  ImpactItem,
  ImpactOptions,
  ShardedStore,
  Store,
  StoreOptions,
  TraversalItem,
  TraversalOptions,
} from '../index.js';
import type { CommandContext } from './context.js';
import { embedderFrom } from './embedder.js';
import { printable } from './terminal.js';

const MEMORY = ':memory:';

/** Opens the store to ask it, runs `use`, and closes it. An absent database is an error and stays absent. */
export async function withStore<T>(context: CommandContext, use: (store: Store) => Promise<T>): Promise<T> {
  if (context.isSharded) {
    return withShards(context, { isReadOnly: true }, async (shards) => {
      tellBehind(context, await shards.behind());
      return use(shards.shared);
    });
  }
  return closing(await openToAsk(await optionsOf(context)), use);
}

interface Walked<Item> extends Envelope<Item> {
  readonly behind?: readonly string[];
}

/** What walks the symbol graph, of a store or of many databases. */
interface Walks {
  callers(of: string, options: TraversalOptions): Promise<Walked<TraversalItem>>;
  callees(of: string, options: TraversalOptions): Promise<Walked<TraversalItem>>;
  impact(of: string, options: ImpactOptions): Promise<Walked<ImpactItem>>;
}

/** Opens what walks the symbol graph. A project that is named has to be there. */
export async function withTraversal<T>(
  context: CommandContext,
  project: string | undefined,
  use: (traversal: Walks) => Promise<T>,
): Promise<T> {
  if (context.isSharded) return withShards(context, { isReadOnly: true }, (shards) => use(shards.traversal));
  return withStore(context, async (store) => {
    await requireProject(store, project);
    return use(store.traversal);
  });
}

/** Opens the databases that a template stands for. */
export async function withShards<T>(
  context: CommandContext,
  { isReadOnly }: { readonly isReadOnly: boolean },
  use: (shards: ShardedStore) => Promise<T>,
): Promise<T> {
  const { isLestockageError, openShards } = await import('../index.js');
  const { path: template = '', ...rest } = await optionsOf(context);
  const open = async (readOnly: boolean): Promise<ShardedStore> => openShards({ ...rest, template, readOnly });
  let shards: ShardedStore;
  try {
    shards = await open(isReadOnly);
  } catch (error) {
    if (!isReadOnly || !isLestockageError(error) || error.code !== 'SCHEMA_TOO_OLD') throw error;
    shards = await open(false);
  }
  return closing(shards, use);
}

/** Says of which projects the answer is not the newest, where several databases answered: in the document, and as warnings. */
export function tellBehind({ output }: CommandContext, behind: readonly string[] | undefined): void {
  if (behind === undefined) return;
  output.add({ behind });
  for (const project of behind) {
    output.warn(`warning: the links of ${printable(project)} are those of an earlier commit; index or push it again`);
  }
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

async function closing<S extends { close(): Promise<void> }, T>(store: S, use: (store: S) => Promise<T>): Promise<T> {
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

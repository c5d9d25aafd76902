import type { Check, Difference, ProjectSummary, VerifyReport } from '../graph/index.js';
import type { IndexOptions, IndexReport } from '../ingest/index.js';
import { UsageError, type ProjectId } from '../model/index.js';
import type { Database } from '../sql/index.js';
import {
  databaseOf,
  openStore,
  outlineDigest,
  publishOutline,
  pushStore,
  type ProjectTransfer,
  type Store,
  type StoreOptions,
  type StoreStatus,
  type TransferOptions,
  type TransferReport,
} from '../store/index.js';
import { isTemplate, namespaceFor, NamespaceTemplate } from './namespaces.js';
import { readGenerations, ShardMap, type ProjectShard } from './shard-map.js';
import { ShardStates, type ShardDatabases } from './shard-states.js';
import { ShardedTraversal } from './sharded-traversal.js';

/** How to open projects that lie in databases of their own. Whatever else a store is opened with is the same for all. */
export interface ShardedStoreOptions extends Omit<StoreOptions, 'path' | 'vectors'> {
  /** The URLs, or paths, of the databases, with `{namespace}` in the place of their names. */
  readonly template: string;
  /** The namespace that all projects share. Default `shared`. */
  readonly shared?: string;
  /** With embedded replicas: a path with `{namespace}` as well. */
  readonly replicaPath?: string;
}

/** What to index, and where it is to lie. */
export interface ShardedIndexOptions extends IndexOptions {
  /** Of a new project; projects of one namespace are a group. Default: the project's id in small letters, digits and `-`. */
  readonly namespace?: string;
}

export interface ShardedPushOptions extends TransferOptions {
  /** Of projects that are new. Default: a namespace for each, by its id. */
  readonly namespace?: string;
}

/** A project, where it lies, and what of it others know. */
export interface ShardedProject extends ProjectSummary {
  readonly namespace: string;
  /** Is its newest commit known in the shared namespace? */
  readonly isCurrent: boolean;
}

/** What all databases hold; what is said of a database is that of the shared one, but for the size, which is that of all. */
export interface ShardedStatus extends StoreStatus {
  readonly projects: readonly ShardedProject[];
}

/**
 * Opens many databases as one: each project lies whole in the database of a namespace, alone or with others of its group, and
 * a shared one has what is between projects.
 *
 * ```ts
 * const shards = await openShards({ template: 'libsql://{namespace}-acme.turso.io', authToken });
 * await shards.index({ root: '.' });
 * const { items } = await shards.traversal.callers('createClient');
 * await shards.close();
 * ```
 *
 * The databases of all namespaces have to be there; on servers somebody who may do so makes them.
 *
 * Throws UsageError `INVALID_OPTION`, and what {@link openStore} throws for the shared namespace.
 */
export async function openShards(options: ShardedStoreOptions): Promise<ShardedStore> {
  const { template, shared = 'shared', ...rest } = options;
  const namespaces = new NamespaceTemplate(template, shared);
  if (rest.replicaPath !== undefined && !isTemplate(rest.replicaPath)) {
    throw new UsageError('INVALID_OPTION', 'The path of the replicas needs {namespace}: each database has its own.', {
      details: { option: 'replicaPath', value: rest.replicaPath },
    });
  }
  const optionsOf = (namespace: string): StoreOptions => ({
    ...rest,
    path: namespaces.pathOf(namespace),
    ...(rest.replicaPath === undefined ? {} : { replicaPath: rest.replicaPath.replace('{namespace}', namespace) }),
  });
  return new ShardedStore(namespaces, optionsOf, await openStore(optionsOf(shared)));
}

/** Projects in databases of their own. Made by {@link openShards}. */
export class ShardedStore implements AsyncDisposable {
  /** Walks the graphs of all projects as one. */
  readonly traversal: ShardedTraversal;
  readonly #map: ShardMap;
  readonly #databases: ShardDatabases;
  readonly #opened = new Map<string, Promise<Store>>();

  constructor(
    private readonly namespaces: NamespaceTemplate,
    private readonly optionsOf: (namespace: string) => StoreOptions,
    /**
     * The shared namespace: a store with the outline of every project. What asks for names, packages and links answers as
     * it does in a store with all the projects; edges within projects, embeddings and measures are not here.
     */
    readonly shared: Store,
  ) {
    const database = databaseOf(shared);
    this.#map = new ShardMap(database);
    const ofNamespace = async (namespace: string): Promise<Database> => databaseOf(await this.#store(namespace));
    this.#databases = { shared: database, map: this.#map, ofNamespace };
    this.traversal = new ShardedTraversal(this.#databases);
  }

  /** Projects whose newest commit is not known in the shared namespace yet. Asks every namespace. */
  async behind(): Promise<ProjectId[]> {
    return (await ShardStates.read(this.#databases)).behind();
  }

  /** Where the projects lie. */
  async projects(): Promise<ProjectShard[]> {
    return this.#map.list();
  }

  /**
   * The store that has a project. Throws NotFoundError `PROJECT_NOT_FOUND` and `DATABASE_NOT_FOUND`, and what else opening a
   * store throws. It is closed with this one.
   */
  async storeOf(project: ProjectId): Promise<Store> {
    return this.#store((await this.#map.require(project)).namespace);
  }

  /**
   * Brings a project up to date with its folder, as `Store.index` does, in its own database, and then its outline in the
   * shared one. Cut off in between, others see its earlier links, and are told so, until it is indexed or published again.
   *
   * Throws also UsageError `INVALID_ARGUMENT` for a bad namespace and for another one than the project lies in.
   */
  async index(options: ShardedIndexOptions): Promise<IndexReport> {
    const { namespace, ...rest } = options;
    const project = rest.projectId ?? (await this.#projectIdOf(rest.root));
    const { namespace: home } = await this.#place(project, namespace);
    const report = await (await this.#store(home)).index({ ...rest, projectId: project });
    await this.publish(project, rest.signal === undefined ? {} : { signal: rest.signal });
    return report;
  }

  /**
   * Copies the projects of a store into their databases, verified, and their outlines into the shared one. Throws what
   * `pushStore` throws, and UsageError `INVALID_ARGUMENT` as {@link index} does.
   */
  async push(store: Store, options: ShardedPushOptions = {}): Promise<TransferReport> {
    const startedAt = performance.now();
    const { namespace, projects: wanted, ...rest } = options;
    const chosen = wanted ?? (await store.projects.list()).map(({ id }) => id);
    for (const id of chosen) await store.projects.require(id);
    const homes = new Map<string, ProjectId[]>();
    for (const id of chosen) {
      const { namespace: home } = await this.#place(id, namespace);
      homes.set(home, [...(homes.get(home) ?? []), id]);
    }
    const projects: ProjectTransfer[] = [];
    let bytes = 0;
    for (const [home, some] of homes) {
      const report = await pushStore(store, this.optionsOf(home), { ...rest, projects: some });
      bytes += report.bytes;
      for (const pushed of report.projects) {
        projects.push(pushed);
        bytes += (await publishOutline(store, this.shared, pushed.project, rest)).bytes;
        await this.#link(pushed.project, pushed.generation, rest.signal);
      }
    }
    return {
      direction: 'push',
      generation: await this.shared.projects.generation(),
      projects,
      bytes,
      skipped: projects.filter(({ skipped }) => skipped).map(({ project }) => project),
      verified: true,
      ms: Math.round(performance.now() - startedAt),
    };
  }

  /**
   * Tells the others of what a project is now: copies its outline into the shared namespace and follows the names that
   * wait. Index runs and pushes do so themselves; it is for projects that were changed in their own database. Throws NotFoundError
   * `PROJECT_NOT_FOUND` and what `pushStore` throws.
   */
  async publish(project: ProjectId, options: Pick<TransferOptions, 'signal' | 'waitMs'> = {}): Promise<void> {
    const { sourceGeneration } = await publishOutline(await this.storeOf(project), this.shared, project, options);
    await this.#link(project, sourceGeneration, options.signal);
  }

  /** Deletes a project everywhere; false when there was none. Cut off, it is called again. */
  async delete(project: ProjectId): Promise<boolean> {
    const shard = await this.#map.find(project);
    if (shard === undefined) return false;
    await (await this.#store(shard.namespace)).projects.delete(project);
    await this.shared.projects.delete(project);
    await this.#map.remove(project);
    return true;
  }

  async status(): Promise<ShardedStatus> {
    const shards = await this.#map.list();
    const known = new Map(shards.map(({ project, generation }) => [project, generation]));
    const shared = await this.shared.status();
    let { sizeBytes } = shared;
    const projects: ShardedProject[] = [];
    for (const namespace of namespacesOf(shards)) {
      const store = await this.#store(namespace);
      const status = await store.status();
      const generations = await readGenerations(databaseOf(store));
      sizeBytes += status.sizeBytes;
      for (const summary of status.projects) {
        const isCurrent = generations.get(summary.project) === known.get(summary.project);
        projects.push({ ...summary, namespace, isCurrent });
      }
    }
    return { ...shared, sizeBytes, projects };
  }

  /**
   * Proves that every database is sound, that the outlines are those of the projects as far as these were published, and that
   * names lead where the packages say. With `deep`, projects are derived again from their files. Names of checks begin with
   * the namespace. Throws what `Store.verify` throws.
   */
  async verify(options: { readonly deep?: boolean; readonly signal?: AbortSignal } = {}): Promise<VerifyReport> {
    const { checkLinks } = await import('../ingest/index.js');
    const checks: Check[] = [];
    const differences: Difference[] = [];
    const shards = await this.#map.list();
    for (const namespace of namespacesOf(shards)) {
      const report = await (await this.#store(namespace)).verify(options);
      for (const check of report.checks) checks.push({ ...check, name: `${namespace}: ${check.name}` });
      differences.push(...report.differences);
    }
    const { signal } = options;
    const own = await this.shared.verify(signal === undefined ? {} : { signal });
    const shared: Check[] = [...own.checks];
    for (const shard of shards) {
      shared.push(await this.#checkOutline(shard));
      const linked = signal === undefined ? {} : { signal };
      shared.push(await checkLinks(this.shared.indexerStores(), shard.project, linked));
    }
    for (const check of shared) checks.push({ ...check, name: `${this.namespaces.shared}: ${check.name}` });
    return { ok: checks.every(({ ok }) => ok), checks, differences };
  }

  async close(): Promise<void> {
    const opened = [...this.#opened.values()];
    this.#opened.clear();
    for (const store of opened) await (await store.catch(() => undefined))?.close();
    await this.shared.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #checkOutline({ project, namespace, generation }: ProjectShard): Promise<Check> {
    const name = `outline ${project}`;
    const store = await this.#store(namespace);
    const now = (await store.projects.get(project))?.generation ?? 0;
    if (now !== generation) {
      return {
        name,
        ok: true,
        detail: `of generation ${generation}; the project is at ${now} and waits to be published`,
      };
    }
    const ok =
      generation === 0 || (await outlineDigest(store, project)) === (await outlineDigest(this.shared, project));
    return { name, ok, detail: ok ? 'is that of the project' : 'has other symbols than the project' };
  }

  async #link(project: ProjectId, generation: number, signal: AbortSignal | undefined): Promise<void> {
    await this.shared.link(signal === undefined ? {} : { signal });
    await this.#map.published(project, generation);
  }

  /** Where a project lies, or is to lie from now on. */
  async #place(project: ProjectId, wanted: string | undefined): Promise<ProjectShard> {
    const known = await this.#map.find(project);
    if (known !== undefined) return requireThere(known, wanted);
    const namespace = this.namespaces.require(wanted ?? namespaceFor(project));
    // A namespace that is not there is to be found out before anything is noted.
    await this.#store(namespace);
    return requireThere(await this.#map.place(project, namespace), wanted);
  }

  async #projectIdOf(root: string): Promise<ProjectId> {
    const { projectIdOfFolder } = await import('../ingest/index.js');
    return projectIdOfFolder(root, await this.shared.projects.list());
  }

  #store(namespace: string): Promise<Store> {
    const known = this.#opened.get(namespace);
    if (known !== undefined) return known;
    const opened = openStore(this.optionsOf(namespace));
    this.#opened.set(namespace, opened);
    // What could not be opened may be there the next time.
    opened.catch(() => this.#opened.delete(namespace));
    return opened;
  }
}

function namespacesOf(shards: readonly ProjectShard[]): string[] {
  return [...new Set(shards.map(({ namespace }) => namespace))].sort();
}

function requireThere(shard: ProjectShard, wanted: string | undefined): ProjectShard {
  if (wanted === undefined || wanted === shard.namespace) return shard;
  throw new UsageError(
    'INVALID_ARGUMENT',
    `The project ${shard.project} lies in the namespace '${shard.namespace}'; delete it there before it goes to '${wanted}'.`,
    { details: { argument: 'namespace', value: wanted, namespace: shard.namespace } },
  );
}

import type { EdgeAcross, FactReader } from '../../graph/index.js';
import { BusyError, CancelledError, type NodeId, type ProjectId } from '../../model/index.js';
import type {
  PackageStore,
  ExternalRefs,
  LinkedUse,
  LinkTarget,
  NameLink,
  WaitingName,
  WaitingNames,
} from '../../symbols/index.js';
import { CandidateFinder } from './candidates.js';
import { edgesAcrossDelta, edgesOfUses } from './link-edges.js';
import { ProviderPrograms, type Wanted } from './provider-programs.js';
import { NameResolver, type NameOfFolder } from './resolve-name.js';

export interface LinkStores {
  readonly externals: ExternalRefs;
  readonly reader: FactReader;
  readonly packages: PackageStore;
}

export interface LinkOptions {
  readonly signal?: AbortSignal;
}

/** What linking did. */
export interface LinkReport {
  /** Names of which it was looked up where they lead. */
  readonly names: number;
  /** Edges into other projects that were written or deleted. */
  readonly edges: number;
}

/** Names that are linked with one batch. Symbols that use names of several batches are looked at with each of them. */
const NAMES_PER_BATCH = 20_000;
/** Others may change the store while names are looked up; so often in a row nobody does. */
const MOST_ATTEMPTS = 20;

/**
 * Brings the edges between projects up to date with what the projects say: every name that waits is
 * followed into the packages of other projects, and the edges of the symbols that use it are compared with
 * the stored ones. What ends up in the store depends on the projects in it alone, not on their order.
 *
 * Throws BusyError `STALE_GENERATION` when others change the store all the time, and CancelledError. What was
 * committed stays; the rest waits.
 */
export async function linkNames(
  stores: LinkStores,
  options: LinkOptions = {},
  namesPerBatch = NAMES_PER_BATCH,
): Promise<LinkReport> {
  let [names, edges, attempts] = [0, 0, 0];
  for (;;) {
    if (options.signal?.aborted === true) throw new CancelledError();
    const waiting = await stores.externals.waiting(namesPerBatch);
    if (waiting === undefined) return { names, edges };
    const changed = await linkBatch(stores, waiting);
    if (changed === undefined) {
      if (++attempts >= MOST_ATTEMPTS) {
        throw new BusyError('STALE_GENERATION', 'The store was changed whenever its projects were to be linked.', {
          details: { attempts },
        });
      }
      continue;
    }
    attempts = 0;
    names += waiting.names.length;
    edges += changed;
  }
}

/** How many edges were changed; undefined when the store was changed meanwhile. */
async function linkBatch(stores: LinkStores, waiting: WaitingNames): Promise<number | undefined> {
  const { externals } = stores;
  const finder = new CandidateFinder(externals);
  const links = await resolveAll(
    new NameResolver(finder, new ProviderPrograms(stores)),
    finder,
    waiting.project,
    waiting.names,
  );
  // Links go first, which changes no answer: where they lead is then read back with what edges say of it.
  if (!(await externals.stage(waiting, links))) return undefined;
  const sources = [...new Set([...(await externals.sourcesOf(waiting.names.map(({ id }) => id))), ...waiting.queued])];
  const wanted = await edgesFrom(externals, finder, waiting.project, sources);
  const delta = edgesAcrossDelta(await externals.edgesAcross(sources), wanted);
  return (await externals.finish(waiting, delta, Date.now())) ? delta.deleted.length + delta.written.length : undefined;
}

/** Where names of a project lead, for each package that has files which use them. */
export async function resolveAll(
  resolver: NameResolver,
  finder: CandidateFinder,
  project: ProjectId,
  names: readonly WaitingName[],
): Promise<NameLink[]> {
  const links: NameLink[] = [];
  for (const name of names) {
    for (const each of await byFolder(finder, project, name)) links.push(await resolver.link(project, each));
  }
  return links;
}

async function byFolder(finder: CandidateFinder, project: ProjectId, name: WaitingName): Promise<NameOfFolder[]> {
  const folders = new Map<string, { kinds: Set<string>; users: number; uses: number }>();
  for (const { file, kinds, users, count } of name.uses) {
    const folder = await finder.folderOf(project, name.manager, file);
    const sum = folders.get(folder) ?? { kinds: new Set(), users: 0, uses: 0 };
    for (const kind of kinds.split(',')) sum.kinds.add(kind);
    folders.set(folder, { kinds: sum.kinds, users: sum.users + users, uses: sum.uses + count });
  }
  const { id, manager, specifier, path } = name;
  return [...folders].map(([folder, { kinds, users, uses }]) => {
    return { id, manager, specifier, path, folder, wanted: wantedFor(kinds), users, uses };
  });
}

function wantedFor(kinds: ReadonlySet<string>): Wanted {
  if (kinds.has('call')) return 'call';
  return [...kinds].every((kind) => kind === 'type' || kind === 'inherit') ? 'type' : 'value';
}

/** The edges that symbols of a project have into other projects, by the stored links. */
export async function edgesFrom(
  externals: ExternalRefs,
  finder: CandidateFinder,
  project: ProjectId,
  sources: readonly NodeId[],
): Promise<EdgeAcross[]> {
  const uses = await externals.linkedUses(sources);
  const targets = new Map<string, LinkTarget[]>();
  for (const target of await externals.linkTargets(new Set(uses.map(({ name }) => name)))) {
    const key = `${target.name} ${target.folder}`;
    targets.set(key, [...(targets.get(key) ?? []), target]);
  }
  const folders = new Map<LinkedUse, string>();
  for (const use of uses) folders.set(use, await finder.folderOf(project, use.manager, use.file));
  return edgesOfUses(uses, (use) => targets.get(`${use.name} ${folders.get(use) ?? ''}`) ?? []);
}

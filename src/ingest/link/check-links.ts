import type { Check } from '../../graph/index.js';
import { CancelledError, type ProjectId } from '../../model/index.js';
import type { NameLink } from '../../symbols/index.js';
import { CandidateFinder } from './candidates.js';
import { edgesAcrossDelta } from './link-edges.js';
import { edgesFrom, resolveAll, type LinkOptions, type LinkStores } from './link-names.js';
import { ProviderPrograms } from './provider-programs.js';
import { NameResolver } from './resolve-name.js';

/** Names that are looked up at once. */
const NAMES_PER_PAGE = 2000;

/** Looks up again where every name of a project leads, and compares that with the stored links and edges. Changes nothing. */
export async function checkLinks(stores: LinkStores, project: ProjectId, options: LinkOptions = {}): Promise<Check> {
  const { externals } = stores;
  const finder = new CandidateFinder(externals);
  const resolver = new NameResolver(finder, new ProviderPrograms(stores));
  let [after, names, waiting, links] = [0, 0, 0, 0];
  let edges = await externals.countUnfounded(project);
  for (;;) {
    if (options.signal?.aborted === true) throw new CancelledError();
    const page = await externals.names(project, after, NAMES_PER_PAGE);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.id;
    names += page.length;
    const linked = page.filter(({ isLinked }) => isLinked);
    waiting += page.length - linked.length;
    const expected = new Set((await resolveAll(resolver, finder, project, linked)).map(lineOf));
    const stored = (await externals.linksOf(linked.map(({ id }) => id))).map(lineOf);
    links += stored.filter((line) => !expected.delete(line)).length + expected.size;
    const sources = await externals.settled(await externals.sourcesOf(linked.map(({ id }) => id)));
    const delta = edgesAcrossDelta(
      await externals.edgesAcross(sources),
      await edgesFrom(externals, finder, project, sources),
    );
    edges += delta.deleted.length + delta.written.length;
  }
  const ok = links === 0 && edges === 0;
  const wait = waiting === 0 ? '' : `; ${waiting} wait to be linked by the next run`;
  const detail = ok
    ? `${names} names lead where the packages of the store say${wait}`
    : `${links} links and ${edges} edges differ from those worked out anew${wait}`;
  return { name: `links ${project}`, ok, detail };
}

function lineOf(link: Omit<NameLink, 'watches'>): string {
  const { name, folder, packageName, dependency, status, users, uses, candidates } = link;
  const list = candidates.map(({ node, initializer, package: id, rank, reason }) => {
    return [node, initializer, id, rank, reason].join(' ');
  });
  return JSON.stringify([name, folder, packageName, dependency, status, users, uses, list.sort()]);
}

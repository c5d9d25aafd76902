import { parseOutsidePath } from '../../binding/index.js';
import type { NodeId, ProjectId } from '../../model/index.js';
import type {
  LinkCandidate,
  LinkStatus,
  NameLink,
  ProviderPackage,
  RankedPackage,
  WaitingName,
} from '../../symbols/index.js';
import type { CandidateFinder, Candidates } from './candidates.js';
import { entriesOf } from './entries.js';
import type { ProviderPrograms, Wanted } from './provider-programs.js';

/** A package may pass on what it has from another one, and so on; longer chains than this are none. */
const MOST_PACKAGES = 8;

/** A name as the files of one package mean it. */
export interface NameOfFolder extends Pick<WaitingName, 'id' | 'manager' | 'specifier' | 'path'> {
  readonly folder: string;
  readonly wanted: Wanted;
  readonly users: number;
  readonly uses: number;
}

interface FoundIn {
  readonly candidate: RankedPackage<ProviderPackage>;
  /** Null: the module is there, and has no node of its own. */
  readonly node: NodeId | null;
  readonly initializer: NodeId | null;
  /** The package that has the node: that of the candidate, or one that it passes on. */
  readonly packageId: number;
}

/** Follows names from the project that uses them to the symbols of other projects. A pure function of what the store says. */
export class NameResolver {
  constructor(
    private readonly finder: CandidateFinder,
    private readonly programs: ProviderPrograms,
  ) {}

  async link(project: ProjectId, name: NameOfFolder): Promise<NameLink> {
    const watches = new Set<string>();
    const candidates = await this.candidatesOf(project, name, watches);
    const found: FoundIn[] = [];
    for (const candidate of candidates.list) {
      const place = await this.findIn(candidate, name, candidates, [project], watches);
      if (place !== undefined) found.push(place);
    }
    return {
      name: name.id,
      folder: name.folder,
      packageName: candidates.packageName,
      dependency: candidates.asked?.id ?? null,
      status: statusOf(candidates, found, name.path),
      users: name.users,
      uses: name.uses,
      candidates: listed(found),
      watches: [...watches],
    };
  }

  private async candidatesOf(
    project: ProjectId,
    { manager, folder, specifier }: Pick<NameOfFolder, 'manager' | 'folder' | 'specifier'>,
    watches: Set<string>,
  ): Promise<Candidates> {
    const candidates = await this.finder.find(project, manager, folder, specifier);
    for (const key of candidates.watches) watches.add(key);
    return candidates;
  }

  private async findIn(
    candidate: RankedPackage<ProviderPackage>,
    name: Pick<NameOfFolder, 'manager' | 'specifier' | 'path' | 'wanted'>,
    { asked }: Candidates,
    passed: readonly ProjectId[],
    watches: Set<string>,
  ): Promise<FoundIn | undefined> {
    const { provider } = candidate;
    const entries = entriesOf(provider, name.specifier, asked?.alias ?? null);
    const offered = await this.programs.find(provider.project, entries, name.path, name.wanted);
    if (offered === undefined) return undefined;
    if (offered.outside === undefined) {
      // A symbol of a stored program goes by the number of its node.
      const node = (offered.symbol ?? null) as NodeId | null;
      return { candidate, node, initializer: (offered.initializer ?? null) as NodeId | null, packageId: provider.id };
    }
    if (passed.length >= MOST_PACKAGES || passed.includes(provider.project)) return undefined;
    const further = { ...name, ...offered.outside, folder: provider.folder };
    const candidates = await this.candidatesOf(provider.project, further, watches);
    const best = candidates.list.filter(({ rank }) => rank === 1);
    const places: FoundIn[] = [];
    for (const each of best) {
      const place = await this.findIn(each, further, candidates, [...passed, provider.project], watches);
      if (place !== undefined) places.push(place);
    }
    const [place] = places;
    return place === undefined || places.some(({ node }) => node !== place.node) ? undefined : { ...place, candidate };
  }
}

function statusOf({ list, packageName }: Candidates, found: readonly FoundIn[], path: string): LinkStatus {
  if (list.length === 0) return packageName === null ? 'unknown' : 'not-indexed';
  const best = found.filter(({ candidate }) => candidate.rank === 1);
  const [first] = best;
  // Beyond what a module offers it takes the type of a value to go on.
  if (first === undefined) return parseOutsidePath(path)?.length === 1 ? 'not-found' : 'untyped';
  return best.every(({ node }) => node === first.node) ? 'linked' : 'ambiguous';
}

function listed(found: readonly FoundIn[]): LinkCandidate[] {
  const seen = new Set<NodeId>();
  return found.flatMap(({ candidate: { rank, reason }, node, initializer, packageId }): LinkCandidate[] => {
    if (node === null || seen.has(node)) return [];
    seen.add(node);
    return [{ node, initializer, package: packageId, rank, reason }];
  });
}

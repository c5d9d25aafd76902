import { firstMember, parseOutsidePath } from '../../binding/index.js';
import type { NodeId, ProjectId } from '../../model/index.js';
import type { LinkCandidate, LinkStatus, NameLink, WaitingName } from '../../symbols/index.js';
import type { Candidate, CandidateFinder, Candidates } from './candidates.js';
import { entriesOf } from './entries.js';
import type { ProviderPrograms, Wanted } from './provider-programs.js';

/** A package may pass on what it has from another one, and so on; longer chains than this are none. */
const MOST_PACKAGES = 8;
/** So many packages are looked into for one name; beyond that, copies that pass on from copies, it is not followed. */
const MOST_LOOKUPS = 200;

/** A name as the files of one package mean it. */
export interface NameOfFolder extends Pick<WaitingName, 'id' | 'manager' | 'specifier' | 'path'> {
  readonly folder: string;
  readonly wanted: Wanted;
  readonly users: number;
  readonly uses: number;
}

type Name = Omit<NameOfFolder, 'id'>;

interface FoundIn {
  readonly candidate: Candidate;
  /** All of them are meant. None: the module is there, and has no node of its own. */
  readonly places: readonly Place[];
  /** The package that has the nodes: that of the candidate, or one that it passes on. */
  readonly packageId: number;
}

interface Place {
  readonly node: NodeId;
  readonly initializer: NodeId | null;
}

/** What candidates have of a name. */
interface Looked {
  readonly found: readonly FoundIn[];
  /** Is there a best candidate that has the beginning of the name, of which it cannot be told where it leads? */
  readonly isUntold: boolean;
}

/** Of one name: what decides about it, and how much has been done for it. */
interface Search {
  readonly watches: Set<string>;
  lookups: number;
}

/** A module text with what it may mean, and the path from there. */
interface Meaning {
  readonly name: Name;
  readonly candidates: Candidates;
}

/** Follows names from the project that uses them to the symbols of other projects. A pure function of what the store says. */
export class NameResolver {
  constructor(
    private readonly finder: CandidateFinder,
    private readonly programs: ProviderPrograms,
  ) {}

  async link(project: ProjectId, { id, ...asWritten }: NameOfFolder): Promise<NameLink> {
    const search: Search = { watches: new Set(), lookups: 0 };
    const { name, candidates } = await this.meaningOf(project, asWritten, search.watches);
    const looked = await this.lookInto(candidates.list, name, [project], search);
    const best = looked.found.find(({ candidate }) => candidate.rank === 1)?.candidate;
    return {
      name: id,
      folder: name.folder,
      packageName: best?.asked?.name ?? candidates.packageName,
      dependency: (best?.asked ?? candidates.asked)?.id ?? null,
      status: statusOf(candidates, looked, name.path),
      users: name.users,
      uses: name.uses,
      candidates: listed(looked.found),
      watches: [...search.watches],
    };
  }

  private async meaningOf(project: ProjectId, name: Name, watches: Set<string>): Promise<Meaning> {
    const candidates = await this.candidatesOf(project, name, watches);
    // `from google.cloud import storage` names a module of a namespace that no package has for itself.
    const first = name.manager === 'pypi' && isUnexplained(candidates) ? firstMember(name.path) : undefined;
    if (first === undefined) return { name, candidates };
    const inside = { ...name, specifier: `${name.specifier}.${first.name}`, path: first.rest };
    const further = await this.candidatesOf(project, inside, watches);
    return isUnexplained(further) ? { name, candidates } : { name: inside, candidates: further };
  }

  private async candidatesOf(
    project: ProjectId,
    { manager, folder, specifier }: Name,
    watches: Set<string>,
  ): Promise<Candidates> {
    const candidates = await this.finder.find(project, manager, folder, specifier);
    for (const key of candidates.watches) watches.add(key);
    return candidates;
  }

  private async lookInto(
    candidates: readonly Candidate[],
    name: Name,
    passed: readonly ProjectId[],
    search: Search,
  ): Promise<Looked> {
    const found: FoundIn[] = [];
    const without: Candidate[] = [];
    for (const candidate of candidates) {
      const place = await this.findIn(candidate, name, passed, search);
      if (place !== undefined) found.push(place);
      else if (candidate.rank === 1) without.push(candidate);
    }
    const start = firstMember(name.path);
    if (found.length === 0 || start === undefined || start.rest === '') return { found, isUntold: false };
    for (const candidate of without) {
      const place = await this.findIn(candidate, { ...name, path: start.step }, passed, search);
      if (place !== undefined) return { found, isUntold: true };
    }
    return { found, isUntold: false };
  }

  private async findIn(
    candidate: Candidate,
    name: Name,
    passed: readonly ProjectId[],
    search: Search,
  ): Promise<FoundIn | undefined> {
    if (++search.lookups > MOST_LOOKUPS) return undefined;
    const { provider, asked } = candidate;
    const entries = entriesOf(provider, name.specifier, asked?.alias ?? null);
    const offered = await this.programs.find(provider.project, entries, name.path, name.wanted);
    if (offered === undefined) return undefined;
    if (offered.outside === undefined) {
      // A symbol of a stored program goes by the number of its node.
      const places = offered.symbols.map(({ symbol, initializer }): Place => {
        return { node: symbol as NodeId, initializer: (initializer ?? null) as NodeId | null };
      });
      return { candidate, places, packageId: provider.id };
    }
    if (passed.length >= MOST_PACKAGES || passed.includes(provider.project)) return undefined;
    const asWritten = { ...name, ...offered.outside, folder: provider.folder };
    const further = await this.meaningOf(provider.project, asWritten, search.watches);
    const best = further.candidates.list.filter(({ rank }) => rank === 1);
    const { found, isUntold } = await this.lookInto(best, further.name, [...passed, provider.project], search);
    const [first] = found;
    if (first === undefined || isUntold || !found.every((each) => isSame(each, first))) return undefined;
    return { ...first, candidate };
  }
}

function isUnexplained({ list, isOwn }: Candidates): boolean {
  return list.length === 0 && !isOwn;
}

function statusOf({ list, packageName }: Candidates, { found, isUntold }: Looked, path: string): LinkStatus {
  if (list.length === 0) return packageName === null ? 'unknown' : 'not-indexed';
  const best = found.filter(({ candidate }) => candidate.rank === 1);
  const [first] = best;
  // Beyond what a module offers it takes the type of a value to go on.
  if (first === undefined) return parseOutsidePath(path)?.length === 1 ? 'not-found' : 'untyped';
  return !isUntold && best.every((each) => isSame(each, first)) ? 'linked' : 'ambiguous';
}

function isSame(one: FoundIn, other: FoundIn): boolean {
  const nodes = new Set(other.places.map(({ node }) => node));
  return one.places.length === nodes.size && one.places.every(({ node }) => nodes.has(node));
}

function listed(found: readonly FoundIn[]): LinkCandidate[] {
  const byNode = new Map<NodeId, LinkCandidate>();
  for (const { candidate, places, packageId } of found) {
    const { rank, reason } = candidate;
    for (const place of places) {
      if (!byNode.has(place.node)) byNode.set(place.node, { ...place, package: packageId, rank, reason });
    }
  }
  return [...byNode.values()];
}

import {
  comparePlaces,
  DEPENDENCIES,
  impactItems,
  lookUpNodes,
  readGeneration,
  traversalItems,
  walkedAnswer,
  walkedOptions,
  type ImpactItem,
  type ImpactOptions,
  type NodePlace,
  type TraversalItem,
  type TraversalOptions,
  type WalkedPage,
  type WalkRules,
} from '../graph/index.js';
import { BusyError, NotFoundError, type Envelope, type ProjectId } from '../model/index.js';
import type { Database } from '../sql/index.js';
import { readGenerations, type ProjectShard, type ShardMap } from './shard-map.js';
import { existing } from './shard-edges.js';
import { byProject, ShardsChangedError, walkShards } from './shard-walk.js';

/** An answer out of several databases. */
export interface ShardedAnswer<Item> extends Envelope<Item> {
  /**
   * Projects whose newest commit is not known in the shared namespace yet: edges between them and others are those of an
   * earlier one. Edges within them are of the newest.
   */
  readonly behind: readonly ProjectId[];
}

/** How the databases of namespaces are had. */
export interface ShardDatabases {
  readonly shared: Database;
  readonly map: ShardMap;
  ofNamespace(namespace: string): Promise<Database>;
}

const MOST_ATTEMPTS = 5;
const AT_ONCE = 16;

/**
 * Walks the symbol graph of projects that lie in several databases; the answers are those of a `Traversal` over one
 * store with all the projects. Ids of symbols are those of the database that has the project, and the generation is that of
 * the shared namespace.
 *
 * Each question asks every namespace for the state of its projects. When one of those it walked through changed meanwhile, it
 * is asked again, so that an answer is of one state of each.
 */
export class ShardedTraversal {
  constructor(private readonly databases: ShardDatabases) {}

  /** The symbols that depend on what a name or key means; see `Traversal.callers`. Throws also BusyError `STALE_GENERATION`. */
  async callers(of: string, options: TraversalOptions = {}): Promise<ShardedAnswer<TraversalItem>> {
    return this.walk('callers', 'callers', of, options, false, (page) => traversalItems('callers', page));
  }

  /** The symbols that what a name or key means depends on; see `Traversal.callees`. */
  async callees(of: string, options: TraversalOptions = {}): Promise<ShardedAnswer<TraversalItem>> {
    return this.walk('callees', 'callees', of, options, false, (page) => traversalItems('callees', page));
  }

  /** Everything that depends on what a name or key means, each with a shortest path; see `Traversal.impact`. */
  async impact(of: string, options: ImpactOptions = {}): Promise<ShardedAnswer<ImpactItem>> {
    const { depth = Number.MAX_SAFE_INTEGER, edgeTypes = DEPENDENCIES, across = false } = options;
    return this.walk('impact', 'callers', of, { ...options, depth, edgeTypes }, !across, impactItems);
  }

  private async walk<Item>(
    question: string,
    direction: WalkRules['direction'],
    of: string,
    options: TraversalOptions,
    staysHome: boolean,
    readItems: (page: WalkedPage) => Promise<Item[]>,
  ): Promise<ShardedAnswer<Item>> {
    const asked = walkedOptions(question, options);
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const states = await ShardStates.read(this.databases);
      try {
        const generation = await readGeneration(this.databases.shared);
        const seeds = await states.lookUp(of, options.project);
        const within = staysHome ? new Set(seeds.map((seed) => seed.project)) : undefined;
        const walked = await walkShards(states, seeds, { ...asked, direction, within, signal: options.signal });
        const answer = await walkedAnswer(question, generation, walked, readItems);
        if (await states.areStill(generation)) return { ...answer, behind: states.behind() };
      } catch (error) {
        if (!(error instanceof ShardsChangedError)) throw error;
      }
    }
    throw new BusyError('STALE_GENERATION', 'The projects were changed whenever they were walked.', {
      details: { attempts: MOST_ATTEMPTS },
    });
  }
}

/** The state of every namespace when a question was asked, and which of them it looked into. */
class ShardStates {
  private readonly used = new Set<string>();

  private constructor(
    private readonly databases: ShardDatabases,
    private readonly shards: ReadonlyMap<ProjectId, ProjectShard>,
    private readonly generations: ReadonlyMap<string, ReadonlyMap<ProjectId, number>>,
  ) {}

  static async read(databases: ShardDatabases): Promise<ShardStates> {
    const shards = await databases.map.list();
    const namespaces = [...new Set(shards.map(({ namespace }) => namespace))];
    return new ShardStates(
      databases,
      new Map(shards.map((shard) => [shard.project, shard])),
      await readAll(databases, namespaces),
    );
  }

  get shared(): Database {
    return this.databases.shared;
  }

  async databaseOf(project: ProjectId): Promise<Database | undefined> {
    const shard = this.shards.get(project);
    if (shard === undefined || this.generations.get(shard.namespace)?.has(project) !== true) return undefined;
    this.used.add(shard.namespace);
    return this.databases.ofNamespace(shard.namespace);
  }

  /**
   * The symbols that a text means. They are looked up in the shared namespace, but for projects that are ahead of it, which
   * are asked themselves.
   */
  async lookUp(text: string, project: ProjectId | undefined): Promise<NodePlace[]> {
    if (project !== undefined) await this.databases.map.require(project);
    const ahead = new Set(this.behind().filter((each) => project === undefined || each === project));
    const places: NodePlace[] = [];
    for (const each of ahead) {
      const database = await this.databaseOf(each);
      if (database !== undefined) places.push(...(await lookUpNodes(database, text, each)));
    }
    const known = (await lookUpNodes(this.shared, text, project)).filter((place) => !ahead.has(place.project));
    for (const [each, some] of byProject(known, (place) => place)) {
      const database = await this.databaseOf(each);
      if (database === undefined) continue;
      const keys = some.map(({ key }) => key);
      for (const [key, id] of await existing(database, each, keys)) places.push({ id, project: each, key });
    }
    const best = places.filter(({ key }) => !isStandIn(key, text));
    if (places.length > 0) return (best.length > 0 ? best : places).sort(comparePlaces);
    const where = project === undefined ? '' : ` in project ${JSON.stringify(project)}`;
    throw new NotFoundError('SYMBOL_NOT_FOUND', `No symbol is named ${JSON.stringify(text)}${where}.`, {
      details: { name: text, project: project ?? null },
    });
  }

  behind(): ProjectId[] {
    const isBehind = ({ project, namespace, generation }: ProjectShard): boolean =>
      (this.generations.get(namespace)?.get(project) ?? 0) !== generation;
    return [...this.shards.values()].filter(isBehind).map(({ project }) => project);
  }

  /** Is everything that was looked into as it was? */
  async areStill(generation: number): Promise<boolean> {
    if ((await readGeneration(this.shared)) !== generation) return false;
    const now = await readAll(this.databases, [...this.used]);
    return [...now].every(([namespace, projects]) => {
      const before = this.generations.get(namespace);
      return projects.size === before?.size && [...projects].every(([id, number]) => before.get(id) === number);
    });
  }
}

/** A module or an external symbol that answers to a name only because nothing else in its project does. */
function isStandIn(key: string, text: string): boolean {
  if (text.includes('#') || !/\((?:module|external)\)(?:~\d+)?$/.test(key)) return false;
  const file = key.slice(0, key.indexOf('#'));
  return file !== text && !file.endsWith(`/${text}`);
}

async function readAll(
  databases: ShardDatabases,
  namespaces: readonly string[],
): Promise<Map<string, Map<ProjectId, number>>> {
  const found = new Map<string, Map<ProjectId, number>>();
  const waiting = [...namespaces];
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      found.set(next, await readGenerations(await databases.ofNamespace(next)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

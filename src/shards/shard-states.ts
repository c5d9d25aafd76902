import { comparePlaces, lookUpNodes, readGeneration, symbolNotFound, type NodePlace } from '../graph/index.js';
import type { ProjectId } from '../model/index.js';
import type { Database } from '../sql/index.js';
import { existing } from './shard-edges.js';
import { readGenerations, type ProjectShard, type ShardMap } from './shard-map.js';
import { byProject, type WalkedShards } from './shard-walk.js';

/** How the databases of namespaces are had. */
export interface ShardDatabases {
  readonly shared: Database;
  readonly map: ShardMap;
  ofNamespace(namespace: string): Promise<Database>;
}

const AT_ONCE = 16;

/** The state of every namespace when a question was asked, and which of them it looked into. */
export class ShardStates implements WalkedShards {
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
    throw symbolNotFound(text, project);
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

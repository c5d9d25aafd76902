import {
  comparePlaces,
  pauseUnlessCancelled,
  readEdgeMetadata,
  readSymbols,
  type CodeSymbol,
  type NodePlace,
  type Reached,
  type Walked,
  type WalkedPage,
  type WalkRules,
} from '../graph/index.js';
import type { EdgeMetadata, EdgeType, ProjectId } from '../model/index.js';
import type { Database } from '../sql/index.js';
import { edgesAcross, edgesWithin, existing, metadataAcross, type EdgeAcrossShards, type Step } from './shard-edges.js';

/** The databases that a walk leads through. */
export interface WalkedShards {
  readonly shared: Database;
  /** The database of a project; undefined for one that is not there any more. */
  databaseOf(project: ProjectId): Promise<Database | undefined>;
}

type Level = ReadonlyMap<string, Step>;

/**
 * Walks the edges of projects that lie in several databases, level by level: edges within a project are those of its own
 * database, and edges between projects those of the shared one. Ends of edges that a project does not have any more are
 * left out. Everything that is reached is kept until the walk ends.
 *
 * Throws CancelledError and what reading the databases throws.
 */
export async function walkShards(shards: WalkedShards, seeds: readonly NodePlace[], rules: WalkRules): Promise<Walked> {
  const seen = new Set<string>();
  const levels: Level[] = [];
  let total = 0;
  let frontier = seeds;
  for (let depth = 1; depth <= rules.depth && frontier.length > 0; depth++) {
    await pauseUnlessCancelled(rules.signal);
    const level = new Map<string, Step>();
    for (const step of await stepsFrom(shards, frontier, rules)) {
      const name = nameOf(step.far);
      if (seen.has(name) || rules.within?.has(step.far.project) === false) continue;
      const known = level.get(name);
      if (known === undefined || isSmaller(step, known)) level.set(name, step);
    }
    for (const name of level.keys()) seen.add(name);
    frontier = [...level.values()].map(({ far }) => far);
    total += frontier.length;
    levels.push(level);
  }
  return new ShardWalk(shards, levels, rules, total);
}

async function stepsFrom(shards: WalkedShards, frontier: readonly NodePlace[], rules: WalkRules): Promise<Step[]> {
  const steps: Step[] = [];
  for (const [project, places] of byProject(frontier, (place) => place)) {
    const database = await shards.databaseOf(project);
    if (database === undefined) continue;
    steps.push(...(await edgesWithin(database, project, places, rules)));
    // A walk that stays in one project has no use for the others.
    if (rules.within?.size === 1) continue;
    for (const [other, across] of byProject(
      await edgesAcross(shards.shared, project, places, rules),
      ({ far }) => far,
    )) {
      const home = await shards.databaseOf(other);
      if (home !== undefined) steps.push(...(await placed(home, other, across)));
    }
  }
  return steps;
}

/** Edges across with the ids that their far ends have in their own database; those without one are left out. */
async function placed(database: Database, project: ProjectId, edges: readonly EdgeAcrossShards[]): Promise<Step[]> {
  const ids = await existing(
    database,
    project,
    edges.map(({ far }) => far.key),
  );
  return edges.flatMap(({ near, far, type }) => {
    const id = ids.get(far.key);
    return id === undefined ? [] : [{ near, far: { ...far, id }, type }];
  });
}

class ShardWalk implements Walked {
  constructor(
    private readonly shards: WalkedShards,
    private readonly levels: readonly Level[],
    private readonly rules: WalkRules,
    readonly total: number,
  ) {}

  end(): void {
    // Everything is in memory that goes with the walk.
  }

  async page(): Promise<WalkedPage> {
    const { after, limit } = this.rules;
    const found: Reached[] = [];
    for (let depth = after?.depth ?? 1; depth <= this.levels.length && found.length <= limit; depth++) {
      const reached = [...(this.levels[depth - 1]?.values() ?? [])]
        .map((step): Reached => ({ ...step.far, depth, via: step.near, edgeType: step.type }))
        .sort(comparePlaces);
      const isFirst = after?.depth === depth;
      for (const item of reached) {
        if (!isFirst || comparePlaces(item, { ...after, id: item.id }) > 0) found.push(item);
      }
    }
    const items = found.slice(0, limit);
    return {
      items,
      isLast: found.length <= limit,
      symbols: () => this.symbols(items),
      metadata: () => this.metadata(items),
      paths: async () => items.map((item) => this.pathOf(item)),
    };
  }

  private async symbols(items: readonly Reached[]): Promise<CodeSymbol[]> {
    const found = new Map<string, CodeSymbol>();
    for (const [project, places] of byProject(items, (item) => item)) {
      const database = await this.shards.databaseOf(project);
      if (database === undefined) continue;
      const ids = places.map(({ id }) => id);
      for (const symbol of (await readSymbols(database, ids)).values()) found.set(nameOf(symbol), symbol);
    }
    return items.map((item) => {
      const symbol = found.get(nameOf(item));
      if (symbol === undefined) throw new ShardsChangedError(item.project);
      return symbol;
    });
  }

  private async metadata(items: readonly Reached[]): Promise<(EdgeMetadata | null)[]> {
    const isCallers = this.rules.direction === 'callers';
    const edges = items.map(({ via, edgeType, ...item }) => {
      const [from, to] = isCallers ? [item, via] : [via, item];
      return { from, to, edgeType };
    });
    const found = new Map<(typeof edges)[number], EdgeMetadata | null>();
    const isInside = ({ from, to }: (typeof edges)[number]): boolean => from.project === to.project;
    for (const [project, inside] of byProject(edges.filter(isInside), ({ from }) => from)) {
      const database = await this.shards.databaseOf(project);
      if (database === undefined) throw new ShardsChangedError(project);
      const keys = inside.map(({ from, to, edgeType }) => ({ callerId: from.id, calleeId: to.id, edgeType }));
      const values = await readEdgeMetadata(database, keys);
      for (const [at, edge] of inside.entries()) found.set(edge, values[at] ?? null);
    }
    const between = edges.filter((edge) => !isInside(edge));
    const values = await metadataAcross(this.shards.shared, between);
    for (const [at, edge] of between.entries()) found.set(edge, values[at] ?? null);
    return edges.map((edge) => found.get(edge) ?? null);
  }

  /** A symbol where the walk began can be reached itself, so it is the depth that tells where a path ends. */
  private pathOf(item: Reached): NodePlace[] {
    const path: NodePlace[] = [item];
    let near: NodePlace | undefined = item.via;
    for (let depth = item.depth; depth > 0 && near !== undefined; depth--) {
      path.push(near);
      near = this.levels[depth - 2]?.get(nameOf(near))?.near;
    }
    return path;
  }
}

/** What was reached was gone when it was read. The walk is to be repeated. */
export class ShardsChangedError extends Error {
  constructor(readonly project: ProjectId) {
    super(`The project ${project} was changed while it was walked.`);
  }
}

function nameOf({ project, key }: Pick<NodePlace, 'project' | 'key'>): string {
  return `${project}\0${key}`;
}

function isSmaller(step: { near: NodePlace; type: EdgeType }, than: { near: NodePlace; type: EdgeType }): boolean {
  const order = comparePlaces(step.near, than.near);
  return order < 0 || (order === 0 && step.type < than.type);
}

/** A list by the projects of its entries. */
export function byProject<T>(
  list: readonly T[],
  placeOf: (item: T) => { readonly project: ProjectId },
): Map<ProjectId, T[]> {
  const groups = new Map<ProjectId, T[]>();
  for (const item of list) {
    const { project } = placeOf(item);
    const group = groups.get(project);
    if (group === undefined) groups.set(project, [item]);
    else group.push(item);
  }
  return groups;
}

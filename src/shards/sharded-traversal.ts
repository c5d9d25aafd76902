import {
  DEPENDENCIES,
  impactItems,
  readGeneration,
  traversalItems,
  walkedAnswer,
  walkedOptions,
  type ImpactItem,
  type ImpactOptions,
  type TraversalItem,
  type TraversalOptions,
  type WalkedPage,
  type WalkRules,
} from '../graph/index.js';
import { BusyError, type Envelope, type ProjectId } from '../model/index.js';
import { ShardStates, type ShardDatabases } from './shard-states.js';
import { ShardsChangedError, walkShards } from './shard-walk.js';

/** An answer out of several databases. */
export interface ShardedAnswer<Item> extends Envelope<Item> {
  /**
   * Projects whose newest commit is not known in the shared namespace yet: edges between them and others are those of an
   * earlier one. Edges within them are of the newest.
   */
  readonly behind: readonly ProjectId[];
}

const MOST_ATTEMPTS = 5;

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

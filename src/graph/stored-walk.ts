import type { EdgeMetadata, EdgeType, NodeId, ProjectId } from '../model/index.js';
import type { Snapshot } from '../sql/index.js';
import { pauseUnlessCancelled, readPlaces } from './breadth-first.js';
import type { Reached, ReachedPlace, Walked, WalkedPage, WalkRules } from './breadth-first.js';
import { chunksOf, SYMBOL_COLUMNS, type CodeSymbol } from './code-symbol.js';
import { readEdgeMetadata } from './edge-view.js';
import { comparePlaces, type NodePlace } from './symbol-lookup.js';

interface Step {
  readonly near: NodeId;
  readonly far: NodeId;
  readonly type: EdgeType;
}

/** The edges that lead to a symbol from the level before its own; of these one will explain it. */
type Ways = Map<NodeId, Step[]>;

/**
 * Walks the stored edges, level by level. Keys are read of those symbols alone that the page shows or
 * that explain one; of levels beyond the page nothing is kept but the ids.
 *
 * Throws CancelledError.
 */
export async function walkStored(snapshot: Snapshot, seeds: readonly NodePlace[], rules: WalkRules): Promise<Walked> {
  const seen = new Set<NodeId>();
  const frontiers = new Frontiers(snapshot, rules, (id) => !seen.has(id));
  const mayLeave = rules.within !== undefined && (await hasOthers(snapshot, rules.within));
  const levels: Ways[] = [];
  let total = 0;
  let onPage = 0;
  let frontier: readonly NodeId[] = seeds.map((seed) => seed.id);
  for (let depth = 1; depth <= rules.depth && frontier.length > 0; depth++) {
    // Levels from that of the cursor on fill the page; of its own level an unknown part lies before it.
    const ways = onPage > rules.limit ? undefined : await frontiers.waysFrom(frontier);
    const found = ways === undefined ? await frontiers.idsBeyond(frontier) : [...ways.keys()];
    const strangers = mayLeave ? await strangersAmong(snapshot, found, rules.within) : new Set<NodeId>();
    for (const id of found) seen.add(id);
    for (const id of strangers) ways?.delete(id);
    // Where the walk began it may go on again: all that lies around is reached already.
    frontier = strangers.size === 0 ? found : found.filter((id) => !strangers.has(id));
    total += frontier.length;
    if (depth > (rules.after?.depth ?? 0)) onPage += frontier.length;
    if (ways !== undefined) levels.push(ways);
  }
  return new StoredWalk(snapshot, new Map(seeds.map((seed) => [seed.id, seed])), levels, rules, total);
}

/** Is anything in the store but these projects? */
async function hasOthers(snapshot: Snapshot, projects: ReadonlySet<ProjectId>): Promise<boolean> {
  const sql = 'SELECT 1 FROM projects WHERE id NOT IN (SELECT value FROM json_each(?)) LIMIT 1';
  return (await snapshot.first(sql, [JSON.stringify([...projects])])) !== undefined;
}

/** Which of the symbols belong to other projects. */
async function strangersAmong(
  snapshot: Snapshot,
  ids: readonly NodeId[],
  within: ReadonlySet<ProjectId> | undefined,
): Promise<Set<NodeId>> {
  const strangers = new Set<NodeId>();
  for (const chunk of chunksOf(ids)) {
    const rows = await snapshot.all<{ id: NodeId }>(
      `SELECT n.id AS id FROM json_each(?) AS wanted CROSS JOIN intel_nodes AS n ON n.id = wanted.value
       WHERE n.project_id NOT IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(chunk), JSON.stringify([...(within ?? [])])],
    );
    for (const { id } of rows) strangers.add(id);
  }
  return strangers;
}

/** What lies one edge beyond a level. */
class Frontiers {
  readonly #snapshot: Snapshot;
  readonly #rules: WalkRules;
  readonly #isNew: (id: NodeId) => boolean;
  readonly #near: string;
  readonly #far: string;

  constructor(snapshot: Snapshot, rules: WalkRules, isNew: (id: NodeId) => boolean) {
    this.#snapshot = snapshot;
    this.#rules = rules;
    this.#isNew = isNew;
    [this.#near, this.#far] = rules.direction === 'callers' ? ['callee_id', 'caller_id'] : ['caller_id', 'callee_id'];
  }

  /** The edges to what is new. */
  async waysFrom(frontier: readonly NodeId[]): Promise<Ways> {
    const ways: Ways = new Map();
    for (const chunk of chunksOf(frontier)) {
      await pauseUnlessCancelled(this.#rules.signal);
      const steps = await this.#snapshot.all<Step>(
        `SELECT e.${this.#near} AS near, e.${this.#far} AS far, e.edge_type AS type
         FROM json_each(?) AS frontier CROSS JOIN intel_edges AS e ON e.${this.#near} = frontier.value
         WHERE e.edge_type IN (SELECT value FROM json_each(?))`,
        [JSON.stringify(chunk), JSON.stringify(this.#rules.types)],
      );
      for (const step of steps) {
        const known = ways.get(step.far);
        if (known !== undefined) known.push(step);
        else if (this.#isNew(step.far)) ways.set(step.far, [step]);
      }
    }
    return ways;
  }

  /** What is new, and nothing about it; one text is read in a fraction of the time that as many rows take. */
  async idsBeyond(frontier: readonly NodeId[]): Promise<NodeId[]> {
    const found = new Set<NodeId>();
    for (const chunk of chunksOf(frontier)) {
      await pauseUnlessCancelled(this.#rules.signal);
      const row = await this.#snapshot.first<{ ids: string }>(
        `SELECT json_group_array(DISTINCT e.${this.#far}) AS ids
         FROM json_each(?) AS frontier CROSS JOIN intel_edges AS e ON e.${this.#near} = frontier.value
         WHERE e.edge_type IN (SELECT value FROM json_each(?))`,
        [JSON.stringify(chunk), JSON.stringify(this.#rules.types)],
      );
      for (const id of JSON.parse(row?.ids ?? '[]') as NodeId[]) if (this.#isNew(id)) found.add(id);
    }
    return [...found];
  }
}

/** What was reached, of which places are read when a page asks for them. */
class StoredWalk implements Walked {
  readonly #snapshot: Snapshot;
  readonly #places: Map<NodeId, NodePlace>;
  readonly #levels: readonly Ways[];
  readonly #rules: WalkRules;

  constructor(
    snapshot: Snapshot,
    places: Map<NodeId, NodePlace>,
    levels: readonly Ways[],
    rules: WalkRules,
    readonly total: number,
  ) {
    this.#snapshot = snapshot;
    this.#places = places;
    this.#levels = levels;
    this.#rules = rules;
  }

  end(): void {
    // Everything is in memory that goes with the walk.
  }

  async page(): Promise<WalkedPage> {
    const { after, limit } = this.#rules;
    const found: (Pick<Reached, 'id' | 'depth'> & { readonly symbol: CodeSymbol })[] = [];
    for (let depth = after?.depth ?? 1; depth <= this.#levels.length && found.length <= limit; depth++) {
      const from = after?.depth === depth ? after : undefined;
      const symbols = await this.#firstOf(depth, from, limit + 1 - found.length);
      for (const symbol of symbols) found.push({ id: symbol.id, depth, symbol });
    }
    const shown = found.slice(0, limit);
    const steps = await this.#stepsTo(shown);
    const items: Reached[] = [];
    const symbols: CodeSymbol[] = [];
    for (const [at, { id, depth, symbol }] of shown.entries()) {
      const step = steps[at];
      const via = step === undefined ? undefined : this.#places.get(step.near);
      if (step === undefined || via === undefined) continue;
      items.push({ id, project: symbol.project, key: symbol.key, depth, via, edgeType: step.type });
      symbols.push(symbol);
    }
    return {
      items,
      isLast: found.length <= limit,
      symbols: async () => symbols,
      metadata: () => this.#metadata(items),
      paths: () => this.#paths(items),
    };
  }

  /** The first of a level by project and key, from after a place on. */
  async #firstOf(depth: number, after: ReachedPlace | undefined, count: number): Promise<CodeSymbol[]> {
    const ids = [...(this.#levels[depth - 1]?.keys() ?? [])];
    const first: CodeSymbol[] = [];
    let chunks = 0;
    for (const chunk of chunksOf(ids)) {
      chunks++;
      await pauseUnlessCancelled(this.#rules.signal);
      const rows = await this.#snapshot.all<CodeSymbol>(
        `SELECT ${SYMBOL_COLUMNS} FROM json_each(?) AS wanted CROSS JOIN intel_nodes AS n ON n.id = wanted.value
         WHERE ? IS NULL OR (n.project_id, n.node_key) > (?, ?)
         ORDER BY n.project_id, n.node_key LIMIT ?`,
        [JSON.stringify(chunk), after?.key ?? null, after?.project ?? null, after?.key ?? null, count],
      );
      for (const row of rows) first.push(row);
    }
    if (chunks > 1) first.sort(comparePlaces);
    const kept = first.slice(0, count);
    for (const place of kept) this.#places.set(place.id, place);
    return kept;
  }

  /** For each symbol the step with the smallest keys that leads to it. */
  async #stepsTo(symbols: readonly Pick<Reached, 'id' | 'depth'>[]): Promise<(Step | undefined)[]> {
    const waysTo = symbols.map(({ id, depth }) => this.#levels[depth - 1]?.get(id) ?? []);
    const unknown = new Set<NodeId>();
    for (const steps of waysTo) {
      // What has one way to it needs no place to choose by, but the way leads through its start.
      for (const { near } of steps) if (!this.#places.has(near)) unknown.add(near);
    }
    for (const [id, place] of await readPlaces(this.#snapshot, [...unknown])) this.#places.set(id, place);
    return waysTo.map((steps) => steps.reduce<Step | undefined>((best, step) => this.#smaller(best, step), undefined));
  }

  #smaller(best: Step | undefined, step: Step): Step | undefined {
    const place = this.#places.get(step.near);
    if (place === undefined) return best;
    const other = best === undefined ? undefined : this.#places.get(best.near);
    if (best === undefined || other === undefined) return step;
    const order = comparePlaces(place, other);
    return order < 0 || (order === 0 && step.type < best.type) ? step : best;
  }

  async #metadata(items: readonly Reached[]): Promise<(EdgeMetadata | null)[]> {
    const isCallers = this.#rules.direction === 'callers';
    return readEdgeMetadata(
      this.#snapshot,
      items.map(({ id, via, edgeType }) => ({
        callerId: isCallers ? id : via.id,
        calleeId: isCallers ? via.id : id,
        edgeType,
      })),
    );
  }

  /** Level by level towards where the walk began, so that what leads to many is looked at once. */
  async #paths(items: readonly Reached[]): Promise<NodePlace[][]> {
    const nextOf = new Map<NodeId, NodePlace>(items.map((item) => [item.id, item.via]));
    const idsAt = new Map<number, NodeId[]>();
    for (const { depth, id } of items) {
      const level = idsAt.get(depth);
      if (level === undefined) idsAt.set(depth, [id]);
      else level.push(id);
    }
    let waiting: NodeId[] = [];
    for (let depth = items.at(-1)?.depth ?? 0; depth >= 1; depth--) {
      const here = waiting.filter((id) => !nextOf.has(id));
      const steps = here.length === 0 ? [] : await this.#stepsTo(here.map((id) => ({ id, depth })));
      for (const [at, id] of here.entries()) {
        const via = this.#places.get(steps[at]?.near ?? (0 as NodeId));
        if (via !== undefined) nextOf.set(id, via);
      }
      waiting = [...new Set([...waiting, ...(idsAt.get(depth) ?? [])].flatMap((id) => nextOf.get(id)?.id ?? []))];
    }
    return items.map((item) => pathOf(item, nextOf));
  }
}

/** A symbol where the walk began can be reached itself, so it is the depth that tells where a path ends. */
function pathOf(item: Reached, nextOf: ReadonlyMap<NodeId, NodePlace>): NodePlace[] {
  const path: NodePlace[] = [item];
  let place: NodePlace | undefined = item;
  for (let depth = item.depth; depth > 0 && place !== undefined; depth--) {
    place = nextOf.get(place.id);
    if (place !== undefined) path.push(place);
  }
  return path;
}

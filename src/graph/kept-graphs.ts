import { BusyError, compareText, UsageError, type Pdg, type ProjectId } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import type { Walked, WalkRules } from './breadth-first.js';
import { IdIndex, KeptGraph, readBorder, readIds, type Border } from './kept-graph.js';
import { KeptView } from './kept-view.js';
import { walkKept, type DepthNotes } from './kept-walk.js';
import { readGeneration } from './page.js';
import type { NodePlace } from './symbol-lookup.js';
import { NAME, requireValue } from './value-checks.js';

/** A graph that is held in memory. */
export interface KeptPdg {
  readonly project: ProjectId;
  /** Generation of the project whose graph it is. */
  readonly generation: number;
  readonly nodes: number;
  /** Those between nodes of the project. */
  readonly edges: number;
  /** Those to and from other projects. */
  readonly borderEdges: number;
  readonly pdg: Pdg;
}

export interface KeepOptions {
  readonly signal?: AbortSignal;
}

type Loader = (project: ProjectId) => Promise<{ readonly pdg: Pdg; readonly generation: number }>;

interface ProjectRow {
  readonly generation: number;
  readonly nodes: number | null;
  readonly edges: number | null;
}

/** How often a graph is read anew when the project changes while it is read. */
const MAX_ATTEMPTS = 5;
const NOTHING: Border = new Map();

/**
 * The graphs that a user wants to have at hand. Questions about the graph are answered from them as long as they are
 * what the tables say: the generation of the project, read together with the answer, is the graph's, and nothing
 * else than whole commits changed rows. Otherwise the tables are asked.
 */
export class KeptGraphs {
  readonly #database: Database;
  readonly #load: Loader;
  readonly #graphs = new Map<ProjectId, KeptGraph>();
  readonly #notes = new SpareNotes();

  constructor(database: Database, load: Loader) {
    this.#database = database;
    this.#load = load;
  }

  /** See `PdgStore.keep`. */
  async keep(project: ProjectId, { signal }: KeepOptions = {}): Promise<KeptPdg> {
    requireValue(NAME, 'project', project);
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const row = await readRow(this.#database, project);
      if (row !== undefined) requireSettled(project, row);
      const known = this.#graphs.get(project);
      const loaded = known !== undefined && known.generation === row?.generation ? known : await this.#load(project);
      const graph = await this.#joined(project, loaded, signal);
      if (graph === undefined) continue;
      // Makes the rows of incoming edges, which every walk needs.
      void graph.pdg.inOffsets;
      this.#graphs.set(project, graph);
      return described(graph);
    }
    throw new BusyError('STALE_GENERATION', `The project '${project}' changed whenever its graph was read.`, {
      details: { project, attempts: MAX_ATTEMPTS },
    });
  }

  /** Gives whether the graph was kept; without a project, whether any was. */
  release(project?: ProjectId): boolean {
    const isAny = project === undefined ? this.#graphs.size > 0 : this.#graphs.delete(project);
    if (project === undefined) this.#graphs.clear();
    this.#notes.forget();
    return isAny;
  }

  /** By project. */
  list(): KeptPdg[] {
    return [...this.#graphs.values()].map(described).sort((a, b) => compareText(a.project, b.project));
  }

  /**
   * A walk in memory; undefined when it leads, or could lead, to what is not there as the tables have it.
   *
   * Throws CancelledError.
   */
  async walk(
    snapshot: Snapshot,
    generation: number,
    seeds: readonly NodePlace[],
    rules: WalkRules,
  ): Promise<Walked | undefined> {
    if (this.#graphs.size === 0 || seeds.length === 0) return undefined;
    const { within } = rules;
    const current = (await this.#current(snapshot)).filter(({ project }) => within?.has(project) !== false);
    // A walk that stays in one project does not look at its border.
    const isAlone = within?.size === 1;
    const graphs = isAlone ? current : current.filter((graph) => graph.storeGeneration === generation);
    const view = new KeptView(graphs);
    return seeds.every((seed) => view.has(seed.project)) ? walkKept(view, seeds, rules, this.#notes) : undefined;
  }

  /**
   * The graph of a project, or of a store that has one project, without what crosses borders; undefined
   * when it is not kept as the tables have it.
   */
  async graph(snapshot: Snapshot, project: ProjectId | undefined): Promise<KeptGraph | undefined> {
    if (this.#graphs.size === 0) return undefined;
    const current = await this.#current(snapshot);
    if (project !== undefined) return current.find((graph) => graph.project === project);
    const [only, ...others] = await snapshot.all<{ id: ProjectId }>('SELECT id FROM projects LIMIT 2');
    return others.length > 0 ? undefined : current.find((graph) => graph.project === only?.id);
  }

  /** The kept graphs that are what the tables say. */
  async #current(snapshot: Snapshot): Promise<KeptGraph[]> {
    const rows = await snapshot.all<{ id: ProjectId; generation: number }>(
      `SELECT id, generation FROM projects
       WHERE id IN (SELECT value FROM json_each(?)) AND node_count IS NOT NULL AND edge_count IS NOT NULL`,
      [JSON.stringify([...this.#graphs.keys()])],
    );
    return rows.flatMap(({ id, generation }) => {
      const graph = this.#graphs.get(id);
      return graph?.generation === generation ? [graph] : [];
    });
  }

  /** Adds what the tables say besides; undefined when the project has another generation by now. */
  async #joined(
    project: ProjectId,
    { pdg, generation }: { readonly pdg: Pdg; readonly generation: number },
    signal: AbortSignal | undefined,
  ): Promise<KeptGraph | undefined> {
    return this.#database.snapshot(async (snapshot) => {
      const row = await readRow(snapshot, project);
      if (row === undefined || row.generation !== generation) return undefined;
      requireSettled(project, row);
      const ids = await readIds(snapshot, project, pdg, signal);
      const index = new IdIndex(ids);
      const total = await snapshot.first<{ nodes: number }>('SELECT count(*) AS nodes FROM intel_nodes');
      const others = (total?.nodes ?? 0) - pdg.nodeCount;
      const from = others > pdg.nodeCount ? 'own' : 'foreign';
      const border = async (direction: 'outgoing' | 'incoming'): Promise<Border> =>
        others > 0 ? readBorder(snapshot, { project, direction, from, signal }, index) : NOTHING;
      const storeGeneration = await readGeneration(snapshot);
      const [outgoing, incoming] = [await border('outgoing'), await border('incoming')];
      return new KeptGraph({ project, pdg, ids, generation, storeGeneration, outgoing, incoming }, index);
    });
  }
}

/** Keeps one array for the next walk, because making a large one takes longer than most walks. */
class SpareNotes implements DepthNotes {
  #spare: Uint32Array | undefined;

  borrow(length: number): Uint32Array {
    const spare = this.#spare;
    if (spare === undefined || spare.length < length) return new Uint32Array(length);
    this.#spare = undefined;
    return spare;
  }

  giveBack(notes: Uint32Array): void {
    if (notes.length > (this.#spare?.length ?? 0)) this.#spare = notes;
  }

  forget(): void {
    this.#spare = undefined;
  }
}

async function readRow(snapshot: Snapshot, project: ProjectId): Promise<ProjectRow | undefined> {
  return snapshot.first<ProjectRow>(
    'SELECT generation, node_count AS nodes, edge_count AS edges FROM projects WHERE id = ?',
    [project],
  );
}

function requireSettled(project: ProjectId, { nodes, edges }: ProjectRow): void {
  if (nodes !== null && edges !== null) return;
  throw new UsageError(
    'PROJECT_NOT_SETTLED',
    `Nodes or edges were written since '${project}' was last committed as a whole, and further ones would not be noticed.`,
    { details: { project } },
  );
}

function described({ project, pdg, generation, outgoing, incoming }: KeptGraph): KeptPdg {
  let borderEdges = 0;
  for (const border of [outgoing, incoming]) for (const edges of border.values()) borderEdges += edges.length;
  return { project, generation, nodes: pdg.nodeCount, edges: pdg.edgeCount, borderEdges, pdg };
}

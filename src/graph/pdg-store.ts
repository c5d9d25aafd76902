import { NotFoundError, Pdg, UsageError, type NodeId, type PdgColumns, type ProjectId } from '../model/index.js';
import type { BulkStatement, Database, Snapshot, Statement, WriteOptions } from '../sql/index.js';
import { KeptGraphs, type KeepOptions, type KeptPdg } from './kept-graphs.js';
import { NodeStore } from './node-store.js';
import { writeIfPossible } from './optional-write.js';
import { checksumOf, type PackedRow } from './packed-columns.js';
import { readEmbeddings, readPdg } from './pdg-read.js';
import { decodeSnapshot, encodeSnapshot } from './pdg-snapshot.js';
import { readStoredNodes, replacement } from './pdg-write.js';
import { ProjectStore } from './project-store.js';
import { NAME, requireValue } from './value-checks.js';

export interface LoadPdgOptions {
  /**
   * Also reads the embeddings of the nodes; they can be many times larger than the graph. A node has the one
   * that was given to it, or else the one that indexing made.
   */
  readonly embeddings?: boolean;
}

/** A graph with the generation of the project that it was read at. */
export interface LoadedPdg {
  readonly pdg: Pdg;
  readonly generation: number;
}

export interface SavedPdg {
  readonly generation: number;
  readonly nodes: number;
  readonly edges: number;
}

/** Where the embeddings of a graph's nodes are kept when they are vectors. */
export interface PdgEmbeddings {
  /** Is this kept as a vector? Anything else stays in the node's row. */
  accepts(bytes: Uint8Array): boolean;
  /** What stores the vectors of nodes that are written before, for the batch that replaces the graph. */
  statements(
    project: ProjectId,
    entries: readonly { readonly id: NodeId; readonly bytes: Uint8Array }[],
  ): readonly (Statement | BulkStatement)[];
  /** The vectors of a project's nodes. */
  read(snapshot: Snapshot, project: ProjectId): Promise<ReadonlyMap<NodeId, Uint8Array>>;
}

export interface PdgStoreOptions {
  readonly embeddings?: PdgEmbeddings;
  /** What forgets all that was computed from the files of a project; it goes into the batch that replaces the graph. */
  readonly forget?: (project: ProjectId) => readonly Statement[];
}

interface ProjectRow {
  readonly generation: number;
  /** Null when something else than a commit of the whole project changed its rows. */
  readonly nodeCount: number | null;
  readonly edgeCount: number | null;
}

/** Larger ones SQLite cannot hold in one row. */
const MAX_SNAPSHOT_BYTES = 900_000_000;

/** The graphs of whole projects, to be held in memory. Times come from the clock, in milliseconds since the Unix epoch. */
export class PdgStore {
  /** What questions are answered from while it is current. @internal */
  readonly keptGraphs: KeptGraphs;

  constructor(
    private readonly database: Database,
    private readonly clock: () => number = Date.now,
    private readonly options: PdgStoreOptions = {},
  ) {
    this.keptGraphs = new KeptGraphs(database, (project) => this.load(project));
  }

  /**
   * Puts a graph in the place of what the project has, as one atomic batch, and makes the project when it
   * is not there. Nodes keep their id and, while their content is the same, the stored embedding when the
   * graph has none for them. Edges to and from other projects stay with the nodes that stay.
   *
   * A project that was indexed forgets its references and what was computed from its files: the next run
   * parses all of them and puts what they say in the place of the graph.
   *
   * Throws BusyError `STALE_GENERATION` when the project changed meanwhile, and CancelledError.
   */
  async savePdg(project: ProjectId, pdg: Pdg, options: WriteOptions = {}): Promise<SavedPdg> {
    requireValue(NAME, 'project', project);
    if (!(pdg instanceof Pdg)) {
      throw new UsageError('INVALID_ARGUMENT', 'What is saved is a Pdg; PdgBuilder makes one.', {
        details: { field: 'pdg', project },
      });
    }
    const stored = await this.database.snapshot((snapshot) => readStoredNodes(snapshot, project, pdg));
    const created = pdg.nodeCount - stored.kept;
    const firstNewId = created === 0 ? Infinity : await new NodeStore(this.database).reserveIds(created);
    const forgotten = this.options.forget?.(project) ?? [];
    const batch = replacement(project, pdg, stored, {
      firstNewId,
      forgotten,
      now: this.clock(),
      embeddings: this.options.embeddings,
    });
    const { returned } = await this.database.write(batch, options);
    const generation = Number(returned[batch.length - 1]?.[0]?.['generation']);
    return { generation, nodes: pdg.nodeCount, edges: pdg.edgeCount };
  }

  /**
   * The graph of a project: its nodes and the edges between them. Throws NotFoundError `PROJECT_NOT_FOUND`
   * and CorruptionError `DATABASE_CORRUPT`.
   */
  async loadPdg(project: ProjectId, options: LoadPdgOptions = {}): Promise<Pdg> {
    return (await this.load(project, options)).pdg;
  }

  /** As `loadPdg`, with the generation. */
  async load(project: ProjectId, options: LoadPdgOptions = {}): Promise<LoadedPdg> {
    const { pdg, row, isFresh } = await this.database.snapshot(async (snapshot) => {
      const found = await requireProject(snapshot, project);
      const columns = await readSnapshot(snapshot, project, found);
      const graph = columns === undefined ? await readPdg(snapshot, project) : new Pdg(columns);
      const embeddings =
        options.embeddings === true
          ? await readEmbeddings(snapshot, project, graph, await this.options.embeddings?.read(snapshot, project))
          : undefined;
      const whole = embeddings === undefined ? graph : new Pdg(graph.columns, embeddings);
      return { pdg: whole, row: found, isFresh: columns === undefined };
    });
    if (isFresh) await this.pack(project, row, pdg.columns);
    return { pdg, generation: row.generation };
  }

  /**
   * Loads the graph of a project and holds it in memory until it is released, so that callers, callees, impact, cycles
   * and layers are answered from it. As soon as the tables have another graph, they are asked again; call it once
   * more to read that one. Edges across the border are read with it; walks that may cross it go by the tables
   * after any commit to the store, until it is called again. A call for a graph that is kept and current reads
   * the border alone.
   *
   * Throws NotFoundError `PROJECT_NOT_FOUND`; UsageError `PROJECT_NOT_SETTLED` for a project whose nodes or edges
   * were written otherwise than by indexing it or saving its graph, which leaves no mark to see further changes
   * by; BusyError `STALE_GENERATION` when it changes all the time; CorruptionError; CancelledError.
   */
  async keep(project: ProjectId, options: KeepOptions = {}): Promise<KeptPdg> {
    return this.keptGraphs.keep(project, options);
  }

  /** Lets go of a kept graph, or of all; gives whether there was one. */
  release(project?: ProjectId): boolean {
    return this.keptGraphs.release(project);
  }

  /** The graphs that are kept, by project, current or not. */
  kept(): KeptPdg[] {
    return this.keptGraphs.list();
  }

  /** Is there a graph to load? */
  async pdgExists(project: ProjectId): Promise<boolean> {
    return (await this.database.first('SELECT 1 FROM projects WHERE id = ?', [project])) !== undefined;
  }

  /**
   * Removes a project with its nodes, their edges, references and embeddings, its files, and all that was
   * derived from them; gives whether there was one. Of other projects only edges to its nodes go.
   */
  async deletePdg(project: ProjectId): Promise<boolean> {
    return new ProjectStore(this.database, this.clock).delete(project);
  }

  /** Stores a snapshot, unless the project changed since it was read. */
  private async pack(project: ProjectId, row: ProjectRow, columns: PdgColumns): Promise<void> {
    if (!isSettled(row)) return;
    const size = sizeOf(columns);
    if (size > MAX_SNAPSHOT_BYTES) return;
    const data = encodeSnapshot(columns, project, row.generation);
    // Without a snapshot the next load reads the tables again.
    await writeIfPossible(this.database, [
      {
        sql: `INSERT INTO graph_snapshots (project_id, generation, data, checksum)
              SELECT id, generation, ?, ? FROM projects
              WHERE id = ? AND generation = ? AND node_count IS NOT NULL AND edge_count IS NOT NULL
              ON CONFLICT (project_id) DO UPDATE SET generation = excluded.generation, data = excluded.data,
                checksum = excluded.checksum`,
        parameters: [data, checksumOf(data), project, row.generation],
      },
    ]);
  }
}

function sizeOf(columns: PdgColumns): number {
  const all: readonly { readonly byteLength: number }[] = Object.values<PdgColumns[keyof PdgColumns]>({ ...columns });
  return all.reduce((sum, column) => sum + column.byteLength, 0);
}

async function requireProject(snapshot: Snapshot, project: ProjectId): Promise<ProjectRow> {
  const row = await snapshot.first<ProjectRow>(
    'SELECT generation, node_count AS nodeCount, edge_count AS edgeCount FROM projects WHERE id = ?',
    [project],
  );
  if (row !== undefined) return row;
  throw new NotFoundError('PROJECT_NOT_FOUND', `There is no project '${project}'.`, { details: { project } });
}

/** The counts are forgotten by everything that changes rows without a new generation. */
function isSettled({ nodeCount, edgeCount }: ProjectRow): boolean {
  return nodeCount !== null && edgeCount !== null;
}

async function readSnapshot(snapshot: Snapshot, project: ProjectId, row: ProjectRow): Promise<PdgColumns | undefined> {
  if (!isSettled(row)) return undefined;
  const stored = await snapshot.first<PackedRow>(
    'SELECT data, checksum FROM graph_snapshots WHERE project_id = ? AND generation = ?',
    [project, row.generation],
  );
  return stored === undefined ? undefined : decodeSnapshot(stored, project, row.generation);
}

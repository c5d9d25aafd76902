import { NotFoundError, UsageError, type Envelope, type ProjectId } from '../model/index.js';
import {
  damagedSnapshot,
  decodeCursor,
  encodeCursor,
  envelope,
  MetricSnapshotStore,
  requireCount,
} from '../graph/index.js';
import type { GraphState, GraphStatistics, PageOptions, SnapshotInfo, SnapshotName } from '../graph/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import { measureGraph, MetricTable } from './metric-table.js';
import { pageRankQuery } from './node-scores.js';
import type { WholeGraph } from './whole-graph.js';

export interface TakeSnapshotOptions {
  /** Of this project; of the whole store unless told. */
  readonly project?: ProjectId;
  /**
   * What it is found by again, up to 200 characters. Unless told the commit that is checked out where the
   * project comes from; without one `generation-` and the number; and the time, where the graph was
   * written by hand since.
   */
  readonly label?: string;
  /** Whether it takes the place of one with the same label. */
  readonly replace?: boolean;
  readonly signal?: AbortSignal;
}

export interface ListSnapshotsOptions extends PageOptions {
  /** Those of this project; all, those of the whole store included, unless told. */
  readonly project?: ProjectId;
}

/** Looks up the commit a project's folder is at; without a project the one of the only project. */
export type CommitReader = (
  project: ProjectId | undefined,
  signal: AbortSignal | undefined,
) => Promise<string | undefined>;

/** A table of measures with when and of what it was made. */
export interface MeasuredState {
  /** Null for the present. */
  readonly label: string | null;
  readonly project: ProjectId | null;
  readonly takenAt: number;
  readonly generation: number;
  readonly table: MetricTable;
}

interface MeasureOptions {
  readonly project?: ProjectId | undefined;
  readonly signal?: AbortSignal | undefined;
}

const LABEL_LENGTH = 200;
const CONTROL = /[\0-\x1f\x7f]/;
// In a Unicode pattern this matches only surrogates that are not part of a pair.
const LONE_SURROGATE = /[\ud800-\udfff]/u;
const DEFAULT_LIMIT = 1000;
const KIND = 'metric-snapshots';

/** Takes and reads snapshots of measures. */
export class MetricSnapshots {
  readonly #database: Database;
  readonly #stored: MetricSnapshotStore;

  constructor(
    database: Database,
    private readonly statistics: GraphStatistics,
    private readonly graph: WholeGraph,
    private readonly clock: () => number,
    private readonly readCommit: CommitReader,
  ) {
    this.#database = database;
    this.#stored = new MetricSnapshotStore(database);
  }

  async take(options: TakeSnapshotOptions): Promise<SnapshotInfo> {
    const { project, signal, replace = false } = options;
    if (options.label !== undefined) requireLabel(options.label);
    const chosen = options.label ?? (await this.readCommit(project, signal));
    const takenAt = this.clock();
    const { state, label, table, keep } = await this.#database.snapshot(async (snapshot) => {
      const at = await this.graph.stateOf(snapshot, project);
      await this.statistics.requireProject(snapshot, project);
      const own = chosen ?? usualLabel(at, takenAt);
      if (!replace && (await this.#stored.has(snapshot, nameOf(project, own)))) throw labelTaken(project, own);
      return { state: at, label: own, ...(await this.measure(snapshot, { project, signal })) };
    });
    await keep();
    const info = { ...nameOf(project, label), takenAt, generation: state.generation };
    const saved = await this.#stored.save(info, table.pack(), replace);
    if (saved !== undefined) return saved;
    // Somebody else took it, or deleted the project, in the meantime.
    await this.statistics.requireProject(this.#database, project);
    throw labelTaken(project, label);
  }

  async list(options: ListSnapshotsOptions): Promise<Envelope<SnapshotInfo>> {
    const limit = requireCount('limit', options.limit ?? DEFAULT_LIMIT);
    const [takenAt, id] =
      options.cursor === undefined ? [] : decodeCursor(KIND, ['number', 'number'], options.cursor).map(Number);
    const after = takenAt === undefined || id === undefined ? {} : { after: { takenAt, id } };
    return this.#database.snapshot(async (snapshot) => {
      const generation = await this.statistics.generation(snapshot);
      const { project } = options;
      const { total, found } = await this.#stored.list(snapshot, { project, limit: limit + 1, ...after });
      const page = found.slice(0, limit);
      const last = page.at(-1)?.place;
      const next = last !== undefined && found.length > limit ? encodeCursor(KIND, [last.takenAt, last.id]) : null;
      return envelope(
        generation,
        total,
        page.map(({ info }) => info),
        next,
      );
    });
  }

  /** All snapshots, the oldest first. */
  async infos(snapshot: Snapshot): Promise<SnapshotInfo[]> {
    const { found } = await this.#stored.list(snapshot, { limit: Number.MAX_SAFE_INTEGER });
    return found.map(({ info }) => info);
  }

  async delete(label: string, project: ProjectId | undefined): Promise<boolean> {
    return this.#stored.delete(nameOf(project, label));
  }

  /** Throws NotFoundError `SNAPSHOT_NOT_FOUND`, CorruptionError `SNAPSHOT_CORRUPT`. */
  async read(snapshot: Snapshot, name: SnapshotName): Promise<MeasuredState> {
    const stored = await this.#stored.read(snapshot, name);
    if (stored === undefined) {
      const { project, label } = name;
      throw new NotFoundError('SNAPSHOT_NOT_FOUND', `There is no snapshot '${label}' of ${scopeText(project)}.`, {
        details: { project, label },
      });
    }
    const table = MetricTable.unpack(stored.about, stored.columns);
    if (table === undefined) throw damagedSnapshot(name);
    const { label, project, takenAt, generation } = stored.info;
    return { label, project, takenAt, generation, table };
  }

  /** The present, and how to keep the centralities that were computed for it. */
  async now(
    snapshot: Snapshot,
    options: MeasureOptions,
  ): Promise<{ readonly state: MeasuredState; readonly keep: () => Promise<void> }> {
    const { project } = options;
    const { generation } = await this.graph.stateOf(snapshot, project);
    const { table, keep } = await this.measure(snapshot, options);
    return { state: { label: null, project: project ?? null, takenAt: this.clock(), generation, table }, keep };
  }

  private async measure(
    snapshot: Snapshot,
    options: MeasureOptions,
  ): Promise<{ readonly table: MetricTable; readonly keep: () => Promise<void> }> {
    const { project, signal } = options;
    const { result, keep } = await this.graph.find(snapshot, pageRankQuery({ signal }), project);
    return { table: await measureGraph(this.statistics, snapshot, result.scores, options), keep };
  }
}

/** Throws UsageError `INVALID_ARGUMENT` unless it is a text that can be typed and shown. */
function requireLabel(label: string): void {
  const problem =
    typeof label !== 'string' || label.trim() === ''
      ? 'must not be empty'
      : label.length > LABEL_LENGTH
        ? `must have ${LABEL_LENGTH} characters at most`
        : CONTROL.test(label) || LONE_SURROGATE.test(label)
          ? 'must be one line of whole Unicode characters'
          : undefined;
  if (problem === undefined) return;
  throw new UsageError('INVALID_ARGUMENT', `A label ${problem}.`, {
    details: { argument: 'label', value: String(label).slice(0, LABEL_LENGTH) },
  });
}

/** A generation does not name a graph that something else than indexing wrote to. */
function usualLabel({ generation, isSettled }: GraphState, takenAt: number): string {
  return isSettled ? `generation-${generation}` : new Date(takenAt).toISOString();
}

function labelTaken(project: ProjectId | undefined, label: string): UsageError {
  const text = `There is a snapshot '${label}' of ${scopeText(project ?? null)}; replace it, or choose another label.`;
  return new UsageError('SNAPSHOT_EXISTS', text, { details: { project: project ?? null, label } });
}

function nameOf(project: ProjectId | undefined, label: string): SnapshotName {
  return { project: project ?? null, label };
}

function scopeText(project: ProjectId | null): string {
  return project === null ? 'the whole store' : `project '${project}'`;
}

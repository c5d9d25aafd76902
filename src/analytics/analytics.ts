import { UsageError, type EdgeType, type Envelope, type NodeType, type ProjectId } from '../model/index.js';
import { GraphStatistics, type CountsBy, type KeptGraphs, type SnapshotInfo } from '../graph/index.js';
import type { Database } from '../sql/index.js';
import { findCentral, type CentralityOptions, type CentralSymbol } from './centrality.js';
import { findCombinedHotspots, type ChangeReader } from './combined-hotspots.js';
import { findCycles, type CycleOptions, type SymbolCycle } from './cycles.js';
import { distributionOf, type ComplexityDistribution } from './complexity.js';
import { findPlainHotspots, type Hotspot, type HotspotOptions } from './hotspots.js';
import { findLayers, type LayeredSymbol, type LayerOptions } from './layers.js';
import { findImportCycles, type ImportCycle, type ImportCycleOptions } from './import-cycles.js';
import {
  MetricSnapshots,
  type CommitReader,
  type ListSnapshotsOptions,
  type TakeSnapshotOptions,
} from './metric-snapshots.js';
import { ComparisonPage, type CompareOptions, type SnapshotComparison } from './snapshot-comparison.js';
import { readHistory, type HistoryEntry, type HistoryOptions } from './measure-history.js';
import { WholeGraph, type ComputationListener } from './whole-graph.js';

/** The counts of a project or the whole store, read from one state. */
export interface GraphOverview {
  readonly nodesByType: CountsBy<NodeType>;
  readonly edgesByType: CountsBy<EdgeType>;
  readonly complexity: ComplexityDistribution;
}

/** Where measures come from that are not in the store, and who is told what. */
export interface AnalyticsOptions {
  /** Tells how often files were changed; without it nobody knows. */
  readonly readChanges?: ChangeReader;
  /** Tells which commit a project's folder is at; without it nobody knows. */
  readonly readCommit?: CommitReader;
  /** The time in milliseconds since the Unix epoch. */
  readonly clock?: () => number;
  /** Graphs that are kept in memory, and so are not read. */
  readonly keptGraphs?: KeptGraphs;
  /** Is told of each result of a whole graph that was computed because none was kept. */
  readonly onComputed?: ComputationListener;
}

/**
 * Measures of the stored graph, for one project or, without a project, for all. What takes the whole
 * graph to compute is kept in the store until an index run changes the graph.
 */
export class Analytics {
  readonly #database: Database;
  readonly #statistics: GraphStatistics;
  readonly #graph: WholeGraph;
  readonly #snapshots: MetricSnapshots;
  readonly #readChanges: ChangeReader;
  readonly #kept: KeptGraphs | undefined;

  constructor(database: Database, options: AnalyticsOptions = {}) {
    const { clock = Date.now, readCommit = async () => undefined } = options;
    this.#readChanges = options.readChanges ?? (async () => new Map());
    this.#kept = options.keptGraphs;
    this.#database = database;
    this.#statistics = new GraphStatistics(database);
    this.#graph = new WholeGraph(database, options.keptGraphs, options.onComputed ?? (() => undefined));
    this.#snapshots = new MetricSnapshots(database, this.#statistics, this.#graph, clock, readCommit);
  }

  /** Types that do not occur are absent. */
  async countNodesByType(project?: ProjectId): Promise<CountsBy<NodeType>> {
    return this.#statistics.nodesByType(project);
  }

  /** An edge counts for the project of its caller; types that do not occur are absent. */
  async countEdgesByType(project?: ProjectId): Promise<CountsBy<EdgeType>> {
    return this.#statistics.edgesByType(project);
  }

  async complexityDistribution(project?: ProjectId): Promise<ComplexityDistribution> {
    return distributionOf(await this.#statistics.complexityHistogram({ project }));
  }

  /** All three counts together. */
  async overview(project?: ProjectId): Promise<GraphOverview> {
    return this.#statistics.snapshot(async (snapshot) => ({
      nodesByType: await this.#statistics.nodesByType(project, snapshot),
      edgesByType: await this.#statistics.edgesByType(project, snapshot),
      complexity: distributionOf(await this.#statistics.complexityHistogram({ project }, snapshot)),
    }));
  }

  /**
   * The symbols whose complexity is at least the threshold, worst first: by a score of complexity, fans,
   * centrality and change frequency, or with the preset `plain` by complexity, then fan-out, then key.
   *
   * Throws UsageError with code `INVALID_ARGUMENT` for bad options, CancelledError when the signal fires.
   */
  async getHotspots(options: HotspotOptions = {}): Promise<Envelope<Hotspot>> {
    const { preset = 'combined' } = options;
    if (preset === 'plain') return findPlainHotspots(this.#statistics, options);
    if (preset === 'combined') return findCombinedHotspots(this.#statistics, this.#graph, this.#readChanges, options);
    throw new UsageError('INVALID_ARGUMENT', `There is no preset '${String(preset)}'; there are combined, plain.`, {
      details: { argument: 'preset', value: String(preset) },
    });
  }

  /**
   * Every symbol by its weight in the graph, heaviest first, equals by project and key: by PageRank, or
   * by betweenness, which counts a sample of the paths where the graph has more than 2000 nodes.
   *
   * Throws UsageError with code `INVALID_ARGUMENT` for bad options, CancelledError when the signal fires.
   */
  async getCentrality(options: CentralityOptions = {}): Promise<Envelope<CentralSymbol>> {
    return findCentral(this.#statistics, this.#graph, options);
  }

  /**
   * The groups of symbols that all reach each other, and the symbols that reach themselves by one edge. What crosses
   * the border of `project` does not count.
   *
   * Throws UsageError with code `INVALID_ARGUMENT` for bad options, CancelledError when the signal fires.
   */
  async getCycles(options: CycleOptions = {}): Promise<Envelope<SymbolCycle>> {
    return findCycles(this.#statistics, this.#graph, options);
  }

  /**
   * The symbols in topological layers, the lowest first: each depends on lower ones only, apart from those that it
   * shares a cycle with.
   *
   * Throws UsageError with code `INVALID_ARGUMENT` for bad options, CancelledError when the signal fires.
   */
  async getLayers(options: LayerOptions = {}): Promise<Envelope<LayeredSymbol>> {
    return findLayers(this.#statistics, this.#kept, options);
  }

  /**
   * The groups of files that import each other in a circle, each with a shortest circle to look at.
   * Imports for types alone count as well.
   *
   * Throws UsageError with code `INVALID_ARGUMENT` for bad options, CancelledError when the signal fires.
   */
  async getImportCycles(options: ImportCycleOptions = {}): Promise<Envelope<ImportCycle>> {
    return findImportCycles(this.#statistics, this.#graph, options);
  }

  /**
   * Keeps what is measured now, to be compared with later: counts by type, the distribution of complexity,
   * and complexity, fans, centrality and lines of every symbol.
   *
   * Throws UsageError with code `SNAPSHOT_EXISTS` when there is one with this label and it is not to be
   * replaced, `INVALID_ARGUMENT` for a bad label, `READ_ONLY`; NotFoundError `PROJECT_NOT_FOUND`;
   * CancelledError.
   */
  async takeSnapshot(options: TakeSnapshotOptions = {}): Promise<SnapshotInfo> {
    return this.#snapshots.take(options);
  }

  /** The snapshots that were taken, in that order. Throws UsageError with code `INVALID_ARGUMENT` for bad options. */
  async listSnapshots(options: ListSnapshotsOptions = {}): Promise<Envelope<SnapshotInfo>> {
    return this.#snapshots.list(options);
  }

  /**
   * What was measured over time: the sums of each snapshot, and, when asked for, the measures of one symbol; the latest
   * snapshots, the oldest of them first. There is no reading on: a higher limit gives more.
   *
   * Throws CorruptionError `SNAPSHOT_CORRUPT` for a damaged snapshot, UsageError `INVALID_ARGUMENT` for a bad limit.
   */
  async getHistory(options: HistoryOptions = {}): Promise<Envelope<HistoryEntry>> {
    return readHistory(this.#database, this.#statistics, this.#snapshots, options);
  }

  /** Forgets a snapshot of a project, or without one of the whole store, and gives whether there was one. */
  async deleteSnapshot(label: string, options: { readonly project?: ProjectId } = {}): Promise<boolean> {
    return this.#snapshots.delete(label, options.project);
  }

  /**
   * What changed from one snapshot to another, or to the present.
   *
   * Throws NotFoundError with code `SNAPSHOT_NOT_FOUND`; CorruptionError `SNAPSHOT_CORRUPT` for a damaged
   * snapshot, which cannot be made again; UsageError `INVALID_ARGUMENT`; CancelledError.
   */
  async compareSnapshots(options: CompareOptions): Promise<SnapshotComparison> {
    const { project, from, to, signal } = options;
    const page = new ComparisonPage(options);
    const { answer, keep } = await this.#statistics.snapshot(async (snapshot) => {
      const generation = await this.#statistics.generation(snapshot);
      const before = await this.#snapshots.read(snapshot, { project: project ?? null, label: from });
      if (to !== undefined) {
        const after = await this.#snapshots.read(snapshot, { project: project ?? null, label: to });
        return { answer: page.of(before, after, generation), keep: undefined };
      }
      const now = await this.#snapshots.now(snapshot, { project, signal });
      return { answer: page.of(before, now.state, generation), keep: now.keep };
    });
    await keep?.();
    return answer;
  }
}

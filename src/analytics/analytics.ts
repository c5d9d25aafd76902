import { UsageError, type EdgeType, type Envelope, type NodeType, type ProjectId } from '../model/index.js';
import { GraphStatistics, type CountsBy, type KeptGraphs } from '../graph/index.js';
import type { Database } from '../sql/index.js';
import { findCentral, type CentralityOptions, type CentralSymbol } from './centrality.js';
import { findCombinedHotspots, type ChangeReader } from './combined-hotspots.js';
import { findCycles, type CycleOptions, type SymbolCycle } from './cycles.js';
import { distributionOf, type ComplexityDistribution } from './complexity.js';
import { findPlainHotspots, type Hotspot, type HotspotOptions } from './hotspots.js';
import { findLayers, type LayeredSymbol, type LayerOptions } from './layers.js';
import { findImportCycles, type ImportCycle, type ImportCycleOptions } from './import-cycles.js';

/** The counts of a project or the whole store, read from one state. */
export interface GraphOverview {
  readonly nodesByType: CountsBy<NodeType>;
  readonly edgesByType: CountsBy<EdgeType>;
  readonly complexity: ComplexityDistribution;
}

/** Measures of the stored graph, for one project or, without a project, for all. */
export class Analytics {
  readonly #statistics: GraphStatistics;
  readonly #readChanges: ChangeReader;
  readonly #kept: KeptGraphs | undefined;

  /** `readChanges` tells how often files were changed; without it nobody knows. Graphs that are `kept` are not read. */
  constructor(database: Database, readChanges: ChangeReader = async () => new Map(), kept?: KeptGraphs) {
    this.#readChanges = readChanges;
    this.#kept = kept;
    this.#statistics = new GraphStatistics(database);
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
    if (preset === 'combined') return findCombinedHotspots(this.#statistics, this.#readChanges, options);
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
    return findCentral(this.#statistics, options, this.#kept);
  }

  /**
   * The groups of symbols that all reach each other, and the symbols that reach themselves by one edge. What crosses
   * the border of `project` does not count.
   *
   * Throws UsageError with code `INVALID_ARGUMENT` for bad options, CancelledError when the signal fires.
   */
  async getCycles(options: CycleOptions = {}): Promise<Envelope<SymbolCycle>> {
    return findCycles(this.#statistics, this.#kept, options);
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
    return findImportCycles(this.#statistics, options);
  }
}

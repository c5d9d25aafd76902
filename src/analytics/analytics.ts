import type { EdgeType, Envelope, NodeType, ProjectId } from '../model/index.js';
import { GraphStatistics, type CountsBy } from '../graph/index.js';
import type { Database } from '../sql/index.js';
import { distributionOf, type ComplexityDistribution } from './complexity.js';
import { findHotspots, type Hotspot, type HotspotOptions } from './hotspots.js';

/** The counts of a project or the whole store, read from one state. */
export interface GraphOverview {
  readonly nodesByType: CountsBy<NodeType>;
  readonly edgesByType: CountsBy<EdgeType>;
  readonly complexity: ComplexityDistribution;
}

/** Measures of the stored graph, for one project or, without a project, for all. */
export class Analytics {
  readonly #statistics: GraphStatistics;

  constructor(database: Database) {
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
   * The symbols whose complexity is at least the threshold, by falling complexity, then fan-out, then
   * key. Throws UsageError with code `INVALID_ARGUMENT` for a bad threshold, limit or cursor.
   */
  async getHotspots(options: HotspotOptions = {}): Promise<Envelope<Hotspot>> {
    return findHotspots(this.#statistics, options);
  }
}

export { Analytics, type AnalyticsOptions, type GraphOverview } from './analytics.js';
export { betweenness, type Betweenness, type BetweennessOptions } from './algorithms/betweenness.js';
export {
  stronglyConnectedComponents,
  topologicalLayers,
  type Components,
  type EdgeChoice,
  type Layers,
} from './algorithms/components.js';
export { importCycles, type Cycle } from './algorithms/import-cycles.js';
export { pageRank, type PageRank, type PageRankOptions } from './algorithms/page-rank.js';
export type { CentralityMeasure, CentralityOptions, CentralSymbol } from './centrality.js';
export { bucketOf, type ComplexityBucket, type ComplexityDistribution } from './complexity.js';
export type { ChangeCounts, ChangeReader } from './combined-hotspots.js';
export type { Hotspot, HotspotOptions, HotspotPreset, HotspotWeights } from './hotspots.js';
export type { CycleOptions, SymbolCycle } from './cycles.js';
export type { LayeredSymbol, LayerOptions } from './layers.js';
export type { ImportCycle, ImportCycleOptions } from './import-cycles.js';
export type { ComputationListener } from './whole-graph.js';
export type { CommitReader, ListSnapshotsOptions, TakeSnapshotOptions } from './metric-snapshots.js';
export type { HistoryEntry, HistoryOptions } from './measure-history.js';
export type { SymbolMeasures } from './metric-table.js';
export type {
  CompareOptions,
  ComparedState,
  Measure,
  SnapshotComparison,
  SymbolChange,
} from './snapshot-comparison.js';

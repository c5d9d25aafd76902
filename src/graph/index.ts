export { chunksOf, readSymbols, type CodeSymbol } from './code-symbol.js';
export {
  compareWithRebuild,
  type Comparison,
  type Difference,
  type FreshStore,
  type VerifyOptions,
  type VerifyReport,
} from './rebuild-comparison.js';
export { checkIntegrity, type Check } from './integrity.js';
export {
  gramText,
  NODE_WORDS_VERSION,
  nodeWords,
  isStopWord,
  searchStems,
  searchWords,
  type WordedNode,
} from './node-words.js';
export { checkWords, fillWords, gramExpression, hasAllWords, rebuildWords } from './search-upkeep.js';
export { dumpLines, dumpPieces, type DumpOptions } from './dump.js';
export {
  exportedEdges,
  exportedNeighbours,
  exportedNodes,
  type ExportedEdge,
  type ExportedNode,
} from './export-rows.js';
export { fromOneState } from './held-snapshot.js';
export { ProjectReader, type NodeName, type WrittenFile } from './project-reader.js';
export {
  GraphStatistics,
  type ComplexityHistogram,
  type ComplexityPlace,
  type CountsBy,
  type FanCounts,
  type ProjectSummary,
  type SymbolCounts,
} from './graph-statistics.js';
export { decodeCursor, encodeCursor, envelope, readGeneration, requireCount, type PageOptions } from './page.js';
export { SymbolQuery, type FindOptions } from './symbol-query.js';
export {
  readAdjacency,
  readImportGraph,
  type FileGraph,
  type GraphReadOptions,
  type StoredGraph,
} from './graph-adjacency.js';
export {
  pauseUnlessCancelled,
  requireEdgeTypes,
  symbolNotFound,
  type Reached,
  type Walked,
  type WalkedPage,
  type WalkRules,
} from './breadth-first.js';
export { GraphResultStore, type GraphState } from './graph-result-store.js';
export { damagedSnapshot, MetricSnapshotStore, type SnapshotInfo, type SnapshotName } from './metric-snapshot-store.js';
export { numberColumn, packTexts, unpackTexts, type About, type Column, type Columns } from './packed-columns.js';
export { impactItems, type ImpactItem } from './impact.js';
export {
  DEPENDENCIES,
  Traversal,
  traversalItems,
  walkedAnswer,
  walkedOptions,
  type ImpactOptions,
  type KeyedEdge,
  type TraversalItem,
  type TraversalOptions,
} from './traversal.js';
export type * from './project-delta.js';
export { EdgeStore, type EdgeInput } from './edge-store.js';
export { FactReader, type EmbeddableNode, type InheritRow, type MemberWanted, type SymbolRow } from './fact-reader.js';
export { checkPrecise, PreciseStore, type StoredPrecise } from './precise-store.js';
export type { StoredFile, WholeFile } from './stored-file.js';
export { FileStore } from './file-store.js';
export type { NodeChange, NodeInput } from './node-input.js';
export { NodeRowEmbeddings } from './node-embeddings.js';
export { NodeSelection, type NodeColumns } from './node-selection.js';
export { NodeStore } from './node-store.js';
export { FORGET_EDGE_COUNTS_SQL } from './project-rows.js';
export { ProjectStore, type Project } from './project-store.js';
export { ReferenceStore, type StoredReference } from './reference-store.js';
export type { ProjectFiles, ProjectState, StateEdge } from './project-state.js';
export { KeptGraphs, type KeepOptions, type KeptPdg } from './kept-graphs.js';
export { PdgBuilder, type PdgEdgeInput, type PdgEdgeKey, type PdgNodeInput } from './pdg-builder.js';
export { pdgLines } from './pdg-lines.js';
export {
  PdgStore,
  type LoadedPdg,
  type LoadPdgOptions,
  type PdgEmbeddings,
  type PdgStoreOptions,
  type SavedPdg,
} from './pdg-store.js';
export {
  edgesAcrossStatements,
  PACKAGE_STRATEGY,
  readEdgesAcross,
  type EdgeAcross,
  type EdgesAcrossDelta,
} from './edges-across.js';
export { parseEdgeMetadata, readEdgeMetadata } from './edge-view.js';
export { comparePlaces, lookUpNodes, requireName, type NodePlace } from './symbol-lookup.js';
export { readExternalPdg, readMergedPdg, type MergedPdgOptions } from './merged-pdg.js';
export { collectHistory, type CollectedHistory, type HistoryLimits } from './collect.js';

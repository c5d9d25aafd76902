export * from './model/index.js';
export {
  EdgeStore,
  FileStore,
  NodeStore,
  ProjectStore,
  ReferenceStore,
  SymbolQuery,
  Traversal,
  type CodeSymbol,
  type CountsBy,
  type DeltaEdge,
  type DeltaEdgeKey,
  type DeltaNode,
  type DumpOptions,
  type EdgeInput,
  type FileRecord,
  type FindOptions,
  type KeyedEdge,
  type NameSearchOptions,
  type NodeChange,
  type NodeInput,
  type PageOptions,
  type Project,
  type ProjectDelta,
  type ProjectSummary,
  type RankedSymbol,
  type ReferenceRow,
  type StoredReference,
  type TraversalItem,
  type TraversalOptions,
} from './graph/index.js';
export {
  Analytics,
  type ComplexityBucket,
  type ComplexityDistribution,
  type GraphOverview,
  type Hotspot,
  type HotspotOptions,
} from './analytics/index.js';
export type { IndexOptions, IndexProgress, IndexReport, IndexWarning } from './ingest/index.js';
export type { Durability, StorageConfig } from './sql/index.js';
export { openStore, Store, type StoreOptions, type StoreStatus } from './store.js';
export type { Check, Difference, VerifyOptions, VerifyReport } from './graph/index.js';

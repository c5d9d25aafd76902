export { openVectorIndex, requireIndexOptions, type VectorIndexOptions } from './open-vector-index.js';
export { DEFAULT_SETTINGS, resolveSettings, type HnswSettings, type Quantization } from './hnsw/hnsw-settings.js';
export {
  DEFAULT_SERVER_SETTINGS,
  resolveServerSettings,
  type NeighborCompression,
  type ServerIndexSettings,
} from './server/server-settings.js';
export { noteHome, VectorHome, readHome, type VectorHomeOptions } from './home/vector-home.js';
export { isElsewhere } from './home/vector-marker.js';
export { countWaiting, sendVectors, type Sent } from './home/vector-outbox.js';
export { VectorReader } from './home/vector-reader.js';
export { reconcile, type Reconciled } from './home/reconcile.js';
export { migrateVectors, type MigrateOptions, type MigrationReport } from './migration/migrate-vectors.js';
export type { MigratedRows, MigrationProgress, MigrationStage, MigrationStats } from './migration/migration-state.js';
export { MemoryVectorSource } from './search/memory-vector-source.js';
export type { VectorMatch } from './search/top-matches.js';
export { checkVector } from './search/vector-checks.js';
export type {
  ExactReason,
  IndexFileState,
  Maintenance,
  MaintenanceOptions,
  MaintenanceProgress,
  VectorAnswer,
  VectorIndex,
  VectorIndexCheck,
  VectorIndexStatus,
  VectorPlan,
  VectorStrategy,
  VectorSearchOptions,
} from './search/vector-index.js';
export type {
  ChangeKeeper,
  VectorChange,
  VectorChanges,
  VectorChunk,
  VectorFilter,
  VectorSource,
} from './search/vector-source.js';
export { checkEmbeddings, type EmbeddingCheck } from './embedding-check.js';
export { embeddingText, queryInput, type Embedder, type EmbeddingInput } from './embedder.js';
export { embedChecked, requireEmbedder } from './embedding-guard.js';
export { countEmbeddings, embeddedNodes, GraphEmbeddings } from './embedding-graph.js';
export { EmbeddingJournal, type EmbeddingChange } from './embedding-journal.js';
export { EmbeddingIndexes, type EmbeddingIndex, type EmbeddingIndexOptions } from './embedding-indexes.js';
export { EmbeddingSource } from './embedding-source.js';
export {
  NearestSymbolSearch,
  type NearestAnswer,
  type NearestOptions,
  type NearestSymbols,
  type NodeRowVectors,
  type SymbolMatch,
} from './nearest-symbols.js';
export { NodeFilters, type NodeChooser, type NodeFilter } from './node-filter.js';
export { ensureScope, GIVEN_MODEL, type EmbeddingModel, type EmbeddingScope } from './embedding-model.js';
export { EmbeddingQueue, type QueuedFile } from './embedding-queue.js';
export {
  EmbeddingStore,
  type EmbeddingStatistics,
  type ModelChoice,
  type NodeVector,
  type StoredVector,
} from './embedding-store.js';
export { HashedSubWords, type HashedSubWordsOptions } from './embedders/hashed-sub-words.js';
export { openAiEmbedder, type OpenAiEmbedderOptions } from './embedders/open-ai.js';
export {
  transformersEmbedder,
  type FeaturePipeline,
  type PipelineOutput,
  type TransformersOptions,
} from './embedders/transformers.js';
export { vectorLibraryVersion } from './hnsw/usearch-library.js';
export { readPendingEmbeddings, type PendingEmbeddings } from './pending-embeddings.js';
export { NO_INDEX } from './search/no-index.js';

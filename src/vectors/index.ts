export { openVectorIndex, type VectorIndexOptions } from './open-vector-index.js';
export { DEFAULT_SETTINGS, type HnswSettings, type Quantization } from './hnsw/hnsw-settings.js';
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
  VectorSearchOptions,
} from './search/vector-index.js';
export type { VectorChange, VectorChanges, VectorChunk, VectorFilter, VectorSource } from './search/vector-source.js';

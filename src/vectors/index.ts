export { checkEmbeddings, type EmbeddingCheck } from './embedding-check.js';
export { embeddingText, queryInput, type Embedder, type EmbeddingInput } from './embedder.js';
export { embedChecked, requireEmbedder } from './embedding-guard.js';
export { countEmbeddings, GraphEmbeddings } from './embedding-graph.js';
export { EmbeddingJournal, type EmbeddingChange } from './embedding-journal.js';
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

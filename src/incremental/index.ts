export { acquireLease, claimProject, type LeaseOptions } from './acquire-lease.js';
export { contentKey, type ContentQuery } from './content-key.js';
export { ContentStore, type ContentCounters, type ContentEntry, type ContentStatistics } from './content-store.js';
export {
  IncrementalCache,
  type AnalysisEntry,
  type AnalysisValues,
  type CachedAnalysis,
  type CacheCounters,
} from './incremental-cache.js';
export { checkMemos, type MemoCheck } from './integrity.js';
export type { LeaseHolder } from './lease-holder.js';
export { MemoStore, packChange, type Mark, type PackChange, type StoredPack } from './memo-store.js';
export { newPack } from './new-pack.js';
export { type Pack } from './pack.js';
export type { CommitRight } from './project-claim.js';
export type { ProjectLease } from './project-lease.js';
export {
  defineInput,
  defineQuery,
  type InputOptions,
  type Query,
  type QueryAsk,
  type QueryInput,
  type QueryOptions,
} from './query-definition.js';
export {
  QueryInvalidation,
  type AffectedOptions,
  type Invalidated,
  type InvalidationParts,
  type StoredSymbol,
} from './query-invalidation.js';
export { QuerySpace, type QuerySpaceOptions } from './query-space.js';
export { type QueryEvent, type QueryReader, type Reading, type Trace, type TrackedQuery } from './query.js';
export { Session } from './session.js';
export { FORCED, PackValidation, type ChangedThings, type PackUpdate, type Root } from './validation.js';
export { collectMemos } from './collect.js';
export { readLeases, type HeldLease } from './read-leases.js';

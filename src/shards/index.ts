export type { ProjectShard } from './shard-map.js';
export { ShardedTraversal, type ShardedAnswer } from './sharded-traversal.js';
export {
  openShards,
  ShardedStore,
  type ShardedIndexOptions,
  type ShardedProject,
  type ShardedPushOptions,
  type ShardedStatus,
  type ShardedStoreOptions,
} from './sharded-store.js';

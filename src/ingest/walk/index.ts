export { generatedReason, isGenerated } from './generated.js';
export type { WalkWarning } from './ignore-files.js';
export * from './read-source.js';
export { statKeyOf } from './stat-key.js';
export {
  decidesAboutOthers,
  resolveRoot,
  SKIPPED_FOLDERS,
  walk,
  type WalkedFile,
  type WalkEntry,
  type WalkOptions,
  type WalkResult,
} from './walk.js';

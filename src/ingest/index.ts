export {
  Indexer,
  type IndexOptions,
  type IndexProgress,
  type IndexReport,
  type IndexWarning,
  type IndexQueryEvent,
} from './indexer.js';
export {
  embedProject,
  type EmbedOptions,
  type EmbedProgress,
  type EmbedReport,
  type EmbedStores,
} from './embed-project.js';
export { countChanges } from './git-history.js';
export { LANGUAGES, languageOf } from './languages/index.js';
export type { LanguageDefinition } from './extract/language.js';
export { watchFolder, type WatchOptions, type WatchTools, type WatchWarning } from './watch/index.js';
export type { IndexerStores } from './index-run.js';
export { sliceFunction, type ProgramSlice, type SliceOptions } from './slice-function.js';
export { thingsOfFile, thingsOfSymbols } from './sync/homed-things.js';

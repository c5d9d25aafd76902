export {
  Indexer,
  type IndexOptions,
  type IndexProgress,
  type IndexReport,
  type IndexWarning,
  type IndexQueryEvent,
} from './indexer.js';
export { countChanges, readCommit } from './git-history.js';
export {
  embedProject,
  type EmbedOptions,
  type EmbedProgress,
  type EmbedReport,
  type EmbedStores,
} from './embed-project.js';
export { LANGUAGES, languageOf } from './languages/index.js';
export type { LanguageDefinition } from './extract/language.js';
export { watchFolder, type WatchOptions, type WatchTools, type WatchWarning } from './watch/index.js';
export type { IndexerStores } from './indexer-stores.js';
export { sliceFunction, type ProgramSlice, type SliceOptions } from './slice-function.js';
export { thingsOfFile, thingsOfSymbols } from './sync/homed-things.js';
export {
  combineManifests,
  isManifestPath,
  manifestKindOf,
  MANIFESTS_VERSION,
  parseManifest,
  readManifests,
  type ManifestKind,
  type ManifestOptions,
  type ManifestReader,
  type ManifestReport,
  type ParsedManifest,
} from './manifests/index.js';
export type { ImportScipOptions, ImportStores } from './scip/import-scip.js';
export type { ExportScipOptions } from './scip/export-scip.js';
export { exportScip, importScip, removeScip } from './scip/index.js';
export { projectIdOfFolder } from './project-id.js';
export { checkLinks } from './link/check-links.js';
export { linkNames, type LinkOptions, type LinkReport } from './link/link-names.js';
export { publishSymbols } from './link/publish-symbols.js';
export { checkGrammars, type GrammarCheck } from './check-grammars.js';
export { countOutdated, type OutdatedFiles } from './outdated-files.js';

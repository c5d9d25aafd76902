export {
  Indexer,
  type IndexerStores,
  type IndexOptions,
  type IndexProgress,
  type IndexReport,
  type IndexWarning,
} from './indexer.js';
export { LANGUAGES, languageOf } from './languages/index.js';
export type { LanguageDefinition } from './extract/language.js';

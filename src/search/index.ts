export type { SearchReasons } from './explain.js';
export type { ListMode } from './fuse.js';
export type { GraphSignals } from './graph-signals.js';
export { SEARCH_MODES, type SearchMode, type SearchOptions, type SymbolFilter } from './search-options.js';
export {
  findSimilar,
  type SimilarAnswer,
  type SimilarOptions,
  type SimilarParts,
  type SimilarSymbol,
} from './similar-symbols.js';
export { SymbolSearch, type ListReport, type SearchAnswer, type SearchHit } from './symbol-search.js';

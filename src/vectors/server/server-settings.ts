import { UsageError } from '../../model/index.js';
import { checkOption } from '../search/vector-checks.js';

/** How a server's index keeps the vectors that it walks along; answers are ordered by the exact ones. */
export type NeighborCompression = 'float1bit' | 'float8' | 'float16' | 'none';

/** Settings of the index of libSQL, which is DiskANN (Subramanya and others, 2019); with others it is built anew. */
export interface ServerIndexSettings {
  /** compress_neighbors. Default `float8`. */
  readonly compressNeighbors: NeighborCompression;
  /** max_neighbors: links of a vector. Default 32. */
  readonly maxNeighbors: number;
  /** insert_l: candidates kept in view while a vector is added. Default 70. */
  readonly insertL: number;
  /** search_l: candidates that a search gives at most. Default 300. */
  readonly searchL: number;
}

/** Chosen by the grid in docs/benchmarks.md. */
export const DEFAULT_SERVER_SETTINGS: ServerIndexSettings = {
  compressNeighbors: 'float8',
  maxNeighbors: 32,
  insertL: 70,
  searchL: 300,
};
/** Collections of fewer vectors are compared with whole. */
export const DEFAULT_SERVER_EXACT_BELOW = 10_000;
/** recall@10 that the default settings were chosen for. */
const DEFAULT_SERVER_RECALL = 0.98;
/** For more results than a third of the candidates nobody measured it. */
const LEAST_CANDIDATES_PER_RESULT = 3;

const COMPRESSIONS: readonly string[] = ['float1bit', 'float8', 'float16', 'none'] satisfies NeighborCompression[];

/** Fills in the defaults. Throws UsageError `INVALID_OPTION`. */
export function resolveServerSettings(given: Partial<ServerIndexSettings> = {}): ServerIndexSettings {
  const settings = { ...DEFAULT_SERVER_SETTINGS, ...given };
  const known = Object.keys(DEFAULT_SERVER_SETTINGS);
  const stranger = Object.keys(given).find((name) => !known.includes(name));
  if (stranger !== undefined) throw invalid('server', stranger, `has ${known.join(', ')}`);
  if (!COMPRESSIONS.includes(settings.compressNeighbors)) {
    throw invalid('compressNeighbors', settings.compressNeighbors, `is one of ${COMPRESSIONS.join(', ')}`);
  }
  checkOption('maxNeighbors', settings.maxNeighbors, 2, 512);
  checkOption('insertL', settings.insertL, 1, 4096);
  checkOption('searchL', settings.searchL, 1, 4096);
  return settings;
}

function invalid(option: string, value: unknown, must: string): UsageError {
  return new UsageError('INVALID_OPTION', `The option ${option} ${must}.`, { details: { option, value } });
}

/** What to expect of an index, where it was measured. */
export function serverRecallOf(settings: ServerIndexSettings, wanted: number): number | null {
  const names = ['compressNeighbors', 'maxNeighbors', 'insertL'] as const;
  const isDefault = names.every((name) => settings[name] === DEFAULT_SERVER_SETTINGS[name]);
  const isWide = settings.searchL >= DEFAULT_SERVER_SETTINGS.searchL;
  return isDefault && isWide && wanted * LEAST_CANDIDATES_PER_RESULT <= settings.searchL ? DEFAULT_SERVER_RECALL : null;
}

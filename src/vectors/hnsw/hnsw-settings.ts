import { UsageError } from '../../model/index.js';
import { checkOption } from '../search/vector-checks.js';

export type Quantization = 'i8' | 'f16' | 'f32';

/**
 * Settings of the graph (Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using
 * Hierarchical Navigable Small World graphs", 2016). The first three are part of the index file: with others it is built anew.
 */
export interface HnswSettings {
  /** How the numbers of the graph's own vectors are stored; answers are ordered by the exact ones. Default `i8`. */
  readonly quantization: Quantization;
  /** M: links of a vector on the upper layers; twice as many on the lowest. Default 16. */
  readonly connectivity: number;
  /** efConstruction: candidates kept in view while a vector is added. Default 256. */
  readonly expansionAdd: number;
  /** efSearch: candidates kept in view by a search. Default 192. */
  readonly expansionSearch: number;
  /** For each result wanted, candidates that are compared exactly. Default 3; at least 30 are compared in all. */
  readonly rerankFactor: number;
}

/** Chosen by the grids in docs/vectors.md. */
export const DEFAULT_SETTINGS: HnswSettings = {
  quantization: 'i8',
  connectivity: 16,
  expansionAdd: 256,
  expansionSearch: 192,
  rerankFactor: 3,
};
/** The least number of candidates that are compared exactly: at k = 1 the best may stand some places down. */
export const LEAST_RERANKED = 30;
/** recall@10 that the default settings were chosen for. They are above it in the grids, for real code as well. */
export const DEFAULT_RECALL = 0.98;

const QUANTIZATIONS: readonly string[] = ['i8', 'f16', 'f32'] satisfies Quantization[];

/** Fills in the defaults. Throws UsageError `INVALID_OPTION`. */
export function resolveSettings(given: Partial<HnswSettings> = {}): HnswSettings {
  const settings = { ...DEFAULT_SETTINGS, ...given };
  if (!QUANTIZATIONS.includes(settings.quantization)) {
    throw new UsageError('INVALID_OPTION', `The option quantization must be one of ${QUANTIZATIONS.join(', ')}.`, {
      details: { option: 'quantization', value: settings.quantization },
    });
  }
  checkOption('connectivity', settings.connectivity, 2, 256);
  checkOption('expansionAdd', settings.expansionAdd, 1, 4096);
  checkOption('expansionSearch', settings.expansionSearch, 1, 4096);
  checkOption('rerankFactor', settings.rerankFactor, 1, 100);
  return settings;
}

/** What to expect of settings: known for the defaults and for searches that look at more, unknown otherwise. */
export function recallTargetOf(settings: HnswSettings, inView: number): number | null {
  const names = ['quantization', 'connectivity', 'expansionAdd', 'rerankFactor'] as const;
  const isDefault = names.every((name) => settings[name] === DEFAULT_SETTINGS[name]);
  return isDefault && inView >= DEFAULT_SETTINGS.expansionSearch ? DEFAULT_RECALL : null;
}

import { envelope, readGeneration, readSymbols, SymbolQuery, type CodeSymbol } from '../graph/index.js';
import { AmbiguousError, NotFoundError, type Envelope } from '../model/index.js';
import type { Database } from '../sql/index.js';
import type { Embedder, EmbeddingStore, NearestSymbols, VectorStrategy } from '../vectors/index.js';
import { requireFilter, requireK, vectorFilterOf, type SymbolFilter } from './search-options.js';

export interface SimilarOptions extends SymbolFilter {
  /** How many of the most similar to answer with: 1 to 9,999; 10 unless told. */
  readonly k?: number;
  /** The project of the symbol itself, where its name alone is ambiguous. */
  readonly from?: string;
  readonly signal?: AbortSignal;
}

export interface SimilarSymbol extends CodeSymbol {
  /** Cosine of the angle between the vectors, from -1 to 1; 1 for symbols of the same text. */
  readonly similarity: number;
}

/** `total` counts the items: every symbol with a vector is similar to some degree. */
export interface SimilarAnswer extends Envelope<SimilarSymbol> {
  /** The symbol that the others were compared with. */
  readonly symbol: CodeSymbol;
  /** How the nearest vectors were found, and the share of the true ones to expect; null where nobody measured it. */
  readonly strategy: VectorStrategy;
  readonly recallTarget: number | null;
}

const CANDIDATES_NAMED = 10;

export interface SimilarParts {
  readonly embedder: Embedder;
  readonly embeddings: EmbeddingStore;
  readonly nearest: NearestSymbols;
}

/** See `Store.similar`. */
export async function findSimilar(
  database: Database,
  { embedder, embeddings, nearest }: SimilarParts,
  nameOrKey: string,
  options: SimilarOptions = {},
): Promise<SimilarAnswer> {
  const k = requireK((options.k ?? 10) + 1) - 1;
  requireK(k);
  requireFilter(options);
  const symbol = await requireOne(database, nameOrKey, options.from);
  const vector = await embeddings.get(symbol.id, { model: embedder.id, dimension: embedder.dimension });
  if (vector === undefined) {
    throw new NotFoundError('EMBEDDING_NOT_FOUND', `${symbol.key} has no vector of the model ${embedder.id}.`, {
      details: { project: symbol.project, key: symbol.key, model: embedder.id },
    });
  }
  const { signal } = options;
  const found = await nearest.nearest(vector, {
    k: k + 1,
    filter: vectorFilterOf(options),
    ...(signal === undefined ? {} : { signal }),
  });
  const others = found.matches.filter(({ nodeId }) => nodeId !== symbol.id).slice(0, k);
  return database.snapshot(async (snapshot) => {
    const symbols = await readSymbols(
      snapshot,
      others.map(({ nodeId }) => nodeId),
    );
    const items = others.flatMap(({ nodeId, similarity }) => {
      const each = symbols.get(nodeId);
      return each === undefined ? [] : [{ ...each, similarity: Math.round(similarity * 1e6) / 1e6 }];
    });
    const { strategy, recallTarget } = found;
    return { ...envelope(await readGeneration(snapshot), items.length, items, null), symbol, strategy, recallTarget };
  });
}

async function requireOne(database: Database, nameOrKey: string, project: string | undefined): Promise<CodeSymbol> {
  const options = { limit: CANDIDATES_NAMED, ...(project === undefined ? {} : { project }) };
  const { items, total } = await new SymbolQuery(database).find(nameOrKey, options);
  const [symbol] = items;
  if (symbol === undefined) {
    throw new NotFoundError('SYMBOL_NOT_FOUND', `There is no symbol '${nameOrKey}'.`, {
      details: { name: nameOrKey, ...(project === undefined ? {} : { project }) },
    });
  }
  if (total === 1) return symbol;
  const candidates = items.map((each) => `${each.project}//${each.key}`);
  throw new AmbiguousError('AMBIGUOUS_SYMBOL', `'${nameOrKey}' names ${total} symbols; name one by its key.`, {
    details: { name: nameOrKey, total, candidates },
  });
}

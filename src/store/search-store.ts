import { fillWords } from '../graph/index.js';
import { nodesPassing, SymbolSearch, type SimilarParts } from '../search/index.js';
import type { Database } from '../sql/index.js';
import { ExactNearestSymbols, type Embedder, type EmbeddingStore } from '../vectors/index.js';

/** Search over a database, and what it compares vectors with. */
export function searchOver(
  database: Database,
  embedder: Embedder,
  embeddings: EmbeddingStore,
): SimilarParts & { readonly search: SymbolSearch } {
  const model = { model: embedder.id, dimension: embedder.dimension };
  const nearest = new ExactNearestSymbols(embeddings, model, (filter) => nodesPassing(database, filter));
  return { embedder, embeddings, nearest, search: new SymbolSearch(database, { embedder, nearest }) };
}

/** Makes what search needs of nodes that an earlier version stored; closes the database when that fails. */
export async function fillWordsOf(database: Database): Promise<void> {
  try {
    await fillWords(database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

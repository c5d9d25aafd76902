import { fillWords } from '../graph/index.js';
import { SymbolSearch, type SimilarParts } from '../search/index.js';
import type { Database } from '../sql/index.js';
import type { StoreRooms } from './store-rooms.js';

export type Searching = SimilarParts & { readonly search: SymbolSearch };

/** Search over a database, and what it compares vectors with. */
export function searchOver(database: Database, { embedder, embeddings, vectors }: StoreRooms): Searching {
  const nearest = vectors.of({ model: embedder.id, dimension: embedder.dimension });
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

import { fillWords } from '../graph/index.js';
import { SymbolSearch, type SimilarParts } from '../search/index.js';
import type { Database } from '../sql/index.js';
import { noteHome, type VectorHomeOptions } from '../vectors/index.js';
import type { StoreRooms } from './store-rooms.js';

export type Searching = SimilarParts & { readonly search: SymbolSearch };

/** Search over a database, and what it compares vectors with. */
export function searchOver(database: Database, { embedder, embeddings, vectors }: StoreRooms): Searching {
  const nearest = vectors.of({ model: embedder.id, dimension: embedder.dimension });
  return { embedder, embeddings, nearest, search: new SymbolSearch(database, { embedder, nearest }) };
}

/**
 * Makes what search needs of nodes that an earlier version stored, and notes where vectors are to lie; closes the
 * database when that fails.
 */
export async function prepareStore(database: Database, home: VectorHomeOptions | undefined): Promise<void> {
  try {
    await fillWords(database);
    if (home !== undefined) await noteHome(database, home.location);
  } catch (error) {
    await database.close();
    throw error;
  }
}

import type { Database, SqlValue } from '../../sql/index.js';
import type { EmbeddingModel } from '../embedding-model.js';
import type { VectorFilter } from '../search/vector-source.js';

export interface SqlCondition {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** An embedding as the server gives it: one that was found, by its distance. */
export interface FoundRow {
  readonly id: number;
  readonly distance: number;
  /** In hexadecimal. */
  readonly hash: string;
  readonly vector: Uint8Array;
}

export interface OpenCollection {
  /** The database on the server. */
  readonly database: Database;
  /** Its row of the model. */
  readonly model: EmbeddingModel;
  /** Whether an embedding `e` belongs to the collection. */
  readonly belongs: SqlCondition;
}

/** The vectors that a search on a server is about, and what they are known by to the one who asks. */
export interface ServerCollection {
  /** Undefined when there are none. */
  open(): Promise<OpenCollection | undefined>;
  /**
   * Whether an embedding `e` passes a filter; undefined when that is only told of rows that were found. `isListed`
   * says that few pass and many are looked at, so that those which pass are listed first.
   */
  passes(filter: VectorFilter, isListed: boolean): Promise<SqlCondition | undefined>;
  /** The ids by which the one who asks knows rows; those that do not pass are left out. */
  idsOf(rows: readonly FoundRow[], filter: VectorFilter | undefined): Promise<ReadonlyMap<number, number>>;
}

/** The vectors of the nodes that lie in the same database. */
export function ownCollection(database: Database, model: EmbeddingModel): ServerCollection {
  const belongs = { sql: 'EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = e.id)', parameters: [] };
  return {
    open: async () => ({ database, model, belongs }),
    passes: async (filter, isListed) => filter.condition?.('e.id', isListed),
    idsOf: async (rows, filter) => {
      const all = new Map(rows.map(({ id }) => [id, id]));
      if (filter === undefined || filter.condition !== undefined) return all;
      const passing = await filter.test([...all.keys()]);
      return new Map([...all].filter(([id]) => passing.has(id)));
    },
  };
}

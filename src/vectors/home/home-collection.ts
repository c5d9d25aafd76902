import type { Database } from '../../sql/index.js';
import { findModel, type EmbeddingModel } from '../embedding-model.js';
import type { VectorFilter } from '../search/vector-source.js';
import type { FoundRow, OpenCollection, ServerCollection } from '../server/server-collection.js';
import type { VectorHome } from './vector-home.js';

/** The vectors of a graph that lie in another database, which compares them; known there by model and content. */
export class HomeCollection implements ServerCollection {
  constructor(
    private readonly home: VectorHome,
    /** The graph's row of the model. */
    private readonly model: EmbeddingModel,
  ) {}

  async open(): Promise<OpenCollection | undefined> {
    const { vectors, graphId } = await this.home.attached();
    const model = await findModel(vectors, this.model.model, this.model.dimension);
    if (model === undefined) return undefined;
    const sql = 'EXISTS (SELECT 1 FROM vector_holders WHERE graph_id = ? AND embedding_id = e.id)';
    return { database: vectors, model, belongs: { sql, parameters: [graphId] } };
  }

  async passes(
    filter: VectorFilter,
    isListed: boolean,
  ): Promise<{ readonly sql: string; readonly parameters: readonly string[] } | undefined> {
    if (!isListed) return undefined;
    const rows = await this.graph.all<{ hash: string }>(
      `SELECT lower(hex(e.content_hash)) AS hash FROM json_each(?) AS w CROSS JOIN embeddings AS e ON e.id = w.value`,
      [JSON.stringify(await filter.ids())],
    );
    const hashes = JSON.stringify(rows.map(({ hash }) => hash));
    return { sql: 'e.content_hash IN (SELECT unhex(value) FROM json_each(?))', parameters: [hashes] };
  }

  /** What no node has any more is left out as well: the database there learns of that a little later. */
  async idsOf(rows: readonly FoundRow[], filter: VectorFilter | undefined): Promise<ReadonlyMap<number, number>> {
    const own = await this.graph.all<{ id: number; hash: string }>(
      `SELECT e.id, w.value AS hash FROM json_each(?) AS w
       CROSS JOIN embeddings AS e ON e.model_id = ? AND e.content_hash = unhex(w.value)
       WHERE EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = e.id)`,
      [JSON.stringify(rows.map(({ hash }) => hash)), this.model.id],
    );
    const passing = filter === undefined ? undefined : await filter.test(own.map(({ id }) => id));
    const byHash = new Map(own.filter(({ id }) => passing?.has(id) !== false).map(({ id, hash }) => [hash, id]));
    return new Map(
      rows.flatMap(({ id, hash }): [number, number][] => {
        const known = byHash.get(hash);
        return known === undefined ? [] : [[id, known]];
      }),
    );
  }

  private get graph(): Database {
    return this.home.graph;
  }
}

import type { Database, Snapshot } from '../sql/index.js';
import { readHome } from './home/vector-home.js';
import { isElsewhere } from './home/vector-marker.js';
import type { VectorReader } from './home/vector-reader.js';
import { vectorFault, decodeVector } from './embedding-codec.js';

/** One thing that was verified. `detail` says what was found, also when all is well. */
export interface EmbeddingCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

interface Fault {
  readonly place: string;
}

const EXAMPLES = 3;

/**
 * Verifies the embeddings, from one state: that each is a vector of its model's dimension, finite and not
 * zero; that nodes have embeddings of their project's models; that the embeddings nobody has are listed as
 * such, and only those; that the counts are right. Reads every vector once.
 */
export async function checkEmbeddings(database: Database, reader?: VectorReader): Promise<EmbeddingCheck> {
  return database.snapshot(async (snapshot) => {
    const { count, faults } = await checkVectors(snapshot, reader);
    const all = [...faults, ...(await checkLinks(snapshot))];
    const holds = `every embedding is a vector of its model, and known to whom it belongs (${count} vectors)`;
    if (all.length === 0) return { name: 'embeddings', ok: true, detail: holds };
    const more = all.length > EXAMPLES ? `, and ${all.length - EXAMPLES} more` : '';
    return {
      name: 'embeddings',
      ok: false,
      detail: `not so for ${all.slice(0, EXAMPLES).join(', ')}${more}: ${holds}`,
    };
  });
}

async function checkVectors(
  snapshot: Snapshot,
  reader: VectorReader | undefined,
): Promise<{ readonly count: number; readonly faults: string[] }> {
  const faults: string[] = [];
  let count = 0;
  const rows = snapshot.iterate<{ id: number; vector: Uint8Array; dimension: number }>(
    'SELECT e.id, e.vector, m.dimension FROM embeddings AS e JOIN embedding_models AS m ON m.id = e.model_id ORDER BY e.id',
  );
  // Without the database that has them, vectors that lie elsewhere are not looked at.
  const isLeftOut = reader?.home === undefined && (await readHome(snapshot)) !== undefined;
  const known = reader?.home === undefined ? rows : reader.stream(rows, ({ id }) => id);
  for await (const { id, vector, dimension } of known) {
    if (isLeftOut && isElsewhere(vector)) continue;
    count++;
    const isWhole = vector.length === dimension * 4;
    const fault = isWhole ? vectorFault(decodeVector(vector), dimension) : 'it has another length';
    if (fault !== undefined) faults.push(`embedding ${id}: ${fault}`);
  }
  return { count, faults };
}

async function checkLinks(snapshot: Snapshot): Promise<string[]> {
  const rows = await snapshot.all<Fault>(
    `SELECT 'node ' || l.node_id || ', which has an embedding of another model' AS place
     FROM node_embeddings AS l JOIN embedding_scopes AS s ON s.id = l.scope_id
       JOIN embeddings AS e ON e.id = l.embedding_id WHERE e.model_id <> s.model_id
     UNION ALL
     SELECT 'embedding ' || e.id || ', which nobody has and which is not listed' FROM embeddings AS e
     WHERE NOT EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = e.id)
       AND NOT EXISTS (SELECT 1 FROM embedding_orphans WHERE embedding_id = e.id)
       AND NOT EXISTS (SELECT 1 FROM vector_holders WHERE embedding_id = e.id)
       AND NOT EXISTS (SELECT 1 FROM vector_migration_nodes WHERE embedding_id = e.id)
     UNION ALL
     SELECT 'embedding ' || o.embedding_id || ', which is listed although somebody has it' FROM embedding_orphans AS o
     WHERE EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = o.embedding_id)
     UNION ALL
     SELECT 'the count of project ' || s.project_id FROM embedding_scopes AS s
     WHERE s.node_count <> (SELECT count(*) FROM node_embeddings WHERE scope_id = s.id)
     UNION ALL
     SELECT 'the count of model ' || m.model FROM embedding_models AS m
     WHERE m.vector_count <> (SELECT count(DISTINCT l.embedding_id) FROM node_embeddings AS l
                              JOIN embeddings AS e ON e.id = l.embedding_id WHERE e.model_id = m.id)`,
  );
  return rows.map(({ place }) => place);
}

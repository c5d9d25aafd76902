import { CancelledError } from '../../model/index.js';
import type { Database } from '../../sql/index.js';
import { homeStatements, claim } from './vector-outbox.js';
import { readHome, type EmbeddingKey, type VectorHome } from './vector-home.js';
import { ELSEWHERE_SQL } from './vector-marker.js';

export interface Reconciled {
  /** Vectors that lie there, as the graph says. */
  readonly found: number;
  /** Vectors that are nowhere: symbols are embedded anew by the next run, others have lost theirs. */
  readonly lost: number;
}

const ROWS_PER_PART = 512;

/**
 * Brings a graph and the database of its vectors together after one of them was put back to an earlier state, or copied:
 * goes through all vectors that the graph has there. What is there is held for the graph anew; what is not is forgotten,
 * and its files are queued to be embedded again. A graph that is behind takes another name, because the one that it was
 * copied from may still go on.
 *
 * Throws ConnectionError; UsageError `VECTORS_MISMATCH`; CancelledError, and then the two are still not in step.
 */
export async function reconcile(home: VectorHome, signal?: AbortSignal): Promise<Reconciled> {
  const { graph } = home;
  const before = await home.known();
  if (before.sequence > before.row.claimed) {
    await graph.write([{ sql: 'UPDATE vector_home SET graph = randomblob(16)' }], { repeatable: true });
    await home.renew();
    const row = await readHome(graph);
    const greeting = 'INSERT INTO vector_graphs (graph) VALUES (unhex(?)) ON CONFLICT (graph) DO NOTHING';
    await before.vectors.write([{ sql: greeting, parameters: [row?.graph ?? ''] }], { repeatable: true });
  }
  const { vectors, graphId } = await home.known();
  let [found, lost] = [0, 0];
  for (let after = 0; ;) {
    if (signal?.aborted === true) throw new CancelledError();
    const keys = await nextKeys(graph, after);
    const last = keys.at(-1);
    if (last === undefined) break;
    after = last.id;
    const missing = await hold(vectors, graphId, keys);
    if (missing.length > 0) await forget(graph, missing);
    found += keys.length - missing.length;
    lost += missing.length;
  }
  const number = Math.max(await claim(graph), before.sequence + 1);
  await graph.write([{ sql: 'UPDATE vector_home SET claimed = max(claimed, ?)', parameters: [number] }], {
    repeatable: true,
  });
  await vectors.write(homeStatements({ ...(await home.known()) }, number, { puts: [], releases: [] }), {
    repeatable: true,
  });
  await graph.write([{ sql: 'UPDATE vector_home SET sequence = ?', parameters: [number] }], { repeatable: true });
  await home.renew();
  return { found, lost };
}

async function nextKeys(graph: Database, after: number): Promise<EmbeddingKey[]> {
  return graph.all<EmbeddingKey>(
    `SELECT e.id, m.model, m.dimension, lower(hex(e.content_hash)) AS hash
     FROM embeddings AS e JOIN embedding_models AS m ON m.id = e.model_id
     WHERE e.id > ? AND e.vector = ${ELSEWHERE_SQL} ORDER BY e.id LIMIT ${ROWS_PER_PART}`,
    [after],
  );
}

/** Notes that the graph has what is there; gives what is not. */
async function hold(vectors: Database, graphId: number, keys: readonly EmbeddingKey[]): Promise<number[]> {
  const listed = `
    FROM json_each(?) AS w JOIN embedding_models AS m ON m.model = w.value ->> '$[1]' AND m.dimension = w.value ->> '$[2]'
    CROSS JOIN embeddings AS e ON e.model_id = m.id AND e.content_hash = unhex(w.value ->> '$[3]')`;
  const asked = JSON.stringify(keys.map(({ id, model, dimension, hash }) => [id, model, dimension, hash]));
  await vectors.write(
    [
      {
        sql: `INSERT INTO vector_holders (graph_id, embedding_id) SELECT ?, e.id ${listed} WHERE true
              ON CONFLICT (graph_id, embedding_id) DO NOTHING`,
        parameters: [graphId, asked],
      },
    ],
    { repeatable: true },
  );
  const rows = await vectors.all<{ id: number }>(`SELECT w.value ->> '$[0]' AS id ${listed}`, [asked]);
  const there = new Set(rows.map(({ id }) => id));
  return keys.map(({ id }) => id).filter((id) => !there.has(id));
}

async function forget(graph: Database, ids: readonly number[]): Promise<void> {
  const list = JSON.stringify(ids);
  await graph.write(
    [
      {
        sql: `INSERT INTO embedding_queue (scope_id, path)
              SELECT DISTINCT s.id, n.file_path FROM json_each(?) AS w
              CROSS JOIN node_embeddings AS l ON l.embedding_id = w.value
              JOIN embedding_scopes AS s ON s.id = l.scope_id AND s.follows > 0
              JOIN intel_nodes AS n ON n.id = l.node_id
              WHERE true ON CONFLICT (scope_id, path) DO NOTHING`,
        parameters: [list],
      },
      { sql: 'DELETE FROM embeddings WHERE id IN (SELECT value FROM json_each(?))', parameters: [list] },
    ],
    { repeatable: true },
  );
}

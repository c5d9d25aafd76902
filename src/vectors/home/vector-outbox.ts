import { BusyError, CancelledError, NodeHash } from '../../model/index.js';
import type { Database, Statement, BulkStatement } from '../../sql/index.js';
import type { AttachedHome, VectorHome } from './vector-home.js';
import { ELSEWHERE_SQL, isElsewhere } from './vector-marker.js';

export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface Sent {
  /** Vectors that lie there now. */
  readonly sent: number;
  /** Vectors that the graph no longer needs. */
  readonly released: number;
}

interface Entry {
  readonly id: number;
  readonly embeddingId: number;
  readonly isRelease: number;
  readonly hash: string;
  readonly model: string;
  readonly dimension: number;
  /** Null when it is gone meanwhile. */
  readonly vector: Uint8Array | null;
}

/** What is to be written there: of each embedding what was said of it last. */
export interface HomeBatch {
  readonly puts: readonly {
    readonly model: string;
    readonly dimension: number;
    readonly hash: string;
    readonly vector: Uint8Array;
  }[];
  readonly releases: readonly { readonly model: string; readonly dimension: number; readonly hash: string }[];
}

const ENTRIES_PER_BATCH = 256;
/** Another process sent at the same moment, so what is left to send is looked up again. */
const MAX_ATTEMPTS = 20;

/** How many vectors wait to be sent. */
export async function countWaiting(graph: Database): Promise<number> {
  const row = await graph.first<{ count: number }>(
    `SELECT count(*) AS count FROM embedding_outbox
     WHERE is_release = 0 AND embedding_id > coalesce((SELECT kept_to FROM vector_home), 0)`,
  );
  return row?.count ?? 0;
}

/**
 * Sends the vectors that were stored with the graph to where they belong, and takes back there what the graph no
 * longer needs. They are stored with the graph first, in the batch that makes them; only when they have arrived is
 * their place here emptied. So at every moment each is at one of both places, and a killed process loses none.
 *
 * Throws what {@link VectorHome.attached} throws; CancelledError between two batches, which stay.
 */
export async function sendVectors(home: VectorHome, options: SendOptions = {}): Promise<Sent> {
  const { graph } = home;
  let [sent, released, failures] = [0, 0, 0];
  if ((await graph.first('SELECT 1 FROM embedding_outbox LIMIT 1')) === undefined) return { sent, released };
  const attached = await home.attached();
  for (;;) {
    if (options.signal?.aborted === true) throw new CancelledError();
    if (!(await hasEntries(graph))) return { sent, released };
    // Before the entries are read: of two who read the same ones the later number has seen what the earlier one did.
    const number = await claim(graph);
    const entries = await nextEntries(graph);
    const batch = batchOf(entries);
    try {
      await attached.vectors.write(homeStatements(attached, number, batch), { repeatable: true });
    } catch (error) {
      if (!(error instanceof BusyError) || error.code !== 'STALE_GENERATION' || ++failures === MAX_ATTEMPTS)
        throw error;
      // Whoever was faster has another number; nothing of this batch was written.
      await home.attached();
      continue;
    }
    await graph.write(arrived(entries, number), { repeatable: true });
    failures = 0;
    sent += batch.puts.length;
    released += batch.releases.length;
  }
}

async function hasEntries(graph: Database): Promise<boolean> {
  const sql = `SELECT 1 FROM embedding_outbox AS o
    WHERE o.is_release = 1 OR o.embedding_id > (SELECT kept_to FROM vector_home) LIMIT 1`;
  return (await graph.first(sql)) !== undefined;
}

async function nextEntries(graph: Database): Promise<Entry[]> {
  return graph.all<Entry>(
    `SELECT o.id, o.embedding_id AS embeddingId, o.is_release AS isRelease, lower(hex(o.content_hash)) AS hash,
       m.model, m.dimension, e.vector
     FROM embedding_outbox AS o JOIN embedding_models AS m ON m.id = o.model_id
     LEFT JOIN embeddings AS e ON e.id = o.embedding_id
     WHERE o.is_release = 1 OR o.embedding_id > (SELECT kept_to FROM vector_home)
     ORDER BY o.id LIMIT ${ENTRIES_PER_BATCH}`,
  );
}

/** Every attempt has a number of its own, so that a late one is known as such. */
export async function claim(graph: Database): Promise<number> {
  const { returned } = await graph.write([{ sql: 'UPDATE vector_home SET claimed = claimed + 1 RETURNING claimed' }], {
    repeatable: true,
  });
  const number = returned[0]?.[0]?.['claimed'];
  if (number !== undefined) return Number(number);
  // Its result may get lost on the way from a server; the number is there all the same.
  const row = await graph.first<{ claimed: number }>('SELECT claimed FROM vector_home');
  return row?.claimed ?? 0;
}

function batchOf(entries: readonly Entry[]): HomeBatch {
  const last = new Map(entries.map((entry) => [`${entry.model}:${entry.dimension}:${entry.hash}`, entry]));
  const puts = [...last.values()].flatMap(({ model, dimension, hash, isRelease, vector }) =>
    isRelease === 1 || vector === null || isElsewhere(vector) ? [] : [{ model, dimension, hash, vector }],
  );
  const releases = [...last.values()].filter(({ isRelease }) => isRelease === 1);
  return { puts, releases };
}

const MODEL_SQL = '(SELECT id FROM embedding_models WHERE model = ? AND dimension = ?)';

/** What writes a batch, guarded by its number: one that comes late writes nothing. Throws when it is applied. */
export function homeStatements(
  { graphId }: AttachedHome,
  number: number,
  { puts, releases }: HomeBatch,
): (Statement | BulkStatement)[] {
  const models = new Map([...puts, ...releases].map((each) => [`${each.model}:${each.dimension}`, each]));
  const keys = (list: HomeBatch['releases']): string =>
    JSON.stringify(list.map(({ model, dimension, hash }) => [model, dimension, hash]));
  const listed = `
    SELECT e.id FROM json_each(?) AS w JOIN embedding_models AS m
      ON m.model = w.value ->> '$[0]' AND m.dimension = w.value ->> '$[1]'
    CROSS JOIN embeddings AS e ON e.model_id = m.id AND e.content_hash = unhex(w.value ->> '$[2]')`;
  return [
    {
      sql: `INSERT INTO batch_guards (holds)
            SELECT EXISTS (SELECT 1 FROM vector_graphs WHERE id = ? AND sequence < ?)`,
      parameters: [graphId, number],
    },
    { sql: 'DELETE FROM batch_guards' },
    {
      sql: 'INSERT INTO embedding_models (model, dimension) VALUES (?, ?) ON CONFLICT (model, dimension) DO NOTHING',
      rows: [...models.values()].map(({ model, dimension }) => [model, dimension]),
    },
    {
      sql: `DELETE FROM vector_holders WHERE graph_id = ? AND embedding_id IN (${listed})`,
      parameters: [graphId, keys(releases)],
    },
    {
      sql: `DELETE FROM embeddings WHERE id IN (${listed})
            AND NOT EXISTS (SELECT 1 FROM vector_holders WHERE embedding_id = embeddings.id)
            AND NOT EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = embeddings.id)`,
      parameters: [keys(releases)],
    },
    {
      sql: `INSERT INTO embeddings (model_id, content_hash, vector) VALUES (${MODEL_SQL}, ?, ?)
            ON CONFLICT (model_id, content_hash) DO NOTHING`,
      rows: puts.map(({ model, dimension, hash, vector }) => [
        model,
        dimension,
        NodeHash.toBytes(NodeHash.parse(hash)),
        vector,
      ]),
    },
    {
      sql: `INSERT INTO vector_holders (graph_id, embedding_id) SELECT ?, id FROM (${listed}) WHERE true
            ON CONFLICT (graph_id, embedding_id) DO NOTHING`,
      parameters: [graphId, keys(puts)],
    },
    { sql: 'UPDATE vector_graphs SET sequence = ? WHERE id = ?', parameters: [number, graphId] },
  ];
}

function arrived(entries: readonly Entry[], number: number): Statement[] {
  const moved = entries.filter(({ isRelease, vector }) => isRelease === 0 && vector !== null);
  return [
    {
      sql: `UPDATE embeddings SET vector = ${ELSEWHERE_SQL} WHERE id IN (SELECT value FROM json_each(?))`,
      parameters: [JSON.stringify(moved.map(({ embeddingId }) => embeddingId))],
    },
    {
      sql: 'DELETE FROM embedding_outbox WHERE id IN (SELECT value FROM json_each(?))',
      parameters: [JSON.stringify(entries.map(({ id }) => id))],
    },
    { sql: 'UPDATE vector_home SET sequence = max(sequence, ?)', parameters: [number] },
  ];
}

import type { Database, Snapshot, SqlRow, SqlValue } from '../../sql/index.js';

/** Rows that are the same in every store that has them, by a hash of what they were made from. */
interface SharedKind {
  /** Reads the keys that are wanted, as hexadecimal texts in order, after one; with the parameters of the question. */
  readonly keys: string;
  /** Which of the keys of a JSON list are there. */
  readonly present: string;
  /** The rows of the keys of a JSON list. */
  readonly rows: string;
  /** What is run for each row, and with which of its columns. */
  readonly inserts: readonly { readonly sql: string; readonly columns: readonly number[] }[];
}

const KEYS = 'SELECT unhex(value) FROM json_each(?)';
/** Keys in one question. */
const GROUP = 2000;
/** Rows in one batch: of vectors about 3 MB. */
const ROWS_PER_BATCH = 1000;

const ANALYSES: SharedKind = {
  keys: `SELECT DISTINCT hex(t.node_hash) AS key FROM intel_nodes AS n CROSS JOIN analysis_cache AS t
         ON t.node_hash = n.content_hash WHERE n.project_id = ? ORDER BY 1`,
  present: `SELECT hex(node_hash) AS key FROM analysis_cache WHERE node_hash IN (${KEYS})`,
  rows: `SELECT node_hash, cfg_data, complexity_metrics, timestamp FROM analysis_cache WHERE node_hash IN (${KEYS})`,
  inserts: [
    {
      sql: `INSERT INTO analysis_cache (node_hash, cfg_data, complexity_metrics, timestamp) VALUES (?, ?, ?, ?)
            ON CONFLICT (node_hash) DO NOTHING`,
      columns: [0, 1, 2, 3],
    },
  ],
};

const CONTENTS: SharedKind = {
  keys: 'SELECT hex(key) AS key FROM content_results ORDER BY 1',
  present: `SELECT hex(key) AS key FROM content_results WHERE key IN (${KEYS})`,
  rows: `SELECT key, query, result, checksum, used_at FROM content_results WHERE key IN (${KEYS})`,
  inserts: [
    {
      sql: `INSERT INTO content_results (key, query, result, checksum, used_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (key) DO NOTHING`,
      columns: [0, 1, 2, 3, 4],
    },
  ],
};

const MODEL = '(SELECT m.id FROM embedding_models AS m WHERE m.model = ? AND m.dimension = ?)';

/** Until a node has it, an embedding is one that no node has. */
const EMBEDDINGS: SharedKind = {
  keys: `SELECT DISTINCT hex(e.content_hash) AS key
         FROM embedding_scopes AS s JOIN embedding_models AS m ON m.id = s.model_id
         CROSS JOIN node_embeddings AS l ON l.scope_id = s.id CROSS JOIN embeddings AS e ON e.id = l.embedding_id
         WHERE s.project_id = ? AND m.model = ? AND m.dimension = ? ORDER BY 1`,
  present: `SELECT hex(content_hash) AS key FROM embeddings WHERE model_id = ${MODEL} AND content_hash IN (${KEYS})`,
  rows: `SELECT m.model AS model, m.dimension AS dimension, e.content_hash AS hash, e.vector AS vector
         FROM embedding_models AS m CROSS JOIN embeddings AS e ON e.model_id = m.id
         WHERE m.model = ? AND m.dimension = ? AND e.content_hash IN (${KEYS})`,
  inserts: [
    {
      sql: 'INSERT INTO embedding_models (model, dimension) VALUES (?, ?) ON CONFLICT (model, dimension) DO NOTHING',
      columns: [0, 1],
    },
    {
      sql: `INSERT INTO embeddings (model_id, content_hash, vector) VALUES (${MODEL}, ?, ?)
            ON CONFLICT (model_id, content_hash) DO NOTHING`,
      columns: [0, 1, 2, 3],
    },
    {
      sql: `INSERT OR IGNORE INTO embedding_orphans (embedding_id)
            VALUES ((SELECT e.id FROM embeddings AS e WHERE e.model_id = ${MODEL} AND e.content_hash = ?
              AND NOT EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = e.id)))`,
      columns: [0, 1, 2],
    },
  ],
};

export interface SentRows {
  readonly rows: number;
  readonly bytes: number;
}

const NOTHING: SentRows = { rows: 0, bytes: 0 };

/** Called with the bytes of each batch that was sent; may throw to stop. */
export type OnSent = (bytes: number) => void;

/** Sends results of contents that the other store lacks. They stay true whatever becomes of the transfer. */
export async function sendContents(source: Snapshot, target: Database, onSent: OnSent): Promise<SentRows> {
  return sendMissing(source, target, CONTENTS, [], [], onSent);
}

/** Sends what else belongs to the contents of a project, and that the other store lacks: analyses and vectors. */
export async function sendResultsOf(
  source: Snapshot,
  target: Database,
  project: string,
  onSent: OnSent,
): Promise<SentRows> {
  let sent = await sendMissing(source, target, ANALYSES, [project], [], onSent);
  const models = await source.all<{ readonly model: string; readonly dimension: number }>(
    `SELECT m.model AS model, m.dimension AS dimension FROM embedding_scopes AS s JOIN embedding_models AS m
     ON m.id = s.model_id WHERE s.project_id = ? ORDER BY 1, 2`,
    [project],
  );
  for (const { model, dimension } of models) {
    const choice = [model, dimension];
    sent = sum(sent, await sendMissing(source, target, EMBEDDINGS, [project, ...choice], choice, onSent));
  }
  return sent;
}

async function sendMissing(
  source: Snapshot,
  target: Database,
  kind: SharedKind,
  wanted: SqlRow,
  choice: SqlRow,
  onSent: OnSent,
): Promise<SentRows> {
  let sent = NOTHING;
  let group: string[] = [];
  const flush = async (): Promise<void> => {
    const asked = group;
    group = [];
    if (asked.length === 0) return;
    const found = await target.all<{ readonly key: string }>(kind.present, [...choice, JSON.stringify(asked)]);
    const present = new Set(found.map(({ key }) => key));
    const missing = asked.filter((key) => !present.has(key));
    for (let start = 0; start < missing.length; start += ROWS_PER_BATCH) {
      const keys = JSON.stringify(missing.slice(start, start + ROWS_PER_BATCH));
      sent = sum(sent, await sendRows(source, target, kind, [...choice, keys], onSent));
    }
  };
  for await (const { key } of source.iterate<{ readonly key: string }>(kind.keys, wanted)) {
    group.push(key);
    if (group.length >= GROUP) await flush();
  }
  await flush();
  return sent;
}

async function sendRows(
  source: Snapshot,
  target: Database,
  { rows: sql, inserts }: SharedKind,
  asked: SqlRow,
  onSent: OnSent,
): Promise<SentRows> {
  const rows = (await source.all<Record<string, SqlValue>>(sql, asked)).map((row) => Object.values(row));
  await target.write(
    inserts.map((insert) => ({
      sql: insert.sql,
      rows: rows.map((row) => insert.columns.map((column) => row[column] ?? null)),
    })),
    { repeatable: true },
  );
  const bytes = rows.reduce((all, row) => all + row.reduce<number>((size, value) => size + sizeOf(value), 0), 0);
  onSent(bytes);
  return { rows: rows.length, bytes };
}

function sizeOf(value: SqlValue): number {
  if (value instanceof Uint8Array) return value.byteLength;
  return typeof value === 'string' ? Buffer.byteLength(value) : 8;
}

function sum(a: SentRows, b: SentRows): SentRows {
  return { rows: a.rows + b.rows, bytes: a.bytes + b.bytes };
}

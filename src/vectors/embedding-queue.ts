import { NodeHash, type NodeId } from '../model/index.js';
import type { BulkStatement, Database, SqlRow, Statement } from '../sql/index.js';
import { encodeVector } from './embedding-codec.js';
import type { EmbeddingScope } from './embedding-model.js';

/** A file whose symbols are to be embedded. */
export interface QueuedFile {
  /** Another one when the file changed again. */
  readonly ticket: number;
  readonly path: string;
}

/** What is to be written of one group of files. */
export interface EmbeddedFiles {
  readonly scope: EmbeddingScope;
  readonly files: readonly QueuedFile[];
  /** The vectors that were made, by the hash of what was embedded. */
  readonly made: ReadonlyMap<NodeHash, Float32Array>;
  /** What each symbol of the files was embedded as. */
  readonly links: readonly { readonly nodeId: NodeId; readonly hash: NodeHash }[];
}

/**
 * The files whose symbols are still to be embedded, one queue for each model in each project. The commits
 * of indexing fill it; it is emptied in the batches that store the embeddings, so it is right after every
 * interruption.
 */
export class EmbeddingQueue {
  constructor(private readonly database: Database) {}

  /**
   * From now on the files of the project that change are put into the queue; `readPaths` gives the first
   * ones. Does nothing the next time.
   */
  async begin(scope: EmbeddingScope, readPaths: () => Promise<readonly string[]>): Promise<void> {
    const row = await this.database.first<{ follows: number }>('SELECT follows FROM embedding_scopes WHERE id = ?', [
      scope.id,
    ]);
    if (row?.follows === 2) return;
    // What changes after this is queued by itself, so no file is missed between reading the paths and queuing them.
    await this.database.write([
      { sql: 'UPDATE embedding_scopes SET follows = 1 WHERE id = ? AND follows = 0', parameters: [scope.id] },
    ]);
    await this.database.write([
      addStatement(scope, await readPaths()),
      { sql: 'UPDATE embedding_scopes SET follows = 2 WHERE id = ?', parameters: [scope.id] },
    ]);
  }

  /** Files that are to be looked at whether or not they changed. */
  async add(scope: EmbeddingScope, paths: readonly string[]): Promise<void> {
    await this.database.write([addStatement(scope, paths)]);
  }

  async size(scope: EmbeddingScope): Promise<number> {
    const row = await this.database.first<{ count: number }>(
      'SELECT count(*) AS count FROM embedding_queue WHERE scope_id = ?',
      [scope.id],
    );
    return row?.count ?? 0;
  }

  /** The next files after a ticket. */
  async next(scope: EmbeddingScope, after: number, limit: number): Promise<QueuedFile[]> {
    return this.database.all<QueuedFile>(
      'SELECT id AS ticket, path FROM embedding_queue WHERE scope_id = ? AND id > ? ORDER BY id LIMIT ?',
      [scope.id, after, limit],
    );
  }

  /** Which of these contents have an embedding. */
  async known(scope: EmbeddingScope, hashes: Iterable<NodeHash>): Promise<Set<NodeHash>> {
    const rows = await this.database.all<{ hash: Uint8Array }>(
      `SELECT e.content_hash AS hash FROM json_each(?) AS w
       CROSS JOIN embeddings AS e ON e.model_id = ? AND e.content_hash = unhex(w.value)`,
      [JSON.stringify([...hashes]), scope.modelId],
    );
    return new Set(rows.map(({ hash }) => NodeHash.fromDigest(hash)));
  }

  /**
   * Stores the embeddings of some files and takes them off the queue, as one batch.
   *
   * Throws BusyError `STALE_GENERATION` when a file changed meanwhile, and ConstraintError when a symbol
   * or a known embedding went; nothing is written then.
   */
  async store(embedded: EmbeddedFiles, signal?: AbortSignal): Promise<void> {
    await this.database.write(statementsFor(embedded), signal === undefined ? {} : { signal });
  }
}

function addStatement(scope: EmbeddingScope, paths: readonly string[]): Statement {
  return {
    sql: `INSERT INTO embedding_queue (scope_id, path) SELECT ?, value FROM json_each(?) WHERE 1
          ON CONFLICT (scope_id, path) DO NOTHING`,
    parameters: [scope.id, JSON.stringify(paths)],
  };
}

function statementsFor({ scope, files, made, links }: EmbeddedFiles): (Statement | BulkStatement)[] {
  const tickets = JSON.stringify(files.map(({ ticket }) => ticket));
  return [
    {
      sql: `INSERT INTO batch_guards (holds)
            SELECT count(*) = ? FROM embedding_queue WHERE id IN (SELECT value FROM json_each(?))`,
      parameters: [files.length, tickets],
    },
    { sql: 'DELETE FROM batch_guards' },
    ...statementsForVectors(scope.modelId, made),
    {
      sql: `INSERT INTO node_embeddings (node_id, scope_id, embedding_id)
            VALUES (?, ?, (SELECT id FROM embeddings WHERE model_id = ? AND content_hash = ?))
            ON CONFLICT (node_id, scope_id) DO UPDATE SET embedding_id = excluded.embedding_id
            WHERE embedding_id <> excluded.embedding_id`,
      rows: rowsOf(links, ({ nodeId, hash }) => [nodeId, scope.id, scope.modelId, NodeHash.toBytes(hash)]),
    },
    { sql: 'DELETE FROM embedding_queue WHERE id IN (SELECT value FROM json_each(?))', parameters: [tickets] },
  ];
}

/** Vectors that are there already stay: what has one hash has one vector. */
export function statementsForVectors(
  modelId: number,
  vectors: Iterable<readonly [NodeHash, Float32Array]>,
): BulkStatement[] {
  return [
    {
      sql: `INSERT INTO embeddings (model_id, content_hash, vector) VALUES (?, ?, ?)
            ON CONFLICT (model_id, content_hash) DO NOTHING`,
      rows: rowsOf(vectors, ([hash, vector]) => [modelId, NodeHash.toBytes(hash), encodeVector(vector)]),
    },
  ];
}

function* rowsOf<T>(items: Iterable<T>, toRow: (item: T) => SqlRow): Generator<SqlRow, void, void> {
  for (const item of items) yield toRow(item);
}

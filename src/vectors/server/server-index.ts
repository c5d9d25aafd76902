import { CancelledError } from '../../model/index.js';
import type { Database, Snapshot, Statement } from '../../sql/index.js';
import type { EmbeddingModel } from '../embedding-model.js';
import type { MaintenanceProgress } from '../search/vector-index.js';
import { resolveServerSettings, type ServerIndexSettings } from './server-settings.js';

/** Some milliseconds each; what is committed stays when filling is interrupted. */
const ROWS_PER_BATCH = 200;

/** What the server knows of the vectors of a model and of its index over them. */
export interface ServerIndexState {
  readonly count: number;
  /** Undefined when there is no index. */
  readonly settings: ServerIndexSettings | undefined;
  /** All vectors are in it. */
  readonly isReady: boolean;
}

interface StateRow {
  readonly count: number;
  readonly settings: string | null;
  readonly filledTo: number;
  readonly isReady: number;
}

/**
 * The index that a libSQL server keeps over the vectors of one model: a table with a typed column, an index over it,
 * and triggers that hold both in step, within the batch that changes the vectors. It has the vectors that some node
 * has, or a graph elsewhere, under the ids of the embeddings. The newest of them are in a list besides: a graph of
 * neighbours may have no way to a vector, and whoever just stored one expects to find it.
 */
export class ServerIndex {
  readonly table: string;
  readonly name: string;
  /** The table of the newest ids, which are compared with one by one. */
  readonly recent: string;

  constructor(
    private readonly database: Database,
    private readonly model: EmbeddingModel,
  ) {
    this.table = `vector_index_${model.id}`;
    this.name = `${this.table}_ann`;
    this.recent = `${this.table}_recent`;
  }

  async state(): Promise<ServerIndexState> {
    const row = await this.read(this.database);
    const { count = 0, settings = null, isReady = 0 } = row ?? {};
    const made = settings === null ? undefined : resolveServerSettings(JSON.parse(settings) as ServerIndexSettings);
    return { count, settings: made, isReady: isReady === 1 };
  }

  /** How many are in the list of the newest; only of an index that is there. */
  async countRecent(): Promise<number> {
    const row = await this.database.first<{ count: number }>(`SELECT count(*) AS count FROM ${this.recent}`);
    return row?.count ?? 0;
  }

  /** Leaves the newest ones to the index alone. */
  async forgetRecent(): Promise<void> {
    await this.database.write([{ sql: `DELETE FROM ${this.recent}` }], { repeatable: true });
  }

  /** A database that was copied may have the note of an index without the index. */
  private async read(snapshot: Snapshot): Promise<StateRow | undefined> {
    return snapshot.first<StateRow>(
      `SELECT i.settings, coalesce(i.filled_to, 0) AS filledTo, coalesce(i.is_ready, 0) AS isReady,
         CASE WHEN EXISTS (SELECT 1 FROM vector_graphs)
           THEN (SELECT count(*) FROM embeddings AS e WHERE e.model_id = m.id AND ${isHad('e.id')})
           ELSE m.vector_count END AS count
       FROM embedding_models AS m
       LEFT JOIN vector_indexes AS i ON i.model_id = m.id AND EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?)
       WHERE m.id = ?`,
      [this.name, this.model.id],
    );
  }

  /** Makes an empty index in the place of the one that is there, and what keeps it in step from then on. */
  async create(settings: ServerIndexSettings): Promise<void> {
    await this.database.write(
      [...this.dropping(), ...this.creating(settings)],
      // Once more makes the same empty index.
      { repeatable: true },
    );
  }

  /** Takes in what is not in it yet, a part at a time. Goes on where it was interrupted. */
  async fill(options: {
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((progress: MaintenanceProgress) => void) | undefined;
  }): Promise<number> {
    let added = 0;
    for (;;) {
      if (options.signal?.aborted === true) throw new CancelledError();
      const row = await this.read(this.database);
      if (row === undefined || row.settings === null || row.isReady === 1) return added;
      const last = await this.lastOfPart(row.filledTo);
      const { changes } = await this.database.write(this.filling(row.filledTo, last), { repeatable: true });
      if (last === undefined) return added;
      // One of the changes is how far it got.
      added += Math.max(0, changes - 1);
      options.onProgress?.({ phase: 'adding', done: Math.min(added, row.count), total: row.count });
    }
  }

  async drop(): Promise<void> {
    await this.database.write(this.dropping(), { repeatable: true });
  }

  /** How many vectors the index has, and how many of these it should not have or lacks. */
  async compare(): Promise<{ readonly rows: number; readonly strangers: number; readonly missing: number }> {
    const row = await this.database.first<{ rows: number; strangers: number; missing: number }>(
      `SELECT (SELECT count(*) FROM ${this.table}) AS rows,
         (SELECT count(*) FROM ${this.table} AS v WHERE NOT EXISTS (
            SELECT 1 FROM embeddings AS e WHERE e.id = v.id AND e.vector = v.vector AND ${isHad('e.id')})) AS strangers,
         (SELECT count(*) FROM embeddings AS e WHERE e.model_id = ? AND e.vector <> X'00000000' AND ${isHad('e.id')}
            AND NOT EXISTS (SELECT 1 FROM ${this.table} AS v WHERE v.id = e.id)) AS missing`,
      [this.model.id],
    );
    return row ?? { rows: 0, strangers: 0, missing: 0 };
  }

  private async lastOfPart(after: number): Promise<number | undefined> {
    const row = await this.database.first<{ last: number | null }>(
      `SELECT max(id) AS last FROM (
         SELECT id FROM embeddings AS e WHERE model_id = ? AND id > ? ORDER BY id LIMIT ${ROWS_PER_BATCH})`,
      [this.model.id, after],
    );
    return row?.last ?? undefined;
  }

  /** What is beyond the last one came by the triggers: they were there before the first part was. */
  private filling(after: number, last: number | undefined): Statement[] {
    if (last === undefined) {
      return [{ sql: 'UPDATE vector_indexes SET is_ready = 1 WHERE model_id = ?', parameters: [this.model.id] }];
    }
    return [
      {
        sql: `INSERT OR IGNORE INTO ${this.table} (id, vector)
              SELECT e.id, e.vector FROM embeddings AS e
              WHERE e.model_id = ? AND e.id > ? AND e.id <= ? AND ${this.isWhole('e')} AND ${isHad('e.id')}`,
        parameters: [this.model.id, after, last],
      },
      {
        sql: 'UPDATE vector_indexes SET filled_to = max(filled_to, ?) WHERE model_id = ?',
        parameters: [last, this.model.id],
      },
    ];
  }

  private dropping(): Statement[] {
    return [
      ...TRIGGERS.map((name) => ({ sql: `DROP TRIGGER IF EXISTS ${this.table}_${name}` })),
      { sql: `DROP TABLE IF EXISTS ${this.recent}` },
      { sql: `DROP TABLE IF EXISTS ${this.table}` },
      { sql: 'DELETE FROM vector_indexes WHERE model_id = ?', parameters: [this.model.id] },
    ];
  }

  /** The SQL of an index takes no parameters; what stands in it are numbers and words that were checked. */
  private creating(settings: ServerIndexSettings): Statement[] {
    const { compressNeighbors, maxNeighbors, insertL, searchL } = settings;
    const arguments_ = [
      'metric=cosine',
      ...(compressNeighbors === 'none' ? [] : [`compress_neighbors=${compressNeighbors}`]),
      `max_neighbors=${maxNeighbors}`,
      `insert_l=${insertL}`,
      `search_l=${searchL}`,
    ];
    return [
      { sql: `CREATE TABLE ${this.table} (id INTEGER PRIMARY KEY, vector F32_BLOB(${this.model.dimension}))` },
      {
        sql: `CREATE INDEX ${this.name} ON ${this.table} (
                libsql_vector_idx(vector, ${arguments_.map((each) => `'${each}'`).join(', ')}))`,
      },
      { sql: `CREATE TABLE ${this.recent} (id INTEGER PRIMARY KEY)` },
      ...this.triggers(),
      {
        sql: 'INSERT INTO vector_indexes (model_id, settings) VALUES (?, ?)',
        parameters: [this.model.id, JSON.stringify(settings)],
      },
    ];
  }

  private triggers(): Statement[] {
    const { table } = this;
    const add = (id: string): string =>
      `INSERT OR IGNORE INTO ${this.recent} (id) SELECT e.id FROM embeddings AS e
       WHERE e.id = ${id} AND e.model_id = ${this.model.id} AND ${this.isWhole('e')} AND ${isHad('e.id')}
         AND NOT EXISTS (SELECT 1 FROM ${table} AS v WHERE v.id = e.id);
       INSERT OR IGNORE INTO ${table} (id, vector) SELECT e.id, e.vector FROM embeddings AS e
       WHERE e.id = ${id} AND EXISTS (SELECT 1 FROM ${this.recent} AS r WHERE r.id = e.id);`;
    const remove = (id: string): string =>
      `DELETE FROM ${this.recent} WHERE id = ${id} AND NOT ${isHad(id)};
       DELETE FROM ${table} WHERE id = ${id} AND NOT ${isHad(id)};`;
    const drop = `DELETE FROM ${this.recent} WHERE id = old.id; DELETE FROM ${table} WHERE id = old.id;`;
    const bodies: Readonly<Record<(typeof TRIGGERS)[number], readonly [event: string, body: string]>> = {
      link: ['INSERT ON node_embeddings', add('new.embedding_id')],
      relink: ['UPDATE OF embedding_id ON node_embeddings', remove('old.embedding_id') + add('new.embedding_id')],
      unlink: ['DELETE ON node_embeddings', remove('old.embedding_id')],
      hold: ['INSERT ON vector_holders', add('new.embedding_id')],
      release: ['DELETE ON vector_holders', remove('old.embedding_id')],
      change: ['UPDATE OF vector ON embeddings', drop + add('new.id')],
      delete: ['DELETE ON embeddings', drop],
    };
    return TRIGGERS.map((name) => {
      const [event, body] = bodies[name];
      return { sql: `CREATE TRIGGER ${table}_${name} AFTER ${event} BEGIN ${body} END` };
    });
  }

  /** The index refuses a vector of another length, and with it the batch. */
  private isWhole(embedding: string): string {
    return `length(${embedding}.vector) = ${this.model.dimension * 4} AND ${embedding}.vector <> X'00000000'`;
  }
}

const TRIGGERS = ['link', 'relink', 'unlink', 'hold', 'release', 'change', 'delete'] as const;

/** Some node has the embedding, or a graph elsewhere. */
export function isHad(id: string): string {
  return `(EXISTS (SELECT 1 FROM node_embeddings AS h WHERE h.embedding_id = ${id})
    OR EXISTS (SELECT 1 FROM vector_holders AS h WHERE h.embedding_id = ${id}))`;
}

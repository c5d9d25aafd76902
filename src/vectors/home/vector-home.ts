import { CorruptionError, UsageError } from '../../model/index.js';
import type { Database, Snapshot } from '../../sql/index.js';

/** Another database than that of the graph, which has the vectors. */
export interface VectorHomeOptions {
  /** Opens it; called when it is first needed. */
  readonly open: () => Promise<Database>;
  /** Where it is, without any secret. */
  readonly location: string;
  /** Its SQL compares vectors. */
  readonly hasVectorSearch: boolean;
  /** Nothing is written to it. */
  readonly readOnly: boolean;
}

/** What the graph notes of where its vectors lie. */
export interface HomeRow {
  /** Names the graph there, in hexadecimal. */
  readonly graph: string;
  /** Names the database there. */
  readonly home: string;
  readonly location: string;
  readonly keptTo: number;
  readonly claimed: number;
  readonly sequence: number;
}

export interface AttachedHome {
  readonly vectors: Database;
  readonly row: HomeRow;
  /** The row of the graph there. */
  readonly graphId: number;
}

export interface EmbeddingKey {
  readonly id: number;
  readonly model: string;
  readonly dimension: number;
  /** In hexadecimal. */
  readonly hash: string;
}

interface FoundVector {
  readonly hash: string;
  readonly vector: Uint8Array;
}

/** What a database notes of where its vectors lie; undefined when they lie in itself. */
export async function readHome(snapshot: Snapshot): Promise<HomeRow | undefined> {
  return snapshot.first<HomeRow>(
    `SELECT lower(hex(graph)) AS graph, lower(hex(home)) AS home, location, kept_to AS keptTo, claimed, sequence
     FROM vector_home`,
  );
}

/**
 * The database that has the vectors of a graph. It is opened when it is first needed, so that whoever asks the graph
 * alone does without it. The two know each other by random names, and count the batches that went from one to the
 * other: when one of them was put back to an earlier state, that shows, and is an error instead of an answer.
 */
export class VectorHome {
  private connection: Promise<{ readonly vectors: Database; readonly row: HomeRow }> | undefined;

  constructor(
    readonly graph: Database,
    readonly options: VectorHomeOptions,
  ) {}

  /**
   * Throws ConnectionError and what opening a database throws; UsageError `VECTORS_MISMATCH` for another database
   * than the one that has the vectors; CorruptionError `VECTORS_OUT_OF_STEP` when one of both lacks what the other
   * knows of.
   */
  async attached(): Promise<AttachedHome> {
    const attached = await this.known();
    const { row, sequence } = attached;
    if (sequence >= row.sequence && sequence <= row.claimed) return attached;
    const behind = sequence < row.sequence ? this.options.location : this.graph.location;
    throw outOfStep(`${behind} was put back to an earlier state`, { behind, sequence, expected: row.sequence });
  }

  /** The same, whether or not the two are in step. */
  async known(): Promise<AttachedHome & { readonly sequence: number }> {
    this.connection ??= this.connect().catch((error: unknown) => {
      this.connection = undefined;
      throw error;
    });
    const { vectors, row: first } = await this.connection;
    const there = await vectors.first<{ id: number; sequence: number }>(
      'SELECT id, sequence FROM vector_graphs WHERE graph = unhex(?)',
      [first.graph],
    );
    const row = (await readHome(this.graph)) ?? first;
    return { vectors, row, graphId: there?.id ?? 0, sequence: there?.sequence ?? 0 };
  }

  /** Forgets what is known of the graph's own row, after it was changed. */
  async renew(): Promise<void> {
    const vectors = (await this.connection)?.vectors;
    const row = await readHome(this.graph);
    if (vectors !== undefined && row !== undefined) this.connection = Promise.resolve({ vectors, row });
  }

  /** Vectors by the id they have in the graph's database. Those that are not there are left out. */
  async fetch(keys: readonly EmbeddingKey[]): Promise<Map<number, Uint8Array>> {
    const found = new Map<number, Uint8Array>();
    if (keys.length === 0) return found;
    const { vectors } = await this.attached();
    for (const [model, group] of groupByModel(keys)) {
      const rows = await vectors.all<FoundVector>(
        `SELECT w.value AS hash, e.vector FROM json_each(?) AS w
         CROSS JOIN embeddings AS e ON e.content_hash = unhex(w.value)
           AND e.model_id = (SELECT id FROM embedding_models WHERE model = ? AND dimension = ?)`,
        [JSON.stringify(group.map(({ hash }) => hash)), model.model, model.dimension],
      );
      const byHash = new Map(rows.map(({ hash, vector }) => [hash, vector]));
      for (const { id, hash } of group) {
        const vector = byHash.get(hash);
        if (vector !== undefined) found.set(id, vector);
      }
    }
    return found;
  }

  /** Everything of the graph lies there, and nothing waits to be sent. */
  async isComplete(): Promise<boolean> {
    const row = await this.graph.first<{ isComplete: number }>(
      `SELECT kept_to = 0 AND NOT EXISTS (SELECT 1 FROM embedding_outbox WHERE is_release = 0) AS isComplete
       FROM vector_home`,
    );
    return row?.isComplete === 1;
  }

  async close(): Promise<void> {
    const connection = this.connection;
    this.connection = undefined;
    if (connection === undefined) return;
    // What could not be opened needs not be closed.
    const opened = await connection.catch(() => undefined);
    await opened?.vectors.close();
  }

  private async connect(): Promise<{ readonly vectors: Database; readonly row: HomeRow }> {
    const vectors = await this.options.open();
    try {
      return { vectors, row: await this.introduce(vectors) };
    } catch (error) {
      await vectors.close();
      throw error;
    }
  }

  /** Makes the two known to each other, unless they are. */
  private async introduce(vectors: Database): Promise<HomeRow> {
    const { location, readOnly } = this.options;
    if (!readOnly) {
      const naming = { sql: 'INSERT INTO vector_identity (id) VALUES (1) ON CONFLICT (id) DO NOTHING' };
      await vectors.write([naming], { repeatable: true });
    }
    const home = (await readIdentity(vectors)) ?? '';
    if (home !== '' && (await readIdentity(this.graph)) === home) {
      throw new UsageError(
        'INVALID_OPTION',
        `The graph lies in ${location} itself; 'vectors' names another database.`,
        {
          details: { option: 'vectors', value: location },
        },
      );
    }
    if (!readOnly) await this.noteIdentity(home);
    const row = await readHome(this.graph);
    if (row === undefined) return { graph: '', home, location, keptTo: 0, claimed: 0, sequence: 0 };
    if (row.home !== home && row.home !== '') {
      throw new UsageError(
        'VECTORS_MISMATCH',
        `The vectors of ${this.graph.location} lie in ${row.location}; ${location} is another database.`,
        { details: { graph: this.graph.location, expected: row.location, location } },
      );
    }
    if (!readOnly) {
      const greeting = 'INSERT INTO vector_graphs (graph) VALUES (unhex(?)) ON CONFLICT (graph) DO NOTHING';
      await vectors.write([{ sql: greeting, parameters: [row.graph] }], { repeatable: true });
    }
    return row;
  }

  private async noteIdentity(home: string): Promise<void> {
    await noteHome(this.graph, this.options.location);
    const row = await readHome(this.graph);
    if (row?.home !== '') return;
    const sql = "UPDATE vector_home SET home = unhex(?), location = ? WHERE home = X''";
    await this.graph.write([{ sql, parameters: [home, this.options.location] }], { repeatable: true });
  }
}

/**
 * Notes that the vectors of a graph lie elsewhere from now on, unless that is noted: what is stored later is put down to
 * be sent there. Those of before stay where they are until they are migrated. It need not be reachable for that.
 */
export async function noteHome(graph: Database, location: string): Promise<void> {
  if ((await readHome(graph)) !== undefined) return;
  await graph.write(
    [
      {
        sql: `INSERT INTO vector_home (id, home, location, kept_to)
              VALUES (1, X'', ?, (SELECT coalesce(max(id), 0) FROM embeddings)) ON CONFLICT (id) DO NOTHING`,
        parameters: [location],
      },
    ],
    { repeatable: true },
  );
}

export function outOfStep(problem: string, details: Readonly<Record<string, unknown>>): CorruptionError {
  return new CorruptionError(
    'VECTORS_OUT_OF_STEP',
    `The graph and its vectors do not fit together: ${problem}. 'vectors reconcile' brings them together.`,
    { details },
  );
}

async function readIdentity(snapshot: Snapshot): Promise<string | undefined> {
  const row = await snapshot.first<{ identity: string }>(
    'SELECT lower(hex(identity)) AS identity FROM vector_identity',
  );
  return row?.identity;
}

function groupByModel(keys: readonly EmbeddingKey[]): Map<EmbeddingKey, EmbeddingKey[]> {
  const groups = new Map<string, EmbeddingKey[]>();
  for (const key of keys) {
    const name = `${key.model}:${key.dimension}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [key]);
    else group.push(key);
  }
  // A group has at least the key that it was made for.
  return new Map([...groups.values()].map((group) => [group[0]!, group]));
}

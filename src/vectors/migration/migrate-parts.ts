import { CancelledError, CorruptionError, NodeHash, type NodeId, type ProjectId } from '../../model/index.js';
import type { BulkStatement, Database, Statement } from '../../sql/index.js';
import { vectorOfBytes } from '../embedding-codec.js';
import { GIVEN_MODEL, scopeStatements } from '../embedding-model.js';
import type { EmbeddingKey, VectorHome } from '../home/vector-home.js';
import { ELSEWHERE_SQL } from '../home/vector-marker.js';
import { claim, homeStatements } from '../home/vector-outbox.js';
import type { VectorReader } from '../home/vector-reader.js';
import {
  checksumOfVectors,
  guard,
  moveTo,
  partStatement,
  readState,
  type MigratedRows,
  type MigrationPart,
  type MigrationProgress,
  type MigrationState,
} from './migration-state.js';

export const VECTORS_PER_PART = 256;

/** What a migration works on. */
export interface MigrationParts {
  readonly database: Database;
  readonly rows: MigratedRows;
  readonly reader: VectorReader;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: MigrationProgress) => void) | undefined;
  /** Milliseconds that only grow. */
  readonly clock: () => number;
}

export interface VectorRow {
  readonly id: NodeId;
  readonly project: ProjectId;
  readonly embedding: Uint8Array;
}

export interface StoredRow extends EmbeddingKey {
  readonly vector: Uint8Array;
}

export function throwIfStopped({ signal }: MigrationParts): void {
  if (signal?.aborted === true) throw new CancelledError();
}

/** Copies the vectors in the rows of nodes into the table of vectors. The nodes keep what they have. */
export async function copyRows(parts: MigrationParts, from: MigrationState): Promise<MigrationState> {
  const { database, rows, clock } = parts;
  let state = from;
  let done = 0;
  while (state.stage === 'rows') {
    throwIfStopped(parts);
    const startedAt = clock();
    const found = await rows.next(database, state.position, VECTORS_PER_PART);
    const last = found.at(-1);
    if (last === undefined) {
      state = await next(database, state, 'home', 0, clock() - startedAt);
      break;
    }
    const vectors = found.filter(({ embedding }) => vectorOfBytes(embedding) !== undefined);
    await database.write(
      [
        ...guard(state),
        ...copyStatements(vectors),
        ...partOf(
          'rows',
          vectors.map(({ id, embedding }) => ({ id, vector: embedding })),
        ),
        moveTo('rows', last.id, clock() - startedAt),
      ],
      { repeatable: true },
    );
    state = await requireState(database);
    done += vectors.length;
    parts.onProgress?.({ stage: 'rows', done });
  }
  return state;
}

/** Puts vectors into the table, and notes which node each of them is of. */
export function copyStatements(vectors: readonly VectorRow[]): (Statement | BulkStatement)[] {
  const scopes = new Map(
    vectors.map(({ project, embedding }) => [`${embedding.length}:${project}`, { project, length: embedding.length }]),
  );
  const hashed = vectors.map((row) => ({ ...row, hash: NodeHash.toBytes(NodeHash.of(row.embedding)) }));
  const model = `(SELECT id FROM embedding_models WHERE model = '${GIVEN_MODEL}' AND dimension = ?)`;
  return [
    ...[...scopes.values()].flatMap(({ project, length }) => scopeStatements(project, GIVEN_MODEL, length / 4)),
    {
      sql: `INSERT INTO embeddings (model_id, content_hash, vector) VALUES (${model}, ?, ?)
            ON CONFLICT (model_id, content_hash) DO NOTHING`,
      rows: hashed.map(({ embedding, hash }) => [embedding.length / 4, hash, embedding]),
    },
    {
      sql: `INSERT INTO vector_migration_nodes (node_id, embedding_id)
            VALUES (?, (SELECT e.id FROM embeddings AS e WHERE e.model_id = ${model} AND e.content_hash = ?))
            ON CONFLICT (node_id) DO UPDATE SET embedding_id = excluded.embedding_id`,
      rows: hashed.map(({ id, embedding, hash }) => [id, embedding.length / 4, hash]),
    },
  ];
}

/** Sends copies of the vectors to the database that is to have them, and compares what arrived. */
export async function copyHome(parts: MigrationParts, home: VectorHome, from: MigrationState): Promise<MigrationState> {
  const { database, clock } = parts;
  let state = from.position === 0 ? await holdBack(database, from) : from;
  let done = 0;
  while (state.stage === 'home') {
    throwIfStopped(parts);
    const startedAt = clock();
    const found = await nextStored(database, state.position, state.lastEmbedding);
    const last = found.at(-1);
    if (last === undefined) return next(database, state, 'copied', 0, clock() - startedAt);
    const number = await claim(database);
    const attached = await home.attached();
    await attached.vectors.write(homeStatements(attached, number, { puts: found, releases: [] }), { repeatable: true });
    await compareWithHome(home, found);
    await database.write(
      [
        ...guard(state),
        { sql: 'UPDATE vector_home SET sequence = max(sequence, ?)', parameters: [number] },
        ...partOf('home', found),
        moveTo('home', last.id, clock() - startedAt),
      ],
      { repeatable: true },
    );
    state = await requireState(database);
    done += found.length;
    parts.onProgress?.({ stage: 'home', done });
  }
  return state;
}

/** What is stored from now on goes its own way; what is there until now stays until the migration is finalised. */
async function holdBack(database: Database, state: MigrationState): Promise<MigrationState> {
  await database.write(
    [
      ...guard(state),
      {
        sql: 'UPDATE vector_home SET kept_to = (SELECT coalesce(max(id), 0) FROM embeddings)',
      },
      { sql: 'UPDATE vector_migration SET last_embedding = (SELECT coalesce(max(kept_to), 0) FROM vector_home)' },
    ],
    { repeatable: true },
  );
  return requireState(database);
}

/** The next vectors that lie with the graph, up to an id. */
export async function nextStored(database: Database, after: number, upTo: number): Promise<StoredRow[]> {
  return database.all<StoredRow>(
    `SELECT e.id, m.model, m.dimension, lower(hex(e.content_hash)) AS hash, e.vector
     FROM embeddings AS e JOIN embedding_models AS m ON m.id = e.model_id
     WHERE e.id > ? AND e.id <= ? AND e.vector <> ${ELSEWHERE_SQL} ORDER BY e.id LIMIT ${VECTORS_PER_PART}`,
    [after, upTo],
  );
}

/** Throws CorruptionError `VECTORS_DIFFER` when the database there has not the same vectors. */
export async function compareWithHome(home: VectorHome, rows: readonly StoredRow[]): Promise<void> {
  const there = await home.fetch(rows);
  const found = rows.flatMap(({ id }) => {
    const vector = there.get(id);
    return vector === undefined ? [] : [{ id, vector }];
  });
  requireSame('home', rows, found, home.options.location);
}

export function requireSame(
  stage: 'rows' | 'home',
  expected: readonly { readonly id: number; readonly vector: Uint8Array }[],
  found: readonly { readonly id: number; readonly vector: Uint8Array }[],
  location: string,
): void {
  const [want, have] = [checksumOfVectors(expected), checksumOfVectors(found)];
  if (want === have) return;
  throw differ(stage, expected[0]?.id ?? 0, expected.at(-1)?.id ?? 0, location, { expected: want, found: have });
}

export function differ(
  stage: 'rows' | 'home',
  firstId: number,
  lastId: number,
  location: string,
  details: Readonly<Record<string, unknown>>,
): CorruptionError {
  return new CorruptionError(
    'VECTORS_DIFFER',
    `The vectors ${firstId} to ${lastId} in ${location} are not those that were copied; nothing was given up.`,
    { details: { stage, firstId, lastId, location, ...details } },
  );
}

function partOf(
  stage: 'rows' | 'home',
  vectors: readonly { readonly id: number; readonly vector: Uint8Array }[],
): Statement[] {
  const [first, last] = [vectors[0], vectors.at(-1)];
  if (first === undefined || last === undefined) return [];
  const part: MigrationPart = {
    stage,
    firstId: first.id,
    lastId: last.id,
    vectors: vectors.length,
    bytes: vectors.reduce((sum, { vector }) => sum + vector.length, 0),
    checksum: checksumOfVectors(vectors),
  };
  return [partStatement(part)];
}

async function next(
  database: Database,
  state: MigrationState,
  stage: MigrationState['stage'],
  position: number,
  ms: number,
): Promise<MigrationState> {
  await database.write([...guard(state), moveTo(stage, position, ms)], { repeatable: true });
  return requireState(database);
}

export async function requireState(database: Database): Promise<MigrationState> {
  const state = await readState(database);
  if (state !== undefined) return state;
  throw new RangeError('The migration ended while it was under way.');
}

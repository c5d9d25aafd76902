import type { BulkStatement, Database } from '../../sql/index.js';
import { vectorOfBytes } from '../embedding-codec.js';
import { GIVEN_MODEL } from '../embedding-model.js';
import type { VectorHome } from '../home/vector-home.js';
import { ELSEWHERE_SQL } from '../home/vector-marker.js';
import { claim, homeStatements } from '../home/vector-outbox.js';
import {
  compareWithHome,
  copyStatements,
  differ,
  nextStored,
  throwIfStopped,
  VECTORS_PER_PART,
  type MigrationParts,
  type VectorRow,
} from './migrate-parts.js';
import {
  checksumOfVectors,
  dropCopiesStatement,
  forgetStatements,
  moveTo,
  readParts,
  type MigrationPart,
  type MigrationState,
} from './migration-state.js';

/**
 * Compares every part with what is at its new place: by its checksum where the copy lies in the table of vectors, and
 * with what lies with the graph where it was sent. Throws CorruptionError `VECTORS_DIFFER` with the part.
 */
export async function verifyCopies(parts: MigrationParts, state: MigrationState): Promise<void> {
  const { database, reader } = parts;
  for (const part of await readParts(database)) {
    throwIfStopped(parts);
    if (part.stage === 'rows') await verifyRows(parts, part);
  }
  if (reader.home === undefined) return;
  for (let after = 0; ;) {
    throwIfStopped(parts);
    const found = await nextStored(database, after, state.lastEmbedding);
    const last = found.at(-1);
    if (last === undefined) return;
    await compareWithHome(reader.home, found);
    after = last.id;
  }
}

async function verifyRows({ database, reader }: MigrationParts, part: MigrationPart): Promise<void> {
  const rows = await database.all<{ id: number; embeddingId: number; vector: Uint8Array }>(
    `SELECT m.node_id AS id, e.id AS embeddingId, e.vector FROM vector_migration_nodes AS m
     JOIN embeddings AS e ON e.id = m.embedding_id WHERE m.node_id BETWEEN ? AND ? ORDER BY m.node_id`,
    [part.firstId, part.lastId],
  );
  const found = checksumOfVectors(await reader.resolve(rows, ({ embeddingId }) => embeddingId));
  if (found === part.checksum) return;
  throw differ('rows', part.firstId, part.lastId, database.location, { expected: part.checksum, found });
}

/** Lets the copies count, and frees what they were made of. Goes on where it was interrupted. */
export async function finalize(parts: MigrationParts, state: MigrationState): Promise<void> {
  const { database, rows, reader, clock } = parts;
  let done = 0;
  for (let after = 0; ;) {
    throwIfStopped(parts);
    const startedAt = clock();
    const found = await rows.next(database, after, VECTORS_PER_PART);
    const last = found.at(-1);
    if (last === undefined) break;
    const vectors = found.filter(({ embedding }) => vectorOfBytes(embedding) !== undefined);
    await database.write(
      [
        // What was changed since it was copied is copied as it is now; a copy of before that nobody has is an orphan.
        listCopies(vectors),
        ...copyStatements(vectors),
        ...handOver(parts, vectors),
        rows.clear(vectors),
        moveTo('finalizing', last.id, clock() - startedAt),
      ],
      { repeatable: true },
    );
    after = last.id;
    done += vectors.length;
    parts.onProgress?.({ stage: 'finalizing', done });
  }
  if (reader.home !== undefined) await giveUpHere(parts, reader.home, state.lastEmbedding);
  await database.write([dropCopiesStatement(), { sql: 'UPDATE vector_home SET kept_to = 0' }, ...forgetStatements()], {
    repeatable: true,
  });
}

function listCopies(vectors: readonly VectorRow[]): BulkStatement {
  return {
    sql: `INSERT INTO embedding_orphans (embedding_id)
          SELECT c.embedding_id FROM vector_migration_nodes AS c WHERE c.node_id = ?
            AND EXISTS (SELECT 1 FROM embeddings WHERE id = c.embedding_id)
            AND NOT EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = c.embedding_id)
            AND NOT EXISTS (SELECT 1 FROM embedding_orphans WHERE embedding_id = c.embedding_id)`,
    rows: vectors.map(({ id }) => [id]),
  };
}

/** Each node has the copy in the place of what was given to it before, unless its own vector was changed meanwhile. */
function handOver({ rows }: MigrationParts, vectors: readonly VectorRow[]): BulkStatement[] {
  const scopes = `SELECT s.id FROM embedding_scopes AS s JOIN embedding_models AS m ON m.id = s.model_id
    WHERE m.model = '${GIVEN_MODEL}' AND s.project_id = ?`;
  return [
    {
      sql: `DELETE FROM node_embeddings WHERE node_id = ? AND scope_id IN (${scopes}) AND ${rows.hasBytes}`,
      rows: vectors.map(({ id, project, embedding }) => [id, project, id, embedding]),
    },
    {
      sql: `INSERT INTO node_embeddings (node_id, scope_id, embedding_id)
            SELECT c.node_id, (${scopes} AND m.dimension = ?), c.embedding_id FROM vector_migration_nodes AS c
            WHERE c.node_id = ? AND ${rows.hasBytes}`,
      rows: vectors.map(({ id, project, embedding }) => [project, embedding.length / 4, id, id, embedding]),
    },
  ];
}

async function giveUpHere(parts: MigrationParts, home: VectorHome, upTo: number): Promise<void> {
  const { database, clock } = parts;
  for (;;) {
    throwIfStopped(parts);
    const startedAt = clock();
    const found = await nextStored(database, 0, upTo);
    const last = found.at(-1);
    if (last === undefined) return;
    await compareWithHome(home, found);
    const ids = JSON.stringify(found.map(({ id }) => id));
    await database.write(
      [
        {
          sql: `UPDATE embeddings SET vector = ${ELSEWHERE_SQL} WHERE id IN (SELECT value FROM json_each(?))`,
          parameters: [ids],
        },
        {
          sql: 'DELETE FROM embedding_outbox WHERE is_release = 0 AND embedding_id IN (SELECT value FROM json_each(?))',
          parameters: [ids],
        },
        moveTo('finalizing', last.id, clock() - startedAt),
      ],
      { repeatable: true },
    );
  }
}

/** Takes the copies away again; the rows of nodes were never changed. Goes on where it was interrupted. */
export async function rollBack(parts: MigrationParts, state: MigrationState): Promise<void> {
  const { database, reader } = parts;
  if (reader.home !== undefined && state.lastEmbedding > 0) await release(parts, reader.home, state.lastEmbedding);
  await database.write([dropCopiesStatement(), ...forgetStatements()], { repeatable: true });
}

async function release(parts: MigrationParts, home: VectorHome, upTo: number): Promise<void> {
  const { database } = parts;
  for (let after = 0; ;) {
    throwIfStopped(parts);
    const found = await nextStored(database, after, upTo);
    const last = found.at(-1);
    if (last === undefined) return;
    const number = await claim(database);
    const attached = await home.attached();
    await attached.vectors.write(homeStatements(attached, number, { puts: [], releases: found }), { repeatable: true });
    await acknowledge(database, number);
    after = last.id;
  }
}

async function acknowledge(database: Database, number: number): Promise<void> {
  await database.write([{ sql: 'UPDATE vector_home SET sequence = max(sequence, ?)', parameters: [number] }], {
    repeatable: true,
  });
}

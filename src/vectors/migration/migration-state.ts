import { NodeHash, UsageError, type NodeId, type ProjectId } from '../../model/index.js';
import type { BulkStatement, Database, Snapshot, Statement } from '../../sql/index.js';

/** Vectors in the rows of nodes, as the graph has them. */
export interface MigratedRows {
  next(
    snapshot: Snapshot,
    after: number,
    limit: number,
  ): Promise<{ readonly id: NodeId; readonly project: ProjectId; readonly embedding: Uint8Array }[]>;
  /** A condition: the node with an id has these bytes; it takes the two. */
  readonly hasBytes: string;
  clear(rows: readonly { readonly id: NodeId; readonly embedding: Uint8Array }[]): BulkStatement;
  sizeOfGraph(snapshot: Snapshot): Promise<{ readonly nodes: number; readonly edges: number }>;
}

/** What a migration is about and has done. */
export interface MigrationStats {
  /** Of the graph, which stays where it is. */
  readonly nodes: number;
  readonly edges: number;
  /** Vectors that were copied, and their bytes. */
  readonly embeddings: number;
  readonly bytes: number;
  /** Time of work, those of interrupted runs included. */
  readonly ms: number;
}

export interface MigrationProgress {
  readonly stage: MigrationStage;
  /** Vectors of this stage that were done by now, in this run. */
  readonly done: number;
}

/**
 * `rows`: out of the rows of nodes into the table of vectors; `home`: to the database that has the vectors; `copied`: all
 * is there twice, and either place may be given up.
 */
export type MigrationStage = 'rows' | 'home' | 'copied' | 'finalizing' | 'rolling-back';

export interface MigrationState {
  readonly stage: MigrationStage;
  readonly position: number;
  readonly lastEmbedding: number;
  readonly ms: number;
}

export interface MigrationPart {
  readonly stage: MigrationStage;
  readonly firstId: number;
  readonly lastId: number;
  readonly vectors: number;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly checksum: string;
}

export async function readState(snapshot: Snapshot): Promise<MigrationState | undefined> {
  return snapshot.first<MigrationState>(
    'SELECT stage, position, last_embedding AS lastEmbedding, ms FROM vector_migration',
  );
}

export async function readParts(snapshot: Snapshot): Promise<MigrationPart[]> {
  return snapshot.all<MigrationPart>(
    `SELECT stage, first_id AS firstId, last_id AS lastId, vectors, bytes, lower(hex(checksum)) AS checksum
     FROM vector_migration_parts ORDER BY stage DESC, last_id`,
  );
}

/** One checksum for all parts. */
export function checksumOf(parts: readonly MigrationPart[]): NodeHash {
  return NodeHash.of(parts.map(({ checksum }) => checksum).join('\n'));
}

/** Of vectors in their order, each with the number that it is known by. */
export function checksumOfVectors(vectors: readonly { readonly id: number; readonly vector: Uint8Array }[]): NodeHash {
  return NodeHash.of(vectors.map(({ id, vector }) => `${id} ${NodeHash.of(vector)}`).join('\n'));
}

/** Fails the batch when somebody else moved the migration on. */
export function guard({ stage, position }: MigrationState): Statement[] {
  return [
    {
      sql: `INSERT INTO batch_guards (holds)
            SELECT count(*) = 1 FROM vector_migration WHERE stage = ? AND position = ?`,
      parameters: [stage, position],
    },
    { sql: 'DELETE FROM batch_guards' },
  ];
}

/** Moves the migration on, with the time that this took. */
export function moveTo(stage: MigrationStage, position: number, ms: number): Statement {
  return {
    sql: 'UPDATE vector_migration SET stage = ?, position = ?, ms = ms + ?',
    parameters: [stage, position, Math.round(ms)],
  };
}

export function partStatement({ stage, firstId, lastId, vectors, bytes, checksum }: MigrationPart): Statement {
  return {
    sql: `INSERT OR REPLACE INTO vector_migration_parts (stage, last_id, first_id, vectors, bytes, checksum)
          VALUES (?, ?, ?, ?, ?, ?)`,
    parameters: [stage, lastId, firstId, vectors, bytes, NodeHash.toBytes(NodeHash.parse(checksum))],
  };
}

/** Nothing of a migration is known any more. */
export function forgetStatements(): Statement[] {
  return ['vector_migration_parts', 'vector_migration_nodes', 'vector_migration'].map((table) => ({
    sql: `DELETE FROM ${table}`,
  }));
}

/** Embeddings that were made for nodes which do not have them. */
export function dropCopiesStatement(): Statement {
  return {
    sql: `DELETE FROM embeddings WHERE id IN (SELECT embedding_id FROM vector_migration_nodes)
          AND NOT EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = embeddings.id)
          AND NOT EXISTS (SELECT 1 FROM embedding_orphans WHERE embedding_id = embeddings.id)
          AND NOT EXISTS (SELECT 1 FROM vector_holders WHERE embedding_id = embeddings.id)`,
  };
}

export async function statsOf(database: Database, rows: MigratedRows): Promise<MigrationStats> {
  return database.snapshot(async (snapshot) => {
    const parts = await readParts(snapshot);
    const sent = parts.filter(({ stage }) => stage === 'home');
    const counted = sent.length > 0 ? sent : parts;
    const state = await readState(snapshot);
    return {
      ...(await rows.sizeOfGraph(snapshot)),
      embeddings: counted.reduce((sum, part) => sum + part.vectors, 0),
      bytes: counted.reduce((sum, part) => sum + part.bytes, 0),
      ms: state?.ms ?? 0,
    };
  });
}

export function wrongStage(message: string, state: MigrationState | undefined): UsageError {
  return new UsageError('VECTORS_MIGRATION', message, { details: { stage: state?.stage ?? null } });
}

import type { Database } from '../../sql/index.js';
import { vectorOfBytes } from '../embedding-codec.js';
import type { VectorReader } from '../home/vector-reader.js';
import { ELSEWHERE_SQL } from '../home/vector-marker.js';
import { finalize, rollBack, verifyCopies } from './finish-migration.js';
import { copyHome, copyRows, requireState, VECTORS_PER_PART, type MigrationParts } from './migrate-parts.js';
import {
  checksumOf,
  guard,
  moveTo,
  readParts,
  readState,
  statsOf,
  wrongStage,
  type MigratedRows,
  type MigrationProgress,
  type MigrationState,
  type MigrationStats,
} from './migration-state.js';

export interface MigrateOptions {
  /**
   * `copy`: copies what is to be moved; answers stay what they were. `dry-run`: only counts it. `finalize`: compares the
   * copies and frees what they were made of. `rollback`: takes the copies away. Default `copy`.
   */
  readonly mode?: 'copy' | 'dry-run' | 'finalize' | 'rollback';
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: MigrationProgress) => void;
}

export interface MigrationReport {
  readonly state: 'nothing' | 'counted' | 'copied' | 'finalized' | 'rolled-back';
  readonly stats: MigrationStats;
  /** One checksum over all parts that were copied, in hexadecimal; null when there were none. */
  readonly checksum: string | null;
  /** Bytes in rows of nodes that are no vector; they stay. */
  readonly left: number;
}

/**
 * Moves vectors out of the rows of nodes into the table of vectors, and on to the database that is to have them. They are
 * copied in parts, each with its checksum and one batch; whoever was killed goes on after the last part. Until the
 * migration is finalised every vector is at its old place as well, and answers come from there.
 *
 * Throws CorruptionError `VECTORS_DIFFER` when a copy is not what was copied; UsageError `VECTORS_MIGRATION` when there
 * is nothing to finalise or to roll back, or it is too late for that; BusyError `STALE_GENERATION` when another process
 * migrates at the same time; ConnectionError; CancelledError between two parts.
 */
export async function migrateVectors(
  database: Database,
  rows: MigratedRows,
  reader: VectorReader,
  { mode = 'copy', signal, onProgress }: MigrateOptions = {},
): Promise<MigrationReport> {
  const parts: MigrationParts = { database, rows, reader, signal, onProgress, clock: () => performance.now() };
  if (mode === 'dry-run') return count(parts);
  const state = await readState(database);
  if (mode === 'copy') return copy(parts, state);
  if (mode === 'finalize') return finish(parts, state);
  return takeBack(parts, state);
}

async function copy(parts: MigrationParts, found: MigrationState | undefined): Promise<MigrationReport> {
  const { database, reader } = parts;
  if (found?.stage === 'finalizing' || found?.stage === 'rolling-back') {
    throw wrongStage(`The migration is ${found.stage}; that is to be ended first.`, found);
  }
  const before = await count(parts);
  if (found === undefined && before.stats.embeddings === 0) return { ...before, state: 'nothing' };
  let state = found ?? (await begin(database));
  state = await copyRows(parts, state);
  if (state.stage === 'home') {
    if (reader.home === undefined) {
      await database.write([...guard(state), moveTo('copied', 0, 0)], { repeatable: true });
    } else {
      await copyHome(parts, reader.home, state);
    }
  }
  return reportOf(parts, 'copied', before.left);
}

async function begin(database: Database): Promise<MigrationState> {
  await database.write(
    [
      {
        sql: `INSERT INTO vector_migration (id, stage, position, started_at) VALUES (1, 'rows', 0, unixepoch() * 1000)
              ON CONFLICT (id) DO NOTHING`,
      },
    ],
    { repeatable: true },
  );
  return requireState(database);
}

async function finish(parts: MigrationParts, state: MigrationState | undefined): Promise<MigrationReport> {
  const { database, reader } = parts;
  if (state?.stage !== 'copied' && state?.stage !== 'finalizing') {
    throw wrongStage('There is no migration that is copied whole, so there is nothing to finalise.', state);
  }
  if (state.lastEmbedding > 0 && reader.home === undefined) {
    throw wrongStage('The migration goes to another database, which the store was opened without.', state);
  }
  if (state.stage === 'copied') {
    await verifyCopies(parts, state);
    await database.write([...guard(state), moveTo('finalizing', 0, 0)], { repeatable: true });
  }
  const report = await reportOf(parts, 'finalized', 0);
  const startedAt = parts.clock();
  await finalize(parts, state);
  const { left } = await count(parts);
  const ms = report.stats.ms + Math.round(parts.clock() - startedAt);
  return { ...report, stats: { ...report.stats, ms }, left };
}

async function takeBack(parts: MigrationParts, state: MigrationState | undefined): Promise<MigrationReport> {
  const { database, reader } = parts;
  if (state === undefined) throw wrongStage('There is no migration to roll back.', state);
  if (state.stage === 'finalizing') throw wrongStage('The migration is being finalised, so it is too late.', state);
  if (state.lastEmbedding > 0 && reader.home === undefined) {
    throw wrongStage('The migration goes to another database, which the store was opened without.', state);
  }
  const report = await reportOf(parts, 'rolled-back', 0);
  if (state.stage !== 'rolling-back') {
    await database.write([...guard(state), moveTo('rolling-back', 0, 0)], { repeatable: true });
  }
  await rollBack(parts, state);
  return { ...report, left: (await count(parts)).left };
}

async function reportOf(
  { database, rows }: MigrationParts,
  state: MigrationReport['state'],
  left: number,
): Promise<MigrationReport> {
  const copied = await readParts(database);
  const checksum = copied.length === 0 ? null : checksumOf(copied);
  return { state, stats: await statsOf(database, rows), checksum, left };
}

/** What a migration would move. */
async function count({ database, rows, reader }: MigrationParts): Promise<MigrationReport> {
  return database.snapshot(async (snapshot) => {
    let [embeddings, bytes, left] = [0, 0, 0];
    for (let after = 0; ;) {
      const found = await rows.next(snapshot, after, VECTORS_PER_PART);
      for (const { embedding } of found) {
        if (vectorOfBytes(embedding) === undefined) left++;
        else [embeddings, bytes] = [embeddings + 1, bytes + embedding.length];
      }
      const last = found.at(-1);
      if (last === undefined) break;
      after = last.id;
    }
    if (reader.home !== undefined) {
      const kept = await snapshot.first<{ count: number; bytes: number }>(
        `SELECT count(*) AS count, coalesce(sum(length(vector)), 0) AS bytes FROM embeddings
         WHERE vector <> ${ELSEWHERE_SQL} AND id <= (SELECT kept_to FROM vector_home)
           AND id NOT IN (SELECT embedding_id FROM vector_migration_nodes)`,
      );
      [embeddings, bytes] = [embeddings + (kept?.count ?? 0), bytes + (kept?.bytes ?? 0)];
    }
    const stats = { ...(await rows.sizeOfGraph(snapshot)), embeddings, bytes, ms: 0 };
    return { state: 'counted', stats, checksum: null, left };
  });
}

import { randomUUID } from 'node:crypto';
import { ConnectionError, ConstraintError, isLestockageError } from '../model/index.js';
import type { BulkStatement, SqlRow, SqlValue, Statement, WriteOptions, WriteResult } from './database.js';
import { piecesOf, type Piece } from './batch-pieces.js';
import { BatchStaging, timeFor } from './batch-staging.js';
import { DEFER_FROM_ROWS, findDeferrable, insertedTable } from './deferred-indexes.js';
import type { LibsqlLink, RemoteResult, RemoteStatement } from './libsql-link.js';
import { mayPass, Patience, repeatRead } from './repeat.js';
import { shapeOf } from './sql-tokens.js';
import { throwIfAborted } from './sqlite-write.js';
import {
  BATCH_REPEATED,
  claim,
  FORGET_OLD_STAGING_SQL,
  FORGET_OLD_WRITERS_SQL,
  settle,
  type Settled,
} from './write-claims.js';

type Batch = readonly (Statement | BulkStatement)[];

/** A batch as it goes to the server, with what is needed to read its results. */
interface PreparedBatch {
  readonly batch: Batch;
  readonly pieces: readonly Piece[];
  readonly statements: readonly RemoteStatement[];
  /** The position of each piece among the statements. */
  readonly places: readonly number[];
  /** Some statement returns rows, which are gone when the answer is. */
  readonly givesRows: boolean;
  readonly sizeBytes: number;
}

/** What stands around a piece. */
interface PieceSurroundings {
  readonly before: string[];
  readonly after: string[];
}

/** From here on a server may work on a batch for seconds. */
const LONG_FROM_BYTES = 1_000_000;
const ROWS_PER_SIGNAL_CHECK = 1024;

/**
 * Writes batches to a server, one after the other. A batch is one request and one transaction; when it is
 * too large for a request, its rows are put aside on the server first and one last request applies them.
 *
 * Every batch claims a number of its own in the transaction that it is applied in. When an answer is
 * lost, the number tells whether the batch was applied; if it was not, the number is claimed for nothing,
 * so that the batch cannot be applied later either, and may be sent again.
 */
export class LibsqlWriter {
  private readonly writer = randomUUID();
  private sequence = 0;
  private batches = 0;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly link: LibsqlLink,
    private readonly busyTimeoutMs: number,
  ) {}

  /** Applies a batch when those before it are done. */
  async write(batch: Batch, options: WriteOptions = {}): Promise<WriteResult> {
    const turn = this.queue.then(() => this.apply(batch, options));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async apply(batch: Batch, options: WriteOptions): Promise<WriteResult> {
    throwIfAborted(options.signal);
    if (batch.length === 0) return { changes: 0, returned: [] };
    const staging = new BatchStaging(this.link, this.writer, ++this.batches, this.busyTimeoutMs);
    try {
      const pieces = await this.collect(batch, staging, options.signal);
      const deferred = await this.deferrable(batch, pieces);
      throwIfAborted(options.signal);
      return await this.commit(this.prepare(batch, pieces, staging, deferred), options);
    } catch (error) {
      // What may still be applied keeps its rows; they go when they are a day old.
      if (!(error instanceof ConnectionError && error.outcome === 'unknown')) await staging.discard();
      throw error;
    }
  }

  private async collect(batch: Batch, staging: BatchStaging, signal: AbortSignal | undefined): Promise<Piece[]> {
    let row = 0;
    const pieces: Piece[] = [];
    let chunkBytes = 0;
    const onRow = (): void => {
      if (row++ % ROWS_PER_SIGNAL_CHECK === 0) throwIfAborted(signal);
    };
    for (const piece of piecesOf(batch, onRow)) {
      pieces.push(piece);
      if (piece.kind === 'chunk') chunkBytes += piece.sizeBytes;
      if (chunkBytes < this.link.maxRequestBytes) continue;
      throwIfAborted(signal);
      await staging.stage(pieces);
      chunkBytes = 0;
    }
    return pieces;
  }

  /** Where the indexes of tables are dropped, and made again: before the first and after the last piece for the table. */
  private async deferrable(batch: Batch, pieces: readonly Piece[]): Promise<ReadonlyMap<number, PieceSurroundings>> {
    const spans = new Map<string, { first: number; last: number; rows: number }>();
    for (const [index, piece] of pieces.entries()) {
      const table = insertedTable(batch[piece.statement]?.sql ?? '');
      if (table === undefined) continue;
      const { first, rows } = spans.get(table) ?? { first: index, rows: 0 };
      spans.set(table, { first, last: index, rows: rows + rowsOf(piece) });
    }
    const large = [...spans].filter(([, { rows }]) => rows >= DEFER_FROM_ROWS).map(([table]) => table);
    const surroundings = new Map<number, PieceSurroundings>();
    const at = (index: number): PieceSurroundings => {
      const known = surroundings.get(index) ?? { before: [], after: [] };
      surroundings.set(index, known);
      return known;
    };
    const read = async (sql: string, parameters: SqlRow): Promise<RemoteResult['rows']> =>
      (await repeatRead(this.busyTimeoutMs, () => this.link.execute({ sql, parameters }))).rows;
    for (const [table, { drop, create }] of await findDeferrable(read, large)) {
      const span = spans.get(table);
      if (span === undefined) continue;
      at(span.first).before.push(...drop);
      at(span.last).after.push(...create);
    }
    return surroundings;
  }

  private prepare(
    batch: Batch,
    pieces: readonly Piece[],
    staging: BatchStaging,
    deferred: ReadonlyMap<number, PieceSurroundings>,
  ): PreparedBatch {
    const givesRows = batch.some(({ sql }) => shapeOf(sql).givesRows);
    const statements: RemoteStatement[] = staging.isUsed ? [staging.complete()] : [];
    const places: number[] = [];
    const add = (texts: readonly string[] = []): void => {
      for (const sql of texts) statements.push({ sql, parameters: [] });
    };
    for (const [index, piece] of pieces.entries()) {
      add(deferred.get(index)?.before);
      places.push(statements.length);
      statements.push(staging.statementOf(piece, batch[piece.statement]?.sql ?? ''));
      // Without rows the numbers are all there is to return, and they can be kept for a lost answer.
      if (!givesRows) statements.push({ sql: COUNT_CHANGES_SQL, parameters: [this.writer] });
      add(deferred.get(index)?.after);
    }
    if (staging.isUsed) statements.push(staging.cleared());
    const sizeBytes = pieces.reduce((sum, piece) => sum + piece.sizeBytes, staging.sizeBytes);
    return { batch, pieces, statements, places, givesRows, sizeBytes };
  }

  private async commit(prepared: PreparedBatch, options: WriteOptions): Promise<WriteResult> {
    let patience: Patience | undefined;
    for (;;) {
      const sequence = ++this.sequence;
      let failure: unknown;
      try {
        return await this.send(prepared, sequence, options.extraTimeMs ?? 0);
      } catch (error) {
        failure = error;
      }
      // Time runs from the first failure on, however long the batch took before.
      patience ??= new Patience(this.busyTimeoutMs);
      if (isRepetition(failure) || (failure instanceof ConnectionError && failure.outcome === 'unknown')) {
        const settled = await this.settle(sequence, failure, patience);
        if (settled.isApplied) {
          if (!prepared.givesRows) return { changes: settled.changes, returned: prepared.batch.map(() => []) };
          if (options.repeatable !== true) throw resultLost(this.link.location, failure);
        }
        failure = isRepetition(failure) ? failure : notApplied(failure as ConnectionError);
      } else if (!mayPass(failure)) {
        throw failure;
      }
      if (!(await patience.wait())) throw failure;
    }
  }

  private async send(prepared: PreparedBatch, sequence: number, moreTimeMs: number): Promise<WriteResult> {
    const before = [claim(this.writer, sequence)];
    if (sequence === 1) {
      before.push({ sql: FORGET_OLD_WRITERS_SQL, parameters: [] }, { sql: FORGET_OLD_STAGING_SQL, parameters: [] });
    }
    const statements = [...before, ...prepared.statements];
    const extraTimeMs = moreTimeMs + timeFor(prepared.sizeBytes);
    const isLong = moreTimeMs > 0 || prepared.sizeBytes >= LONG_FROM_BYTES;
    const results = isLong
      ? await this.link.longBatch(statements, extraTimeMs)
      : await this.link.batch(statements, 'write', extraTimeMs);
    return collectResults(prepared, results.slice(before.length));
  }

  /** What became of a batch. Throws ConnectionError `unknown` when the server cannot be asked in time. */
  private async settle(sequence: number, failure: unknown, patience: Patience): Promise<Settled> {
    for (;;) {
      try {
        return await settle(this.link, this.writer, sequence);
      } catch (error) {
        // A token that may not write did not write before either.
        if (isLestockageError(error) && error.code === 'READ_ONLY') throw error;
        if (mayPass(error) && (await patience.wait())) continue;
        throw failure instanceof ConnectionError ? failure : error;
      }
    }
  }
}

/** `changes()` are those of the statement before; they are summed up beside the claim. */
const COUNT_CHANGES_SQL = 'UPDATE driver_writers SET changes = changes + changes() WHERE writer = ?';

function rowsOf(piece: Piece): number {
  if (piece.kind === 'direct') return 1;
  return piece.kind === 'chunk' ? piece.chunk.rowCount : piece.rowCount;
}

function collectResults({ batch, pieces, places }: PreparedBatch, results: readonly RemoteResult[]): WriteResult {
  const returned = batch.map((): Record<string, SqlValue>[] => []);
  let changes = 0;
  for (const [index, piece] of pieces.entries()) {
    const result = results[places[index] ?? -1];
    if (result === undefined) continue;
    if (!result.hasColumns) changes += result.changes;
    else if (!shapeOf(batch[piece.statement]?.sql ?? '').isRead) changes += result.rows.length;
    for (const row of result.rows) returned[piece.statement]?.push(row);
  }
  return { changes, returned };
}

/** The server has seen the number before: something on the way delivered the request twice. */
function isRepetition(error: unknown): boolean {
  return error instanceof ConstraintError && error.message.includes(BATCH_REPEATED);
}

function notApplied(failure: ConnectionError): ConnectionError {
  return new ConnectionError('CONNECTION_FAILED', failure.message, 'not-applied', {
    details: failure.details,
    cause: failure.cause,
  });
}

function resultLost(location: string, cause: unknown): ConnectionError {
  return new ConnectionError(
    'RESULT_LOST',
    `The batch was applied by ${location}, and the connection broke before its result came back.`,
    'applied',
    { details: { location }, cause },
  );
}

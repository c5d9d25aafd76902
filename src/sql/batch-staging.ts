import type { Piece } from './batch-pieces.js';
import type { LibsqlLink, RemoteStatement } from './libsql-link.js';
import { repeatRead } from './repeat.js';
import { isLestockageError } from '../model/index.js';

const CHUNK_SOURCE = { from: 'json_each(?1) AS r', bytes: '?2' };
/** A value of its own, so that it is read once and not for each row. */
const staged = (column: string): string =>
  `(SELECT ${column} FROM driver_staging WHERE writer = ?1 AND batch = ?2 AND part = ?3)`;
const STAGED_SOURCE = { from: `json_each(${staged('rows')}) AS r`, bytes: staged('bytes') };
/** Staging the same part again leaves the same row, so a lost answer does no harm. */
const STAGE_SQL = `
  INSERT OR REPLACE INTO driver_staging (writer, batch, part, staged_at, rows, bytes) VALUES (?, ?, ?, unixepoch(), ?, ?)`;

/** A server that works off a large batch is given a second for so many bytes, beyond the time of a request. */
const BYTES_PER_SECOND = 500_000;

export function timeFor(bytes: number): number {
  return Math.ceil((bytes / BYTES_PER_SECOND) * 1000);
}

/** The rows of one batch that wait on the server until its last request applies them. */
export class BatchStaging {
  private parts = 0;
  /** All that was put aside so far. */
  sizeBytes = 0;

  constructor(
    private readonly link: LibsqlLink,
    private readonly writer: string,
    private readonly batch: number,
    private readonly busyTimeoutMs: number,
  ) {}

  get isUsed(): boolean {
    return this.parts > 0;
  }

  /** Puts the rows of all chunks aside, and staged pieces in their place. */
  async stage(pieces: Piece[]): Promise<void> {
    const uploads: RemoteStatement[] = [];
    const before = this.sizeBytes;
    for (const [index, piece] of pieces.entries()) {
      if (piece.kind !== 'chunk') continue;
      const { statement, rewrite, chunk } = piece;
      const part = ++this.parts;
      uploads.push({
        sql: STAGE_SQL,
        parameters: [this.writer, this.batch, part, chunk.json, chunk.bytes],
        place: { statement },
      });
      this.sizeBytes += piece.sizeBytes;
      const { kinds, rowCount } = chunk;
      pieces[index] = { kind: 'staged', statement, rewrite, kinds, part, rowCount, sizeBytes: 0 };
    }
    if (uploads.length === 0) return;
    const extraTimeMs = timeFor(this.sizeBytes - before);
    await repeatRead(this.busyTimeoutMs, () => this.link.batch(uploads, 'write', extraTimeMs));
  }

  statementOf(piece: Piece, sql: string): RemoteStatement {
    const { statement } = piece;
    switch (piece.kind) {
      case 'direct': {
        const place = piece.row === undefined ? { statement } : { statement, row: piece.row };
        return { sql, parameters: piece.parameters, place };
      }
      case 'chunk': {
        const { json, bytes, kinds } = piece.chunk;
        const hasBytes = kinds.includes('bytes');
        return {
          sql: piece.rewrite(kinds, CHUNK_SOURCE),
          parameters: hasBytes ? [json, bytes] : [json],
          place: { statement },
        };
      }
      case 'staged':
        return {
          sql: piece.rewrite(piece.kinds, STAGED_SOURCE),
          parameters: [this.writer, this.batch, piece.part],
          place: { statement },
        };
    }
  }

  /** Fails the batch when a part is not there: one that was given up, and whose request arrives late. */
  complete(): RemoteStatement {
    return {
      sql: `UPDATE driver_writers
            SET is_new = (SELECT count(*) = ? FROM driver_staging WHERE writer = ? AND batch = ?) WHERE writer = ?`,
      parameters: [this.parts, this.writer, this.batch, this.writer],
    };
  }

  /** The statement that takes the rows away again, within the batch. */
  cleared(): RemoteStatement {
    return {
      sql: 'DELETE FROM driver_staging WHERE writer = ? AND batch = ?',
      parameters: [this.writer, this.batch],
    };
  }

  /** Takes away what a batch that failed has left. What cannot be reached now goes when it is a day old. */
  async discard(): Promise<void> {
    if (!this.isUsed) return;
    try {
      await this.link.batch([this.cleared()], 'write');
    } catch (error) {
      if (!isLestockageError(error)) throw error;
    }
  }
}

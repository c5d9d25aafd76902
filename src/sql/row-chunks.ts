import { UsageError } from '../model/index.js';
import type { ColumnKind } from './bulk-rewrite.js';
import type { SqlRow, SqlValue } from './database.js';

/** Rows as one JSON text; their bytes stand one after the other in a value of their own. */
export interface RowChunk {
  readonly json: string;
  readonly bytes: Uint8Array;
  readonly kinds: readonly ColumnKind[];
  readonly rowCount: number;
  readonly sizeBytes: number;
}

/** Where a value belongs: the statement of the batch and the row, counted from 0. */
export interface ValuePlace {
  readonly statement: number;
  readonly row?: number;
}

/** Well below the 5 MB that a value of sqld may have. */
const MAX_TEXT_LENGTH = 1_000_000;
const MAX_BYTES = 2_000_000;
const MAX_ROWS = 10_000;
/** Of no bytes at all SQL cuts out NULL instead of no bytes. */
const PADDING = 1;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Collects rows until they are enough for a chunk. */
export class ChunkBuilder {
  private parts: string[] = [];
  private bytes: Uint8Array[] = [];
  private kinds: (ColumnKind | undefined)[] = [];
  private textLength = 0;
  private bytesLength = 0;

  get isEmpty(): boolean {
    return this.parts.length === 0;
  }

  get isFull(): boolean {
    return this.textLength >= MAX_TEXT_LENGTH || this.bytesLength >= MAX_BYTES || this.parts.length >= MAX_ROWS;
  }

  /**
   * Takes a row that {@link checkRow} found right. Gives false, and takes nothing, when the row does not
   * go with the others: a column has bytes here and a text there, or the chunk would become too large.
   */
  add(row: SqlRow): boolean {
    if (!this.isEmpty && this.bytesLength + bytesIn(row) > 2 * MAX_BYTES) return false;
    const kinds = row.map((value, column) => mergedKind(this.kinds[column], kindOf(value)));
    if (kinds.includes('mixed')) return false;
    this.kinds = kinds as (ColumnKind | undefined)[];
    let text = '[';
    for (const [column, value] of row.entries()) text += (column > 0 ? ',' : '') + this.encode(value);
    text += ']';
    this.parts.push(text);
    this.textLength += text.length + 1;
    return true;
  }

  /** The rows so far; the builder is empty afterwards. */
  take(): RowChunk {
    const bytes = new Uint8Array(PADDING + this.bytesLength);
    let at = PADDING;
    for (const piece of this.bytes) {
      bytes.set(piece, at);
      at += piece.byteLength;
    }
    const chunk: RowChunk = {
      json: `[${this.parts.join(',')}]`,
      bytes,
      kinds: this.kinds.map((kind) => kind ?? 'plain'),
      rowCount: this.parts.length,
      sizeBytes: this.textLength + this.bytesLength,
    };
    this.parts = [];
    this.bytes = [];
    this.kinds = [];
    this.textLength = 0;
    this.bytesLength = 0;
    return chunk;
  }

  private encode(value: SqlValue): string {
    if (value === null) return 'null';
    switch (typeof value) {
      case 'string':
        return JSON.stringify(wellFormed(value));
      case 'number':
      case 'bigint':
        return value.toString();
      default:
        return this.append(value);
    }
  }

  /** The place of bytes among all of the chunk; SQL counts from 1. */
  private append(bytes: Uint8Array): string {
    const place = `[${PADDING + this.bytesLength + 1},${bytes.byteLength}]`;
    this.bytes.push(bytes);
    this.bytesLength += bytes.byteLength;
    return place;
  }
}

/** Can JSON carry this row so that the database reads the same values? Fractions it may read a little differently. */
export function fitsJson(row: SqlRow): boolean {
  return row.every((value) => typeof value !== 'number' || (Number.isSafeInteger(value) && !Object.is(value, -0)));
}

/**
 * Checks that a statement gets as many values as it takes, and that each can be stored.
 *
 * Throws UsageError `INVALID_ARGUMENT` with the place.
 */
export function checkRow(row: SqlRow, parameterCount: number, place: ValuePlace): void {
  if (row.length !== parameterCount) {
    throw new UsageError(
      'INVALID_ARGUMENT',
      `A statement that takes ${parameterCount} parameters was given ${row.length}.`,
      { details: { ...place, expected: parameterCount, given: row.length } },
    );
  }
  for (const [parameter, value] of row.entries()) {
    const reason = reasonAgainst(value);
    if (reason === undefined) continue;
    throw new UsageError('INVALID_ARGUMENT', `A parameter cannot be stored: ${reason}.`, {
      details: { ...place, parameter },
    });
  }
}

function reasonAgainst(value: unknown): string | undefined {
  if (value === null || typeof value === 'string' || value instanceof Uint8Array) return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${value} is not a finite number`;
  if (typeof value === 'bigint') {
    return BigInt.asIntN(64, value) === value ? undefined : `${value} has more than 64 bits`;
  }
  return `a value of type ${typeof value} has no place in a database`;
}

/** Text as the database can hold it: half a character becomes the replacement character, as it does in a local one. */
export function wellFormed(text: string): string {
  return text.search(LONE_SURROGATE) < 0 ? text : text.replace(LONE_SURROGATE, '\ufffd');
}

function kindOf(value: SqlValue): ColumnKind | undefined {
  if (value === null) return undefined;
  return value instanceof Uint8Array ? 'bytes' : 'plain';
}

function mergedKind(known: ColumnKind | undefined, found: ColumnKind | undefined): ColumnKind | 'mixed' | undefined {
  if (known === undefined || found === undefined) return known ?? found;
  return known === found ? known : 'mixed';
}

function bytesIn(row: SqlRow): number {
  return row.reduce<number>((sum, value) => sum + (value instanceof Uint8Array ? value.byteLength : 0), 0);
}

import { UsageError, type Envelope } from '../model/index.js';
import type { Snapshot } from '../sql/index.js';

/** How much of a list answer is wanted, and from where on. */
export interface PageOptions {
  /** At most this many items; a whole number from 1. */
  readonly limit?: number;
  /** The `cursor` of the answer before. */
  readonly cursor?: string;
}

/** Items of a list answer when the caller names no limit. */
export const DEFAULT_LIMIT = 1000;

type CursorValue = string | number;
type CursorShape = readonly ('string' | 'number')[];

/** Throws a UsageError with code `INVALID_ARGUMENT` unless `value` is a whole number of at least `least`. */
export function requireCount(name: string, value: number, least = 1): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError('INVALID_ARGUMENT', `${name} must be a whole number of at least ${least}; got ${value}.`, {
    details: { argument: name, value: Number.isFinite(value) ? value : String(value) },
  });
}

/** A place in an ordered answer, as a text to hand out. `kind` keeps cursors of different answers apart. */
export function encodeCursor(kind: string, place: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify([kind, ...place]), 'utf8').toString('base64url');
}

/** Reads a cursor back; throws a UsageError with code `INVALID_ARGUMENT` when it is not one of this kind. */
export function decodeCursor(kind: string, shape: CursorShape, cursor: string): CursorValue[] {
  const [foundKind, ...place] = parseArray(cursor);
  const fits = foundKind === kind && place.length === shape.length;
  if (!fits || !place.every((value, at): value is CursorValue => typeof value === shape[at])) {
    throw new UsageError('INVALID_ARGUMENT', 'The cursor does not belong to this kind of answer.', {
      details: { argument: 'cursor', value: cursor.slice(0, 200) },
    });
  }
  return place;
}

function parseArray(cursor: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

/** Number of the last committed indexing batch; 0 for a store that nothing was indexed into. */
export async function readGeneration(snapshot: Snapshot): Promise<number> {
  const row = await snapshot.first<{ generation: number }>(
    'SELECT coalesce(max(id), 0) AS generation FROM generations',
  );
  return row?.generation ?? 0;
}

/** One page of an answer; `next` is the cursor to read on with, null when nothing follows. */
export function envelope<T>(generation: number, total: number, items: readonly T[], next: string | null): Envelope<T> {
  return { generation, total, truncated: next !== null, cursor: next, items };
}

import { NodeHash, UsageError } from '../model/index.js';

// In a Unicode pattern this matches only surrogates that are not part of a pair.
const LONE_SURROGATE = /[\ud800-\udfff]/u;

/** The hash in lower case. Throws UsageError `INVALID_HASH` with the value, and the row when it is one of many. */
export function requireHash(value: unknown, row?: number): NodeHash {
  if (typeof value !== 'string') {
    throw new UsageError('INVALID_HASH', `Not a hash: it is of type ${typeof value}.`, {
      details: { value: shown(value), ...place(row) },
    });
  }
  try {
    return NodeHash.parse(value);
  } catch (error) {
    if (row === undefined || !(error instanceof UsageError)) throw error;
    throw new UsageError('INVALID_HASH', error.message, { details: { ...error.details, row }, cause: error });
  }
}

/** A text that stays what it is when it is stored, and is not empty. Throws UsageError `INVALID_ARGUMENT`. */
export function requireName(name: string, value: unknown, row?: number): string {
  if (typeof value === 'string' && value !== '' && !LONE_SURROGATE.test(value)) return value;
  throw invalidArgument(name, value, 'must be a non-empty text of whole Unicode characters', row);
}

/** An integer from `minimum`. Throws UsageError `INVALID_ARGUMENT`. */
export function requireInteger(name: string, value: unknown, minimum: number): number {
  if (Number.isSafeInteger(value) && Number(value) >= minimum) return Number(value);
  throw invalidArgument(name, value, `must be an integer from ${minimum}`);
}

/** Throws UsageError `INVALID_ARGUMENT`. */
export function requireBytes(name: string, value: unknown, row?: number): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw invalidArgument(name, value, 'must be a Uint8Array', row);
}

/** The error for an argument that cannot be used; `row` counts from 0 in a batch. */
export function invalidArgument(name: string, value: unknown, problem: string, row?: number): UsageError {
  const where = row === undefined ? '' : ` of entry ${row}`;
  return new UsageError('INVALID_ARGUMENT', `The argument '${name}'${where} ${problem}.`, {
    details: { argument: name, value: shown(value), ...place(row) },
  });
}

function place(row: number | undefined): { row?: number } {
  return row === undefined ? {} : { row };
}

function shown(value: unknown): unknown {
  if (typeof value === 'string') return value.length > 80 ? `${value.slice(0, 80)}…` : value;
  return value === null || typeof value !== 'object' ? value : Object.prototype.toString.call(value);
}

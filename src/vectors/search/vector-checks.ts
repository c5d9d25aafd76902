import { CancelledError, CorruptionError, LimitError, UsageError } from '../../model/index.js';

/** More results than this are a listing, not a search. */
export const MAX_RESULTS = 10_000;
export const MAX_DIMENSION = 16_384;

/** Why numbers are no direction that could be compared with others, or undefined when they are one. */
function faultOf(vector: Float32Array): { readonly problem: string; readonly position?: number } | undefined {
  let isZero = true;
  for (let position = 0; position < vector.length; position++) {
    const value = vector[position] ?? Number.NaN;
    if (!Number.isFinite(value)) return { problem: `has ${value} at position ${position}`, position };
    if (value !== 0) isZero = false;
  }
  return isZero ? { problem: 'is zero, which has no direction' } : undefined;
}

/**
 * Refuses what cannot be compared by its angle. Throws UsageError `INVALID_ARGUMENT` for another type, another
 * length, NaN, an infinite number, or zeros alone; `details` names the field, and the position where there is one.
 */
export function checkVector(vector: unknown, dimension: number, field = 'vector'): asserts vector is Float32Array {
  if (!(vector instanceof Float32Array)) {
    throw new UsageError('INVALID_ARGUMENT', `The ${field} must be a Float32Array.`, { details: { field } });
  }
  if (vector.length !== dimension) {
    throw new UsageError('INVALID_ARGUMENT', `The ${field} has ${vector.length} numbers instead of ${dimension}.`, {
      details: { field, expected: dimension, value: vector.length },
    });
  }
  const fault = faultOf(vector);
  if (fault === undefined) return;
  const { problem, position } = fault;
  throw new UsageError('INVALID_ARGUMENT', `The ${field} ${problem}.`, {
    details: position === undefined ? { field } : { field, position, value: String(vector[position]) },
  });
}

/** A stored vector that `checkVector` would have refused: it was written past the checks, or is damaged. */
export function damagedVector(id: number): CorruptionError {
  return new CorruptionError('DATABASE_CORRUPT', `The stored vector ${id} has no direction.`, { details: { id } });
}

/** Throws UsageError `INVALID_ARGUMENT` unless k is a whole number from 1, LimitError above MAX_RESULTS. */
export function checkResultCount(k: unknown): asserts k is number {
  if (!Number.isSafeInteger(k) || Number(k) < 1) {
    throw new UsageError('INVALID_ARGUMENT', `The number of results k must be a whole number from 1.`, {
      details: { field: 'k', value: k },
    });
  }
  if (Number(k) > MAX_RESULTS) {
    throw new LimitError(
      'LIMIT_EXCEEDED',
      `A search gives at most ${MAX_RESULTS} results; ${String(k)} were asked for.`,
      {
        details: { field: 'k', value: k, limit: MAX_RESULTS },
      },
    );
  }
}

/** Throws UsageError `INVALID_OPTION` unless the value is a whole number in the range. */
export function checkOption(name: string, value: unknown, least: number, most: number): void {
  if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return;
  throw new UsageError('INVALID_OPTION', `The option ${name} must be a whole number from ${least} to ${most}.`, {
    details: { option: name, value },
  });
}

/** Throws CancelledError once the signal has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CancelledError();
}

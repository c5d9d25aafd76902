import { UsageError } from '../model/index.js';

/** Whether a value is acceptable, and what would have been, as the end of a sentence. */
export interface ValueCheck {
  readonly accepts: (value: unknown) => boolean;
  readonly expected: string;
}

// In a Unicode pattern this matches only surrogates that are not part of a pair.
const LONE_SURROGATE = /[\ud800-\udfff]/u;
const HASH = /^[0-9a-f]{64}$/i;

/** A lone surrogate has no UTF-8 form, so the database would silently store another text. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && !LONE_SURROGATE.test(value);
}

function isCount(value: unknown, minimum: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= minimum;
}

export const TEXT: ValueCheck = { accepts: isText, expected: 'a text of whole Unicode characters' };
export const NAME: ValueCheck = {
  accepts: (value) => isText(value) && value !== '',
  expected: 'a non-empty text of whole Unicode characters',
};
export const COUNT: ValueCheck = { accepts: (value) => isCount(value, 0), expected: 'an integer from 0' };
export const POSITIVE: ValueCheck = { accepts: (value) => isCount(value, 1), expected: 'an integer from 1' };
export const HASH_TEXT: ValueCheck = {
  accepts: (value) => typeof value === 'string' && HASH.test(value),
  expected: '64 hexadecimal characters',
};
export const BYTES: ValueCheck = { accepts: (value) => value instanceof Uint8Array, expected: 'a Uint8Array' };

export function oneOf(values: readonly string[]): ValueCheck {
  return { accepts: (value) => values.some((known) => known === value), expected: `one of ${values.join(', ')}` };
}

export function orNull(check: ValueCheck): ValueCheck {
  return { accepts: (value) => value === null || check.accepts(value), expected: `${check.expected}, or null` };
}

/** Throws a UsageError with code `INVALID_ARGUMENT` that names the field and its value. */
export function requireValue(check: ValueCheck, field: string, value: unknown, row?: number): void {
  if (!check.accepts(value)) throw invalidValue(field, value, `must be ${check.expected}`, row);
}

/** The error for a value that cannot be stored; `row` counts from 0 in a batch. */
export function invalidValue(field: string, value: unknown, problem: string, row?: number): UsageError {
  const place = row === undefined ? '' : ` of row ${row}`;
  return new UsageError('INVALID_ARGUMENT', `The field '${field}'${place} ${problem}.`, {
    details: { field, value: shown(value), ...(row === undefined ? {} : { row }) },
  });
}

function shown(value: unknown): unknown {
  return typeof value === 'string' && value.length > 200 ? `${value.slice(0, 200)}…` : value;
}

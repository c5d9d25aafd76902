import { invalidArgument } from './argument-checks.js';

/**
 * The JSON text of a value that comes back from it as it was. Throws UsageError `INVALID_ARGUMENT` with
 * the place of what would not: a number that is not finite, undefined, a date, a map, a promise.
 */
export function jsonTextOf(value: unknown, name: string): string {
  // This goes first because it refuses values that contain themselves, which the search would not come out of.
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw invalidArgument(name, value, `is no JSON value: ${String(error)}`);
  }
  const misfit = findMisfit(value, '');
  if (misfit === undefined && text !== undefined) return text;
  const [place, found] = misfit ?? ['', value];
  throw invalidArgument(name, found, `is no JSON value${place === '' ? '' : ` at ${place}`}: ${kindOf(found)}`);
}

/** The value as it would come back from its JSON text: of its own, and with 0 for -0. */
export function valueOfJson(value: unknown, text: string): unknown {
  return typeof value === 'string' ? value : (JSON.parse(text) as unknown);
}

function findMisfit(value: unknown, place: string): [place: string, value: unknown] | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : [place, value];
  if (typeof value !== 'object') return [place, value];
  if (!Array.isArray(value) && !isPlain(value)) return [place, value];
  // The entries of an array leave no hole out, and its other properties are none of them.
  const entries: Iterable<[number | string, unknown]> = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [name, part] of entries) {
    const misfit = findMisfit(part, place === '' ? String(name) : `${place}.${name}`);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function kindOf(value: unknown): string {
  return typeof value === 'number' ? String(value) : Object.prototype.toString.call(value).slice(8, -1);
}

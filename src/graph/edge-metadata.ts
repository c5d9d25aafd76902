import type { EdgeMetadata } from '../model/index.js';
import { invalidValue } from './value-checks.js';

/** Deeper than any metadata of use, and far from where writing JSON would exhaust the stack. */
const MAX_DEPTH = 64;

/** Texts of metadata that many edges share. */
const texts = new WeakMap<object, string>();

/**
 * The JSON text of an edge's metadata, or null. Throws UsageError `INVALID_ARGUMENT` with the path of
 * the value for anything that JSON would drop or change: undefined, NaN, an infinite number, a
 * function, a bigint, a class instance, a cycle.
 */
export function encodeMetadata(metadata: EdgeMetadata | null, row?: number): string | null {
  if (metadata === null) return null;
  const known = texts.get(metadata);
  if (known !== undefined) return known;
  if (!isPlainObject(metadata)) throw invalidValue('metadata', metadata, 'must be a plain object or null', row);
  requireJson(metadata, 'metadata', 0, row);
  const text = JSON.stringify(metadata);
  if (isConstant(metadata)) texts.set(metadata, text);
  return text;
}

/** Frozen, and so is everything in it. */
function isConstant(metadata: object): boolean {
  return Object.isFrozen(metadata) && Object.values(metadata).every((value) => typeof value !== 'object');
}

function requireJson(value: unknown, path: string, depth: number, row: number | undefined): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return;
    throw invalidValue(path, value, `has no JSON form: ${value}`, row);
  }
  if (depth >= MAX_DEPTH) throw invalidValue(path, undefined, `is nested more than ${MAX_DEPTH} deep`, row);
  if (Array.isArray(value)) {
    // By index, because forEach passes over the holes that JSON would fill with null.
    for (let at = 0; at < value.length; at++) requireJson(value[at], `${path}[${at}]`, depth + 1, row);
  } else if (isPlainObject(value)) {
    for (const [key, inner] of Object.entries(value)) requireJson(inner, `${path}.${key}`, depth + 1, row);
  } else {
    throw invalidValue(path, describe(value), `has no JSON form: ${describe(value)}`, row);
  }
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? `an instance of ${value.constructor.name}` : typeof value;
}

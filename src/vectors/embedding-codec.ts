import { endianness } from 'node:os';
import { UsageError } from '../model/index.js';

const IS_LITTLE_ENDIAN = endianness() === 'LE';

/** Why something is no vector of this dimension that a direction can be told from; undefined when it is one. */
export function vectorFault(vector: unknown, dimension: number): string | undefined {
  if (!(vector instanceof Float32Array)) return `it is ${describe(vector)}, not a Float32Array`;
  if (vector.length !== dimension) return `it has ${vector.length} values, not ${dimension}`;
  let isZero = true;
  for (let at = 0; at < vector.length; at++) {
    const value = vector[at] ?? 0;
    if (!Number.isFinite(value)) return `value ${at} is ${value}`;
    if (value !== 0) isZero = false;
  }
  return isZero ? 'all its values are zero' : undefined;
}

function describe(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}

/** Throws UsageError `INVALID_VECTOR` with what is wrong; `where` names the vector. */
export function requireVector(
  vector: unknown,
  dimension: number,
  where: Readonly<Record<string, unknown>>,
): Float32Array {
  const reason = vectorFault(vector, dimension);
  if (reason === undefined) return vector as Float32Array;
  throw new UsageError('INVALID_VECTOR', `Not a vector of dimension ${dimension}: ${reason}.`, {
    details: { ...where, dimension, reason },
  });
}

/** The little-endian float32 bytes of a vector. */
export function encodeVector(vector: Float32Array): Uint8Array {
  if (IS_LITTLE_ENDIAN) return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
  const bytes = new Uint8Array(vector.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of vector.entries()) view.setFloat32(at * 4, value, true);
  return bytes;
}

/** The vector of these bytes, copied, since a database's bytes need not lie where a Float32Array may. */
export function decodeVector(bytes: Uint8Array): Float32Array {
  const vector = new Float32Array(bytes.length / 4);
  if (IS_LITTLE_ENDIAN) {
    new Uint8Array(vector.buffer).set(bytes);
    return vector;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < vector.length; at++) vector[at] = view.getFloat32(at * 4, true);
  return vector;
}

/** Bytes that somebody stored, as a vector; undefined when they are none. */
export function vectorOfBytes(bytes: Uint8Array): Float32Array | undefined {
  if (bytes.length === 0 || bytes.length % 4 !== 0) return undefined;
  const vector = decodeVector(bytes);
  return vectorFault(vector, vector.length) === undefined ? vector : undefined;
}

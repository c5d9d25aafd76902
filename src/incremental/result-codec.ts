import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LimitError } from '../model/index.js';

/** A larger result is refused, and a stored one that claims to be larger is not unpacked. */
export const MAX_RESULT_BYTES = 64 * 1024 * 1024;

const PLAIN = 0;
const DEFLATED = 1;
const DEFLATED_HEADER_BYTES = 5;
/** What is shorter hardly ever becomes smaller. */
const WORTH_DEFLATING_BYTES = 48;

/**
 * The stored form of a result. The first byte says how to read the rest: 0 for the bytes as they are, 1
 * for their length (32 bits, little-endian) and a raw deflate stream, used when that is smaller.
 *
 * Throws LimitError `LIMIT_EXCEEDED` above {@link MAX_RESULT_BYTES}.
 */
export function encodeResult(bytes: Uint8Array): Uint8Array {
  if (bytes.length > MAX_RESULT_BYTES) {
    throw new LimitError(
      'LIMIT_EXCEEDED',
      `A result of ${bytes.length} bytes is over the limit of ${MAX_RESULT_BYTES}.`,
      { details: { sizeBytes: bytes.length, limitBytes: MAX_RESULT_BYTES } },
    );
  }
  if (bytes.length >= WORTH_DEFLATING_BYTES) {
    const deflated = deflateRawSync(bytes, { level: 1 });
    if (deflated.length + DEFLATED_HEADER_BYTES < bytes.length + 1) {
      const stored = Buffer.allocUnsafe(DEFLATED_HEADER_BYTES + deflated.length);
      stored[0] = DEFLATED;
      stored.writeUInt32LE(bytes.length, 1);
      deflated.copy(stored, DEFLATED_HEADER_BYTES);
      return stored;
    }
  }
  const stored = Buffer.allocUnsafe(1 + bytes.length);
  stored[0] = PLAIN;
  stored.set(bytes, 1);
  return stored;
}

/**
 * The result of a stored form, in memory of its own; undefined when the bytes are no stored form. Never
 * throws, and never unpacks more than {@link MAX_RESULT_BYTES}, whatever the bytes are.
 */
export function decodeResult(stored: Uint8Array): Uint8Array | undefined {
  if (stored[0] === PLAIN) return new Uint8Array(stored.subarray(1));
  if (stored[0] !== DEFLATED || stored.length < DEFLATED_HEADER_BYTES) return undefined;
  const length = new DataView(stored.buffer, stored.byteOffset).getUint32(1, true);
  if (length === 0 || length > MAX_RESULT_BYTES) return undefined;
  try {
    const bytes = inflateRawSync(stored.subarray(DEFLATED_HEADER_BYTES), { maxOutputLength: length });
    return bytes.length === length ? new Uint8Array(bytes) : undefined;
  } catch {
    return undefined;
  }
}

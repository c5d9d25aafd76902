import { hash } from 'blake3-jit';
import { UsageError } from './errors.js';

declare const hashBrand: unique symbol;

/** A 32-byte BLAKE3 digest, written as 64 lower-case hexadecimal characters. */
export type NodeHash = string & { readonly [hashBrand]: true };

const HASH_PATTERN = /^[0-9a-f]{64}$/;

function of(content: Uint8Array | string): NodeHash {
  return fromDigest(hash(typeof content === 'string' ? Buffer.from(content, 'utf8') : content));
}

function fromDigest(digest: Uint8Array): NodeHash {
  if (digest.length !== 32) {
    throw new UsageError('INVALID_HASH', `A hash is 32 bytes; got ${digest.length}.`, {
      details: { lengthBytes: digest.length },
    });
  }
  return Buffer.from(digest.buffer, digest.byteOffset, 32).toString('hex') as NodeHash;
}

function parse(text: string): NodeHash {
  const lower = text.toLowerCase();
  if (HASH_PATTERN.test(lower)) return lower as NodeHash;
  const stray = /[^0-9a-f]/.exec(lower);
  const reason =
    text.length !== 64
      ? `it has ${text.length} characters, not 64`
      : `character ${JSON.stringify(stray?.[0])} at ${stray?.index} is not hexadecimal`;
  throw new UsageError('INVALID_HASH', `Not a hash: ${reason}.`, {
    details: { value: text.slice(0, 80), reason },
  });
}

/** The 32 bytes of a hash, as they are stored in a BLOB column. */
function toBytes(value: NodeHash): Buffer {
  return Buffer.from(value, 'hex');
}

/**
 * Making and reading hashes.
 *
 * - `of(content)`: BLAKE3 of bytes, or of a text's UTF-8 bytes.
 * - `parse(text)`: accepts exactly 64 hexadecimal characters of either case; throws a UsageError
 *   with code `INVALID_HASH` and the reason for everything else.
 * - `fromDigest(bytes)`, `toBytes(hash)`: to and from the 32 stored bytes.
 */
export const NodeHash = { of, parse, fromDigest, toBytes } as const;

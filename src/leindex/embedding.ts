/** How LeIndex stores an embedding: as float32, or as bytes with what they were scaled by. */
export const EMBEDDING_FORMAT = { float32: 0, int8: 1 } as const;

const BLOCK_BYTES = 32;
const COUNT_BYTES = 8;
/** Scale, bias, sum and sum of squares. */
const METADATA_BYTES = 16;
const FLOAT_BYTES = 4;

/**
 * An embedding of LeIndex as little-endian float32; undefined for bytes that are not of the format.
 *
 * Its int8 format is what Rust's bincode makes of the quantised vector: the number of blocks (8 bytes), 32
 * signed bytes for each, the four numbers of the quantisation as float32, the dimension (8 bytes); all
 * little-endian. A value is `(byte - bias) / scale`.
 */
export function decodeEmbedding(bytes: Uint8Array, format: number): Uint8Array | undefined {
  if (format === EMBEDDING_FORMAT.float32) return isFloats(bytes) ? bytes : undefined;
  return format === EMBEDDING_FORMAT.int8 ? dequantised(bytes) : undefined;
}

function dequantised(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < 2 * COUNT_BYTES + METADATA_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const valueBytes = Number(view.getBigUint64(0, true)) * BLOCK_BYTES;
  if (bytes.length !== 2 * COUNT_BYTES + METADATA_BYTES + valueBytes) return undefined;
  const metadataAt = COUNT_BYTES + valueBytes;
  const scale = view.getFloat32(metadataAt, true);
  const bias = view.getFloat32(metadataAt + FLOAT_BYTES, true);
  const dimension = Number(view.getBigUint64(metadataAt + METADATA_BYTES, true));
  if (dimension === 0 || dimension > valueBytes || !(scale > 0) || !Number.isFinite(bias)) return undefined;
  const floats = new Uint8Array(dimension * FLOAT_BYTES);
  const target = new DataView(floats.buffer);
  for (let at = 0; at < dimension; at++) {
    const value = Math.fround(view.getInt8(COUNT_BYTES + at) - bias) / scale;
    target.setFloat32(at * FLOAT_BYTES, value, true);
  }
  return isFloats(floats) ? floats : undefined;
}

/** A whole number of finite values, and at least one. */
function isFloats(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || bytes.length % FLOAT_BYTES !== 0) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; at += FLOAT_BYTES) {
    if (!Number.isFinite(view.getFloat32(at, true))) return false;
  }
  return true;
}

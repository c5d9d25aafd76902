import type { FileHandle } from 'node:fs/promises';

const CHUNK_BYTES = 256 * 1024;

/** A file read forwards, a chunk or a record at a time. */
export class ByteWindow {
  private chunk: Buffer = Buffer.alloc(0);
  /** Offset of the chunk's first byte. */
  private chunkStart = 0;

  constructor(
    private readonly file: FileHandle,
    readonly sizeBytes: number,
  ) {}

  /** The bytes from `offset` on, fewer where the file ends. They hold until the next call. */
  async read(offset: number, count: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(count, this.sizeBytes - offset));
    const from = offset - this.chunkStart;
    if (from >= 0 && from + wanted <= this.chunk.length) return this.chunk.subarray(from, from + wanted);
    const length = Math.min(Math.max(wanted, CHUNK_BYTES), this.sizeBytes - offset);
    const chunk = Buffer.allocUnsafe(Math.max(0, length));
    const filled = await fill(this.file, chunk, offset);
    // A longer chunk is one large record; it is not kept longer than it is needed.
    this.chunk = filled > CHUNK_BYTES ? Buffer.alloc(0) : chunk.subarray(0, filled);
    this.chunkStart = offset;
    return chunk.subarray(0, Math.min(wanted, filled));
  }
}

async function fill(file: FileHandle, bytes: Buffer, offset: number): Promise<number> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

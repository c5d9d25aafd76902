import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const CHUNK_BYTES = 256 * 1024;

/**
 * Writes a file whole or not at all, and gives its size: the pieces go into a file beside it, which takes its
 * place when all of them are on the disk. Throws UsageError `INVALID_ARGUMENT` for a path that cannot be written.
 */
export async function writeWhole(path: string, pieces: AsyncIterable<string | Uint8Array>): Promise<number> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  const file = await refusing(path, () => open(temporary, 'wx'));
  try {
    let sizeBytes: number;
    try {
      sizeBytes = await writePieces(file, pieces);
      await file.sync();
    } finally {
      await file.close();
    }
    await refusing(path, () => rename(temporary, path));
    return sizeBytes;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writePieces(file: FileHandle, pieces: AsyncIterable<string | Uint8Array>): Promise<number> {
  let sizeBytes = 0;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  const flush = async (): Promise<void> => {
    await file.writeFile(Buffer.concat(waiting));
    waiting = [];
    waitingBytes = 0;
  };
  for await (const piece of pieces) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    sizeBytes += bytes.length;
    waitingBytes += bytes.length;
    waiting.push(bytes);
    if (waitingBytes >= CHUNK_BYTES) await flush();
  }
  await flush();
  return sizeBytes;
}

/** Tells of a path that cannot be written. */
async function refusing<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    const { UsageError } = await import('../index.js');
    const reason = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    throw new UsageError('INVALID_ARGUMENT', `${path} cannot be written.`, { details: { path, reason }, cause });
  }
}

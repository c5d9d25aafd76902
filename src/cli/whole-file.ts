import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const CHUNK_BYTES = 256 * 1024;

/**
 * Writes a file whole or not at all, and gives its size: the pieces go into a file beside it, which takes its
 * place when all of them are on the disk. Throws UsageError `INVALID_ARGUMENT` for a path that cannot be written.
 */
export async function writeWhole(path: string, pieces: AsyncIterable<string | Uint8Array>): Promise<number> {
  const file = await WholeFile.open(path);
  try {
    for await (const piece of pieces) await file.write(piece);
    await file.finish();
    await file.place();
    return file.sizeBytes;
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** A file that is being written beside the path whose place it takes in the end. */
export class WholeFile {
  sizeBytes = 0;
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;

  private constructor(
    readonly path: string,
    private readonly temporary: string,
    private readonly file: FileHandle,
  ) {}

  /** Throws UsageError `INVALID_ARGUMENT` for a path that cannot be written. */
  static async open(path: string): Promise<WholeFile> {
    const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
    return new WholeFile(path, temporary, await refusing(path, () => open(temporary, 'wx')));
  }

  async write(piece: string | Uint8Array): Promise<void> {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    this.sizeBytes += bytes.length;
    this.waitingBytes += bytes.length;
    this.waiting.push(bytes);
    if (this.waitingBytes >= CHUNK_BYTES) await this.flush();
  }

  /** Everything is on the disk afterwards, though not yet in its place. */
  async finish(): Promise<void> {
    await this.flush();
    await this.file.sync();
    await this.file.close();
  }

  /** Takes the place of what is at the path. Throws UsageError `INVALID_ARGUMENT` when a folder is there. */
  async place(): Promise<void> {
    await refusing(this.path, () => rename(this.temporary, this.path));
  }

  /** Leaves what is at the path as it is. */
  async discard(): Promise<void> {
    await this.file.close();
    await rm(this.temporary, { force: true });
  }

  private async flush(): Promise<void> {
    await this.file.writeFile(Buffer.concat(this.waiting));
    this.waiting = [];
    this.waitingBytes = 0;
  }
}

/** Tells of a path that cannot be written. */
export async function refusing<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    const { UsageError } = await import('../index.js');
    const reason = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    throw new UsageError('INVALID_ARGUMENT', `${path} cannot be written.`, { details: { path, reason }, cause });
  }
}

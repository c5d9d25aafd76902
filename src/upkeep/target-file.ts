import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync, rmSync, statSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CorruptionError, UsageError } from '../model/index.js';

/** What SQLite may keep beside a database. */
const BESIDE = ['', '-journal', '-wal', '-shm'];

/** A file in the making, beside the path whose place it takes in the end. */
export interface TargetFile {
  readonly path: string;
  readonly temporary: string;
}

/**
 * A place for a new file. Throws UsageError `TARGET_EXISTS` for a path where something is that may not be
 * replaced, `INVALID_ARGUMENT` for the database itself and for a folder, and CorruptionError
 * `DATABASE_UNWRITABLE` when the folder of the path is not there.
 */
export function targetFile(
  path: string,
  { force, own }: { readonly force: boolean; readonly own: string },
): TargetFile {
  const whole = resolve(path);
  if (!existsSync(dirname(whole))) {
    throw new CorruptionError('DATABASE_UNWRITABLE', `${whole} cannot be made: its folder is not there.`, {
      details: { path: whole, reason: 'ENOENT' },
    });
  }
  requireReplaceable(whole, force, own);
  return { path: whole, temporary: join(dirname(whole), `.${basename(whole)}.${randomUUID()}.tmp`) };
}

function requireReplaceable(path: string, force: boolean, own: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  const isOwn = existsSync(own) && realpathSync(own) === realpathSync(path);
  if (isOwn || !stat.isFile()) {
    const what = isOwn ? 'the database itself' : 'no file';
    throw new UsageError('INVALID_ARGUMENT', `${path} is ${what}; name another path.`, { details: { path } });
  }
  if (!force) {
    throw new UsageError('TARGET_EXISTS', `${path} is there already, and is left as it is.`, { details: { path } });
  }
  // A log beside a file belongs to what was in it; SQLite would play it into what takes its place.
  const logs = ['-wal', '-journal'].filter(
    (ending) => (statSync(path + ending, { throwIfNoEntry: false })?.size ?? 0) > 0,
  );
  if (logs.length > 0) {
    throw new UsageError('TARGET_EXISTS', `${path} is a database that is in use, or was not closed.`, {
      details: { path, logs: logs.map((ending) => path + ending) },
    });
  }
}

/** Puts the file in its place once it is on the disk. Throws what {@link targetFile} throws. */
export async function placeFile(
  { path, temporary }: TargetFile,
  options: { readonly force: boolean; readonly own: string },
): Promise<void> {
  const file = await open(temporary, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  requireReplaceable(path, options.force, options.own);
  await rename(temporary, path);
}

/** Removes what was made so far; a file in its place stays. */
export function discardFile({ temporary }: TargetFile): void {
  for (const ending of BESIDE) rmSync(temporary + ending, { force: true });
}

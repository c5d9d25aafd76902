import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { CorruptionError } from '../model/index.js';
import { invalidOption } from './option-check.js';
import { withoutSecrets } from './server-options.js';
import { osReason, unwritableError } from './sqlite-errors.js';

/** Where a replica comes from and when it was last brought up to date; kept in a file beside it. */
export interface ReplicaOrigin {
  readonly url: string;
  /** Milliseconds since the Unix epoch; null before the first time. */
  readonly syncedAt: number | null;
}

/** Everything that the native library and this one keep of a replica, apart from the origin and the lock. */
const FILES = ['', '-wal', '-shm', '-client_wal_index', '-info'] as const;

/**
 * The origin of the replica in a file; undefined when there is no file yet. Throws UsageError
 * `INVALID_OPTION` for a file that is no replica, or one of another server: it would be written over.
 */
export function readOrigin(path: string, url: string): ReplicaOrigin | undefined {
  const file = originFile(path);
  if (!existsSync(file)) {
    if (!existsSync(path)) return undefined;
    throw invalidOption('replicaPath', path, `${path} is there already and is no replica; it stays as it is.`);
  }
  const origin = parse(file);
  if (origin.url === withoutSecrets(url)) return origin;
  throw invalidOption('replicaPath', path, `${path} is a replica of ${origin.url}, not of ${withoutSecrets(url)}.`);
}

/** The origin of whatever replica is in a file; undefined for a file that is none. */
export function originOf(path: string): ReplicaOrigin | undefined {
  return existsSync(originFile(path)) ? parse(originFile(path)) : undefined;
}

/** Notes where a replica comes from. Throws CorruptionError `DATABASE_UNWRITABLE`. */
export function writeOrigin(path: string, url: string, syncedAt: number | null): void {
  const origin: ReplicaOrigin = { url: withoutSecrets(url), syncedAt };
  const file = originFile(path);
  const scratch = `${file}.${process.pid}`;
  try {
    writeFileSync(scratch, JSON.stringify(origin));
    renameSync(scratch, file);
  } catch (error) {
    throw unwritableError(path, osReason(error), error);
  }
}

/** Removes a replica, which can be had again from its server; its origin stays. */
export function discardReplica(path: string): void {
  for (const suffix of FILES) rmSync(path + suffix, { force: true });
}

function parse(file: string): ReplicaOrigin {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<keyof ReplicaOrigin, unknown>>;
    if (typeof value.url === 'string') {
      return { url: value.url, syncedAt: typeof value.syncedAt === 'number' ? value.syncedAt : null };
    }
  } catch (cause) {
    throw new CorruptionError('NOT_A_DATABASE', `${file} does not say where the replica comes from.`, {
      details: { path: file },
      cause,
    });
  }
  throw new CorruptionError('NOT_A_DATABASE', `${file} does not say where the replica comes from.`, {
    details: { path: file },
  });
}

function originFile(path: string): string {
  return `${path}-origin`;
}

import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../model/index.js';

/**
 * How much a commit waits for the disk: `full` survives a power failure, `normal` survives a killed
 * process and may lose the last commits to a power failure, `off` leaves it to the operating system.
 */
export type Durability = 'full' | 'normal' | 'off';

export interface StorageConfig {
  /** A path, a `file:` URL, or `:memory:` for a database that lives as long as it is open. */
  readonly path: string;
  /** Write-ahead log, so that readers and the writer do not wait for each other. Default true. */
  readonly wal?: boolean;
  /** Page cache of each connection. Default 128 MiB; it grows with use. */
  readonly cacheSizeBytes?: number;
  /** How long a call waits for another process before it fails with `DATABASE_BUSY`. Default 5000. */
  readonly busyTimeoutMs?: number;
  /** Default `full`. */
  readonly durability?: Durability;
  /** Refuses every write and never creates or migrates anything. Default false. */
  readonly readOnly?: boolean;
  /** How many connections for snapshots and iterations are kept open between uses. Default 4. */
  readonly readers?: number;
}

/** A configuration with every option decided; `path` is absolute, or `:memory:`. */
export type ResolvedStorageConfig = Required<StorageConfig>;

export const MEMORY_PATH = ':memory:';

const DEFAULTS = {
  wal: true,
  cacheSizeBytes: 128 * 1024 * 1024,
  busyTimeoutMs: 5000,
  durability: 'full',
  readOnly: false,
  readers: 4,
} as const satisfies Omit<ResolvedStorageConfig, 'path'>;

const DURABILITIES: readonly string[] = ['full', 'normal', 'off'];
/** The largest wait SQLite's busy handler can be given. */
const MAX_INT32 = 2 ** 31 - 1;

type OptionCheck = readonly [accepts: (value: unknown) => boolean, expected: string];

const isBoolean: OptionCheck = [(value) => typeof value === 'boolean', 'true or false'];
const integerFrom = (minimum: number, maximum: number): OptionCheck => [
  (value) => Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum,
  `an integer from ${minimum} to ${maximum}`,
];

const CHECKS: Readonly<Record<keyof StorageConfig, OptionCheck>> = {
  path: [(value) => typeof value === 'string' && value !== '' && !value.includes('\0'), 'a non-empty text'],
  wal: isBoolean,
  cacheSizeBytes: integerFrom(1024, Number.MAX_SAFE_INTEGER),
  busyTimeoutMs: integerFrom(0, MAX_INT32),
  durability: [(value) => DURABILITIES.includes(String(value)), `one of ${DURABILITIES.join(', ')}`],
  readOnly: isBoolean,
  readers: integerFrom(1, 256),
};

/**
 * Checks a configuration and fills in what it leaves out.
 *
 * Throws a UsageError with code `INVALID_OPTION` for an unknown option, which is refused by name, and
 * for a value outside its range.
 */
export function resolveStorageConfig(config: StorageConfig): ResolvedStorageConfig {
  for (const [option, value] of Object.entries(config)) {
    const check = Object.hasOwn(CHECKS, option) ? CHECKS[option as keyof StorageConfig] : undefined;
    if (check === undefined) {
      const known = Object.keys(CHECKS);
      throw invalidOption(option, value, `There is no storage option '${option}'; there are ${known.join(', ')}.`);
    }
    const [accepts, expected] = check;
    if (value !== undefined && !accepts(value)) {
      throw invalidOption(option, value, `Storage option '${option}' must be ${expected}.`);
    }
  }
  if (config.path === undefined) {
    throw invalidOption('path', undefined, `Storage option 'path' is missing.`);
  }
  const resolved: ResolvedStorageConfig = {
    path: resolvePath(config.path),
    wal: config.wal ?? DEFAULTS.wal,
    cacheSizeBytes: config.cacheSizeBytes ?? DEFAULTS.cacheSizeBytes,
    busyTimeoutMs: config.busyTimeoutMs ?? DEFAULTS.busyTimeoutMs,
    durability: config.durability ?? DEFAULTS.durability,
    readOnly: config.readOnly ?? DEFAULTS.readOnly,
    readers: config.readers ?? DEFAULTS.readers,
  };
  if (resolved.readOnly && resolved.path === MEMORY_PATH) {
    throw invalidOption('readOnly', true, 'A database in memory starts empty, so it cannot be read-only.');
  }
  return resolved;
}

function resolvePath(path: string): string {
  if (path === MEMORY_PATH || path === `file:${MEMORY_PATH}`) return MEMORY_PATH;
  if (path.startsWith('file://')) {
    try {
      return fileURLToPath(path);
    } catch (cause) {
      throw invalidOption('path', path, `Not a usable file URL: ${String(cause)}`);
    }
  }
  if (path.startsWith('file:') && path.length > 'file:'.length) return resolve(path.slice('file:'.length));
  if (!isAbsolute(path) && /^[a-z][a-z0-9+.-]+:\/\//i.test(path)) {
    throw invalidOption('path', path.split('?')[0], `A local database is a path, a file: URL or ${MEMORY_PATH}.`);
  }
  return resolve(path);
}

function invalidOption(option: string, value: unknown, message: string): UsageError {
  return new UsageError('INVALID_OPTION', message, { details: { option, value } });
}

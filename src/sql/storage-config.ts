import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { integerFrom, invalidOption, MAX_INT32, type OptionCheck } from './option-check.js';
import { SERVER_OPTIONS, type ServerOptions } from './server-options.js';

/**
 * How much a commit waits for the disk: `full` survives a power failure, `normal` survives a killed
 * process and may lose the last commits to a power failure, `off` leaves it to the operating system.
 */
export type Durability = 'full' | 'normal' | 'off';

export interface StorageConfig extends ServerOptions {
  /**
   * A path, a `file:` URL, `:memory:` for a database that lives as long as it is open, or the URL of a
   * libSQL server: `libsql:`, `https:`, `http:`, `wss:` or `ws:`.
   */
  readonly path: string;
  /** Write-ahead log, so that readers and the writer do not wait for each other. Default true. */
  readonly wal?: boolean;
  /** Page cache of each connection. Default 128 MiB; it grows with use. */
  readonly cacheSizeBytes?: number;
  /**
   * How long a call waits for another process before it fails with `DATABASE_BUSY`, and how long a call
   * to a server that cannot be reached is tried again. Default 5000.
   */
  readonly busyTimeoutMs?: number;
  /** Default `full`. */
  readonly durability?: Durability;
  /** Refuses every write and never creates or migrates anything. Default false. */
  readonly readOnly?: boolean;
  /** How many connections for snapshots and iterations are kept open between uses. Default 4. */
  readonly readers?: number;
}

/** A configuration of a local database with every option decided; `path` is absolute, or `:memory:`. */
export type ResolvedStorageConfig = Required<Omit<StorageConfig, keyof ServerOptions>>;

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
const isBoolean: OptionCheck = [(value) => typeof value === 'boolean', 'true or false'];
const MAX_READERS = 256;

const CHECKS: Readonly<Record<keyof StorageConfig, OptionCheck>> = {
  ...SERVER_OPTIONS,
  path: [(value) => typeof value === 'string' && value !== '' && !value.includes('\0'), 'a non-empty text'],
  wal: isBoolean,
  cacheSizeBytes: integerFrom(1024, Number.MAX_SAFE_INTEGER),
  busyTimeoutMs: integerFrom(0, MAX_INT32),
  durability: [(value) => DURABILITIES.includes(String(value)), `one of ${DURABILITIES.join(', ')}`],
  readOnly: isBoolean,
  readers: integerFrom(1, MAX_READERS),
};

/**
 * Checks a configuration and fills in what it leaves out.
 *
 * Throws a UsageError with code `INVALID_OPTION` for an unknown option, which is refused by name, and
 * for a value outside its range.
 */
export function resolveStorageConfig(config: StorageConfig): ResolvedStorageConfig {
  checkOptions(config);
  for (const option of Object.keys(SERVER_OPTIONS) as (keyof ServerOptions)[]) {
    if (config[option] === undefined) continue;
    throw invalidOption(option, undefined, `Storage option '${option}' goes with the URL of a server.`);
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

/** Throws a UsageError with code `INVALID_OPTION` for an unknown option and for a value outside its range. */
export function checkOptions(config: StorageConfig): void {
  for (const [option, value] of Object.entries<unknown>({ ...config })) {
    const check = Object.hasOwn(CHECKS, option) ? CHECKS[option as keyof StorageConfig] : undefined;
    if (check === undefined) {
      const known = Object.keys(CHECKS);
      throw invalidOption(option, value, `There is no storage option '${option}'; there are ${known.join(', ')}.`);
    }
    const [accepts, expected] = check;
    if (value !== undefined && !accepts(value)) {
      // A token that is refused is still a token.
      const shown = option === 'authToken' ? undefined : value;
      throw invalidOption(option, shown, `Storage option '${option}' must be ${expected}.`);
    }
  }
  if (config.path === undefined) {
    throw invalidOption('path', undefined, `Storage option 'path' is missing.`);
  }
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

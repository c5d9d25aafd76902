import { resolve } from 'node:path';
import { invalidOption } from './option-check.js';
import { Secret } from './secret.js';
import { withoutSecrets } from './server-options.js';
import { checkOptions, type StorageConfig } from './storage-config.js';

/** A configuration of a server with every option decided. */
export interface ResolvedServerConfig {
  /** The URL without anything secret. */
  readonly url: string;
  readonly authToken: Secret | undefined;
  readonly replicaPath: string | undefined;
  readonly syncIntervalMs: number;
  readonly requestTimeoutMs: number;
  readonly busyTimeoutMs: number;
  readonly readOnly: boolean;
}

const DEFAULTS = { syncIntervalMs: 0, requestTimeoutMs: 30_000, busyTimeoutMs: 5000 } as const;
/** They say how a file is kept; how a server keeps its files is its own business. */
const LOCAL_OPTIONS = ['wal', 'cacheSizeBytes', 'durability'] as const;

/**
 * Checks the configuration of a server and fills in what it leaves out.
 *
 * Throws a UsageError with code `INVALID_OPTION`, also for options that only a local database has and
 * for a URL that carries a user or a token: those go into `authToken`.
 */
export function resolveServerConfig(config: StorageConfig): ResolvedServerConfig {
  checkOptions(config);
  for (const option of LOCAL_OPTIONS) {
    if (config[option] === undefined) continue;
    throw invalidOption(option, config[option], `Storage option '${option}' is of a local database, not of a server.`);
  }
  if (config.replicaPath === undefined) {
    for (const option of ['syncIntervalMs', 'readers'] as const) {
      if (config[option] === undefined) continue;
      throw invalidOption(option, config[option], `Storage option '${option}' of a server goes with 'replicaPath'.`);
    }
  }
  return {
    url: checkUrl(config.path),
    authToken: config.authToken === undefined ? undefined : new Secret(config.authToken),
    replicaPath: config.replicaPath === undefined ? undefined : resolve(config.replicaPath),
    syncIntervalMs: config.syncIntervalMs ?? DEFAULTS.syncIntervalMs,
    requestTimeoutMs: config.requestTimeoutMs ?? DEFAULTS.requestTimeoutMs,
    busyTimeoutMs: config.busyTimeoutMs ?? DEFAULTS.busyTimeoutMs,
    readOnly: config.readOnly ?? false,
  };
}

function checkUrl(text: string): string {
  const value = withoutSecrets(text);
  if (!URL.canParse(text)) throw invalidOption('path', value, `Not a usable URL of a server: ${value}`);
  const url = new URL(text);
  if (url.hostname === '') throw invalidOption('path', value, `The URL ${value} names no host.`);
  if (url.username !== '' || url.password !== '' || url.searchParams.has('authToken')) {
    throw invalidOption('path', value, `A token goes into the option 'authToken', not into the URL ${value}.`);
  }
  const unknown = [...url.searchParams.keys()].find((name) => name !== 'tls');
  if (unknown !== undefined) throw invalidOption('path', value, `The URL ${value} has an unknown part '${unknown}'.`);
  return text;
}

import type { Command } from 'commander';
import type { StoreOptions } from '../index.js';
import { readAuthToken } from './auth-token.js';
import { defaultDatabase } from './default-database.js';
import { createOutput, type Output } from './output.js';

/** What the process gives to the commands. */
export interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Fires when the user interrupts. */
  readonly signal: AbortSignal;
  /** What the process ends with when the command does not fail: a command that answers «no» changes it. */
  readonly outcome: { status: number };
}

/** What every command works with once its line is parsed. */
export interface CommandContext {
  readonly host: Host;
  /** What the user called the database. */
  readonly database: string;
  /** How to open it; holds the token for a server. */
  readonly store: StoreOptions & { readonly path: string };
  readonly isServer: boolean;
  readonly output: Output;
}

/** Options that stand before or after any command. */
interface SharedOptions {
  readonly db?: string;
  readonly json?: boolean;
  readonly authTokenFile?: string;
  readonly replica?: string;
}

const SERVER_URL = /^(libsql|https?|wss?):/i;

export function addSharedOptions(program: Command): void {
  program
    .option(
      '--db <url>',
      'a path, file: URL, :memory: or libSQL URL (default: $LESTOCKAGE_DB, else the user data folder)',
    )
    .option('--json', 'print one JSON document')
    .option('--auth-token-file <path>', 'file with the token for a libSQL URL (default: $LESTOCKAGE_AUTH_TOKEN)')
    .option('--replica <path>', 'with a libSQL URL: keep an embedded replica here');
}

export interface ContextOptions {
  /** The token goes with a server that the command itself names, so the database may be a file. */
  readonly tokenIsForOther?: boolean;
}

export function contextOf(host: Host, command: Command, options: ContextOptions = {}): CommandContext {
  const shared = command.optsWithGlobals<SharedOptions>();
  const database = shared.db ?? defaultDatabase(host.environment);
  const output = createOutput(shared.json === true, host.stdout, host.stderr);
  const remoteOnly = shared.replica !== undefined ? '--replica' : '--auth-token-file';
  if (SERVER_URL.test(database)) {
    const store = { path: database, ...serverOptions(host, shared, command) };
    return { host, database, store, isServer: true, output };
  }
  const token = options.tokenIsForOther === true ? undefined : shared.authTokenFile;
  if ((shared.replica ?? token) !== undefined) {
    command.error(`error: option '${remoteOnly}' goes with a libSQL URL; the database is a local file`);
  }
  return { host, database, store: { path: database }, isServer: false, output };
}

function serverOptions(host: Host, { replica, authTokenFile }: SharedOptions, command: Command): StoreOptions {
  let authToken: string | undefined;
  try {
    authToken = readAuthToken(authTokenFile, host.environment);
  } catch (error) {
    command.error(`error: option '--auth-token-file': ${error instanceof Error ? error.message : String(error)}`);
  }
  return {
    ...(authToken === undefined ? {} : { authToken }),
    ...(replica === undefined ? {} : { replicaPath: replica }),
  };
}

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
  /** The database is a template of many. */
  readonly isSharded: boolean;
  readonly output: Output;
}

/** Options that stand before or after any command. */
interface SharedOptions {
  readonly db?: string;
  readonly json?: boolean;
  readonly authTokenFile?: string;
  readonly replica?: string;
  readonly vectors?: string;
  readonly vectorsTokenFile?: string;
}

export const SERVER_URL = /^(libsql|https?|wss?):/i;
/** What stands for the name of each of many databases. */
export const NAMESPACE_PLACE = '{namespace}';

export function addSharedOptions(program: Command): void {
  program
    .option(
      '--db <url>',
      'a path, file: URL, :memory: or libSQL URL (default: $LESTOCKAGE_DB, else the user data folder)',
    )
    .option('--json', 'print one JSON document')
    .option('--auth-token-file <path>', 'file with the token for a libSQL URL (default: $LESTOCKAGE_AUTH_TOKEN)')
    .option('--replica <path>', 'with a libSQL URL: keep an embedded replica here')
    .option('--vectors <url>', 'another database that has the vectors (default: $LESTOCKAGE_VECTOR_DB, else the same)')
    .option('--vectors-token-file <path>', 'file with its token (default: $LESTOCKAGE_VECTOR_AUTH_TOKEN)');
}

export interface ContextOptions {
  /** The token goes with a server that the command itself names, so the database may be a file. */
  readonly tokenIsForOther?: boolean;
  /** The command can do with many databases; others are refused. */
  readonly takesTemplate?: boolean;
}

export function contextOf(host: Host, command: Command, options: ContextOptions = {}): CommandContext {
  const shared = command.optsWithGlobals<SharedOptions>();
  const database = shared.db ?? defaultDatabase(host.environment);
  const isSharded = database.includes(NAMESPACE_PLACE);
  if (isSharded && options.takesTemplate !== true) {
    command.error(
      `error: '${command.name()}' works on one database: put a namespace in the place of ${NAMESPACE_PLACE}`,
    );
  }
  const output = createOutput(shared.json === true, host.stdout, host.stderr);
  const vectors = vectorsOption(host, shared, command);
  if (isSharded && vectors.vectors !== undefined) {
    command.error("error: option '--vectors' goes with one database, not with a template");
  }
  const remoteOnly = shared.replica !== undefined ? '--replica' : '--auth-token-file';
  if (SERVER_URL.test(database)) {
    const store = { path: database, ...serverOptions(host, shared, command), ...vectors };
    return { host, database, store, isServer: true, isSharded, output };
  }
  const token = options.tokenIsForOther === true ? undefined : shared.authTokenFile;
  if ((shared.replica ?? token) !== undefined) {
    command.error(`error: option '${remoteOnly}' goes with a libSQL URL; the database is a local file`);
  }
  return { host, database, store: { path: database, ...vectors }, isServer: false, isSharded, output };
}

/** The token of one server is never sent to another one. */
function vectorsOption(host: Host, { vectors, vectorsTokenFile }: SharedOptions, command: Command): StoreOptions {
  const path = vectors ?? host.environment['LESTOCKAGE_VECTOR_DB'] ?? '';
  if (path === '') {
    if (vectorsTokenFile === undefined) return {};
    return command.error("error: option '--vectors-token-file' goes with '--vectors'");
  }
  if (!SERVER_URL.test(path)) {
    if (vectorsTokenFile === undefined) return { vectors: { path } };
    return command.error(
      "error: option '--vectors-token-file' goes with a libSQL URL; the vectors lie in a local file",
    );
  }
  const environment = { LESTOCKAGE_AUTH_TOKEN: host.environment['LESTOCKAGE_VECTOR_AUTH_TOKEN'] };
  const authToken = readToken(vectorsTokenFile, environment, '--vectors-token-file', command);
  return { vectors: { path, ...(authToken === undefined ? {} : { authToken }) } };
}

function readToken(
  file: string | undefined,
  environment: Host['environment'],
  option: string,
  command: Command,
): string | undefined {
  try {
    return readAuthToken(file, environment);
  } catch (error) {
    return command.error(`error: option '${option}': ${error instanceof Error ? error.message : String(error)}`);
  }
}

function serverOptions(host: Host, { replica, authTokenFile }: SharedOptions, command: Command): StoreOptions {
  const authToken = readToken(authTokenFile, host.environment, '--auth-token-file', command);
  return {
    ...(authToken === undefined ? {} : { authToken }),
    ...(replica === undefined ? {} : { replicaPath: replica }),
  };
}

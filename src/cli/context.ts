import type { Command } from 'commander';
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
  readonly database: string;
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
    .option('--db <url>', 'a path, file: URL or :memory: (default: $LESTOCKAGE_DB, else the user data folder)')
    .option('--json', 'print one JSON document')
    .option('--auth-token-file <path>', 'file with the token for a libSQL URL')
    .option('--replica <path>', 'with a libSQL URL: keep an embedded replica here');
}

export function contextOf(host: Host, command: Command): CommandContext {
  const shared = command.optsWithGlobals<SharedOptions>();
  const database = shared.db ?? defaultDatabase(host.environment);
  const remoteOnly = shared.replica !== undefined ? '--replica' : '--auth-token-file';
  if ((shared.replica ?? shared.authTokenFile) !== undefined && !SERVER_URL.test(database)) {
    command.error(`error: option '${remoteOnly}' goes with a libSQL URL; the database is a local file`);
  }
  return { host, database, output: createOutput(shared.json === true, host.stdout, host.stderr) };
}

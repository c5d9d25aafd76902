import { CommanderError } from 'commander';
import { EXIT, exitStatusOf, type ExitStatus } from './exit-status.js';
import type { Host } from './context.js';
import { printable } from './terminal.js';

interface Failure {
  readonly status: ExitStatus;
  readonly code: string;
  readonly message: string;
  readonly details: object;
}

/** Tells the user what went wrong, in the form they asked for, and gives the exit status. */
export async function reportFailure(host: Host, error: unknown, json: boolean): Promise<ExitStatus> {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
  const { status, code, message, details } = await describe(error);
  if (json) {
    host.stdout.write(`${JSON.stringify({ error: { code, message, details } }, jsonSafe)}\n`);
  } else if (!(error instanceof CommanderError)) {
    host.stderr.write(`lestockage: ${printable(message)}\n`);
  }
  return status;
}

async function describe(error: unknown): Promise<Failure> {
  if (error instanceof CommanderError) {
    const message = error.code === 'commander.help' ? 'No command was given.' : error.message.replace(/^error: /, '');
    return { status: EXIT.usage, code: 'INVALID_ARGUMENT', message, details: { reason: error.code } };
  }
  const { isLestockageError } = await import('../index.js');
  if (isLestockageError(error)) {
    return { status: exitStatusOf(error.code), code: error.code, message: error.message, details: error.details };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { status: EXIT.failed, code: 'FAILED', message, details: {} };
}

/** Details may hold what JSON has no word for. */
function jsonSafe(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

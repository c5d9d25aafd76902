#!/usr/bin/env node
import { reportFailure } from './failure.js';
import { EXIT } from './exit-status.js';
import type { Host } from './context.js';
import { createProgram } from './program.js';

/** Runs one command line and gives the exit status. */
async function main(commandLine: readonly string[], host: Host): Promise<number> {
  const ownEnd = commandLine.indexOf('--');
  const json = (ownEnd < 0 ? commandLine : commandLine.slice(0, ownEnd)).includes('--json');
  try {
    await createProgram(host, json).parseAsync(commandLine, { from: 'user' });
    return host.outcome.status;
  } catch (error) {
    return reportFailure(host, error, json);
  }
}

/** A reader that went away, as `head` does, is no failure; there is nobody left to write to. */
function endQuietlyWithoutReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());
endQuietlyWithoutReader(process.stdout);
endQuietlyWithoutReader(process.stderr);
process.exitCode = await main(process.argv.slice(2), {
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruption.signal,
  outcome: { status: EXIT.done },
});

import type { Command } from 'commander';
import { contextOf, type Host } from '../context.js';
import { storeOpener } from '../open-store.js';
import { packageVersion } from '../package-version.js';
import { printable } from '../terminal.js';

interface McpFlags {
  readonly readOnly?: boolean;
  readonly root?: readonly string[];
}

export function addMcpCommand(program: Command, host: Host): void {
  program
    .command('mcp')
    .description('answer the questions of an MCP client on stdin and stdout, until stdin closes')
    .option('--read-only', 'change nothing: no tool that indexes, and no database is made')
    .option(
      '--root <path...>',
      'folders that the client may have indexed (default: those of known projects and the current one)',
    )
    .action(async (flags: McpFlags, self: Command) => {
      const context = contextOf(host, self);
      const isReadOnly = flags.readOnly === true;
      const ended = new AbortController();
      const end = (): void => ended.abort();
      process.once('SIGTERM', end);
      try {
        // Only this command waits for the protocol.
        const { serveMcp } = await import('../../mcp/index.js');
        await serveMcp({
          version: packageVersion(),
          openStore: storeOpener(context, { isReadOnly }),
          isReadOnly,
          roots: flags.root ?? [],
          workingFolder: process.cwd(),
          signal: AbortSignal.any([host.signal, ended.signal]),
          warn: (text) => context.output.warn(printable(text)),
        });
      } finally {
        process.off('SIGTERM', end);
      }
    });
}

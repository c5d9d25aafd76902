import { Argument, type Command } from 'commander';
import type { Host } from '../context.js';
import { completionScript, SHELLS, type Shell } from '../completion.js';

export function addCompletionCommand(program: Command, host: Host): void {
  program
    .command('completion')
    .description('prints a script that completes commands, options and choices in a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action((shell: Shell) => {
      host.stdout.write(completionScript(shell, program));
    });
}

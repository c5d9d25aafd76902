import type { Command } from 'commander';
import { contextOf, type Host } from '../context.js';
import { requireProject, withStore } from '../open-store.js';

export function addDumpCommand(program: Command, host: Host): void {
  program
    .command('dump')
    .description('the canonical form as text: one line per node, then one per edge, sorted')
    .option('--project <id>', 'only this project')
    .action(async (flags: { readonly project?: string }, self: Command) => {
      const context = contextOf(host, self);
      await withStore(context, async (store) => {
        await requireProject(store, flags.project);
        await context.output.stream(store.dump(flags));
      });
    });
}

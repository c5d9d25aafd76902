import type { Command } from 'commander';
import { contextOf, type Host } from '../context.js';
import { requireProject, withStore } from '../open-store.js';
import { columns } from '../terminal.js';

export function addStatsCommand(program: Command, host: Host): void {
  program
    .command('stats')
    .description('counts of symbols and edges by type, and the distribution of complexity')
    .option('--project <id>', 'only this project')
    .action(async (flags: { readonly project?: string }, self: Command) => {
      const context = contextOf(host, self);
      const { output } = context;
      await withStore(context, async (store) => {
        await requireProject(store, flags.project);
        const overview = await store.analytics.overview(flags.project);
        output.document(overview);
        for (const [title, counts] of [
          ['symbols', overview.nodesByType],
          ['edges', overview.edgesByType],
          ['complexity', overview.complexity],
        ] as const) {
          const rows = Object.entries(counts).map(([name, count]) => ['', name, String(count)]);
          output.line(title);
          for (const row of columns(rows.length > 0 ? rows : [['', 'none']])) output.line(row);
        }
      });
    });
}

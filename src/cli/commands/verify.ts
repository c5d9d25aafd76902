import type { Command } from 'commander';
import { contextOf, type Host } from '../context.js';
import { EXIT } from '../exit-status.js';
import { requireProject, withStore } from '../open-store.js';

/** Differences shown to people; JSON has them all. */
const SHOWN_DIFFERENCES = 20;

export function addVerifyCommand(program: Command, host: Host): void {
  program
    .command('verify')
    .description('proves that the store is sound; --deep also compares it with a clean rebuild from the files')
    .option('--deep', 'derive every project again from its files and compare')
    .option('--project <id>', 'derive only this project again')
    .action(async (flags: { readonly deep?: boolean; readonly project?: string }, self: Command) => {
      const context = contextOf(host, self);
      const { output } = context;
      await withStore(context, async (store) => {
        await requireProject(store, flags.project);
        const report = await store.verify({
          deep: flags.deep === true,
          signal: host.signal,
          ...(flags.project === undefined ? {} : { project: flags.project }),
        });
        output.document(report);
        for (const { name, ok, detail } of report.checks)
          output.line(`${ok ? 'ok    ' : 'FAILED'}  ${name}: ${detail}`);
        for (const { change, line } of report.differences.slice(0, SHOWN_DIFFERENCES))
          output.line(`${change}: ${line}`);
        const rest = report.differences.length - SHOWN_DIFFERENCES;
        if (rest > 0) output.line(`… and ${rest} more differences; --json lists all`);
        if (!report.ok) host.outcome.status = report.differences.length > 0 ? EXIT.failed : EXIT.corrupt;
      });
    });
}

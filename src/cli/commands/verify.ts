import type { Command } from 'commander';
import type { VerifyReport } from '../../index.js';
import { contextOf, type Host } from '../context.js';
import { EXIT } from '../exit-status.js';
import { requireProject, withShards, withStore } from '../open-store.js';

/** Differences shown to people; JSON has them all. */
const SHOWN_DIFFERENCES = 20;

export function addVerifyCommand(program: Command, host: Host): void {
  program
    .command('verify')
    .description('proves that the store is sound; --deep also compares it with a clean rebuild from the files')
    .option('--deep', 'derive every project again from its files and compare')
    .option('--project <id>', 'derive only this project again')
    .action(async (flags: { readonly deep?: boolean; readonly project?: string }, self: Command) => {
      const context = contextOf(host, self, { takesTemplate: true });
      const { output } = context;
      const options = { deep: flags.deep === true, signal: host.signal };
      const show = (report: VerifyReport): void => {
        output.document(report);
        for (const { name, ok, detail } of report.checks)
          output.line(`${ok ? 'ok    ' : 'FAILED'}  ${name}: ${detail}`);
        for (const { change, line } of report.differences.slice(0, SHOWN_DIFFERENCES))
          output.line(`${change}: ${line}`);
        const rest = report.differences.length - SHOWN_DIFFERENCES;
        if (rest > 0) output.line(`… and ${rest} more differences; --json lists all`);
        if (!report.ok) host.outcome.status = report.differences.length > 0 ? EXIT.failed : EXIT.corrupt;
      };
      if (context.isSharded) {
        if (flags.project !== undefined)
          self.error("error: option '--project' goes with one database, not with a template");
        await withShards(context, { isReadOnly: true }, async (shards) => show(await shards.verify(options)));
        return;
      }
      await withStore(context, async (store) => {
        await requireProject(store, flags.project);
        show(await store.verify({ ...options, ...(flags.project === undefined ? {} : { project: flags.project }) }));
      });
    });
}

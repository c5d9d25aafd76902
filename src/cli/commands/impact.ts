import type { Command } from 'commander';
import type { EdgeType, ImpactItem, ImpactOptions } from '../../index.js';
import { contextOf, type Host } from '../context.js';
import { envelopeJson, impactJson } from '../../answers/index.js';
import { wholeNumber } from '../numbers.js';
import { tellBehind, withTraversal } from '../open-store.js';
import { showRest } from '../output.js';
import { addPageOptions, pageOf, type PageFlags } from '../page-options.js';
import { symbolRow } from '../symbol-row.js';
import { columns, printable } from '../terminal.js';

interface ImpactFlags extends PageFlags {
  readonly project?: string;
  readonly depth?: number;
  readonly type: string;
  readonly across?: boolean;
}

export function addImpactCommand(program: Command, host: Host): void {
  const command = program
    .command('impact')
    .description('everything that depends on it, directly or through others')
    .argument('<name|key>', 'name, qualified name, end of one at a dot, file, or node key')
    .option('--depth <n>', 'so many edges away at most (default: as far as edges lead)', wholeNumber(1))
    .option(
      '--type <types>',
      'edge types to follow, separated by commas',
      'call,inheritance,data_dependency,reference,import',
    )
    .option('--across', 'dependents in other projects as well')
    .option('--project <id>', 'look the name up in this project only');
  addPageOptions(command).action(async (name: string, flags: ImpactFlags, self: Command) => {
    const context = contextOf(host, self, { takesTemplate: true });
    const { output } = context;
    await withTraversal(context, flags.project, async (traversal) => {
      const options: ImpactOptions = {
        ...pageOf(flags, output.json),
        ...(flags.project === undefined ? {} : { project: flags.project }),
        ...(flags.depth === undefined ? {} : { depth: flags.depth }),
        // The library checks the names of the types and says which there are.
        edgeTypes: flags.type.split(',').map((type) => type.trim()) as EdgeType[],
        across: flags.across === true,
        signal: host.signal,
      };
      const answer = await traversal.impact(name, options);
      tellBehind(context, answer.behind);
      output.document(envelopeJson(answer, impactJson));
      if (answer.total === 0) output.line('nothing depends on it');
      for (const row of columns(answer.items.map(impactRow))) output.line(row);
      showRest(output, answer);
    });
  });
}

/** The path without its first key, which the row itself stands for; at depth 1 it explains itself. */
function impactRow(item: ImpactItem): string[] {
  const through = item.depth > 1 ? item.path.slice(1).map((key) => `→ ${printable(key)}`) : [];
  return [String(item.depth), ...symbolRow(item.symbol).slice(0, 3), through.join(' ')];
}

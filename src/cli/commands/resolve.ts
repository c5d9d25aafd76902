import type { Command } from 'commander';
import type { Resolution } from '../../index.js';
import { contextOf, type CommandContext, type Host } from '../context.js';
import { resolutionJson } from '../../answers/index.js';
import { wholeNumber } from '../numbers.js';
import { withStore } from '../open-store.js';
import { columns, printable } from '../terminal.js';
import { showRest } from '../output.js';

interface ResolveFlags {
  readonly from: string;
  readonly limit?: number;
  readonly cursor?: string;
}

export function addResolveCommand(program: Command, host: Host): void {
  program
    .command('resolve')
    .description('where a name leads from the code of a project, across projects')
    .argument('<name>', 'a name as the code writes it')
    .requiredOption('--from <project>', 'id of the project whose code has the name')
    .option('--limit <n>', 'at most so many', wholeNumber(1))
    .option('--cursor <cursor>', 'go on where an answer ended')
    .action(async (name: string, { from, limit, cursor }: ResolveFlags, self: Command) => {
      const context = contextOf(host, self, { takesTemplate: true });
      await withStore(context, async (store) => {
        const answer = await store.crossProject.resolveSymbol(name, {
          from,
          ...(limit === undefined ? {} : { limit }),
          ...(cursor === undefined ? {} : { cursor }),
        });
        show(context, answer);
      });
    });
}

function show({ output }: CommandContext, answer: Resolution): void {
  const { total, items, isAmbiguous, unresolved } = answer;
  output.document(resolutionJson(answer));
  if (total === 0) output.line('no import or manifest of the project leads to that name');
  else {
    const rows = items.map((item) =>
      [
        String(item.rank),
        `${item.symbol.project}//${item.symbol.key}`,
        `${item.manager}:${item.package}${item.version === null ? '' : `@${item.version}`}`,
        item.reason,
        item.isUsed ? `imported from ${item.import ?? ''}` : 'not used',
      ].map(printable),
    );
    output.line(columns([['rank', 'symbol', 'package', 'why', 'use'], ...rows]).join('\n'));
  }
  if (isAmbiguous) output.line('several symbols are equally likely; none of them is bound');
  for (const { import: specifier, path, package: name, status } of unresolved) {
    output.line(printable(`${specifier}${path}: ${name ?? 'unknown package'}, ${status}`));
  }
  showRest(output, answer);
}

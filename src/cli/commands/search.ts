import { Option, type Command } from 'commander';
import type { NodeType, RankedSymbol } from '../../index.js';
import { contextOf, type Host } from '../context.js';
import { envelopeJson, rankedJson } from '../../answers/index.js';
import { wholeNumber } from '../numbers.js';
import { requireProject, withStore } from '../open-store.js';
import { showRest } from '../output.js';
import { symbolRow } from '../symbol-row.js';
import { columns, printable } from '../terminal.js';

interface SearchFlags {
  readonly k?: number;
  readonly limit?: number;
  readonly cursor?: string;
  readonly mode: string;
  readonly project?: string;
  readonly type?: NodeType;
  readonly language?: string;
}

const DEFAULT_COUNT = 10;

export function addSearchCommand(program: Command, host: Host): void {
  program
    .command('search')
    .description('symbols that fit a text, best first')
    .argument('<text>', 'a name or a part of one')
    .option('-k <n>', `so many of the best (default: ${DEFAULT_COUNT})`, wholeNumber(1))
    .option('--limit <n>', 'the same as -k', wholeNumber(1))
    .option('--cursor <cursor>', 'go on where an answer ended')
    .addOption(
      new Option('--mode <mode>', 'how to search').choices(['hybrid', 'name', 'text', 'semantic']).default('name'),
    )
    .option('--project <id>', 'only this project')
    .option('--type <type>', 'only symbols of this type')
    .option('--language <language>', 'only symbols in this language')
    .action(async (text: string, flags: SearchFlags, self: Command) => {
      const context = contextOf(host, self);
      const { output } = context;
      if (flags.mode !== 'name') {
        self.error(
          `error: search mode '${flags.mode}' is not available yet; this version searches names (--mode name)`,
        );
      }
      await withStore(context, async (store) => {
        await requireProject(store, flags.project);
        const { project, type, language, cursor } = flags;
        const answer = await store.symbols.searchByName(text, {
          k: flags.k ?? flags.limit ?? DEFAULT_COUNT,
          ...(project === undefined ? {} : { project }),
          ...(type === undefined ? {} : { type }),
          ...(language === undefined ? {} : { language }),
          ...(cursor === undefined ? {} : { cursor }),
        });
        output.document({ mode: flags.mode, ...envelopeJson(answer, rankedJson) });
        if (answer.total === 0) output.line('nothing fits');
        for (const row of columns(answer.items.map(rankedRow))) output.line(row);
        showRest(output, answer, '-k');
      });
    });
}

function rankedRow(item: RankedSymbol): string[] {
  return [item.score.toFixed(2), ...symbolRow(item).slice(0, 3), printable(item.why)];
}

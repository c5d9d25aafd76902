import { Option, type Command } from 'commander';
import type { NodeType, SearchHit, SearchMode } from '../../index.js';
import { contextOf, type Host } from '../context.js';
import { searchJson } from '../../answers/index.js';
import { wholeNumber } from '../numbers.js';
import { requireProject, withStore } from '../open-store.js';
import { showRest } from '../output.js';
import { symbolRow } from '../symbol-row.js';
import { columns, printable } from '../terminal.js';

interface SearchFlags {
  readonly k?: number;
  readonly limit?: number;
  readonly cursor?: string;
  readonly mode: SearchMode;
  readonly project?: string;
  readonly type?: NodeType;
  readonly language?: string;
  readonly path?: string;
  readonly near?: string;
}

const DEFAULT_COUNT = 10;

export function addSearchCommand(program: Command, host: Host): void {
  program
    .command('search')
    .description('symbols that fit a text, best first')
    .argument('<text>', 'a name, a part of one, or what it does in words')
    .option('-k <n>', `so many of the best (default: ${DEFAULT_COUNT})`, wholeNumber(1))
    .option('--limit <n>', 'the same as -k', wholeNumber(1))
    .option('--cursor <cursor>', 'go on where an answer ended')
    .addOption(
      new Option('--mode <mode>', 'what to compare: names, words, meaning, or all')
        .choices(['hybrid', 'name', 'text', 'semantic'])
        .default('hybrid'),
    )
    .option('--project <id>', 'only this project')
    .option('--type <type>', 'only symbols of this type')
    .option('--language <language>', 'only symbols in this language')
    .option('--path <prefix>', 'only symbols of files whose path begins so')
    .option('--near <project>', 'of equally good ones, those of this project first')
    .action(async (text: string, flags: SearchFlags, self: Command) => {
      const context = contextOf(host, self, { takesTemplate: true });
      const { output } = context;
      await withStore(context, async (store) => {
        await requireProject(store, flags.project);
        await requireProject(store, flags.near);
        const { k, limit, ...options } = flags;
        const answer = await store.search(text, {
          ...options,
          k: k ?? limit ?? DEFAULT_COUNT,
          signal: host.signal,
        });
        output.document(searchJson(answer));
        if (!output.json) for (const note of answer.notes) output.warn(note);
        if (answer.total === 0) output.line('nothing fits');
        for (const row of columns(answer.items.map(hitRow))) output.line(row);
        showRest(output, answer, '-k');
      });
    });
}

function hitRow(item: SearchHit): string[] {
  return [item.score.toFixed(2), ...symbolRow(item).slice(0, 3), printable(item.why)];
}

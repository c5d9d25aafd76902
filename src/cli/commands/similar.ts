import type { Command } from 'commander';
import type { NodeType, SimilarSymbol } from '../../index.js';
import { contextOf, type Host } from '../context.js';
import { similarJson } from '../../answers/index.js';
import { wholeNumber } from '../numbers.js';
import { requireProject, withStore } from '../open-store.js';
import { symbolRow } from '../symbol-row.js';
import { columns } from '../terminal.js';

interface SimilarFlags {
  readonly k: number;
  readonly from?: string;
  readonly project?: string;
  readonly type?: NodeType;
  readonly language?: string;
  readonly path?: string;
}

export function addSimilarCommand(program: Command, host: Host): void {
  program
    .command('similar')
    .description('symbols that are nearly the same as one, by their vectors')
    .argument('<name|key>', 'node key, or a name that only one symbol has')
    .option('-k <n>', 'so many of the most similar', wholeNumber(1), 10)
    .option('--from <project>', 'look the name up in this project')
    .option('--project <id>', 'only symbols of this project')
    .option('--type <type>', 'only symbols of this type')
    .option('--language <language>', 'only symbols in this language')
    .option('--path <prefix>', 'only symbols of files whose path begins so')
    .action(async (name: string, flags: SimilarFlags, self: Command) => {
      const context = contextOf(host, self);
      const { output } = context;
      await withStore(context, async (store) => {
        await requireProject(store, flags.from);
        await requireProject(store, flags.project);
        const answer = await store.similar(name, { ...flags, signal: host.signal });
        output.document(similarJson(answer));
        if (answer.total === 0) output.line('nothing to compare with');
        for (const row of columns(answer.items.map(similarRow))) output.line(row);
      });
    });
}

function similarRow(item: SimilarSymbol): string[] {
  return [item.similarity.toFixed(3), ...symbolRow(item)];
}

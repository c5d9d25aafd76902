import type { Command } from 'commander';
import type { CodeSymbol } from '../../index.js';
import { contextOf, type Host } from '../context.js';
import { envelopeJson, symbolJson } from '../../answers/index.js';
import { addPageOptions, pageOf, type PageFlags } from '../page-options.js';
import { requireProject, withStore } from '../open-store.js';
import { showRest } from '../output.js';
import { symbolRow } from '../symbol-row.js';
import { columns } from '../terminal.js';

interface SymbolFlags extends PageFlags {
  readonly project?: string;
}

export function addSymbolCommand(program: Command, host: Host): void {
  const command = program
    .command('symbol')
    .description('definitions by a name or node key')
    .argument('<name|key>', 'name, qualified name, end of one at a dot, file, or node key')
    .option('--project <id>', 'only in this project');
  addPageOptions(command).action(async (name: string, flags: SymbolFlags, self: Command) => {
    const context = contextOf(host, self, { takesTemplate: true });
    const { output } = context;
    await withStore(context, async (store) => {
      await requireProject(store, flags.project);
      const answer = await store.symbols.find(name, {
        ...pageOf(flags, output.json),
        ...(flags.project === undefined ? {} : { project: flags.project }),
      });
      if (answer.total === 0) throw await symbolNotFound(name, flags.project);
      output.document(envelopeJson(answer, symbolJson));
      showSymbols(answer.items, (text) => output.line(text));
      showRest(output, answer);
    });
  });
}

function showSymbols(symbols: readonly CodeSymbol[], line: (text: string) => void): void {
  for (const row of columns(symbols.map(symbolRow))) line(row);
}

async function symbolNotFound(name: string, project: string | undefined): Promise<Error> {
  const { NotFoundError } = await import('../../index.js');
  const where = project === undefined ? '' : ` in project ${JSON.stringify(project)}`;
  return new NotFoundError('SYMBOL_NOT_FOUND', `No symbol is named ${JSON.stringify(name)}${where}.`, {
    details: { name, project: project ?? null },
  });
}

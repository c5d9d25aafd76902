import type { Command } from 'commander';
import type { EdgeType, TraversalItem, TraversalOptions } from '../../index.js';
import { contextOf, type Host } from '../context.js';
import { envelopeJson, traversalJson } from '../../answers/index.js';
import { wholeNumber } from '../numbers.js';
import { tellBehind, withTraversal } from '../open-store.js';
import { showRest } from '../output.js';
import { addPageOptions, pageOf, type PageFlags } from '../page-options.js';
import { symbolRow } from '../symbol-row.js';
import { columns, plural } from '../terminal.js';

type Direction = 'callers' | 'callees';

interface TraversalFlags extends PageFlags {
  readonly project?: string;
  readonly depth: number;
  readonly type: string;
}

export function addCallersCommand(program: Command, host: Host): void {
  addTraversalCommand(program, host, 'callers', 'symbols that call it');
}

export function addCalleesCommand(program: Command, host: Host): void {
  addTraversalCommand(program, host, 'callees', 'symbols that it calls');
}

function addTraversalCommand(program: Command, host: Host, direction: Direction, description: string): void {
  const command = program
    .command(direction)
    .description(description)
    .argument('<name|key>', 'name, qualified name, end of one at a dot, file, or node key')
    .option('--depth <n>', 'so many edges away at most', wholeNumber(1), 1)
    .option('--type <types>', 'edge types to follow, separated by commas', 'call')
    .option('--project <id>', 'look the name up in this project only');
  addPageOptions(command).action(async (name: string, flags: TraversalFlags, self: Command) => {
    const context = contextOf(host, self, { takesTemplate: true });
    const { output } = context;
    await withTraversal(context, flags.project, async (traversal) => {
      const options: TraversalOptions = {
        ...pageOf(flags, output.json),
        ...(flags.project === undefined ? {} : { project: flags.project }),
        depth: flags.depth,
        // The library checks the names of the types and says which there are.
        edgeTypes: flags.type.split(',').map((type) => type.trim()) as EdgeType[],
        signal: host.signal,
      };
      const answer = await traversal[direction](name, options);
      tellBehind(context, answer.behind);
      output.document(envelopeJson(answer, traversalJson));
      if (answer.total === 0) output.line(`no ${direction}`);
      for (const row of columns(answer.items.map((item) => traversalRow(item, flags.depth)))) output.line(row);
      showRest(output, answer);
    });
  });
}

function traversalRow(item: TraversalItem, depth: number): string[] {
  const calls = item.edge.metadata?.callCount;
  const times = typeof calls === 'number' && calls > 1 ? plural(calls, 'time') : '';
  const cells = [...symbolRow(item.symbol).slice(0, 3), times];
  return depth > 1 ? [String(item.depth), ...cells] : cells;
}

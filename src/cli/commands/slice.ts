import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { ProgramSlice, SliceOptions, Store } from '../../index.js';
import { contextOf, type Host } from '../context.js';
import { sliceJson } from '../../answers/index.js';
import { requireProject, withKeptStore } from '../open-store.js';
import { symbolRow } from '../symbol-row.js';
import { printable } from '../terminal.js';

interface SliceFlags {
  readonly project?: string;
  readonly forward?: boolean;
}

interface Place {
  readonly file: string;
  readonly line: number;
}

export function addSliceCommand(program: Command, host: Host): void {
  program
    .command('slice')
    .description('the lines of a function that a line depends on')
    .argument('<file:line>', 'file from the root of its project, or from here, and a line', placeOf)
    .option('--forward', 'the lines that depend on the line instead')
    .option('--project <id>', 'look for the file in this project only')
    .action(async (place: Place, flags: SliceFlags, self: Command) => {
      const context = contextOf(host, self);
      const { output } = context;
      await withKeptStore(context, async (store) => {
        await requireProject(store, flags.project);
        const answer = await sliceAt(store, {
          ...place,
          direction: flags.forward === true ? 'forward' : 'backward',
          ...(flags.project === undefined ? {} : { project: flags.project }),
        });
        output.document(sliceJson(answer));
        output.line(symbolRow(answer.function).slice(0, 3).join('  '));
        for (const line of numbered(answer)) output.line(line);
      });
    });
}

function placeOf(text: string): Place {
  const [, file, line] = /^(.+):(\d+)$/s.exec(text) ?? [];
  const number = Number(line);
  if (file === undefined || !Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError('It is a file, a colon and a line from 1 on.');
  }
  return { file, line: number };
}

/** A path that is none from the root of a project may be one from the current folder. */
async function sliceAt(store: Store, options: SliceOptions): Promise<ProgramSlice> {
  try {
    return await store.slice(options);
  } catch (error) {
    const { isLestockageError } = await import('../../index.js');
    if (!isLestockageError(error) || error.code !== 'FILE_NOT_FOUND' || path.isAbsolute(options.file)) throw error;
    return store.slice({ ...options, file: path.resolve(options.file) }).catch(() => {
      throw error;
    });
  }
}

function numbered({ lines, texts }: ProgramSlice): string[] {
  const width = String(lines[lines.length - 1] ?? 0).length;
  return lines.map((line, at) =>
    `${String(line).padStart(width)}  ${printable((texts[at] ?? '').replaceAll('\t', '  '))}`.trimEnd(),
  );
}

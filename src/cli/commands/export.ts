import { once } from 'node:events';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { Store } from '../../index.js';
import { contextOf, type CommandContext, type Host } from '../context.js';
import { requireProject, withStore } from '../open-store.js';
import { writeWhole } from '../whole-file.js';

const FORMATS = ['json', 'jsonl', 'scip'] as const;

interface ExportFlags {
  readonly format: (typeof FORMATS)[number];
  readonly project?: string;
  readonly out?: string;
}

export function addExportCommand(program: Command, host: Host): void {
  program
    .command('export')
    .description('everything in canonical order, nodes and then edges; or a project as a SCIP index')
    .addOption(new Option('--format <format>', 'what to write').choices(FORMATS).makeOptionMandatory())
    .option('--project <id>', 'only this project')
    .option('--out <path>', 'write a file, whole or not at all (default: standard output)')
    .action(async (flags: ExportFlags, self: Command) => {
      const context = contextOf(host, self);
      if (flags.format === 'scip' && flags.out === undefined && host.stdout.isTTY) {
        self.error("error: a SCIP index is no text for a terminal; name a file with '--out'");
      }
      await withStore(context, async (store) => {
        await requireProject(store, flags.project);
        const pieces = await exported(context, store, flags);
        if (flags.out === undefined) await writeOut(host.stdout, pieces);
        else await writeFile(context, flags, resolve(flags.out), pieces);
      });
    });
}

async function exported(
  { host, output }: CommandContext,
  store: Store,
  { format, project }: ExportFlags,
): Promise<AsyncIterable<string | Uint8Array>> {
  if (format !== 'scip')
    return withLineEnds(store.exportLines({ format, ...(project === undefined ? {} : { project }) }));
  return store.exportScip(project ?? (await onlyProject(store)), {
    signal: host.signal,
    onWarning: ({ file, code, message }) => output.warn(`warning: ${file}: ${message} (${code})`),
  });
}

/** A SCIP index is one of one project. */
async function onlyProject(store: Store): Promise<string> {
  const { AmbiguousError, NotFoundError } = await import('../../index.js');
  const [only, ...others] = (await store.projects.list()).map(({ id }) => id);
  if (only === undefined) throw new NotFoundError('PROJECT_NOT_FOUND', 'The store has no project.');
  if (others.length === 0) return only;
  throw new AmbiguousError('AMBIGUOUS_PROJECT', 'The store has several projects; name one with --project.', {
    details: { candidates: [only, ...others] },
  });
}

async function* withLineEnds(lines: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  for await (const line of lines) yield `${line}\n`;
}

async function writeOut(stdout: NodeJS.WriteStream, pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  for await (const piece of pieces) {
    if (!stdout.write(piece)) await once(stdout, 'drain');
  }
}

async function writeFile(
  { output }: CommandContext,
  { format, project }: ExportFlags,
  path: string,
  pieces: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const sizeBytes = await writeWhole(path, pieces);
  output.document({ format, project: project ?? null, path, sizeBytes });
  output.line(`${path}  ${sizeBytes} bytes`);
}

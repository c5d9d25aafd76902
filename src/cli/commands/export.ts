import { once } from 'node:events';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { Store } from '../../index.js';
import { contextOf, type CommandContext, type Host } from '../context.js';
import { requireProject, withStore } from '../open-store.js';
import { writeWhole } from '../whole-file.js';
import { writeWholeTables } from '../whole-tables.js';

const FORMATS = ['json', 'jsonl', 'dot', 'graphml', 'parquet', 'scip'] as const;
/** Enough for reading everything once, in its order. */
const CACHE_BYTES = 16 * 1024 * 1024;

type Format = (typeof FORMATS)[number];

interface ExportFlags<F = Format> {
  readonly format: F;
  readonly project?: string;
  readonly out?: string;
}

export function addExportCommand(program: Command, host: Host): void {
  program
    .command('export')
    .description('everything in canonical order, nodes and then edges; or a project as a SCIP index')
    .addOption(new Option('--format <format>', 'what to write').choices(FORMATS).makeOptionMandatory())
    .option('--project <id>', 'only this project')
    .option('--out <path>', 'write a file, or of parquet a folder, whole or not at all (default: standard output)')
    .action(async (flags: ExportFlags, self: Command) => {
      const context = contextOf(host, self);
      if (flags.format === 'scip' && flags.out === undefined && host.stdout.isTTY) {
        self.error("error: a SCIP index is no text for a terminal; name a file with '--out'");
      }
      if (flags.format === 'parquet' && flags.out === undefined) {
        self.error("error: an export to Parquet has two files; name a folder for them with '--out'");
      }
      const reading = {
        ...context,
        store: { ...context.store, ...(context.isServer ? {} : { cacheSizeBytes: CACHE_BYTES }) },
      };
      await withStore(reading, async (store) => {
        await requireProject(store, flags.project);
        await writeExport(context, store, flags);
      });
    });
}

async function writeExport(context: CommandContext, store: Store, flags: ExportFlags): Promise<void> {
  const { format, project, out } = flags;
  if (format === 'parquet') {
    await writeTables(context, store, flags);
    return;
  }
  const pieces = await exported(context, store, { ...flags, format });
  if (out === undefined) {
    await writeOut(context.host.stdout, pieces);
    return;
  }
  const path = resolve(out);
  const sizeBytes = await writeWhole(path, pieces);
  context.output.document({ format, project: project ?? null, path, sizeBytes });
  context.output.line(`${path}  ${sizeBytes} bytes`);
}

async function writeTables(
  { output }: CommandContext,
  store: Store,
  { project, out = '' }: ExportFlags,
): Promise<void> {
  const { exportParquet } = await import('../../index.js');
  const path = resolve(out);
  const files = await writeWholeTables(path, exportParquet(store, project === undefined ? {} : { project }));
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  output.document({ format: 'parquet', project: project ?? null, path, sizeBytes, files });
  for (const file of files) output.line(`${file.path}  ${file.sizeBytes} bytes`);
}

async function exported(
  { host, output }: CommandContext,
  store: Store,
  { format, project }: ExportFlags<Exclude<Format, 'parquet'>>,
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

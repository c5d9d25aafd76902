import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { IndexProgress, IndexReport, IndexWarning, ShardedStore } from '../../index.js';
import { indexReportsJson } from '../../answers/index.js';
import { contextOf, type CommandContext, type Host } from '../context.js';
import { collectGarbage, growHeapSlowly } from '../heap.js';
import { wholeNumber } from '../numbers.js';
import { withShards, withWritableStore } from '../open-store.js';
import { progressBar } from '../progress.js';
import { columns, plural, printable } from '../terminal.js';

interface IndexFlags {
  readonly project?: string;
  readonly namespace?: string;
  readonly workers?: number;
  readonly force?: boolean;
  /** False with `--no-embed`. */
  readonly embed: boolean;
}

const SHOWN_WARNINGS = 20;
/** So many leave more garbage than collecting it costs. */
const MANY_FILES = 2000;
/** Threads that parse. */
export const workers = wholeNumber(1, 64);

export function addIndexCommand(program: Command, host: Host): void {
  program
    .command('index')
    .description('bring the store up to date with folders; each is a project')
    .argument('[path...]', 'folders (default: the current one)')
    .option('--project <id>', 'name of the project; with one folder only')
    .option('--namespace <name>', 'with a template of databases: where a new project is to lie')
    .option('--no-embed', 'make no embeddings')
    .option('--workers <n>', 'parse in so many threads', workers)
    .option('--force', 'parse every file again')
    .action(async (paths: string[], flags: IndexFlags, self: Command) => {
      const context = contextOf(host, self, { takesTemplate: true });
      if (flags.namespace !== undefined && !context.isSharded) {
        self.error("error: option '--namespace' goes with a template, as '--db http://{namespace}.code.example.org'");
      }
      const roots = await foldersOf(paths, flags, self);
      growHeapSlowly();
      const reports = await indexAll(context, roots, flags);
      showReports(context, reports);
    });
}

/** The folders that a command is given, each once; the current one when there are none. All are there. */
export async function foldersOf(
  paths: readonly string[],
  { project }: Pick<IndexFlags, 'project'>,
  command: Command,
): Promise<readonly string[]> {
  const roots = [...new Set((paths.length > 0 ? paths : ['.']).map((path) => resolve(path)))];
  if (project !== undefined && roots.length > 1) {
    command.error("error: option '--project' names one project, but several folders are given");
  }
  await requireFolders(roots);
  return roots;
}

/** A folder that is not there is found out before the first one is indexed. */
async function requireFolders(roots: readonly string[]): Promise<void> {
  for (const root of roots) {
    const found = await stat(root).catch(() => undefined);
    if (found?.isDirectory() === true) continue;
    const { NotFoundError, UsageError } = await import('../../index.js');
    const details = { path: root };
    if (found === undefined) throw new NotFoundError('FOLDER_NOT_FOUND', `There is no folder ${root}.`, { details });
    throw new UsageError('NOT_A_FOLDER', `${root} is not a folder.`, { details });
  }
}

async function indexAll(context: CommandContext, roots: readonly string[], flags: IndexFlags): Promise<IndexReport[]> {
  const { host } = context;
  const indexInto = async (store: Pick<ShardedStore, 'index'>): Promise<IndexReport[]> => {
    const reports: IndexReport[] = [];
    for (const root of roots) {
      const bar = progressBar(host);
      try {
        const report = await store.index({
          root,
          ...(flags.project === undefined ? {} : { projectId: flags.project }),
          ...(flags.namespace === undefined ? {} : { namespace: flags.namespace }),
          ...(flags.workers === undefined ? {} : { workers: flags.workers }),
          force: flags.force === true,
          embed: flags.embed,
          signal: host.signal,
          onProgress: (progress) => {
            bar.show(progress);
            if (isGraphDone(progress)) collectGarbage();
          },
        });
        reports.push(report);
      } finally {
        bar.clear();
      }
    }
    return reports;
  };
  if (context.isSharded) return withShards(context, { isReadOnly: false }, indexInto);
  return withWritableStore(context, indexInto);
}

/** Is a large graph committed, and everything of which it was made of no use any more? */
function isGraphDone({ phase, filesDone, filesTotal }: IndexProgress): boolean {
  return phase === 'embed' && filesDone === 0 && filesTotal >= MANY_FILES;
}

/** Tells of index runs: one JSON document, or a table for each. */
export function showReports({ output }: CommandContext, reports: readonly IndexReport[]): void {
  output.document(indexReportsJson(reports));
  if (output.json) return;
  for (const report of reports) {
    showWarnings(report.warnings, (text) => output.warn(text));
    const { seen, parsed, unchanged, removed, skipped } = report.files;
    const rows = [
      ['project', printable(report.project)],
      ['files', `${seen} seen, ${parsed} parsed, ${unchanged} unchanged, ${removed} removed, ${skipped} skipped`],
      ['graph', `${plural(report.nodes, 'node')}, ${plural(report.edges, 'edge')}`],
      ...(report.recomputed.embeddings > 0
        ? [['vectors', `${plural(report.recomputed.embeddings, 'symbol')} embedded`]]
        : []),
      ['store', `generation ${report.generation}`],
      ['time', `${(report.ms / 1000).toFixed(2)} s`],
    ];
    for (const row of columns(rows)) output.line(row);
  }
}

export function showWarnings(warnings: readonly IndexWarning[], warn: (text: string) => void): void {
  for (const { file, code, message } of warnings.slice(0, SHOWN_WARNINGS)) {
    warn(`warning: ${printable(file)}: ${printable(message)} (${code})`);
  }
  const rest = warnings.length - SHOWN_WARNINGS;
  if (rest > 0) warn(`warning: and ${rest} more; --json lists them all`);
}

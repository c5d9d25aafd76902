import type { Command } from 'commander';
import type { IndexProgress, IndexReport, Store } from '../../index.js';
import { contextOf, type CommandContext, type Host } from '../context.js';
import { EXIT } from '../exit-status.js';
import { growHeapSlowly } from '../heap.js';
import { wholeNumber } from '../numbers.js';
import { withWritableStore } from '../open-store.js';
import { progressBar } from '../progress.js';
import { plural, printable } from '../terminal.js';
import { foldersOf, showReports, showWarnings, workers } from './index-folders.js';

interface WatchFlags {
  readonly project?: string;
  readonly workers?: number;
  readonly debounce?: number;
}

const LONGEST_DEBOUNCE_MS = 60_000;

export function addWatchCommand(program: Command, host: Host): void {
  program
    .command('watch')
    .description('bring the store up to date with folders and keep it so until interrupted')
    .argument('[path...]', 'folders (default: the current one)')
    .option('--project <id>', 'name of the project; with one folder only')
    .option('--workers <n>', 'parse in so many threads', workers)
    .option('--debounce <ms>', 'wait until nothing changed for so long', wholeNumber(0, LONGEST_DEBOUNCE_MS))
    .action(async (paths: string[], flags: WatchFlags, self: Command) => {
      const context = contextOf(host, self);
      const roots = await foldersOf(paths, flags, self);
      growHeapSlowly();
      await withWritableStore(context, (store) => watchAll(context, store, roots, flags));
      // Without a failure it is an interruption that ends it.
      host.outcome.status = EXIT.interrupted;
    });
}

/** Watches all folders until the user interrupts, or one of them fails. */
async function watchAll(
  context: CommandContext,
  store: Store,
  roots: readonly string[],
  flags: WatchFlags,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([context.host.signal, failed.signal]);
  const watches: AsyncGenerator<IndexReport, void, void>[] = [];
  try {
    // The first scans run one after another: each uses all processors by itself.
    for (const root of roots) {
      const bar = progressBar(context.host);
      const watch = watchOne(context, store, root, flags, {
        signal,
        onFirstProgress: (progress) => bar.show(progress),
      });
      watches.push(watch);
      const first = await watch.next().finally(() => bar.clear());
      if (first.done === true) return;
      showReports(context, [first.value]);
    }
    context.output.line(`watching ${plural(roots.length, 'folder')}; interrupt to end`);
    await Promise.all(watches.map((watch) => showChanges(context, watch, failed)));
  } finally {
    await Promise.all(watches.map((watch) => watch.return()));
  }
}

interface WatchControl {
  readonly signal: AbortSignal;
  /** Told of the first scan only: a later run is over before a bar could be read. */
  readonly onFirstProgress: (progress: IndexProgress) => void;
}

async function* watchOne(
  context: CommandContext,
  store: Store,
  root: string,
  flags: WatchFlags,
  { signal, onFirstProgress }: WatchControl,
): AsyncGenerator<IndexReport, void, void> {
  let isFirst = true;
  const reports = store.watch({
    root,
    ...(flags.project === undefined ? {} : { projectId: flags.project }),
    ...(flags.workers === undefined ? {} : { workers: flags.workers }),
    ...(flags.debounce === undefined ? {} : { debounceMs: flags.debounce }),
    signal,
    onProgress: (progress) => void (isFirst && onFirstProgress(progress)),
    onWarning: ({ message, retryInMs }) => {
      const then = retryInMs === undefined ? 'The folder is scanned.' : `The run is tried again in ${retryInMs} ms.`;
      context.output.warn(`warning: ${printable(root)}: ${printable(message)} ${then}`);
    },
  });
  for await (const report of reports) {
    isFirst = false;
    yield report;
  }
}

async function showChanges(
  context: CommandContext,
  watch: AsyncGenerator<IndexReport, void, void>,
  failed: AbortController,
): Promise<void> {
  try {
    for await (const report of watch) showChange(context, report);
  } catch (error) {
    failed.abort();
    throw error;
  }
}

/** One document, or one line for people. */
function showChange(context: CommandContext, report: IndexReport): void {
  const { output } = context;
  if (output.json) {
    showReports(context, [report]);
    return;
  }
  showWarnings(report.warnings, (text) => output.warn(text));
  const { project, files, nodes, edges, generation, ms } = report;
  output.line(
    `${printable(project)}: ${files.parsed} parsed, ${files.removed} removed, ` +
      `${plural(nodes, 'node')}, ${plural(edges, 'edge')}, generation ${generation}, ${ms} ms`,
  );
}

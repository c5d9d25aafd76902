import type { Command } from 'commander';
import type { MigrateOptions, ModelMaintenance, ModelVectors } from '../../index.js';
import { contextOf, type Host } from '../context.js';
import { wholeNumber } from '../numbers.js';
import { withStore, withWritableStore } from '../open-store.js';
import { progressBar } from '../progress.js';
import { columns, plural, printable } from '../terminal.js';

interface VectorFlags {
  readonly model?: string;
  readonly dimension?: number;
}

type MigrateMode = NonNullable<MigrateOptions['mode']>;

const MOST_DIMENSIONS = 65_536;

export function addVectorsCommand(program: Command, host: Host): void {
  const vectors = program.command('vectors').description('indexes over the vectors of symbols');
  withModel(vectors.command('status').description('models, their vectors, and the state of the index files')).action(
    async (flags: VectorFlags, self: Command) => {
      const context = contextOf(host, self);
      const { output } = context;
      const models = await withStore(context, (store) => store.vectors.status(selectionOf(flags)));
      output.document({ models: models.map(statusJson) });
      if (models.length === 0) output.line('no vectors');
      for (const [at, model] of models.entries()) {
        if (at > 0) output.line('');
        for (const line of statusLines(model)) output.line(line);
      }
    },
  );
  withModel(vectors.command('rebuild').description('build the index files from nothing')).action(
    async (flags: VectorFlags, self: Command) => {
      const context = contextOf(host, self);
      const { output } = context;
      const started = performance.now();
      const bar = progressBar(host);
      const done = await withWritableStore(context, (store) =>
        store.vectors.rebuild({
          ...selectionOf(flags),
          signal: host.signal,
          onProgress: ({ done: filesDone, total: filesTotal }) =>
            bar.show({ phase: 'vectors', filesDone, filesTotal, symbols: 0 }),
        }),
      ).finally(() => bar.clear());
      output.document({ models: done, ms: Math.round(performance.now() - started) });
      if (done.length === 0) output.line('no vectors');
      for (const row of columns(done.map(rebuiltRow))) output.line(row);
    },
  );
  addMigrateCommand(vectors, host);
  addReconcileCommand(vectors, host);
}

function addMigrateCommand(vectors: Command, host: Host): void {
  vectors
    .command('migrate')
    .description('move vectors out of the rows of nodes, and on to the database that is to have them (--vectors)')
    .option('--dry-run', 'only count what would be moved')
    .option('--finalize', 'compare the copies and free what they were made of')
    .option('--rollback', 'take the copies away; possible until it is finalised')
    .action(async (flags: MigrateFlags, self: Command) => {
      const context = contextOf(host, self);
      const { output } = context;
      const bar = progressBar(host);
      const report = await withWritableStore(context, (store) =>
        store.vectors.migrate({
          mode: modeOf(flags, self),
          signal: host.signal,
          onProgress: ({ done }) => bar.show({ phase: 'vectors', filesDone: done, filesTotal: done, symbols: 0 }),
        }),
      ).finally(() => bar.clear());
      const { state, stats, checksum, left } = report;
      output.document({ state, ...stats, checksum, left });
      for (const row of columns([
        ['state', state],
        ['nodes', String(stats.nodes)],
        ['edges', String(stats.edges)],
        ['embeddings', String(stats.embeddings)],
        ['bytes', String(stats.bytes)],
        ['time', `${stats.ms} ms`],
        ...(checksum === null ? [] : [['checksum', checksum]]),
        ...(left === 0 ? [] : [['left', `${plural(left, 'node')} with bytes that are no vector`]]),
      ])) {
        output.line(row);
      }
    });
}

function addReconcileCommand(vectors: Command, host: Host): void {
  vectors
    .command('reconcile')
    .description('bring the graph and its vectors together after one of both was put back to an earlier state')
    .action(async (_: object, self: Command) => {
      const context = contextOf(host, self);
      const { found, lost } = await withWritableStore(context, (store) => store.vectors.reconcile(host.signal));
      context.output.document({ found, lost });
      context.output.line(`${plural(found, 'vector')} found, ${lost} lost${lost === 0 ? '' : '; index again'}`);
    });
}

interface MigrateFlags {
  readonly dryRun?: boolean;
  readonly finalize?: boolean;
  readonly rollback?: boolean;
}

function modeOf({ dryRun, finalize, rollback }: MigrateFlags, command: Command): MigrateMode {
  const modes: readonly (readonly [boolean | undefined, MigrateMode])[] = [
    [dryRun, 'dry-run'],
    [finalize, 'finalize'],
    [rollback, 'rollback'],
  ];
  const chosen = modes.flatMap(([isChosen, mode]) => (isChosen === true ? [mode] : []));
  if (chosen.length > 1) command.error('error: --dry-run, --finalize and --rollback exclude each other');
  return chosen[0] ?? 'copy';
}

function withModel(command: Command): Command {
  return command
    .option('--model <name>', 'only this model')
    .option('--dimension <n>', 'only vectors of this length', wholeNumber(1, MOST_DIMENSIONS));
}

function selectionOf({ model, dimension }: VectorFlags): VectorFlags {
  return { ...(model === undefined ? {} : { model }), ...(dimension === undefined ? {} : { dimension }) };
}

function statusJson(status: ModelVectors): object {
  const { model, dimension, count, nodes, nodeRows, strategy, reason, file, problem, path } = status;
  const { fileBytes, rows, recent, behind, isMaintenanceDue, settings } = status;
  return {
    model,
    dimension,
    vectors: count,
    nodes,
    nodeRows,
    strategy,
    reason,
    file,
    problem,
    path,
    sizeBytes: fileBytes,
    rows,
    recent,
    behind,
    isMaintenanceDue,
    settings,
  };
}

function statusLines(status: ModelVectors): string[] {
  const { model, dimension, count, nodes, nodeRows, strategy, reason, file, problem, path, behind, settings } = status;
  const { quantization, connectivity, expansionAdd, expansionSearch } = settings;
  const inRows = nodeRows === 0 ? '' : `, of which ${nodeRows} have it in their row`;
  const size = file === 'usable' ? `, ${(status.fileBytes / 1e6).toFixed(1)} MB, ${plural(status.rows, 'row')}` : '';
  return columns([
    ['model', printable(model)],
    ['dimension', String(dimension)],
    ['vectors', String(count)],
    ['nodes', `${nodes}${inRows}`],
    ['search', reason === null ? strategy : `${strategy} (${reason})`],
    ['index', file === null ? 'none' : `${file}${size}`],
    ...(problem === null ? [] : [['problem', problem]]),
    ...(file === null || path === null ? [] : [['manifest', printable(path)]]),
    ...(behind === null ? [] : [['behind', plural(behind, 'change')]]),
    ['settings', `${quantization}, M ${connectivity}, efConstruction ${expansionAdd}, efSearch ${expansionSearch}`],
  ]);
}

function rebuiltRow({ model, dimension, done, why, added }: ModelMaintenance): string[] {
  return [printable(model), String(dimension), done, done === 'nothing' ? why : plural(added, 'vector')];
}

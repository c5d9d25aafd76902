import type { Command } from 'commander';
import type { ModelMaintenance, ModelVectors } from '../../index.js';
import { contextOf, type Host } from '../context.js';
import { wholeNumber } from '../numbers.js';
import { withStore, withWritableStore } from '../open-store.js';
import { progressBar } from '../progress.js';
import { columns, plural, printable } from '../terminal.js';

interface VectorFlags {
  readonly model?: string;
  readonly dimension?: number;
}

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

import { Option, type Command } from 'commander';
import type { Measure, SnapshotComparison, SnapshotInfo, Store, SymbolChange } from '../../index.js';
import { contextOf, type CommandContext, type Host } from '../context.js';
import { comparisonJson, envelopeJson, snapshotJson } from '../../answers/index.js';
import { requireProject, withKeptStore, withStore } from '../open-store.js';
import { showRest } from '../output.js';
import { addPageOptions, pageOf, type PageFlags } from '../page-options.js';
import { columns, plural, printable } from '../terminal.js';

interface EvolutionFlags extends PageFlags {
  readonly project?: string;
  /** True without a label. */
  readonly snapshot?: string | true;
  readonly replace?: boolean;
  readonly list?: boolean;
  readonly delete?: string;
  readonly from?: string;
  readonly to?: string;
}

const MEASURES = ['complexity', 'fanIn', 'fanOut', 'lines', 'centrality'] as const;

export function addEvolutionCommand(program: Command, host: Host): void {
  const command = program
    .command('evolution')
    .description('measures over time: take snapshots of them, and see what changed since')
    .option('--project <id>', 'this project; the whole store when left out')
    .addOption(
      new Option('--snapshot [label]', 'keep what is measured now (default label: commit, else generation)').conflicts([
        ...['list', 'delete', 'from', 'to', 'limit', 'cursor'],
      ]),
    )
    .option('--replace', 'with --snapshot: take the place of one with the same label')
    .addOption(
      new Option('--list', 'the snapshots that were taken (what is done unless told)').conflicts(['from', 'to']),
    )
    .addOption(new Option('--delete <label>', 'forget a snapshot').conflicts(['list', 'from', 'to', 'limit', 'cursor']))
    .option('--from <label>', 'what changed since this snapshot')
    .option('--to <label>', 'with --from: up to this one (default: to the present)');
  addPageOptions(command).action(async (flags: EvolutionFlags, self: Command) => {
    if (flags.to !== undefined && flags.from === undefined) self.error("error: option '--to' goes with '--from'");
    if (flags.replace === true && flags.snapshot === undefined) {
      self.error("error: option '--replace' goes with '--snapshot'");
    }
    const context = contextOf(host, self);
    // To look at the present computes something worth keeping.
    const isWriting = (flags.snapshot ?? flags.delete ?? flags.from) !== undefined && flags.to === undefined;
    const opened = isWriting ? withKeptStore : withStore;
    await opened(context, async (store) => {
      await requireProject(store, flags.project);
      await run(context, store, flags);
    });
  });
}

async function run(context: CommandContext, store: Store, flags: EvolutionFlags): Promise<void> {
  if (flags.snapshot !== undefined) return take(context, store, flags, flags.snapshot);
  if (flags.delete !== undefined) return forget(context, store, flags, flags.delete);
  if (flags.from !== undefined) return compare(context, store, flags, flags.from);
  return list(context, store, flags);
}

async function take(
  { host, output }: CommandContext,
  store: Store,
  flags: EvolutionFlags,
  label: string | true,
): Promise<void> {
  const info = await store.analytics.takeSnapshot({
    ...scopeOf(flags),
    ...(label === true ? {} : { label }),
    replace: flags.replace === true,
    signal: host.signal,
  });
  output.document(snapshotJson(info));
  output.line(columns([infoRow(info)]).join('\n'));
}

async function forget({ output }: CommandContext, store: Store, flags: EvolutionFlags, label: string): Promise<void> {
  const project = flags.project ?? null;
  if (!(await store.analytics.deleteSnapshot(label, scopeOf(flags)))) {
    const { NotFoundError } = await import('../../index.js');
    const whose = project === null ? 'the whole store' : `project '${project}'`;
    throw new NotFoundError('SNAPSHOT_NOT_FOUND', `There is no snapshot '${label}' of ${whose}.`, {
      details: { project, label },
    });
  }
  output.document({ project, label, deleted: true });
  output.line(`deleted ${printable(label)}`);
}

async function list({ output }: CommandContext, store: Store, flags: EvolutionFlags): Promise<void> {
  const answer = await store.analytics.listSnapshots({ ...pageOf(flags, output.json), ...scopeOf(flags) });
  output.document(envelopeJson(answer, snapshotJson));
  if (answer.total === 0) output.line('no snapshot was taken yet');
  for (const row of columns(answer.items.map(infoRow))) output.line(row);
  showRest(output, answer);
}

async function compare(
  { host, output }: CommandContext,
  store: Store,
  flags: EvolutionFlags,
  from: string,
): Promise<void> {
  const answer = await store.analytics.compareSnapshots({
    ...pageOf(flags, output.json),
    ...scopeOf(flags),
    from,
    ...(flags.to === undefined ? {} : { to: flags.to }),
    signal: host.signal,
  });
  output.document(comparisonJson(answer));
  if (output.json) return;
  for (const line of comparisonLines(answer)) output.line(line);
  showRest(output, answer);
}

function scopeOf({ project }: EvolutionFlags): { readonly project?: string } {
  return project === undefined ? {} : { project };
}

type State = Pick<SnapshotInfo, 'project' | 'generation' | 'takenAt'> & { readonly label: string | null };

function infoRow({ label, project, generation, takenAt }: State): string[] {
  const time = new Date(takenAt).toISOString();
  return [label ?? 'now', project ?? 'the whole store', `generation ${generation}`, time].map(printable);
}

function comparisonLines(answer: SnapshotComparison): string[] {
  const { added, removed, changed } = answer.counts;
  return [
    ...columns([
      ['from', ...infoRow(answer.from)],
      ['to', ...infoRow(answer.to)],
    ]),
    ...sumLines('symbols', answer.nodesByType),
    ...sumLines('edges', answer.edgesByType),
    ...sumLines('complexity', answer.complexity),
    `${plural(answer.total, 'difference')}: ${added} added, ${removed} removed, ${changed} changed`,
    ...(answer.total === 0 ? [] : columns([HEADINGS, ...answer.items.map(changeRow)])),
  ];
}

type Counts = Readonly<Partial<Record<string, number>>>;

function sumLines(title: string, { before, after }: { readonly before: Counts; readonly after: Counts }): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const rows = names.map((name) => {
    const [was, is] = [before[name] ?? 0, after[name] ?? 0];
    const more = is === was ? '' : is > was ? `+${is - was}` : String(is - was);
    return ['', name, String(was), '→', String(is), more];
  });
  return [title, ...columns(rows.length > 0 ? rows : [['', 'none']])];
}

const HEADINGS = ['', 'complexity', 'fan-in', 'fan-out', 'lines', 'centrality', 'project', 'symbol'];
const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

function changeRow(item: SymbolChange): string[] {
  const cells = MEASURES.map((measure) => measureCell(item, measure));
  return [SIGNS[item.change], ...cells, printable(item.project), printable(item.key)];
}

/** What was and is where both differ, else what there is. */
function measureCell({ before, after, changed }: SymbolChange, measure: Measure): string {
  const shown = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : measure === 'centrality' ? value.toPrecision(2) : String(value);
  if (changed.includes(measure)) return `${shown(before?.[measure])} → ${shown(after?.[measure])}`;
  return shown((after ?? before)?.[measure]);
}

import type { GoalResult, Measurement, Outcome, SuiteOptions, SuiteResult, Table } from './harness.js';
import type { CommandResult } from './harness.js';
import { type MissingPeer, PEERS } from './peers.js';
import { formatBytes, formatCount, formatMs, formatRatio, formatSummary } from './report.js';
import { median, ratio, summarize } from './statistics.js';
import type { Tree } from './trees.js';

export const OURS = 'lestockage';
export const PARSE_ONLY = 'parse only';

const PEER_GOAL = 0.5;
const FLOOR_GOAL = 2;
const MEMORY_GOAL_BYTES = 250_000_000;

/** One run of one side; null where the side has no such thing or does not say. */
export interface IngestRun extends Pick<CommandResult, 'wallMs' | 'peakRssBytes'> {
  /** Files that were parsed. */
  readonly files: number | null;
  readonly nodes: number | null;
  readonly edges: number | null;
  readonly sizeBytes: number | null;
}

export interface TreeFindings {
  readonly measurements: readonly Measurement[];
  readonly goals: readonly GoalResult[];
  readonly table: Table;
  readonly notes: readonly string[];
}

const COLUMNS = [
  'side',
  'time',
  'times lestockage',
  'files/s',
  'lines/s',
  'peak memory',
  'nodes',
  'edges',
  'database',
  'bytes/node',
];

/** Turns the runs on one tree into a table, the figures behind it and the goals. */
export function treeFindings(tree: Tree, outcomes: readonly Outcome<IngestRun>[]): TreeFindings {
  const work = tree.source.label;
  const finished = outcomes.filter((outcome) => outcome.failure === null);
  const ours = finished.find((outcome) => outcome.name === OURS);
  const size = `${formatCount(tree.files)} files, ${formatCount(tree.lines)} lines, ${formatBytes(tree.bytes)}`;
  return {
    measurements: finished.flatMap((outcome) => measurementsOf(work, outcome)),
    goals: goalsOf(work, ours, finished),
    table: {
      title: `${work}: ${size}`,
      columns: COLUMNS,
      rows: outcomes.map((outcome) => tableRow(outcome, ours, tree)),
    },
    notes: [
      ...outcomes
        .filter((outcome) => outcome.failure !== null)
        .map((outcome) => `${outcome.name} failed on ${work}: ${outcome.failure}`),
      ...finished.flatMap((outcome) => skippedFiles(work, outcome, tree.files)),
    ],
  };
}

/** Times of a side that left files out are not those of the same work; the reader has to know. */
function skippedFiles(work: string, outcome: Outcome<IngestRun>, files: number): string[] {
  const parsed = valuesOf(outcome, 'files');
  if (parsed.length === 0 || median(parsed) === files) return [];
  return [`${outcome.name} parsed ${formatCount(median(parsed))} of ${formatCount(files)} files on ${work}.`];
}

/** Puts the trees together with the peers that could not take part. */
export function mergeFindings(
  findings: readonly TreeFindings[],
  missing: readonly MissingPeer[],
  options: Pick<SuiteOptions, 'runs' | 'quick'>,
): SuiteResult {
  return {
    suite: 'ingest',
    lane: 'end-to-end',
    runs: options.runs,
    quick: options.quick,
    seeds: {},
    versions: Object.fromEntries(PEERS.map((peer) => [peer.packageName, peer.version])),
    measurements: findings.flatMap((finding) => finding.measurements),
    goals: findings.flatMap((finding) => finding.goals),
    tables: findings.map((finding) => finding.table),
    notes: [
      ...findings.flatMap((finding) => finding.notes),
      ...missing.map(
        ({ source, reason }) => `${source.packageName} ${source.version} could not be installed: ${reason}`,
      ),
    ],
  };
}

function valuesOf(outcome: Outcome<IngestRun>, field: keyof IngestRun): number[] {
  return outcome.results.map((run) => run[field]).filter((value) => value !== null);
}

function measurementsOf(work: string, outcome: Outcome<IngestRun>): Measurement[] {
  const figures: readonly (readonly [string, string, keyof IngestRun])[] = [
    ['time', 'ms', 'wallMs'],
    ['peak memory', 'bytes', 'peakRssBytes'],
    ['nodes', 'count', 'nodes'],
    ['edges', 'count', 'edges'],
    ['database size', 'bytes', 'sizeBytes'],
  ];
  return figures
    .map(([metric, unit, field]) => ({ work, side: outcome.name, metric, unit, values: valuesOf(outcome, field) }))
    .filter((measurement) => measurement.values.length > 0);
}

function tableRow(outcome: Outcome<IngestRun>, ours: Outcome<IngestRun> | undefined, tree: Tree): string[] {
  if (outcome.failure !== null) return [outcome.name, 'failed', ...COLUMNS.slice(2).map(() => '–')];
  const times = valuesOf(outcome, 'wallMs');
  const seconds = median(times) / 1000;
  const middle = (field: keyof IngestRun, format: (value: number) => string): string => {
    const values = valuesOf(outcome, field);
    return values.length === 0 ? '–' : format(median(values));
  };
  const nodes = valuesOf(outcome, 'nodes');
  const sizes = valuesOf(outcome, 'sizeBytes');
  return [
    outcome.name,
    formatSummary(summarize(times), formatMs),
    ours === undefined || outcome === ours ? '–' : formatRatio(ratio(times, valuesOf(ours, 'wallMs'))),
    formatCount(tree.files / seconds),
    formatCount(tree.lines / seconds),
    middle('peakRssBytes', formatBytes),
    middle('nodes', formatCount),
    middle('edges', formatCount),
    middle('sizeBytes', formatBytes),
    nodes.length === 0 || sizes.length === 0 ? '–' : formatCount(median(sizes) / median(nodes)),
  ];
}

function goalsOf(
  work: string,
  ours: Outcome<IngestRun> | undefined,
  finished: readonly Outcome<IngestRun>[],
): GoalResult[] {
  const peers = finished.filter((outcome) => outcome.name !== OURS && outcome.name !== PARSE_ONLY);
  const byTime = (outcome: Outcome<IngestRun>): number => median(valuesOf(outcome, 'wallMs'));
  const [faster] = [...peers].sort((a, b) => byTime(a) - byTime(b));
  const floor = finished.find((outcome) => outcome.name === PARSE_ONLY);
  const memory = ours === undefined ? [] : valuesOf(ours, 'peakRssBytes');
  const compared = (goal: string, limit: number, base: Outcome<IngestRun> | undefined): GoalResult => {
    if (ours === undefined || base === undefined) return { work, goal, measured: '–', met: null };
    const found = ratio(valuesOf(ours, 'wallMs'), valuesOf(base, 'wallMs'));
    return { work, goal, measured: `${formatRatio(found)} of ${base.name}`, met: found.ofMedians <= limit };
  };
  return [
    compared(`≤${PEER_GOAL}× the faster peer's time`, PEER_GOAL, faster),
    compared(`≤${FLOOR_GOAL}× the parse-only time`, FLOOR_GOAL, floor),
    {
      work,
      goal: `peak memory ≤${formatBytes(MEMORY_GOAL_BYTES)}`,
      measured: memory.length === 0 ? '–' : formatSummary(summarize(memory), formatBytes),
      met: memory.length === 0 ? null : median(memory) <= MEMORY_GOAL_BYTES,
    },
  ];
}

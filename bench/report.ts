import type { GoalResult, SuiteResult, Table } from './harness.js';
import type { MachineFacts } from './machine.js';
import { type RatioSummary, type Summary, summarize } from './statistics.js';

/** The section that holds {@link shortfalls}. */
export const SHORTFALLS = 'shortfalls';
const NOT_MET = /^\| (.*?) \| (.*?) \| (.*?) \| \*\*not met\*\* \|$/gm;
const UNITS = ['B', 'KB', 'MB', 'GB'] as const;

/** Milliseconds for people: `840 ms`, `4.22 s`. */
export function formatMs(ms: number): string {
  if (ms < 10) return `${ms.toFixed(2)} ms`;
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** Bytes for people, in steps of 1000: `12.2 MB`. */
export function formatBytes(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  return `${(bytes / 1000 ** step).toFixed(step === 0 ? 0 : 1)} ${UNITS[step]}`;
}

/** Whole numbers with thousands separated by commas. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Median with its spread: `4.22 s (3.77 s–4.40 s)`. */
export function formatSummary(summary: Summary, format: (value: number) => string): string {
  return `${format(summary.median)} (${format(summary.min)}–${format(summary.max)})`;
}

/** Ratio of medians with the spread of the pairwise ratios: `0.48× (0.45–0.51)`. */
export function formatRatio(value: RatioSummary): string {
  return `${value.ofMedians.toFixed(2)}× (${value.pairwise.min.toFixed(2)}–${value.pairwise.max.toFixed(2)})`;
}

/** A GitHub-flavoured Markdown table under its title. */
export function renderTable(table: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  const rule = line(table.columns.map(() => '---'));
  return [`**${table.title}**`, '', line(table.columns), rule, ...table.rows.map(line)].join('\n');
}

/** Goals as a table that says yes, no or not measured. */
export function goalTable(goals: readonly GoalResult[]): Table {
  const verdict = (met: boolean | null): string => (met === null ? 'not measured' : met ? 'met' : '**not met**');
  return {
    title: 'Goals',
    columns: ['work', 'goal', 'measured', 'verdict'],
    rows: goals.map((goal) => [goal.work, goal.goal, goal.measured, verdict(goal.met)]),
  };
}

/** Everything a suite found, as Markdown. */
export function renderSuite(result: SuiteResult): string {
  const facts = [
    `${result.runs} alternating runs of every side${result.quick ? ' (quick)' : ''}; lane: ${result.lane}`,
  ];
  const seeds = Object.entries(result.seeds).map(([name, seed]) => `${name} ${seed}`);
  if (seeds.length > 0) facts.push(`seeds: ${seeds.join(', ')}`);
  const versions = Object.entries(result.versions).map(([name, version]) => `${name} ${version}`);
  if (versions.length > 0) facts.push(`measured against: ${versions.join(', ')}`);
  return [
    facts.map((fact) => `- ${fact}`).join('\n'),
    ...result.tables.map(renderTable),
    ...(result.goals.length > 0 ? [renderTable(goalTable(result.goals))] : []),
    ...(result.notes.length > 0 ? [result.notes.map((note) => `- ${note}`).join('\n')] : []),
  ].join('\n\n');
}

export function renderMachine(machine: MachineFacts): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `- processor: ${machine.cpu}, ${machine.cores} cores; memory: ${formatBytes(machine.memoryBytes)}`,
    `- system: ${machine.system}; Node ${machine.node}; commit ${machine.commit}`,
    `- packages: ${versions.join(', ')}`,
  ].join('\n');
}

/**
 * Puts `body` between the markers of `section` and keeps every other character of the document. Throws
 * an Error that names the section when its markers are missing, doubled or in the wrong order.
 */
export function replaceSection(document: string, section: string, body: string): string {
  const start = `<!-- bench:${section}:start -->`;
  const end = `<!-- bench:${section}:end -->`;
  const from = document.indexOf(start);
  const to = document.indexOf(end);
  const single = from === document.lastIndexOf(start) && to === document.lastIndexOf(end);
  if (from < 0 || to < from || !single) {
    throw new Error(`The document needs the markers ${start} and ${end} once each, in this order.`);
  }
  return `${document.slice(0, from + start.length)}\n\n${body}\n\n${document.slice(to)}`;
}

/** All goals that the sections of a document say are not met, as one table: what falls short is said first. */
export function shortfalls(document: string): string {
  const rows: string[][] = [];
  for (const [, suite = '', body = ''] of document.matchAll(
    /<!-- bench:([\w-]+):start -->([^]*?)<!-- bench:\1:end -->/g,
  )) {
    if (suite === SHORTFALLS) continue;
    for (const [, work = '', goal = '', measured = ''] of body.matchAll(NOT_MET))
      rows.push([suite, work, goal, measured]);
  }
  if (rows.length === 0) return 'Every goal that was measured is met.';
  return renderTable({ title: 'Goals that are not met', columns: ['suite', 'work', 'goal', 'measured'], rows });
}

/** The document written by `--json`: all runs of all figures, and what they depend on. */
export function jsonReport(machine: MachineFacts, results: readonly SuiteResult[], startedAt: Date): object {
  return {
    startedAt: startedAt.toISOString(),
    machine,
    suites: results.map((result) => ({
      suite: result.suite,
      lane: result.lane,
      runs: result.runs,
      quick: result.quick,
      seeds: result.seeds,
      versions: result.versions,
      rows: result.measurements.map((row) => ({ ...row, ...summarize(row.values) })),
      goals: result.goals,
      notes: result.notes,
    })),
  };
}

import type { Measurement, SuiteOptions, SuiteResult, Table } from './harness.js';
import { excessOf, goalsOf } from './incremental-goals.js';
import { WORK_KINDS, WORKS } from './incremental-runs.js';
import {
  type SizeRuns,
  BASELINE,
  beyondOf,
  coldOf,
  formatMicros,
  growthOf,
  labelOf,
  p95,
  roundsOf,
  timesOf,
} from './incremental-samples.js';
import { OURS } from './ingest-findings.js';
import { formatBytes, formatCount, formatMs, formatRatio, formatSummary } from './report.js';
import { median, percentile, ratio, summarize } from './statistics.js';
import type { SyncFindings } from './sync.js';

/** Turns the runs into tables, the figures behind them and the goals. */
export function incrementalFindings(
  runs: readonly SizeRuns[],
  sync: SyncFindings,
  notes: readonly string[],
  seed: number,
  options: Pick<SuiteOptions, 'runs' | 'quick'>,
): SuiteResult {
  const regular = runs.filter(({ shape }) => shape.variant === 'regular');
  const growth = growthTable(regular);
  return {
    suite: 'incremental',
    lane: 'end-to-end',
    runs: options.runs,
    quick: options.quick,
    seeds: { trees: seed },
    versions: sync.versions,
    measurements: [...runs.flatMap(measurementsOf), ...sync.measurements],
    goals: goalsOf(runs, regular),
    tables: [coldTable(runs), ...runs.map(editTable), ...(growth === null ? [] : [growth]), ...sync.tables],
    notes: [...notes, ...runs.flatMap(failuresOf), ...runs.flatMap(excessOf), ...sync.notes],
  };
}

function coldTable(runs: readonly SizeRuns[]): Table {
  return {
    title: 'From nothing, in process',
    columns: [
      'tree',
      'side',
      'runs',
      'time',
      'per symbol',
      'processor time',
      `times ${BASELINE}`,
      'files',
      'symbols',
      'edges',
      'peak memory',
      'database',
    ],
    rows: runs.flatMap((run) =>
      run.cold.flatMap(({ name, results }) => {
        const [first] = results;
        if (first === undefined) return [];
        const times = results.map((result) => result.indexMs);
        const base = coldOf(run, BASELINE).map((result) => result.indexMs);
        const peaks = results.flatMap((result) => result.peakRssBytes ?? []);
        return [
          [
            labelOf(run.shape),
            name,
            String(results.length),
            formatSummary(summarize(times), formatMs),
            formatMicros((median(times) / first.nodes) * 1000),
            formatMs(median(results.map((result) => result.processorMs))),
            name === OURS && base.length === times.length ? formatRatio(ratio(times, base)) : '–',
            formatCount(first.files),
            formatCount(first.nodes),
            formatCount(first.edges),
            peaks.length === 0 ? '–' : formatBytes(median(peaks)),
            formatBytes(median(results.map((result) => result.sizeBytes))),
          ],
        ];
      }),
    ),
  };
}

function editTable(run: SizeRuns): Table {
  const cold = coldOf(run, OURS).map((result) => result.indexMs);
  const rows = WORK_KINDS.flatMap((work) => {
    const rounds = roundsOf(run, work);
    const all = rounds.flat();
    if (all.length === 0) return [];
    const beyond = beyondOf(all);
    const floors = all.flatMap((sample) => sample.floorMs ?? []);
    const middle = summarize(rounds.map((samples) => median(timesOf(samples))));
    return [
      [
        WORKS[work],
        String(all.length),
        formatSummary(middle, formatMs),
        formatMs(percentile(timesOf(all), 0.95)),
        floors.length === 0 ? '–' : formatMs(median(floors)),
        beyond.length === 0 ? '–' : formatMs(median(beyond)),
        beyond.length === 0 ? '–' : formatMs(percentile(beyond, 0.95)),
        cold.length === 0 ? '–' : formatPercent(middle.median / median(cold)),
        formatRange(all.map((sample) => sample.recomputed.parse)),
        formatRange(all.map((sample) => sample.recomputed.analysis)),
        formatRange(all.map((sample) => sample.recomputed.bindings)),
      ],
    ];
  });
  return {
    title: `${labelOf(run.shape)}: ${processLine(run)}`,
    columns: [
      'work',
      'times',
      'p50',
      'p95',
      'floor p50',
      'beyond it p50',
      'beyond it p95',
      'of a full index',
      'parsed',
      'analysed',
      'bound',
    ],
    rows,
  };
}

/** What happens once in a process, and how much memory it takes. */
function processLine({ edits }: SizeRuns): string {
  const results = edits?.results ?? [];
  if (results.length === 0) return 'not measured';
  const firstEdits = results.flatMap((run) => run.firstEditMs ?? []);
  const peaks = results.flatMap((run) => run.peakRssBytes ?? []);
  return [
    `first call ${formatMs(median(results.map((run) => run.firstMs)))}`,
    ...(firstEdits.length === 0 ? [] : [`first edit ${formatMs(median(firstEdits))}`]),
    ...(peaks.length === 0 ? [] : [`peak memory ${formatBytes(median(peaks))}`]),
  ].join(', ');
}

function formatPercent(share: number): string {
  return `${(share * 100).toFixed(share < 0.01 ? 3 : 1)}%`;
}

/** `1`, or the median with the range when the counts differ. */
function formatRange(counts: readonly number[]): string {
  const { median: middle, min, max } = summarize(counts);
  return min === max ? formatCount(min) : `${formatCount(middle)} (${formatCount(min)}–${formatCount(max)})`;
}

function growthTable(regular: readonly SizeRuns[]): Table | null {
  const small = regular[0];
  const large = regular.at(-1);
  if (small === undefined || large === undefined || small === large) return null;
  const rows = WORK_KINDS.flatMap((work) => {
    const middle = growthOf(small, large, work, median);
    const tail = growthOf(small, large, work, p95);
    return middle === null || tail === null ? [] : [[WORKS[work], formatRatio(middle), formatRatio(tail)]];
  });
  return {
    title: `${labelOf(large.shape)} against ${labelOf(small.shape)}`,
    columns: ['work', 'times longer, p50', 'times longer, p95'],
    rows,
  };
}

function measurementsOf(run: SizeRuns): Measurement[] {
  const work = labelOf(run.shape);
  const cold = run.cold.flatMap(({ name, results }): Measurement[] => [
    { work: `${work}: cold`, side: name, metric: 'time', unit: 'ms', values: results.map((each) => each.indexMs) },
    {
      work: `${work}: cold`,
      side: name,
      metric: 'processor time',
      unit: 'ms',
      values: results.map((each) => each.processorMs),
    },
    { work: `${work}: cold`, side: name, metric: 'nodes', unit: 'count', values: results.map((each) => each.nodes) },
    {
      work: `${work}: cold`,
      side: name,
      metric: 'peak memory',
      unit: 'bytes',
      values: results.flatMap((each) => each.peakRssBytes ?? []),
    },
  ]);
  const edits = WORK_KINDS.flatMap((kind): Measurement[] => {
    const samples = roundsOf(run, kind).flat();
    const row = (side: string, metric: string, unit: string, values: readonly number[]): Measurement => {
      return { work: `${work}: ${WORKS[kind]}`, side, metric, unit, values };
    };
    return [
      row(OURS, 'time', 'ms', timesOf(samples)),
      row(
        'floor',
        'time',
        'ms',
        samples.flatMap((sample) => sample.floorMs ?? []),
      ),
      ...(['parse', 'analysis', 'bindings'] as const).map((count) =>
        row(
          OURS,
          `recomputed ${count}`,
          'count',
          samples.map((sample) => sample.recomputed[count]),
        ),
      ),
    ];
  });
  return [...cold, ...edits].filter((measurement) => measurement.values.length > 0);
}

function failuresOf(run: SizeRuns): string[] {
  const failures = [...run.cold.map((outcome) => ['from nothing', outcome] as const), ['edits', run.edits] as const];
  return failures.flatMap(([work, outcome]) => {
    if (outcome === null || outcome.failure === null) return [];
    return [`${outcome.name} failed on ${labelOf(run.shape)}, ${work}: ${outcome.failure}`];
  });
}

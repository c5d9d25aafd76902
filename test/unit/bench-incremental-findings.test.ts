import { describe, expect, it } from 'vitest';
import { incrementalFindings } from '../../bench/incremental-findings.js';
import type { ColdRun, EditRun, Sample } from '../../bench/incremental-runs.js';
import { BASELINE, type SizeRuns } from '../../bench/incremental-samples.js';
import { OURS } from '../../bench/ingest-findings.js';
import { renderSuite } from '../../bench/report.js';

const NO_SYNC = { tables: [], measurements: [], versions: {}, notes: [] };

const cold = (indexMs: number): ColdRun => ({
  indexMs,
  processorMs: indexMs,
  files: 200,
  nodes: 10_000,
  edges: 40_000,
  peakRssBytes: 100_000_000,
  sizeBytes: 5_000_000,
});

const sample = (indexMs: number, floorMs: number | null, bindings = 1): Sample => ({
  indexMs,
  floorMs,
  recomputed: { parse: 1, analysis: 1, bindings },
});

const edits = (samples: EditRun['samples'], honoursChanged = true): EditRun => ({
  firstMs: 30,
  firstEditMs: 20,
  honoursChanged,
  samples,
  peakRssBytes: 90_000_000,
});

const outcome = <T>(name: string, results: readonly T[], failure: string | null = null) => ({ name, results, failure });

function regular(symbols: number, coldMs: readonly number[], runs: readonly EditRun[]): SizeRuns {
  return {
    shape: { variant: 'regular', symbols, seed: 1 },
    cold: [outcome(OURS, coldMs.map(cold)), outcome(BASELINE, [cold(1000), cold(1000)])],
    edits: outcome('edits', runs),
  };
}

const find = (runs: readonly SizeRuns[]) => incrementalFindings(runs, NO_SYNC, [], 1, { runs: 2, quick: false });

describe('findings on edits', () => {
  it('take the floor off every single call before its percentile', () => {
    const times = [sample(12, 4), sample(13, 5), sample(30, 1)];
    const { goals, tables } = find([regular(10_000, [1000, 1000], [edits({ body: times }), edits({ body: times })])]);
    expect(goals[0]).toMatchObject({ measured: '29 ms', met: false });
    expect(tables[1]?.rows[0]?.slice(0, 8)).toEqual([
      'body edit',
      '6',
      '13 ms (13 ms–13 ms)',
      '30 ms',
      '4.00 ms',
      '8.00 ms',
      '29 ms',
      '1.3%',
    ]);
  });

  it('compare a million symbols with ten thousand, round by round', () => {
    const at = (ms: number): EditRun => edits({ body: [sample(ms, 1)] });
    const found = find([regular(10_000, [1000], [at(8), at(10)]), regular(1_000_000, [9000], [at(12), at(12)])]);
    expect(found.goals[2]).toMatchObject({ measured: '1.33× (1.20–1.50)', met: true });
  });

  it('leave open what was not measured', () => {
    const found = find([regular(2_000, [], [])]);
    expect(found.goals.map((goal) => goal.met)).toEqual([null, null, null, null, null]);
    expect(renderSuite(found)).toContain('not measured');
  });

  it('put the overhead of the engine on each symbol', () => {
    const { goals } = find([regular(10_000, [1050, 1070], [])]);
    expect(goals.at(-1)).toMatchObject({
      measured:
        '1.06× (1.05–1.07) of the time, 1.06× (1.05–1.07) of the processor time; 6 µs (5 µs–7 µs) more per symbol',
      met: true,
    });
  });

  it('judge no change by 10,000 files', () => {
    const tiny: SizeRuns = {
      shape: { variant: 'tiny', symbols: 10_000, seed: 1 },
      cold: [outcome(OURS, [cold(900)])],
      edits: outcome('edits', [edits({ stat: [sample(60, 20)], watched: [sample(7, null)] })]),
    };
    expect(find([tiny]).goals.map((goal) => goal.met)).toEqual([null, true, false]);
  });

  it('say where more was computed than an edit calls for, what failed, and that named files did not matter', () => {
    const run = regular(10_000, [1000], [edits({ body: [sample(9, 1, 200)] }, false)]);
    const { notes } = find([{ ...run, cold: [outcome(OURS, [], 'no memory')] }]);
    expect(notes).toEqual([
      `${OURS} failed on 10,000 symbols, from nothing: no memory`,
      'body edit, 10,000 symbols: more computed than called for, at most bound 200, not 1.',
      '10,000 symbols: the changed files that were named did not narrow what was looked at.',
    ]);
  });
});

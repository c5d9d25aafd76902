import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { alternate, runCommand, type SuiteResult } from '../../bench/harness.js';
import { OURS, PARSE_ONLY, treeFindings, type IngestRun } from '../../bench/ingest-findings.js';
import type { MachineFacts } from '../../bench/machine.js';
import { generateEdges, generateNodes, inBatches } from '../../bench/records.js';
import {
  formatBytes,
  formatCount,
  formatMs,
  formatRatio,
  formatSummary,
  goalTable,
  jsonReport,
  renderSuite,
  renderTable,
  replaceSection,
} from '../../bench/report.js';
import { median, percentile, ratio, seededRandom, summarize } from '../../bench/statistics.js';
import { TREES, type Tree } from '../../bench/trees.js';
import { type NodeId, nodeKey } from '../../src/model/index.js';

const silent = { progress: () => undefined };

const RESULT: SuiteResult = {
  suite: 'sample',
  lane: 'store-only',
  runs: 3,
  quick: false,
  seeds: { records: 7 },
  versions: { peer: '1.2.3' },
  measurements: [{ work: 'w', side: 'a', metric: 'time', unit: 'ms', values: [3, 1, 2] }],
  goals: [
    { work: 'w', goal: '≤2×', measured: '1.50×', met: true },
    { work: 'w', goal: '≤1×', measured: '1.50×', met: false },
    { work: 'w', goal: 'peer', measured: '–', met: null },
  ],
  tables: [{ title: 'Work', columns: ['side', 'time'], rows: [['a', '2 ms']] }],
  notes: ['a peer is missing'],
};

describe('statistics of runs', () => {
  it('takes the middle value, or the mean of the two middle ones', () => {
    expect(median([5])).toBe(5);
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 1, 2, 3])).toBe(2.5);
  });

  it('takes the smallest value that a share of all values do not exceed', () => {
    const values = Array.from({ length: 20 }, (_, index) => 20 - index);
    expect([0.05, 0.5, 0.95, 0.96, 1].map((share) => percentile(values, share))).toEqual([1, 10, 19, 20, 20]);
    expect(percentile([7], 0.95)).toBe(7);
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });

  it('leaves the given list in its order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('refuses to summarize nothing', () => {
    expect(() => summarize([])).toThrow(RangeError);
  });

  it('has half of the values on either side of the median', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values);
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });

  it('compares medians and the runs that stood next to each other', () => {
    const compared = ratio([10, 40, 30], [10, 20, 10]);
    expect(compared.ofMedians).toBe(3);
    expect(compared.pairwise).toEqual({ runs: 3, median: 2, min: 1, max: 3 });
  });

  it('refuses to pair different numbers of runs', () => {
    expect(() => ratio([1, 2], [1])).toThrow(RangeError);
  });

  it('draws the same numbers for the same seed and others for another', () => {
    const draw = (seed: number): number[] => Array.from({ length: 20 }, seededRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    for (const value of draw(3)) expect(value >= 0 && value < 1).toBe(true);
  });
});

describe('alternating runs', () => {
  it('lets the sides take turns and keeps their results in order', async () => {
    const calls: string[] = [];
    const side = (name: string) => ({
      name,
      run: async (round: number) => {
        calls.push(`${name}${round}`);
        return round;
      },
    });
    const outcomes = await alternate([side('A'), side('B')], { runs: 3, ...silent });
    expect(calls).toEqual(['A0', 'B0', 'A1', 'B1', 'A2', 'B2']);
    expect(outcomes.map((outcome) => outcome.results)).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  it('goes on without a side that failed and says why', async () => {
    let tries = 0;
    const broken = {
      name: 'broken',
      run: async () => {
        tries++;
        throw new Error('no index');
      },
    };
    const fine = { name: 'fine', run: async () => 1 };
    const [first, second] = await alternate<number>([broken, fine], { runs: 2, ...silent });
    expect(first).toEqual({ name: 'broken', results: [], failure: 'no index' });
    expect(second?.results).toEqual([1, 1]);
    expect(tries).toBe(1);
  });

  it('fails as a whole when a required side fails', async () => {
    const broken = { name: 'ours', run: () => Promise.reject(new Error('no index')) };
    await expect(alternate([broken], { runs: 1, ...silent }, ['ours'])).rejects.toThrow('no index');
  });
});

describe('measured commands', () => {
  it('gives the time, the peak memory and what was printed', async () => {
    const result = await runCommand(process.execPath, ['-e', 'console.log("out"); console.error("err")']);
    expect(result.stdout).toBe('out\n');
    expect(result.stderr).toBe('err\n');
    expect(result.wallMs).toBeGreaterThan(0);
    if (process.platform === 'linux') expect(result.peakRssBytes).toBeGreaterThan(1_000_000);
  });

  it('gives the status and the output of a command that fails', async () => {
    const failing = runCommand(process.execPath, ['-e', 'console.error("broken tree"); process.exit(3)']);
    await expect(failing).rejects.toThrow(/status 3: [^]*broken tree/);
  });

  it('ends a command that takes longer than its limit', async () => {
    const endless = runCommand(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 200 });
    await expect(endless).rejects.toThrow(/SIGKILL/);
  });
});

describe('rendering', () => {
  it('writes figures for people', () => {
    expect([formatMs(3.456), formatMs(840.4), formatMs(4216)]).toEqual(['3.46 ms', '840 ms', '4.22 s']);
    expect([formatBytes(0), formatBytes(999), formatBytes(12_230_656)]).toEqual(['0 B', '999 B', '12.2 MB']);
    expect([formatCount(7), formatCount(1234.6), formatCount(4_000_000)]).toEqual(['7', '1,235', '4,000,000']);
    expect(formatSummary(summarize([1000, 2000, 3000]), formatMs)).toBe('2.00 s (1.00 s–3.00 s)');
    expect(formatRatio(ratio([2, 3], [4, 4]))).toBe('0.63× (0.50–0.75)');
  });

  it('renders a table whose cells cannot break it', () => {
    expect(renderTable({ title: 'T', columns: ['a', 'b'], rows: [['x|y', 'two\nlines']] })).toBe(
      ['**T**', '', '| a | b |', '| --- | --- |', '| x\\|y | two lines |'].join('\n'),
    );
  });

  it('tells a goal that is met from one that is not and one that was not measured', () => {
    expect(goalTable(RESULT.goals).rows.map((row) => row.at(-1))).toEqual(['met', '**not met**', 'not measured']);
  });

  it('renders a suite with its lane, seeds, peers, tables, goals and notes', () => {
    const text = renderSuite(RESULT);
    for (const part of [
      'lane: store-only',
      'records 7',
      'peer 1.2.3',
      '| a | 2 ms |',
      '**Goals**',
      '- a peer is missing',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('reports every run with its summary, the machine and the seeds as JSON', () => {
    const machine: MachineFacts = {
      cpu: 'c',
      cores: 2,
      memoryBytes: 1,
      system: 's',
      node: 'v20',
      commit: 'abc',
      versions: {},
    };
    const report = JSON.parse(JSON.stringify(jsonReport(machine, [RESULT], new Date(0)))) as unknown;
    expect(report).toMatchObject({
      startedAt: '1970-01-01T00:00:00.000Z',
      machine: { commit: 'abc' },
      suites: [{ suite: 'sample', seeds: { records: 7 }, rows: [{ values: [3, 1, 2], median: 2, min: 1, max: 3 }] }],
    });
  });
});

describe('generated sections of a document', () => {
  const section = (name: string, body: string): string =>
    `<!-- bench:${name}:start -->${body}<!-- bench:${name}:end -->`;

  it('replaces what is between the markers and keeps the rest', () => {
    const document = `before\n${section('a', '\nold\n')}\nbetween\n${section('b', '\nkept\n')}\nafter\n`;
    expect(replaceSection(document, 'a', 'new')).toBe(
      `before\n${section('a', '\n\nnew\n\n')}\nbetween\n${section('b', '\nkept\n')}\nafter\n`,
    );
  });

  it('gives the same document when it is filled twice', () => {
    const once = replaceSection(section('a', ''), 'a', 'body with $& and $1');
    expect(once).toContain('body with $& and $1');
    expect(replaceSection(once, 'a', 'body with $& and $1')).toBe(once);
  });

  it('refuses a document whose markers are missing, doubled or in the wrong order', () => {
    const swapped = '<!-- bench:a:end --><!-- bench:a:start -->';
    for (const document of ['', '<!-- bench:a:start -->', swapped, section('a', '') + section('a', '')]) {
      expect(() => replaceSection(document, 'a', 'x')).toThrow(/bench:a:start/);
    }
  });
});

describe('generated records', () => {
  it('are the same for the same seed and have unique keys', () => {
    const nodes = [...generateNodes(5000, 1)];
    expect(nodes).toHaveLength(5000);
    expect([...generateNodes(5000, 1)]).toEqual(nodes);
    expect(new Set(nodes.map(nodeKey)).size).toBe(5000);
  });

  it('have four edges for each node, with distinct ends in the order of the callers', () => {
    const ids = Array.from({ length: 1000 }, (_, index) => (index + 10) as NodeId);
    const edges = [...generateEdges(ids, 2)];
    expect(edges).toHaveLength(4000);
    expect(new Set(edges.map((edge) => `${edge.callerId} ${edge.calleeId}`)).size).toBe(4000);
    expect(edges.map((edge) => edge.callerId)).toEqual(edges.map((edge) => edge.callerId).sort((a, b) => a - b));
    expect(edges.every((edge) => ids.includes(edge.calleeId))).toBe(true);
  });

  it('come in batches of at most the given size', () => {
    expect([...inBatches([1, 2, 3, 4, 5], 2)]).toEqual([[1, 2], [3, 4], [5]]);
    expect([...inBatches([], 2)]).toEqual([]);
  });
});

describe('findings on a tree', () => {
  const [source] = TREES;
  if (source === undefined) throw new Error('There is no tree to index.');
  const tree: Tree = { source, folder: '/tree', files: 100, lines: 20_000, bytes: 500_000 };
  const run = (wallMs: number, files: number | null): IngestRun => ({
    wallMs,
    peakRssBytes: 100_000_000,
    files,
    nodes: 1000,
    edges: 2000,
    sizeBytes: 500_000,
  });
  const outcome = (name: string, wallMs: number, files: number | null = 100) => ({
    name,
    results: [run(wallMs, files), run(wallMs, files)],
    failure: null,
  });

  it('compare with the faster peer and with the floor', () => {
    const found = treeFindings(tree, [
      outcome(OURS, 1000),
      outcome('slow', 4000),
      outcome('fast', 2500),
      outcome(PARSE_ONLY, 400),
    ]);
    expect(found.goals.map((goal) => goal.met)).toEqual([true, false, true]);
    expect(found.goals[0]?.measured).toBe('0.40× (0.40–0.40) of fast');
    expect(found.table.rows[0]).toEqual([
      OURS,
      '1.00 s (1.00 s–1.00 s)',
      '–',
      '100',
      '20,000',
      '100.0 MB',
      '1,000',
      '2,000',
      '500.0 KB',
      '500',
    ]);
    expect(found.notes).toEqual([]);
  });

  it('say which side left files out and which one failed', () => {
    const failed = { name: 'peer', results: [], failure: 'no grammar' };
    const found = treeFindings(tree, [outcome(OURS, 1000, 90), failed, outcome(PARSE_ONLY, 600)]);
    expect(found.goals.map((goal) => goal.met)).toEqual([null, true, true]);
    expect(found.notes).toEqual([
      `peer failed on ${source.label}: no grammar`,
      `${OURS} parsed 90 of 100 files on ${source.label}.`,
    ]);
    expect(found.measurements.some((measurement) => measurement.side === 'peer')).toBe(false);
  });

  it('leave every goal open when the index command itself failed', () => {
    const failed = { name: OURS, results: [run(1, 100)], failure: 'crashed' };
    const found = treeFindings(tree, [failed, outcome('peer', 2000), outcome(PARSE_ONLY, 600)]);
    expect(found.goals.map((goal) => goal.met)).toEqual([null, null, null]);
  });
});

describe('the page of results', () => {
  it('has a place for the machine and for every suite', async () => {
    const page = await readFile(new URL('../../docs/benchmarks.md', import.meta.url), 'utf8');
    for (const name of ['machine', 'ingest', 'bulk', 'load', 'incremental'])
      expect(replaceSection(page, name, 'figures')).toContain('figures');
  });
});

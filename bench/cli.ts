import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { someCallee, writeGeneratedStore } from './children.js';
import { suiteBySize, type Findings } from './findings.js';
import { alternate, runCommand, type Outcome, type Suite, type SuiteOptions } from './harness.js';
import { formatCount, formatMs, formatRatio, formatSummary } from './report.js';
import { median, ratio, summarize } from './statistics.js';

const SEED = 20_240_229;
const SIZES = { full: [100_000], quick: [10_000] };
const GOAL_MS = 120;
const FLOOR = 'node -e 0';

/** Commands on a large store, each a process of its own from its start to its end, beside the start of Node alone. */
export function cliSuite(projectRoot: string): Suite {
  return suiteBySize({ suite: 'cli', lane: 'store-only', seeds: { records: SEED } }, SIZES, (symbols, options) =>
    commandsAt(symbols, projectRoot, options),
  );
}

async function commandsAt(symbols: number, projectRoot: string, options: SuiteOptions): Promise<Findings> {
  const scratch = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  const file = join(scratch, 'store.db');
  const main = join(projectRoot, 'dist', 'cli', 'main.js');
  try {
    options.progress(`${formatCount(symbols)} symbols: writing them`);
    await writeGeneratedStore(projectRoot, file, symbols, SEED);
    const name = someCallee(file);
    const commands = [['status'], ['callers', name], ['search', name], ['search', name, '--mode', 'name']];
    const side = (label: string, args: readonly string[]) => ({
      name: label,
      run: async () => (await runCommand(process.execPath, args)).wallMs,
    });
    const sides = [
      side(FLOOR, ['-e', '0']),
      ...commands.map((words) => side(labelOf(words, name), [main, ...words, '--db', file, '--json'])),
    ];
    const all = sides.map((each) => each.name);
    return findingsOf(`${formatCount(symbols)} symbols`, await alternate(sides, options, all));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function labelOf(words: readonly string[], name: string): string {
  return words.map((word) => (word === name ? '<name>' : word)).join(' ');
}

function findingsOf(work: string, outcomes: readonly Outcome<number>[]): Findings {
  const floor = outcomes.find(({ name }) => name === FLOOR)?.results ?? [];
  const commands = outcomes.filter(({ name }) => name !== FLOOR);
  const over = (results: readonly number[]): number => median(results) - median(floor);
  return {
    measurements: outcomes.map(({ name, results }) => ({
      ...{ work, side: name, metric: 'time of the process', unit: 'ms', values: results },
    })),
    goals: commands.map(({ name, results }) => ({
      work: `${work}, ${name}`,
      goal: `≤${GOAL_MS} ms over ${FLOOR}`,
      measured: formatMs(over(results)),
      met: over(results) <= GOAL_MS,
    })),
    tables: [
      {
        title: `Commands on ${work}, from start to end`,
        columns: ['command', 'time', 'over the floor', 'times the floor'],
        rows: outcomes.map(({ name, results }) => [
          name,
          formatSummary(summarize(results), formatMs),
          name === FLOOR ? '–' : formatMs(over(results)),
          name === FLOOR ? '–' : formatRatio(ratio(results, floor)),
        ]),
      },
    ],
  };
}

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { someCallee, writeGeneratedStore } from './children.js';
import { alternate, runCommand } from './harness.js';
import type { GoalResult, Outcome, Suite, SuiteOptions, SuiteResult } from './harness.js';
import { formatCount, formatMs, formatSummary } from './report.js';
import { summarize } from './statistics.js';

const SYMBOLS = 100_000;
const SEED = 20_240_229;
const GOAL_MS = 300;
const FLOOR = 'node -e 0';
const QUESTIONS = ['status', 'callers', 'search'] as const;

/** From the start of an MCP server on a large store to its first answer, beside the start of Node alone. */
export function mcpSuite(projectRoot: string): Suite {
  return { name: 'mcp', run: (options) => runMcp(projectRoot, options) };
}

async function runMcp(projectRoot: string, options: SuiteOptions): Promise<SuiteResult> {
  const [symbols = SYMBOLS] = options.sizes ?? [];
  const scratch = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  const file = join(scratch, 'store.db');
  try {
    options.progress(`${formatCount(symbols)} symbols: writing them`);
    await writeGeneratedStore(projectRoot, file, symbols, SEED);
    const name = someCallee(file);
    const args = { status: {}, callers: { name }, search: { text: name } };
    const sides = [
      { name: FLOOR, run: async () => (await runCommand(process.execPath, ['-e', '0'])).wallMs },
      ...QUESTIONS.map((tool) => ({ name: tool, run: () => firstAnswer(projectRoot, file, tool, args[tool]) })),
    ];
    return resultOf(symbols, await alternate(sides, options, [FLOOR, ...QUESTIONS]), options);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Milliseconds from starting the process to the answer of the first tool call, handshake included. */
async function firstAnswer(projectRoot: string, file: string, tool: string, args: object): Promise<number> {
  const startedAt = performance.now();
  const main = join(projectRoot, 'dist', 'cli', 'main.js');
  const child = spawn(process.execPath, [main, 'mcp', '--db', file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const send = (message: object): void => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const clientInfo = { name: 'bench', version: '1' };
  send({ id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo } });
  try {
    for await (const line of createInterface(child.stdout)) {
      const { id, result } = JSON.parse(line) as { id?: number; result?: { isError?: boolean } };
      if (id === 1) {
        send({ method: 'notifications/initialized' });
        send({ id: 2, method: 'tools/call', params: { name: tool, arguments: args } });
      } else if (id === 2) {
        if (result === undefined || result.isError === true) throw new Error(`No answer: ${line.slice(0, 300)}`);
        return performance.now() - startedAt;
      }
    }
    throw new Error('The server ended without an answer.');
  } finally {
    child.stdin.end();
    await closed;
  }
}

function resultOf(symbols: number, outcomes: readonly Outcome<number>[], options: SuiteOptions): SuiteResult {
  const work = `${formatCount(symbols)} symbols`;
  const goals: GoalResult[] = outcomes
    .filter(({ name }) => name !== FLOOR)
    .map(({ name, results }) => {
      const summary = summarize(results);
      return {
        work: `${work}, ${name}`,
        goal: `first answer ≤${GOAL_MS} ms after the start`,
        measured: formatSummary(summary, formatMs),
        met: summary.median <= GOAL_MS,
      };
    });
  const rows = outcomes.map(({ name, results }) => [name, formatSummary(summarize(results), formatMs)]);
  return {
    suite: 'mcp',
    lane: 'store-only',
    runs: options.runs,
    quick: options.quick,
    seeds: { records: SEED },
    versions: {},
    measurements: outcomes.map(({ name, results }) => ({
      ...{ work, side: name, metric: 'first answer', unit: 'ms', values: results },
    })),
    goals,
    tables: [{ title: `Start of the MCP server to its first answer, ${work}`, columns: ['question', 'time'], rows }],
    notes: ['Each time is a process of its own: start, handshake, opening of the store and the question.'],
  };
}

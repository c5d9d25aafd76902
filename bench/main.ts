/**
 * Runs benchmark suites: `npm run bench -- <suite…|all> [--json path] [--quick] [--rounds n] [--sizes n,n] [--document]`.
 * `all` writes the tables into docs/benchmarks.md, between its markers; other suites do so with `--document`.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bulkSuite } from './bulk.js';
import { cliSuite } from './cli.js';
import { exportSuite } from './export.js';
import { graphSuite } from './graph.js';
import { FULL_RUNS, QUICK_RUNS, type Suite, type SuiteOptions, type SuiteResult } from './harness.js';
import { incrementalSuite } from './incremental.js';
import { ingestSuite } from './ingest.js';
import { loadSuite } from './load.js';
import { type MachineFacts, machineFacts } from './machine.js';
import { mcpSuite } from './mcp.js';
import { jsonReport, renderMachine, renderSuite, replaceSection, SHORTFALLS, shortfalls } from './report.js';
import { vectorGridSuite } from './vector-grid.js';
import { vectorsSuite } from './vectors.js';
import { remoteSuite } from './remote.js';
import { resolveSuite } from './resolve.js';
import { questionsSuite } from './questions.js';
import { retrievalSuite } from './retrieval.js';
import { sizeSuite } from './size.js';
import { serverVectorsSuite } from './server-vectors.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const projectRoot = findProjectRoot(dirname(fileURLToPath(import.meta.url)));
const paths = { projectRoot, cacheFolder: join(projectRoot, '.cache') };
const suites: readonly Suite[] = [
  ingestSuite(paths),
  bulkSuite(projectRoot),
  loadSuite(projectRoot),
  exportSuite(projectRoot),
  graphSuite(projectRoot),
  incrementalSuite(paths),
  vectorsSuite(paths),
  vectorGridSuite(paths),
  serverVectorsSuite(paths),
  retrievalSuite(paths),
  questionsSuite(paths),
  resolveSuite(paths),
  mcpSuite(projectRoot),
  remoteSuite(projectRoot),
  cliSuite(projectRoot),
  sizeSuite(paths),
];

/** The compiled script lies somewhere below the folder that holds its source. */
function findProjectRoot(from: string): string {
  if (existsSync(join(from, 'package.json')) && existsSync(join(from, 'bench', 'main.ts'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('The project was not found above the benchmark scripts.');
  return findProjectRoot(parent);
}

/** What the command line says about the work of the suites. */
interface Extent {
  readonly quick: boolean;
  readonly rounds: number | undefined;
  readonly sizes: readonly number[] | undefined;
}

/** Gives each result to `tell` as soon as it is there, since all suites together take hours. */
async function runSuites(
  selected: readonly Suite[],
  { quick, rounds, sizes }: Extent,
  tell: (result: SuiteResult) => Promise<void>,
): Promise<SuiteResult[]> {
  const results: SuiteResult[] = [];
  for (const suite of selected) {
    const options: SuiteOptions = {
      quick,
      runs: rounds ?? (quick ? QUICK_RUNS : FULL_RUNS),
      ...(sizes === undefined ? {} : { sizes }),
      progress: (line) => void process.stderr.write(`${suite.name}: ${line}\n`),
    };
    const result = await suite.run(options);
    results.push(result);
    await tell(result);
  }
  return results;
}

async function fillDocument(machine: MachineFacts, result: SuiteResult): Promise<void> {
  const path = join(projectRoot, 'docs', 'benchmarks.md');
  const document = replaceSection(await readFile(path, 'utf8'), 'machine', renderMachine(machine));
  const withCommit = { ...result, notes: [...result.notes, `Measured at commit ${machine.commit}.`] };
  const filled = replaceSection(document, result.suite, renderSuite(withCommit));
  await writeFile(path, replaceSection(filled, SHORTFALLS, shortfalls(filled)));
}

async function main(): Promise<void> {
  const startedAt = new Date();
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      sizes: { type: 'string' },
      document: { type: 'boolean', default: false },
    },
  });
  const extent: Extent = {
    quick: values.quick,
    rounds: values.rounds === undefined ? undefined : Number(values.rounds),
    sizes: values.sizes?.split(',').map(Number),
  };
  const numbers = [extent.rounds ?? 1, ...(extent.sizes ?? [])];
  const isAll = positionals.includes('all');
  const selected = suites.filter(({ name }) => isAll || positionals.includes(name));
  const isKnown = positionals.every((name) => name === 'all' || suites.some((suite) => suite.name === name));
  if (!isKnown || selected.length === 0 || !numbers.every((n) => Number.isInteger(n) && n > 0)) {
    const known = ['all', ...suites.map((suite) => suite.name)].join('|');
    process.stderr.write(
      `usage: npm run bench -- <${known}>… [--json path] [--quick] [--rounds n] [--sizes n,n] [--document]\n`,
    );
    process.exitCode = EXIT_USAGE;
    return;
  }
  const machine = machineFacts(projectRoot);
  // Smaller runs only show that the suites work; their figures are not for publishing.
  const isReduced = values.quick || (extent.rounds ?? FULL_RUNS) < FULL_RUNS || extent.sizes !== undefined;
  process.stdout.write(`${renderMachine(machine)}\n`);
  const results = await runSuites(selected, extent, async (result) => {
    process.stdout.write(`\n## ${result.suite}\n\n${renderSuite(result)}\n`);
    if ((isAll || values.document) && !isReduced) await fillDocument(machine, result);
  });
  if (values.json !== undefined) {
    await writeFile(values.json, `${JSON.stringify(jsonReport(machine, results, startedAt), null, 2)}\n`);
  }
}

process.once('SIGINT', () => process.exit(130));
try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = EXIT_FAILED;
}

/**
 * Runs benchmark suites: `npm run bench -- <suite|all> [--json path] [--quick]`. `all` also writes the
 * tables into docs/benchmarks.md, between its markers.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bulkSuite } from './bulk.js';
import { FULL_RUNS, QUICK_RUNS, type Suite, type SuiteOptions, type SuiteResult } from './harness.js';
import { ingestSuite } from './ingest.js';
import { type MachineFacts, machineFacts } from './machine.js';
import { jsonReport, renderMachine, renderSuite, replaceSection } from './report.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const projectRoot = findProjectRoot(dirname(fileURLToPath(import.meta.url)));
const suites: readonly Suite[] = [
  ingestSuite({ projectRoot, cacheFolder: join(projectRoot, '.cache') }),
  bulkSuite(projectRoot),
];

/** The compiled script lies somewhere below the folder that holds its source. */
function findProjectRoot(from: string): string {
  if (existsSync(join(from, 'package.json')) && existsSync(join(from, 'bench', 'main.ts'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('The project was not found above the benchmark scripts.');
  return findProjectRoot(parent);
}

async function runSuites(selected: readonly Suite[], quick: boolean): Promise<SuiteResult[]> {
  const results: SuiteResult[] = [];
  for (const suite of selected) {
    const options: SuiteOptions = {
      quick,
      runs: quick ? QUICK_RUNS : FULL_RUNS,
      progress: (line) => void process.stderr.write(`${suite.name}: ${line}\n`),
    };
    results.push(await suite.run(options));
  }
  return results;
}

async function fillDocument(machine: MachineFacts, results: readonly SuiteResult[]): Promise<void> {
  const path = join(projectRoot, 'docs', 'benchmarks.md');
  let document = replaceSection(await readFile(path, 'utf8'), 'machine', renderMachine(machine));
  for (const result of results) document = replaceSection(document, result.suite, renderSuite(result));
  await writeFile(path, document);
}

async function main(): Promise<void> {
  const startedAt = new Date();
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' }, quick: { type: 'boolean', default: false } },
  });
  const [name] = positionals;
  const selected = name === 'all' ? suites : suites.filter((suite) => suite.name === name);
  if (positionals.length !== 1 || selected.length === 0) {
    const known = ['all', ...suites.map((suite) => suite.name)].join('|');
    process.stderr.write(`usage: npm run bench -- <${known}> [--json path] [--quick]\n`);
    process.exitCode = EXIT_USAGE;
    return;
  }
  const machine = machineFacts(projectRoot);
  const results = await runSuites(selected, values.quick);
  process.stdout.write(`${renderMachine(machine)}\n`);
  for (const result of results) process.stdout.write(`\n## ${result.suite}\n\n${renderSuite(result)}\n`);
  if (values.json !== undefined) {
    await writeFile(values.json, `${JSON.stringify(jsonReport(machine, results, startedAt), null, 2)}\n`);
  }
  // A quick run only shows that the suites work; its figures are not for publishing.
  if (name === 'all' && !values.quick) await fillDocument(machine, results);
}

process.once('SIGINT', () => process.exit(130));
try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = EXIT_FAILED;
}

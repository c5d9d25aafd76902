/**
 * Makes small mistakes in the incremental engine, one at a time, in a copy of the sources, and runs its
 * tests: `npm run test:mutants -- [part of a name …]`.
 *
 * Prints for each mistake which test noticed it. Ends with status 1 when one went unnoticed, and 2
 * when a source is no longer what a mistake is described for, no mistake has such a name, or a test fails
 * without any mistake.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MUTANTS, type Mutant } from './mutants.js';

const EXIT_SURVIVED = 1;
const EXIT_OUTDATED = 2;
const AT_ONCE = 2;
const LIMIT_MS = 120_000;
const COPIED = ['src', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

/** Tests in the order in which they are tried: the fast ones first. */
const STAGES: readonly (readonly string[])[] = [
  ['test/unit/incremental', 'test/unit/indexer-minimal-work.test.ts', 'test/unit/indexer-changed-names.test.ts'],
  ['test/unit/indexer-import-routes.test.ts', 'test/unit/indexer-packages.test.ts'],
  ['test/fault/memo-damage.test.ts', 'test/unit/query-invalidation.test.ts', 'test/unit/indexer.test.ts'],
  ['test/property/indexing.test.ts', '--testNamePattern', 'in the script'],
  ['test/property/indexing.test.ts'],
];

interface Verdict {
  readonly mutant: Mutant;
  /** The test that noticed; undefined for a survivor. */
  readonly caughtBy: string | undefined;
  readonly ms: number;
}

interface JsonReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** The text of the mutated file. Throws RangeError when the text to replace is not there exactly once. */
function mutated({ name, file, find, replace }: Mutant): string {
  const text = readFileSync(file, 'utf8');
  const parts = text.split(find);
  if (parts.length !== 2) throw new RangeError(`${name}: ${file} has its text ${parts.length - 1} times, not once.`);
  return parts.join(replace);
}

/** Without a mutant: the tests must have nothing to say of the sources as they are. */
async function judge(mutant: Mutant | undefined): Promise<Omit<Verdict, 'mutant'>> {
  const started = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'lestockage-mutant-'));
  try {
    for (const name of COPIED) cpSync(name, join(folder, name), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'), 'dir');
    if (mutant !== undefined) writeFileSync(join(folder, mutant.file), mutated(mutant));
    let caughtBy: string | undefined;
    for (const [at, stage] of STAGES.entries()) {
      caughtBy ??= await firstFailure(folder, stage, join(folder, `report-${at}.json`));
    }
    return { caughtBy, ms: performance.now() - started };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs tests until one fails, and gives its name. */
async function firstFailure(folder: string, stage: readonly string[], report: string): Promise<string | undefined> {
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const options = ['run', '--project', 'source', '--bail', '1', '--reporter', 'json', '--outputFile', report];
  const failed = await new Promise<boolean>((resolve) => {
    const command = [vitest, ...options, ...stage];
    execFile(process.execPath, command, { cwd: folder, timeout: LIMIT_MS, maxBuffer: 2 ** 26 }, (error) => {
      resolve(error !== null);
    });
  });
  if (!failed) return undefined;
  // Tests that no longer come to an end have noticed as well.
  if (!existsSync(report)) return `the time limit of ${LIMIT_MS / 1000} s`;
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as JsonReport;
  for (const { name, message, assertionResults } of testResults) {
    const failure = assertionResults.find(({ status }) => status === 'failed');
    const file = name.slice(folder.length + 1);
    if (failure !== undefined) return `${file}: ${failure.fullName}`;
    if (message !== '') return `${file}: ${message.split('\n')[0] ?? ''}`;
  }
  return 'a run that failed';
}

async function judgeAll(mutants: readonly Mutant[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const left = [...mutants];
  const work = async (): Promise<void> => {
    for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
      const verdict = { mutant, ...(await judge(mutant)) };
      verdicts.push(verdict);
      process.stdout.write(lineOf(verdict));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return verdicts;
}

function lineOf({ mutant, caughtBy, ms }: Verdict): string {
  const found = caughtBy ?? `SURVIVED: ${mutant.why}`;
  return `${mutant.name.padEnd(52)} ${`${(ms / 1000).toFixed(0)} s`.padStart(5)}  ${found}\n`;
}

async function main(): Promise<number> {
  const names = process.argv.slice(2);
  const chosen = MUTANTS.filter(({ name }) => names.length === 0 || names.some((part) => name.includes(part)));
  try {
    for (const mutant of MUTANTS) mutated(mutant);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return EXIT_OUTDATED;
  }
  if (chosen.length === 0) {
    process.stderr.write(`No mutant has such a name: ${names.join(', ')}\n`);
    return EXIT_OUTDATED;
  }
  const { caughtBy } = await judge(undefined);
  if (caughtBy !== undefined) {
    process.stderr.write(`The tests fail without any mutant: ${caughtBy}\n`);
    return EXIT_OUTDATED;
  }
  const verdicts = await judgeAll(chosen);
  const caught = verdicts.filter(({ caughtBy }) => caughtBy !== undefined).length;
  process.stdout.write(`${caught} of ${verdicts.length} noticed\n`);
  return caught === verdicts.length ? 0 : EXIT_SURVIVED;
}

process.exitCode = await main();

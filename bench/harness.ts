import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a suite is asked to do. */
export interface SuiteOptions {
  /** Alternating runs of every side. */
  readonly runs: number;
  /** Fewer runs and smaller work, to see that a suite works at all. */
  readonly quick: boolean;
  /** Sizes of generated work instead of the suite's own, for suites that have several. */
  readonly sizes?: readonly number[];
  /** Called with one line at a time while the suite runs. */
  readonly progress: (line: string) => void;
}

export const FULL_RUNS = 5;
export const QUICK_RUNS = 2;

/** All runs of one figure of one side. */
export interface Measurement {
  readonly work: string;
  readonly side: string;
  readonly metric: string;
  /** `ms`, `bytes`, `count` or a rate such as `files/s`. */
  readonly unit: string;
  readonly values: readonly number[];
}

/** One goal with what was measured for it; `met` is null when it could not be measured. */
export interface GoalResult {
  readonly work: string;
  readonly goal: string;
  readonly measured: string;
  readonly met: boolean | null;
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface SuiteResult {
  readonly suite: string;
  /** Figures of different lanes must not be compared with one another. */
  readonly lane: 'store-only' | 'end-to-end';
  readonly runs: number;
  readonly quick: boolean;
  readonly seeds: Readonly<Record<string, number>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly measurements: readonly Measurement[];
  readonly goals: readonly GoalResult[];
  readonly tables: readonly Table[];
  readonly notes: readonly string[];
}

export interface Suite {
  readonly name: string;
  run(options: SuiteOptions): Promise<SuiteResult>;
}

/** One side of a comparison. `run` is called once per round. */
export interface Side<T> {
  readonly name: string;
  run(round: number): Promise<T>;
}

export interface Outcome<T> {
  readonly name: string;
  /** Results in the order of the rounds; shorter than the number of rounds when the side failed. */
  readonly results: readonly T[];
  /** Why the side stopped taking part; null when it finished every round. */
  readonly failure: string | null;
}

/**
 * Runs the sides in turn, A B A B …, so that a slow spell of the machine touches all of them.
 * A side that fails takes no part in later rounds; the others go on. A side named in `required`
 * makes the whole comparison fail.
 */
export async function alternate<T>(
  sides: readonly Side<T>[],
  options: Pick<SuiteOptions, 'runs' | 'progress'>,
  required: readonly string[] = [],
): Promise<Outcome<T>[]> {
  const state = sides.map((side) => ({ side, results: [] as T[], failure: null as string | null }));
  for (let round = 0; round < options.runs; round++) {
    for (const entry of state) {
      if (entry.failure !== null) continue;
      options.progress(`round ${round + 1}/${options.runs}: ${entry.side.name}`);
      try {
        entry.results.push(await entry.side.run(round));
      } catch (error) {
        if (required.includes(entry.side.name)) throw error;
        entry.failure = error instanceof Error ? error.message : String(error);
        options.progress(`${entry.side.name} failed: ${entry.failure}`);
      }
    }
  }
  return state.map(({ side, results, failure }) => ({ name: side.name, results, failure }));
}

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export interface CommandResult {
  /** From starting the process to its end, in milliseconds. */
  readonly wallMs: number;
  /** Largest resident memory of any one process of the command; null where it cannot be observed. */
  readonly peakRssBytes: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const GNU_TIME = '/usr/bin/time';
const POLL_MS = 20;

/**
 * Runs a command to its end and measures it. Throws an Error with the end of its output when it does
 * not exit with status 0 or takes longer than `timeoutMs` (default: ten minutes).
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const scratch = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  try {
    if (process.platform !== 'linux' || !existsSync(GNU_TIME)) return await runPolled(command, args, options);
    const report = join(scratch, 'peak');
    const result = await runPolled(GNU_TIME, ['-f', '%M', '-o', report, command, ...args], options);
    const kilobytes = Number((await readFile(report, 'utf8')).trim().split('\n').at(-1));
    return { ...result, peakRssBytes: Number.isFinite(kilobytes) ? kilobytes * 1024 : null };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Process groups under way, so that none outlives this process. */
const groups = new Set<number>();
process.once('exit', () => groups.forEach(killGroup));

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // The group has ended by itself.
  }
}

/** The peak is what the kernel last said about the started process itself, read every few milliseconds. */
function runPolled(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    // A group of its own, because killing GNU time alone would leave the measured command running.
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const leader = child.pid;
    if (leader !== undefined) groups.add(leader);
    const output = { stdout: '', stderr: '' };
    let peakRssBytes: number | null = null;
    const poll = setInterval(() => {
      void peakOf(leader).then((peak) => (peakRssBytes = peak ?? peakRssBytes));
    }, POLL_MS);
    const limit = setTimeout(() => leader !== undefined && killGroup(leader), options.timeoutMs ?? 600_000);
    const finish = (): void => {
      clearInterval(poll);
      clearTimeout(limit);
      if (leader !== undefined) groups.delete(leader);
    };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output.stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output.stderr += chunk));
    child.once('error', (error) => {
      finish();
      reject(error);
    });
    child.once('close', (status, signal) => {
      const wallMs = performance.now() - startedAt;
      finish();
      if (status === 0) return resolve({ wallMs, peakRssBytes, ...output });
      const tail = (output.stderr + output.stdout).trim().slice(-600);
      reject(new Error(`${[command, ...args].join(' ')} ended with ${signal ?? `status ${status}`}: ${tail}`));
    });
  });
}

async function peakOf(pid: number | undefined): Promise<number | null> {
  if (pid === undefined || process.platform !== 'linux') return null;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const match = /^VmHWM:\s+(\d+) kB/m.exec(status);
  return match?.[1] === undefined ? null : Number(match[1]) * 1024;
}

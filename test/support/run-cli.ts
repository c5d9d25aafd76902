import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface CliResult {
  /** Exit status, or null when a signal ended the process. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Another build than that of the project. */
  readonly main?: string;
}

/** Starts the built command line; the environment has nothing of the user's but what is given. */
export function startCli(commandLine: readonly string[], options: CliOptions = {}): ChildProcessWithoutNullStreams {
  const { PATH = '' } = process.env;
  return spawn(process.execPath, [options.main ?? MAIN, ...commandLine], {
    cwd: options.cwd,
    env: { PATH, HOME: '/nonexistent', ...options.environment },
  });
}

/** Waits for the end of a started command line and collects what it prints. */
export async function ended(child: ChildProcessWithoutNullStreams): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** Runs the built command line to its end. */
export async function runCli(commandLine: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = startCli(commandLine, options);
  child.stdin.end();
  return ended(child);
}

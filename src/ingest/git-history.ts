import { spawn } from 'node:child_process';
import { CancelledError } from '../model/index.js';

/** Older commits say little about what is under change now, and reading them all can take minutes. */
const COMMITS_AT_MOST = 10_000;

const WITHOUT_FETCHING = [
  // Objects that a partial clone lacks are not fetched: where from, and by which program, a hostile repository decides.
  ...['ext', 'file', 'git', 'http', 'https', 'ssh'].flatMap((name) => ['-c', `protocol.${name}.allow=never`]),
];

const NAMES_OF_CHANGED_FILES = [
  ...['--no-pager', 'log', '--format=', '--name-only', '-z', '--no-renames', '--relative'],
  // A setting of the repository may ask for signatures, which runs a program it names.
  ...['--no-show-signature', `--max-count=${COMMITS_AT_MOST}`, '--', '.'],
];

/**
 * How many of the last 10,000 commits that touch a folder touched each of its files, by path from the
 * folder with `/`. Merges do not count. Undefined when no commit touches the folder, it is in no git
 * repository, or git is not installed.
 *
 * Throws CancelledError when the signal fires.
 */
export async function countChanges(root: string, signal?: AbortSignal): Promise<Map<string, number> | undefined> {
  const counts = new Map<string, number>();
  let rest = '';
  const isDone = await runGit(root, NAMES_OF_CHANGED_FILES, signal, (text) => {
    const paths = (rest + text).split('\0');
    rest = paths.pop() ?? '';
    for (const path of paths) if (path !== '') counts.set(path, (counts.get(path) ?? 0) + 1);
  });
  return isDone && counts.size > 0 ? counts : undefined;
}

/**
 * The commit that is checked out where a folder is, as 40 hexadecimal digits (64 in a repository with
 * SHA-256). Undefined when that commit does not have the folder, it is in no git repository, or git is
 * not installed.
 *
 * Throws CancelledError when the signal fires.
 */
export async function readCommit(root: string, signal?: AbortSignal): Promise<string | undefined> {
  let output = '';
  const isDone = await runGit(root, ['rev-parse', '--verify', 'HEAD^{commit}'], signal, (text) => (output += text));
  if (!isDone) return undefined;
  const hasFolder = await runGit(root, ['rev-parse', '--verify', '--quiet', 'HEAD:./'], signal, () => undefined);
  return hasFolder ? output.trim() : undefined;
}

/** Gives whether git ended well; without git it did not. Throws CancelledError. */
async function runGit(
  root: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
  onOutput: (text: string) => void,
): Promise<boolean> {
  const options = signal === undefined ? {} : { signal };
  const git = spawn('git', ['-C', root, ...WITHOUT_FETCHING, ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  git.stdout.setEncoding('utf8').on('data', onOutput);
  const status = await new Promise<number | null>((resolve) => {
    // Without git there is an error and no status.
    git.on('error', () => resolve(null));
    git.on('close', resolve);
  });
  if (signal?.aborted === true) throw new CancelledError('The analysis was cancelled.', { cause: signal.reason });
  return status === 0;
}

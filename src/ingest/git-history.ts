import { spawn } from 'node:child_process';
import { CancelledError } from '../model/index.js';

/** Older commits say little about what is under change now, and reading them all can take minutes. */
const COMMITS_AT_MOST = 10_000;

const COMMAND = [
  // Objects that a partial clone lacks are not fetched: where from, and by which program, a hostile repository decides.
  ...['ext', 'file', 'git', 'http', 'https', 'ssh'].flatMap((name) => ['-c', `protocol.${name}.allow=never`]),
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
  const options = signal === undefined ? {} : { signal };
  const git = spawn('git', ['-C', root, ...COMMAND], { ...options, stdio: ['ignore', 'pipe', 'ignore'] });
  const counts = new Map<string, number>();
  let rest = '';
  git.stdout.setEncoding('utf8').on('data', (text: string) => {
    const paths = (rest + text).split('\0');
    rest = paths.pop() ?? '';
    for (const path of paths) if (path !== '') counts.set(path, (counts.get(path) ?? 0) + 1);
  });
  const status = await new Promise<number | null>((resolve) => {
    // Without git there is an error and no status.
    git.on('error', () => resolve(null));
    git.on('close', resolve);
  });
  if (signal?.aborted === true) throw new CancelledError('The analysis was cancelled.', { cause: signal.reason });
  return status === 0 && counts.size > 0 ? counts : undefined;
}

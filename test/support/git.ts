import { execFileSync } from 'node:child_process';

/** Runs git in a folder with no configuration but its own, and gives what it printed. */
export function git(folder: string, ...args: string[]): string {
  const environment = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const command = ['-c', 'core.excludesFile=/dev/null', '-c', 'init.defaultBranch=main', ...args];
  return execFileSync('git', command, { cwd: folder, env: environment, encoding: 'utf8' });
}

/** The files git would add in a folder: tracked ones and those that are not ignored, in byte order. */
export function listedByGit(folder: string): string[] {
  return git(folder, 'ls-files', '-z', '-c', '-o', '--exclude-standard').split('\0').filter(Boolean);
}

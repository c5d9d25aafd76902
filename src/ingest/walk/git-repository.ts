import { lstatSync, readFileSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';

/**
 * The folder that holds what all work trees of a repository share (usually `<folder>/.git`), or
 * undefined when `folder` is not the top of a git work tree.
 */
export function gitFolderOf(folder: string): string | undefined {
  const dotGit = join(folder, '.git');
  const stats = statsOf(dotGit);
  if (stats?.isDirectory()) return statsOf(join(dotGit, 'HEAD')) === undefined ? undefined : dotGit;
  if (!stats?.isFile()) return undefined;
  // Submodules and linked work trees have a file that names the real folder.
  const target = /^gitdir: (.+?)\r?\n?$/.exec(textOf(dotGit) ?? '')?.[1];
  if (target === undefined) return undefined;
  const own = isAbsolute(target) ? target : resolve(folder, target);
  const common = textOf(join(own, 'commondir'))?.trimEnd();
  return common === undefined ? own : resolve(own, common);
}

/** The top of the git work tree that `folder` lies in, `folder` itself included. */
export function findWorkTreeTop(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (gitFolderOf(at) !== undefined) return at;
    if (dirname(at) === at) return undefined;
  }
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

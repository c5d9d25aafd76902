import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { findWorkTreeTop, gitFolderOf } from './git-repository.js';
import { IgnoreRules } from './ignore-rules.js';

/** Something was left out of a walk or a file; the rest is there. `file` is relative to the walk's root. */
export interface WalkWarning {
  readonly file: string;
  readonly code:
    'FILE_UNREADABLE' | 'FOLDER_UNREADABLE' | 'IGNORE_FILE_UNREADABLE' | 'IGNORE_PATTERN_INVALID' | 'NAME_NOT_UTF8';
  readonly message: string;
}

export type WarningSink = (warning: WalkWarning) => void;

/** The rules in force in one folder, and where that folder lies under the top they are written from. */
export interface IgnoreScope {
  readonly rules: IgnoreRules;
  /** Path from the repository's top, '/' between names, no slash at the end. */
  readonly path: string;
}

const MAX_IGNORE_FILE_BYTES = 1_000_000;

/**
 * The rules that come to a walk's root from above: `.git/info/exclude` and the `.gitignore` files from
 * the top of the git work tree down to the root's parent. The root's own file is not included.
 *
 * When those rules ignore the root itself they are dropped: naming a folder asks for its files.
 */
export function scopeAbove(root: string, warn: WarningSink): IgnoreScope {
  const top = findWorkTreeTop(root);
  if (top === undefined) return { rules: IgnoreRules.none, path: '' };
  let scope = scopeOfWorkTree(top, warn);
  for (const name of relative(top, root).split(sep)) {
    if (name === '') continue;
    scope = { rules: withIgnoreFile(scope, join(top, scope.path), warn).rules, path: childPath(scope.path, name) };
    if (scope.rules.ignores(`${scope.path}/`)) return { rules: IgnoreRules.none, path: '' };
  }
  return scope;
}

/** The rules a git work tree starts with at its top: those of `info/exclude`, which its own files overrule. */
export function scopeOfWorkTree(top: string, warn: WarningSink): IgnoreScope {
  const empty: IgnoreScope = { rules: IgnoreRules.none, path: '' };
  const gitFolder = gitFolderOf(top);
  return gitFolder === undefined ? empty : withPatterns(empty, join(gitFolder, 'info', 'exclude'), warn);
}

/** The scope with the rules of the folder's own `.gitignore`, when there is one. */
export function withIgnoreFile(scope: IgnoreScope, folder: string, warn: WarningSink): IgnoreScope {
  return withPatterns(scope, join(folder, '.gitignore'), warn);
}

export function childPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function withPatterns(scope: IgnoreScope, file: string, warn: WarningSink): IgnoreScope {
  let content: Buffer | undefined;
  try {
    content = readIgnoreFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    warn({ file, code: 'IGNORE_FILE_UNREADABLE', message: `Its patterns are not applied: ${reason}` });
  }
  if (content === undefined) return scope;
  const rules = scope.rules.extend(scope.path, content, (pattern) => {
    warn({ file, code: 'IGNORE_PATTERN_INVALID', message: `Left out the pattern ${JSON.stringify(pattern)}.` });
  });
  return { rules, path: scope.path };
}

/** The file's bytes; undefined when it is absent or, as in git, not a regular file. */
function readIgnoreFile(file: string): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined;
    throw error;
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return undefined;
    if (stats.size > MAX_IGNORE_FILE_BYTES) throw new RangeError(`it has more than ${MAX_IGNORE_FILE_BYTES} bytes`);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

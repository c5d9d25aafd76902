import picomatch from 'picomatch';
import { resolvePath } from './paths.js';

/** A member pattern of a workspace: which folders it names, and whether it adds or takes away. */
export interface FolderGlob {
  readonly isNegated: boolean;
  readonly matches: (folder: string) => boolean;
}

/** What of a pattern would be tried in too many ways against a long name, or belongs to no real workspace. */
const MAX_PATTERN_LENGTH = 500;
const MAX_STARS_IN_NAME = 3;
const MAX_DEEP_STARS = 3;

export type GlobFault = 'outside' | 'too-complex';

/** Compiles a workspace's pattern, relative to its folder. `!` in front takes folders away. */
export function folderGlob(folder: string, written: string): FolderGlob | GlobFault {
  const isNegated = written.startsWith('!');
  const pattern = resolvePath(folder, isNegated ? written.slice(1) : written);
  if (pattern === undefined) return 'outside';
  if (isTooComplex(pattern)) return 'too-complex';
  if (!/[*?[\]{}()!+@]/.test(pattern)) return { isNegated, matches: (path) => path === pattern };
  return { isNegated, matches: picomatch(pattern, { dot: false }) };
}

function isTooComplex(pattern: string): boolean {
  if (pattern.length > MAX_PATTERN_LENGTH) return true;
  if (pattern.split('**').length - 1 > MAX_DEEP_STARS) return true;
  const names = pattern.replaceAll('**', '').split('/');
  return names.some((name) => name.split(/[*+]/).length - 1 > MAX_STARS_IN_NAME);
}

/** Compiles a pattern of dotted names as Python's discovery takes them: a `*` stands for any text, dots included. */
export function nameGlob(pattern: string): ((name: string) => boolean) | undefined {
  return isTooComplex(pattern) || pattern.includes('/') ? undefined : picomatch(pattern, { dot: true, noext: true });
}

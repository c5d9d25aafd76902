import { posix } from 'node:path';

/** The folder of a path; '' is the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path below a folder. */
export function under(folder: string, path: string): string {
  if (path === '') return folder;
  return folder === '' ? path : `${folder}/${path}`;
}

/** Whether a path is the folder or below it. */
export function isWithin(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/**
 * Where a path written in a folder leads, '' for the project's root; undefined when it leaves the project, is absolute, or
 * belongs to another system.
 */
export function resolvePath(folder: string, written: string): string | undefined {
  if (written.startsWith('/') || /^[A-Za-z]:/.test(written) || written.includes('\0')) return undefined;
  const joined = posix.join(folder, written.replaceAll('\\', '/')).replace(/\/$/, '');
  if (joined === '..' || joined.startsWith('../')) return undefined;
  return joined === '.' ? '' : joined;
}

/** The folder itself and those above it, innermost first. */
export function ancestorFolders(folder: string): string[] {
  const folders: string[] = [];
  for (let at = folder; ; at = folderOf(at)) {
    folders.push(at);
    if (at === '') return folders;
  }
}

/** Without what is there already, in the order of the first ones. */
export function distinct<T>(values: Iterable<T>): T[] {
  return [...new Set(values)];
}

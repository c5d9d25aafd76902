import type { BigIntStats } from 'node:fs';

/**
 * A file's state as one text, `size:mtimeNs:ctimeNs:inode`. Two equal keys of one path mean that the
 * file was not touched between them, as far as the clock of the file system can tell.
 */
export function statKeyOf(stats: BigIntStats): string {
  return `${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}:${stats.ino}`;
}

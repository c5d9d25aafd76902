import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { osReason, unwritableError } from './sqlite-errors.js';

/** Makes the folders on the way to a file. Throws CorruptionError `DATABASE_UNWRITABLE`. */
export function makeFolderOf(path: string): void {
  try {
    makeFolder(dirname(path));
  } catch (error) {
    throw unwritableError(path, osReason(error), error);
  }
}

/**
 * Makes a folder and those above it. Node's own recursive way never returns where the operating system
 * says that a folder cannot be made because an existing parent is missing, as it does under /proc.
 */
function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it in between.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

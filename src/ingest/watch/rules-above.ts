import { watch, type FSWatcher } from 'node:fs';
import { dirname, join } from 'node:path';
import { findWorkTreeTop, gitFolderOf } from '../walk/git-repository.js';

/**
 * Watches the ignore rules that hold below `root` but lie outside it: `.gitignore` files of the folders
 * above, up to the top of the git work tree, and `.git/info/exclude`. Calls `onEvent` with every event,
 * and says whether it is about such a rule. Returns the function that ends it.
 */
export function watchRulesAbove(root: string, onEvent: (isRule: boolean) => void): () => void {
  const watches: FSWatcher[] = [];
  for (const [folder, file] of rulePlaces(root)) {
    try {
      const opened = watch(folder, (_type, name) => onEvent(name === file || name === null));
      // A folder that goes takes its rules along; whatever becomes of the root is told by its own watch.
      opened.on('error', () => opened.close());
      watches.push(opened);
    } catch {
      // Mostly there is no such folder. Where it may not be read, neither can its rules be.
    }
  }
  return () => {
    for (const each of watches) each.close();
  };
}

/** Pairs of a folder and the name of its file with rules. */
function rulePlaces(root: string): [folder: string, file: string][] {
  const top = findWorkTreeTop(root);
  const gitFolder = top === undefined ? undefined : gitFolderOf(top);
  if (top === undefined || gitFolder === undefined) return [];
  const places: [string, string][] = [[join(gitFolder, 'info'), 'exclude']];
  for (let at = root; at !== top; at = dirname(at)) places.push([dirname(at), '.gitignore']);
  return places;
}

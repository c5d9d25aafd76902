import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Store } from '../index.js';
import { isWithin } from './source-reader.js';
import { ToolFailure } from './tool-failure.js';

/** Decides which folders may be indexed on request. */
export class AllowedRoots {
  /**
   * @param configured Folders that were allowed by name; these alone count then.
   * @param workingFolder Counts otherwise, beside the folders of known projects, unless it is the home folder or the
   * root of the file system: a server that was started there by accident is not to index everything.
   */
  constructor(
    private readonly configured: readonly string[],
    private readonly workingFolder: string,
  ) {}

  /** The real path of a folder, given absolute or from the working folder; throws ToolFailure `FOLDER_NOT_ALLOWED`. */
  async require(store: Store, path: string): Promise<string> {
    const root = await realPathOf(resolve(this.workingFolder, path));
    const allowed = await this.list(store);
    if (allowed.some((folder) => isWithin(folder, root))) return root;
    throw new ToolFailure(
      'FOLDER_NOT_ALLOWED',
      `The folder ${root} is outside of what this server may index.`,
      allowed.length === 0
        ? 'No folder is allowed: start the server with --root <path>, or in the folder of the repository.'
        : `Index one of these, or a folder in it: ${allowed.join(', ')}. More are allowed by starting the server with --root <path>.`,
      { path: root, allowed },
    );
  }

  /** May this folder be indexed? */
  async allow(store: Store, path: string): Promise<boolean> {
    const root = await realPathOf(resolve(this.workingFolder, path));
    return (await this.list(store)).some((folder) => isWithin(folder, root));
  }

  /** The real paths of the folders that may be indexed, with all in them. */
  async list(store: Store): Promise<string[]> {
    const named = this.configured.length > 0 ? [...this.configured] : await this.#standard(store);
    const real = await Promise.all(named.map((folder) => realPathOf(resolve(this.workingFolder, folder))));
    return [...new Set(real)].sort();
  }

  async #standard(store: Store): Promise<string[]> {
    const projects = await store.projects.list();
    const known = projects.flatMap(({ root }) => (root === null ? [] : [root]));
    return (await this.#isTooLarge()) ? known : [this.workingFolder, ...known];
  }

  async #isTooLarge(): Promise<boolean> {
    const folder = await realPathOf(this.workingFolder);
    return folder === dirname(folder) || folder === (await realPathOf(homedir()));
  }
}

/** Without symbolic links; a path that is not there stays as it is, for whoever uses it to find out. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
}

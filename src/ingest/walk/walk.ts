import { isUtf8 } from 'node:buffer';
import { type Dirent, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CancelledError, compareText, NotFoundError, UsageError } from '../../model/index.js';
import {
  childPath,
  type IgnoreScope,
  scopeAbove,
  scopeOfWorkTree,
  type WalkWarning,
  withIgnoreFile,
} from './ignore-files.js';
import { gitFolderOf } from './git-repository.js';
import { statKeyOf } from './stat-key.js';

/**
 * Folders that are never entered, whatever the ignore files say: other tools' bookkeeping and
 * installed dependencies. Besides these: folders named `*.dist-info`, and folders that hold a
 * `pyvenv.cfg` (Python environments under any name). Build output (`target`, `dist`, …) is entered
 * unless it is ignored, because some repositories keep sources under such names.
 */
export const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  'bower_components',
  '__pycache__',
  '.tox',
  '.mypy_cache',
  '.venv',
]);

/** Files that decide about other files. A `.git` makes its folder a work tree with rules of its own. */
const RULE_FILES: ReadonlySet<string> = new Set(['.gitignore', '.git', 'pyvenv.cfg']);

/** May other files belong to the project, or no longer, when this one changes? */
export function decidesAboutOthers(path: string): boolean {
  return RULE_FILES.has(path.slice(path.lastIndexOf('/') + 1));
}

/** A file as the walk saw it. */
export interface WalkedFile {
  /** From the root, '/' between names. */
  readonly path: string;
  readonly absolutePath: string;
  readonly sizeBytes: number;
  /** See `statKeyOf`. */
  readonly statKey: string;
}

/** A source file as the walk saw it. */
export interface WalkEntry extends WalkedFile {
  readonly language: string;
}

export interface WalkOptions {
  /** The language of a file by its path from the root; files without one are neither listed nor read. */
  readonly languageOf: (path: string) => string | undefined;
  /** Which files are listed besides, by their path from the root; a source file can be one of them. */
  readonly isManifest?: (path: string) => boolean;
  /** Called with each folder before it is listed; the root is the empty text. What it throws ends the walk. */
  readonly onFolder?: (path: string) => void;
  /** Paths from the root, of files and folders: nothing else is looked at, and only what is at or below them is given. */
  readonly within?: readonly string[];
  readonly signal?: AbortSignal;
}

export interface WalkResult {
  /** The root with all symbolic links resolved. */
  readonly root: string;
  /** Sorted by the bytes of their paths. */
  readonly entries: readonly WalkEntry[];
  /** What `isManifest` asked for. */
  readonly manifests: readonly WalkedFile[];
  readonly warnings: readonly WalkWarning[];
  /** Folders that could not be listed, from the root. What lies below them is unknown, not absent. */
  readonly unreadableFolders: readonly string[];
  /** Symbolic links that lead out of the root, and those that lead nowhere. None of them is followed. */
  readonly symlinks: { readonly outside: number; readonly broken: number };
}

/**
 * Finds the source files below a folder.
 *
 * Ignore rules are git's: `.gitignore` files of the folder, of the folders below it and of those
 * above it up to the top of its git work tree, and `.git/info/exclude`. The user's global ignore file
 * is not read, so that two machines see the same files. A git work tree inside another one follows
 * its own rules only. Names are compared with case.
 *
 * Symbolic links are never followed: a file link inside the root leads to a file that is walked anyway.
 *
 * Throws NotFoundError `FOLDER_NOT_FOUND`, UsageError `NOT_A_FOLDER` (also for a root that cannot be
 * listed), CancelledError.
 */
export async function walk(root: string, options: WalkOptions): Promise<WalkResult> {
  const walker = new Walker(resolveRoot(root), options);
  return walker.run();
}

interface Folder {
  readonly absolutePath: string;
  /** From the root, empty for the root itself. */
  readonly path: string;
  readonly scope: IgnoreScope;
}

/** So many folders are listed before other work of the process gets its turn. */
const FOLDERS_PER_TURN = 128;

class Walker {
  readonly #root: string;
  readonly #options: WalkOptions;
  readonly #entries: WalkEntry[] = [];
  readonly #manifests: WalkedFile[] = [];
  readonly #warnings: WalkWarning[] = [];
  readonly #unreadableFolders: string[] = [];
  readonly #symlinks = { outside: 0, broken: 0 };
  #foldersSeen = 0;

  constructor(root: string, options: WalkOptions) {
    this.#root = root;
    this.#options = options;
  }

  async run(): Promise<WalkResult> {
    const top: Folder = {
      absolutePath: this.#root,
      path: '',
      scope: scopeAbove(this.#root, this.#warnOfIgnoreFile),
    };
    if (this.#options.within === undefined) await this.#visit(top);
    else for (const path of outermost(this.#options.within)) await this.#visitPath(top, path);
    return {
      root: this.#root,
      entries: this.#entries,
      manifests: this.#manifests,
      warnings: this.#warnings,
      unreadableFolders: this.#unreadableFolders,
      symlinks: this.#symlinks,
    };
  }

  // The calls are synchronous on purpose: listing and stating 10,000 files takes a third of the time
  // it takes through promises.
  async #visit(folder: Folder): Promise<void> {
    if (this.#options.signal?.aborted) throw new CancelledError();
    if (++this.#foldersSeen % FOLDERS_PER_TURN === 0) await nextTurn();
    this.#options.onFolder?.(folder.path);
    const children = this.#list(folder);
    if (folder.path !== '' && children.some((child) => child.name === 'pyvenv.cfg')) return;
    const scope = this.#scopeWithin(folder, children);
    for (const child of children) {
      const name = child.name;
      if (name === '.git') continue; // A file in linked work trees and submodules.
      const path = childPath(folder.path, name);
      const scopePath = childPath(scope.path, name);
      if (child.isDirectory()) {
        if (isSkippedFolder(name) || scope.rules.ignores(`${scopePath}/`)) continue;
        const absolutePath = joinName(folder.absolutePath, name);
        await this.#visit({ absolutePath, path, scope: { rules: scope.rules, path: scopePath } });
      } else if (child.isFile()) {
        this.#visitFile(folder, name, path, scopePath, scope);
      } else if (child.isSymbolicLink() && !isSkippedFolder(name) && !scope.rules.ignores(scopePath)) {
        this.#countLink(joinName(folder.absolutePath, name));
      }
    }
  }

  /** Goes down to one path as the whole walk would, without listing what lies beside it. */
  async #visitPath(top: Folder, path: string): Promise<void> {
    if (path === '') return this.#visit(top);
    const names = path.split('/');
    const last = names.pop() ?? '';
    let folder: Folder | undefined = top;
    for (const name of names) folder = folder === undefined ? undefined : this.#enter(folder, name);
    if (folder === undefined || last === '.git') return;
    const scope = this.#scopeOn(folder);
    const scopePath = childPath(scope.path, last);
    const stats = this.#statsOf(folder, last);
    if (stats?.isFile() === true) this.#visitFile(folder, last, path, scopePath, scope);
    const inner = stats?.isDirectory() === true ? this.#enter(folder, last) : undefined;
    if (inner !== undefined) await this.#visit(inner);
  }

  /** The folder of that name, unless the walk would not go into it. */
  #enter(folder: Folder, name: string): Folder | undefined {
    const scope = this.#scopeOn(folder);
    const scopePath = childPath(scope.path, name);
    if (name === '' || isSkippedFolder(name) || this.#statsOf(folder, name)?.isDirectory() !== true) return undefined;
    if (scope.rules.ignores(`${scopePath}/`)) return undefined;
    const absolutePath = joinName(folder.absolutePath, name);
    if (this.#statsOf({ ...folder, absolutePath }, 'pyvenv.cfg') !== undefined) return undefined;
    return { absolutePath, path: childPath(folder.path, name), scope: { rules: scope.rules, path: scopePath } };
  }

  /** What {@link #scopeWithin} gives for a folder that is not listed. */
  #scopeOn(folder: Folder): IgnoreScope {
    const isWorkTree = folder.path !== '' && gitFolderOf(folder.absolutePath) !== undefined;
    const scope = isWorkTree ? scopeOfWorkTree(folder.absolutePath, this.#warnOfIgnoreFile) : folder.scope;
    return withIgnoreFile(scope, folder.absolutePath, this.#warnOfIgnoreFile);
  }

  #statsOf(folder: Folder, name: string): Stats | undefined {
    try {
      return lstatSync(joinName(folder.absolutePath, name), { throwIfNoEntry: false });
    } catch {
      return undefined;
    }
  }

  #visitFile(folder: Folder, name: string, path: string, scopePath: string, scope: IgnoreScope): void {
    const language = this.#options.languageOf(path);
    const isManifest = this.#options.isManifest?.(path) === true;
    if ((language === undefined && !isManifest) || scope.rules.ignores(scopePath)) return;
    const absolutePath = joinName(folder.absolutePath, name);
    try {
      const stats = lstatSync(absolutePath, { bigint: true, throwIfNoEntry: false });
      // It may have gone, or become something else, since the folder was listed.
      if (!stats?.isFile()) return;
      const file = { path, absolutePath, sizeBytes: Number(stats.size), statKey: statKeyOf(stats) };
      if (isManifest) this.#manifests.push(file);
      if (language !== undefined) this.#entries.push({ ...file, language });
    } catch (error) {
      this.#warnings.push({ file: path, code: 'FILE_UNREADABLE', message: `Not indexed: ${reasonOf(error)}` });
    }
  }

  /** The folder's children in the byte order of the paths below them. */
  #list(folder: Folder): Dirent[] {
    let children: Dirent[];
    try {
      children = readdirSync(folder.absolutePath, { withFileTypes: true });
      // What cannot be decoded comes back with replacement characters; only the bytes tell the two apart.
      if (children.some((child) => child.name.includes('\uFFFD')))
        children = this.#withoutInvalidNames(folder, children);
    } catch (error) {
      if (folder.path === '') throw notAFolder(this.#root, `cannot be listed: ${reasonOf(error)}`, error);
      this.#unreadableFolders.push(folder.path);
      const message = `Nothing below it is indexed: ${reasonOf(error)}`;
      this.#warnings.push({ file: folder.path, code: 'FOLDER_UNREADABLE', message });
      return [];
    }
    return children.length > 1 ? inPathOrder(children) : children;
  }

  #withoutInvalidNames(folder: Folder, children: readonly Dirent[]): Dirent[] {
    const valid = new Set<string>();
    for (const bytes of readdirSync(folder.absolutePath, { encoding: 'buffer' })) {
      if (isUtf8(bytes)) valid.add(bytes.toString('utf8'));
    }
    return children.filter((child) => {
      if (valid.has(child.name)) return true;
      const file = childPath(folder.path, child.name);
      if (child.isDirectory() || this.#options.languageOf(file) !== undefined) {
        this.#warnings.push({ file, code: 'NAME_NOT_UTF8', message: 'Not indexed: its name is not valid UTF-8.' });
      }
      return false;
    });
  }

  #scopeWithin(folder: Folder, children: readonly Dirent[]): IgnoreScope {
    const isWorkTree =
      folder.path !== '' &&
      children.some((child) => child.name === '.git') &&
      gitFolderOf(folder.absolutePath) !== undefined;
    const scope = isWorkTree ? scopeOfWorkTree(folder.absolutePath, this.#warnOfIgnoreFile) : folder.scope;
    if (!children.some((child) => child.name === '.gitignore')) return scope;
    return withIgnoreFile(scope, folder.absolutePath, this.#warnOfIgnoreFile);
  }

  #countLink(absolutePath: string): void {
    try {
      const target = realpathSync(absolutePath);
      if (target !== this.#root && !target.startsWith(joinName(this.#root, ''))) this.#symlinks.outside++;
    } catch {
      this.#symlinks.broken++;
    }
  }

  readonly #warnOfIgnoreFile = (warning: WalkWarning): void => {
    const prefix = joinName(this.#root, '');
    const isInside = warning.file.startsWith(prefix);
    const file = isInside ? warning.file.slice(prefix.length).replaceAll(sep, '/') : warning.file;
    this.#warnings.push({ ...warning, file });
  };
}

/** A folder with all symbolic links resolved. Throws as {@link walk}. */
export function resolveRoot(root: string): string {
  if (root === '') throw notAFolder(root, 'is not a path');
  let resolved: string;
  try {
    resolved = realpathSync(root);
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') throw notAFolder(root, 'lies below a file', error);
    throw new NotFoundError('FOLDER_NOT_FOUND', `There is no folder ${JSON.stringify(root)}.`, {
      details: { path: root, reason: reasonOf(error) },
      cause: error,
    });
  }
  if (!statSync(resolved).isDirectory()) throw notAFolder(root, 'is not a folder');
  return resolved;
}

function notAFolder(path: string, reason: string, cause?: unknown): UsageError {
  return new UsageError('NOT_A_FOLDER', `${JSON.stringify(path)} ${reason}.`, { details: { path, reason }, cause });
}

/** Each path once, and none that lies below another. */
function outermost(paths: readonly string[]): string[] {
  const sorted = [...new Set(paths.map((path) => path.replace(/(?<!\/)\/+$/, '')))].sort();
  const kept = new Set<string>();
  for (const path of sorted) {
    const above = path.split('/').map((_, count, names) => names.slice(0, count).join('/'));
    if (path === '' || !above.some((folder) => kept.has(folder))) kept.add(path);
  }
  return [...kept];
}

function isSkippedFolder(name: string): boolean {
  return SKIPPED_FOLDERS.has(name) || name.endsWith('.dist-info');
}

/** A folder sorts as its name with '/', which is how the paths below it sort among the files' paths. */
function inPathOrder(children: readonly Dirent[]): Dirent[] {
  return children
    .map((child) => ({ child, key: child.isDirectory() ? `${child.name}/` : child.name }))
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ child }) => child);
}

function joinName(folder: string, name: string): string {
  return folder.endsWith(sep) ? folder + name : folder + sep + name;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

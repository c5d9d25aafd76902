import { type FSWatcher, lstatSync, realpathSync, watch as watchFolderItself } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { LimitError } from '../../model/index.js';
import { SKIPPED_FOLDERS, walk } from '../walk/index.js';
import type { EventListener, FolderEvents } from './folder-events.js';
import { QueueGuard } from './queue-guard.js';
import { watchRulesAbove } from './rules-above.js';

/** Where one watch reports the whole tree. Elsewhere each folder has its own. */
const HAS_RECURSIVE_WATCH = process.platform === 'darwin' || process.platform === 'win32';

/** All watches of the process share the kernel's queue, so they share the guard. */
const sharedGuard = new QueueGuard();

/** Opens the events of the file system, through the watches of the runtime. See {@link OpenFolderEvents}. */
export function openWatchedFolders(
  root: string,
  listener: EventListener,
  guard: QueueGuard = sharedGuard,
): FolderEvents {
  return new WatchedFolders(root, listener, guard);
}

/**
 * One watch for each folder that the walk enters, so that ignored folders cost none.
 *
 * A folder that appears may have contents before it is watched. It is therefore only told; the refresh
 * that precedes the scan watches it first and lists it then, and its folders in the same order.
 */
class WatchedFolders implements FolderEvents {
  readonly #root: string;
  readonly #listener: EventListener;
  readonly #guard: QueueGuard;
  readonly #unsubscribe: () => void;
  /** By path; null for folders that are known but have no watch of their own. */
  readonly #watches = new Map<string, FSWatcher | null>();
  /** Folders that came, went or were renamed: the watches below them are to be made anew. */
  readonly #suspects = new Set<string>();
  #stopRules: () => void = () => undefined;
  #identity = '';
  #isClosed = false;

  constructor(root: string, listener: EventListener, guard: QueueGuard) {
    this.#root = resolved(root);
    this.#listener = listener;
    this.#guard = guard;
    this.#unsubscribe = guard.subscribe(() => this.#lose('The system delivered so many events that some may be lost.'));
  }

  async refresh(signal?: AbortSignal): Promise<void> {
    const entered = new Set<string>();
    this.#stopRules();
    this.#stopRules = watchRulesAbove(this.#root, (isRule) => {
      this.#guard.count();
      if (isRule) this.#listener.onFolder('');
    });
    this.#identity = identityOf(this.#root);
    this.#dropSuspects();
    await walk(this.#root, {
      languageOf: () => undefined,
      onFolder: (path) => {
        entered.add(path);
        if (!this.#isClosed) this.#watch(path);
      },
      ...(signal === undefined ? {} : { signal }),
    });
    for (const path of [...this.#watches.keys()]) if (!entered.has(path)) this.#drop(path);
  }

  close(): void {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#stopRules();
    this.#dropAll();
  }

  #watch(path: string): void {
    if (this.#watches.has(path)) return;
    if (HAS_RECURSIVE_WATCH && path !== '') {
      this.#watches.set(path, null);
      return;
    }
    try {
      const watch = watchFolderItself(this.#absolute(path), { recursive: HAS_RECURSIVE_WATCH }, (type, name) =>
        this.#onEvent(path, type, name),
      );
      watch.on('error', () => {
        this.#drop(path);
        this.#listener.onFolder(path);
      });
      this.#watches.set(path, watch);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOSPC' || code === 'EMFILE') throw tooManyWatches(this.#root, this.#watches.size, error);
      // It has gone again, which its parent tells, or may not be read, which the index run reports.
      this.#watches.set(path, null);
    }
  }

  #onEvent(folder: string, type: 'rename' | 'change', name: string | null): void {
    this.#guard.count();
    if (this.#isClosed) return;
    if (name === null) {
      this.#lose('The system did not say which file has changed.');
      return;
    }
    const inside = sep === '/' ? name : name.replaceAll(sep, '/');
    const path = folder === '' ? inside : `${folder}/${inside}`;
    const end = path.lastIndexOf('/');
    // A watch of a whole tree also tells of folders that the walk does not enter.
    if (!this.#watches.has(end < 0 ? '' : path.slice(0, end))) return;
    const ownName = path.slice(end + 1);
    if (type === 'rename' && folder === '' && ownName === basename(this.#root)) this.#checkRoot();
    // Nothing in such a folder counts, but a .git that comes or goes changes which rules hold.
    if (SKIPPED_FOLDERS.has(ownName) && !(ownName === '.git' && type === 'rename')) return;
    if (!this.#watches.has(path) && !(type === 'rename' && this.#isFolder(path))) {
      this.#listener.onFile(path);
      return;
    }
    if (type === 'rename') {
      // What is watched under this path may be another folder now, or the same one under another path.
      this.#drop(path);
      this.#suspects.add(path);
    }
    this.#listener.onFolder(path);
  }

  /** A folder that is deleted or moved says so under its own name, as if it were a child of itself. */
  #checkRoot(): void {
    if (identityOf(this.#root) === this.#identity) return;
    this.#dropAll();
    this.#listener.onFolder('');
  }

  #isFolder(path: string): boolean {
    try {
      return lstatSync(this.#absolute(path), { throwIfNoEntry: false })?.isDirectory() === true;
    } catch {
      return false;
    }
  }

  /** After a loss no watch is trusted to be that of the folder that has its path now. */
  #lose(reason: string): void {
    this.#dropAll();
    this.#listener.onLost(reason);
  }

  #dropAll(): void {
    for (const path of [...this.#watches.keys()]) this.#drop(path);
  }

  /** In one pass: a tree that is deleted tells of each of its folders. */
  #dropSuspects(): void {
    for (const path of [...this.#watches.keys()]) {
      for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
        if (this.#suspects.has(path.slice(0, end))) this.#drop(path);
      }
    }
    this.#suspects.clear();
  }

  #drop(path: string): void {
    this.#watches.get(path)?.close();
    this.#watches.delete(path);
  }

  #absolute(path: string): string {
    return join(this.#root, path);
  }
}

/** Without symbolic links, as the walk has it. An absent folder is reported by the walk. */
function resolved(root: string): string {
  try {
    return realpathSync(root);
  } catch {
    return resolve(root);
  }
}

/** Tells a folder from another one that took its place; empty when there is none. */
function identityOf(folder: string): string {
  try {
    const stats = lstatSync(folder, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? '' : `${stats.dev}:${stats.ino}`;
  } catch {
    return '';
  }
}

function tooManyWatches(root: string, folders: number, cause: unknown): LimitError {
  return new LimitError(
    'LIMIT_EXCEEDED',
    `The system allows no more watches after ${folders} folders of ${root}; on Linux raise ` +
      'fs.inotify.max_user_watches or fs.inotify.max_user_instances.',
    { details: { root, folders }, cause },
  );
}

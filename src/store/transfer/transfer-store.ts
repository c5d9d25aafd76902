import { CancelledError, NotFoundError, UsageError } from '../../model/index.js';
import type { Database } from '../../sql/index.js';
import { databaseOf } from '../database-of.js';
import type { StoreOptions } from '../store-options.js';
import { openStore, type Store } from '../store.js';
import { sendContents } from './shared-results.js';
import { dumpDigest } from './stamps.js';
import { readProjectRow } from './swap.js';
import { transferProject, type ProjectTransfer, type TransferProgress } from './transfer-project.js';

/** What to take over, and how. */
export interface TransferOptions {
  /** Only these projects; all of the store when left out. */
  readonly projects?: readonly string[];
  /**
   * Of a pull: may a server with an older schema be upgraded? Without it such a server is refused with
   * `SCHEMA_TOO_OLD` and left as it is. A push upgrades the server, as opening it for writing does.
   */
  readonly upgrade?: boolean;
  /** How long to wait for somebody else who works on a project in the store it goes to. Default 2 minutes. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TransferProgress) => void;
}

/** What a push or a pull did. */
export interface TransferReport {
  readonly direction: 'push' | 'pull';
  /** The generation of the store that the projects went to. */
  readonly generation: number;
  readonly projects: readonly ProjectTransfer[];
  /** What went to the other end: rows as texts, and vectors. */
  readonly bytes: number;
  /** The projects that were the same already. */
  readonly skipped: readonly string[];
  /** The canonical dump of every project was compared, now or when it was sent, and is the same at both ends. */
  readonly verified: true;
  readonly ms: number;
}

/**
 * Copies the projects of a store into another one, a server as a rule, and makes sure that their canonical dumps
 * are the same there. Each project becomes visible in one piece: readers see it as it was or as it is. Projects
 * that only the other store has stay; those that are the same at both ends already are skipped.
 *
 * Nodes keep their ids in the other store by their keys. Taken over are files, references, packages, what runs
 * remember, embeddings, analyses and snapshots of measures; links between projects are made anew by what is there.
 * Results of queries of your own stay where they are.
 *
 * A push that was cut off is repeated; what has arrived is not sent again.
 *
 * ```ts
 * const { projects } = await pushStore(store, { path: 'libsql://code.example.org', authToken });
 * ```
 *
 * Throws what opening a store throws; NotFoundError `PROJECT_NOT_FOUND`; UsageError `INVALID_ARGUMENT` when both ends are
 * one database; BusyError `PROJECT_BUSY`, `LEASE_LOST` and `STALE_GENERATION` when others work on the project there;
 * ConnectionError; CancelledError; CorruptionError `TRANSFER_MISMATCH` when the dumps differ.
 */
export async function pushStore(
  store: Store,
  target: StoreOptions | string,
  options: TransferOptions = {},
): Promise<TransferReport> {
  const other = await openStore(target);
  try {
    return await transfer('push', store, other, options);
  } finally {
    await other.close();
  }
}

/** Copies the projects of another store, a server as a rule, into this one; see {@link pushStore}. */
export async function pullStore(
  store: Store,
  source: StoreOptions | string,
  options: TransferOptions = {},
): Promise<TransferReport> {
  const from = typeof source === 'string' ? { path: source } : source;
  if (options.upgrade === true) await (await openStore(from)).close();
  const other = await openStore({ ...from, readOnly: true });
  try {
    return await transfer('pull', other, store, options);
  } finally {
    await other.close();
  }
}

/** What is told of a project in the store where the names of all projects are followed. */
export interface PublishedOutline extends ProjectTransfer {
  /** The project's generation in its own store that the outline is of. */
  readonly sourceGeneration: number;
}

/**
 * Copies the outline of a project into another store: its symbols, packages and what it uses of others, without what lies
 * between its own symbols, embeddings and what runs remember. That is all by which names are followed between projects. Links
 * are the caller's to make. Throws as {@link pushStore}.
 */
export async function publishOutline(
  from: Store,
  to: Store,
  project: string,
  options: Pick<TransferOptions, 'signal' | 'waitMs' | 'onProgress'> = {},
): Promise<PublishedOutline> {
  const [source, target] = [databaseOf(from), databaseOf(to)];
  requireTwo(source, target);
  return source.snapshot(async (snapshot) => {
    const row = await readProjectRow(snapshot, project);
    if (row === undefined) throw notThere(project);
    const done = await transferProject(snapshot, target, project, { ...options, extent: 'outline' });
    return { ...done, sourceGeneration: Number(row['generation'] ?? 0) };
  });
}

/** SHA-256 of the nodes of a project, of itself or of its outline; 64 hexadecimal characters. */
export async function outlineDigest(store: Store, project: string): Promise<string> {
  const digest = await databaseOf(store).snapshot((snapshot) => dumpDigest(snapshot, project, 'outline'));
  return digest.toString('hex');
}

async function transfer(
  direction: TransferReport['direction'],
  from: Store,
  to: Store,
  options: TransferOptions,
): Promise<TransferReport> {
  const startedAt = performance.now();
  const [source, target] = [databaseOf(from), databaseOf(to)];
  requireTwo(source, target);
  const ids = await chosen(from, options.projects);
  let bytes = 0;
  const projects: ProjectTransfer[] = [];
  for (const id of ids) {
    throwIfAborted(options.signal);
    projects.push(await source.snapshot((snapshot) => transferProject(snapshot, target, id, options)));
  }
  if (projects.some(({ skipped }) => !skipped)) {
    ({ bytes } = await source.snapshot((snapshot) =>
      sendContents(snapshot, target, () => throwIfAborted(options.signal)),
    ));
  }
  await to.link(options.signal === undefined ? {} : { signal: options.signal });
  return {
    direction,
    generation: await to.projects.generation(),
    projects,
    bytes: projects.reduce((sum, each) => sum + each.bytes, bytes),
    skipped: projects.filter(({ skipped }) => skipped).map(({ project }) => project),
    verified: true,
    ms: Math.round(performance.now() - startedAt),
  };
}

/** The projects to take over, in the order of their ids. */
async function chosen(from: Store, wanted: readonly string[] | undefined): Promise<string[]> {
  const all = (await from.projects.list()).map(({ id }) => id);
  for (const id of wanted ?? []) {
    if (all.includes(id)) continue;
    throw notThere(id);
  }
  return all.filter((id) => wanted === undefined || wanted.includes(id));
}

function notThere(project: string): NotFoundError {
  return new NotFoundError('PROJECT_NOT_FOUND', `There is no project '${project}' to take over.`, {
    details: { project },
  });
}

function requireTwo(source: Database, target: Database): void {
  if (source !== target && (source.backend === 'memory' || source.location !== target.location)) return;
  throw new UsageError('INVALID_ARGUMENT', `A store cannot be taken over into itself: ${source.location}.`, {
    details: { location: source.location },
  });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CancelledError();
}

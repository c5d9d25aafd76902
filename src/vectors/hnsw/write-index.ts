import { statfs } from 'node:fs/promises';
import { CancelledError, CorruptionError, isLestockageError, LimitError } from '../../model/index.js';
import type { ChangeFollower } from '../search/change-follower.js';
import type { FlatVectors } from '../search/flat-vectors.js';
import { throwIfCancelled } from '../search/vector-checks.js';
import type { MaintenanceProgress } from '../search/vector-index.js';
import type { VectorChunk, VectorSource } from '../search/vector-source.js';
import { type BuildThread, startBuild } from './build-thread.js';
import type { HnswSettings } from './hnsw-settings.js';
import { graphOffsetOf } from './index-build.js';
import type { IndexFiles } from './index-files.js';
import { INDEX_FORMAT, type IndexManifest } from './index-manifest.js';
import type { Segment } from './segment.js';

export interface WriteTask {
  readonly source: VectorSource;
  readonly files: IndexFiles;
  readonly settings: HnswSettings;
  readonly threads: number;
  /** The file to extend by what changed; null builds from all vectors. */
  readonly base: { readonly segment: Segment; readonly recent: ChangeFollower } | null;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: MaintenanceProgress) => void;
}

export interface WrittenIndex {
  readonly manifest: IndexManifest;
  readonly added: number;
}

const VECTORS_PER_REQUEST = 1024;

/**
 * Writes a new index file and makes it the current one. Throws CancelledError, LimitError `DISK_FULL`, or
 * CorruptionError `INDEX_UNWRITABLE`; the file of before stays the current one then, and no part of the new one.
 */
export async function writeIndex(task: WriteTask): Promise<WrittenIndex> {
  const { source, files, settings, threads, base, signal } = task;
  const { dimension } = source;
  const file = await writing(task, files.newFile());
  const basePath = base === null ? null : files.pathOf(base.segment.manifest.file);
  const thread = startBuild({ dimension, settings, threads, basePath });
  try {
    await source.keeper?.begin();
    const identity = await source.identity();
    const before = await files.find(identity);
    // A change while vectors are read is at a later position, and will be taken in by who opens the file.
    const cursor = base === null ? await source.newestCursor() : base.recent.cursor;
    const mark = (await source.keeper?.markAt(cursor)) ?? '';
    const chunks = base === null ? source.scan(signal) : chunksOf(base.recent.vectors);
    const added = await endOnAbort(thread, signal, addAll(thread, chunks, task));
    task.onProgress({ phase: 'saving', done: added, total: added });
    const saved = await endOnAbort(thread, signal, writing(task, thread.save(files.pathOf(file))));
    throwIfCancelled(signal);
    const now = await files.find(identity);
    const isOthers = before.state !== 'usable' || now.state !== 'usable' || now.manifest.file !== before.manifest.file;
    if (isOthers && now.state === 'usable' && now.manifest.cursor > cursor) {
      // Another process was faster, and its file knows more.
      await files.discard(file);
      return { manifest: now.manifest, added };
    }
    const manifest = await writing(task, files.adopt({ ...saved, identity, file, cursor, mark }, INDEX_FORMAT));
    return { manifest, added };
  } catch (error) {
    await thread.end();
    await files.discard(file);
    if (signal.aborted) throw new CancelledError(undefined, { cause: error });
    throw error;
  } finally {
    await thread.end();
  }
}

/** Ends the thread as soon as the signal fires, whatever it is in the middle of. */
async function endOnAbort<T>(thread: BuildThread, signal: AbortSignal, work: Promise<T>): Promise<T> {
  const end = (): void => void thread.end();
  signal.addEventListener('abort', end);
  try {
    return await work;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

async function addAll(
  thread: BuildThread,
  chunks: AsyncIterable<VectorChunk> | readonly VectorChunk[],
  { source, base, signal, onProgress }: WriteTask,
): Promise<number> {
  const total = base === null ? await source.count() : base.recent.vectors.size;
  let added = 0;
  // While the thread adds one chunk the next one is read.
  let adding: Promise<void> = Promise.resolve();
  for await (const { ids, vectors } of chunks) {
    await adding;
    throwIfCancelled(signal);
    onProgress({ phase: 'adding', done: added, total: Math.max(total, added) });
    added += ids.length;
    // Copies, because what is given to a thread is lost to its owner.
    adding = thread.add(ids.slice(), vectors.slice());
    // Whatever becomes of it is seen when it is waited for.
    adding.catch(() => undefined);
  }
  await adding;
  return added;
}

/** The vectors of this moment, whatever is put meanwhile. */
function chunksOf(flat: FlatVectors): VectorChunk[] {
  const { ids, vectors } = flat.export();
  const chunks: VectorChunk[] = [];
  for (let from = 0; from < ids.length; from += VECTORS_PER_REQUEST) {
    const to = Math.min(from + VECTORS_PER_REQUEST, ids.length);
    chunks.push({ ids: ids.subarray(from, to), vectors: vectors.subarray(from * flat.dimension, to * flat.dimension) });
  }
  return chunks;
}

/** Gives failures of writing a class of this project. */
async function writing<T>({ files, source, settings, signal }: WriteTask, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isLestockageError(error) || signal.aborted) throw error;
    const { folder } = files;
    const neededBytes = graphOffsetOf(await source.count(), source.dimension, settings.quantization);
    const freeBytes = await freeBytesOf(folder);
    const options = { details: { folder, neededBytes, freeBytes }, cause: error };
    const isFull = (error instanceof Error && 'code' in error && error.code === 'ENOSPC') || freeBytes < neededBytes;
    if (isFull) throw new LimitError('DISK_FULL', `There is no room for the index file in ${folder}.`, options);
    throw new CorruptionError('INDEX_UNWRITABLE', `The index file could not be written in ${folder}.`, options);
  }
}

/** Infinity where the system does not say. */
async function freeBytesOf(folder: string): Promise<number> {
  const found = await statfs(folder).catch(() => undefined);
  return found === undefined ? Infinity : found.bavail * found.bsize;
}

import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { BLOCK_BYTES, findDamage } from './block-checksums.js';
import type { CheckTask } from './check-worker.js';

const workerFile = new URL('./check-worker.js', import.meta.url);
/** For less than this on each thread, the start of threads costs more than it saves. */
const BLOCKS_PER_THREAD = (32 << 20) / BLOCK_BYTES;
const MOST_THREADS = 4;

/** A damaged block of a range, undefined when there is none. Much to read is shared among threads, this one included. */
export async function checkBlocks(task: CheckTask): Promise<number | undefined> {
  const blocks = task.to - task.from;
  const isAlone = !existsSync(fileURLToPath(workerFile));
  const threads = isAlone ? 1 : Math.min(Math.floor(blocks / BLOCKS_PER_THREAD), availableParallelism(), MOST_THREADS);
  const share = Math.ceil(blocks / Math.max(threads, 1));
  const others: Promise<number | undefined>[] = [];
  for (let from = task.from + share; from < task.to; from += share) {
    others.push(checkOnThread({ ...task, from, to: Math.min(from + share, task.to) }));
  }
  // Started first, so that they read while this thread does.
  const here = Promise.resolve().then(() =>
    findDamage(task.path, task.sizeBytes, task.checksums, task.from, Math.min(task.from + share, task.to)),
  );
  const found = await Promise.all([here, ...others]);
  return found.find((damaged) => damaged !== undefined);
}

function checkOnThread(task: CheckTask): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile, { workerData: task });
    worker.once('message', (damaged: number | undefined) => resolve(damaged));
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The thread that checks an index file ended without an answer.')));
  });
}

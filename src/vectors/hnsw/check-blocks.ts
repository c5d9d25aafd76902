import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { BLOCK_BYTES, findDamage } from './block-checksums.js';
import type { CheckTask } from './check-worker.js';

const workerFile = new URL('./check-worker.js', import.meta.url);
/** Below this the start of a thread costs more than it saves. */
const THREAD_FROM_BLOCKS = (32 << 20) / BLOCK_BYTES;

/** The first damaged block of a range, found on another thread where there is much to read. */
export async function checkBlocks(task: CheckTask): Promise<number | undefined> {
  if (task.to - task.from < THREAD_FROM_BLOCKS || !existsSync(fileURLToPath(workerFile))) {
    return findDamage(task.path, task.sizeBytes, task.checksums, task.from, task.to);
  }
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile, { workerData: task });
    worker.once('message', (damaged: number | undefined) => resolve(damaged));
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The thread that checks an index file ended without an answer.')));
  });
}

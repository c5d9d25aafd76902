/**
 * The floor of indexing: reads every file of a tree and parses it with the grammar that the indexer
 * uses, in as many threads, and does nothing else.
 *
 * Usage: `node parse-only.js <folder> <typescript|python> [threads]`. Prints one JSON document.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { loadParser } from './grammar.js';
import { listFiles } from './trees.js';

/** What one thread is given: the files whose next index it takes from the shared counter. */
interface Task {
  readonly folder: string;
  readonly language: string;
  readonly paths: readonly string[];
  readonly counter: SharedArrayBuffer;
}

async function parseFiles(task: Task): Promise<number> {
  const parser = await loadParser(task.language);
  const counter = new Int32Array(task.counter);
  let parsed = 0;
  for (;;) {
    const path = task.paths[Atomics.add(counter, 0, 1)];
    if (path === undefined) break;
    const tree = parser.parse(await readFile(join(task.folder, path), 'utf8'));
    if (tree === null) throw new Error(`The parser gave no tree for ${path}.`);
    tree.delete();
    parsed++;
  }
  parser.delete();
  return parsed;
}

function inThread(task: Task): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: task });
    worker.once('message', (parsed: number) => resolve(parsed));
    worker.once('error', reject);
  });
}

async function main(): Promise<void> {
  const [folder, language, threads] = process.argv.slice(2);
  if (folder === undefined || language === undefined)
    throw new Error('Usage: parse-only <folder> <language> [threads]');
  const paths = await listFiles(folder);
  const task: Task = { folder, language, paths, counter: new SharedArrayBuffer(4) };
  const count = threads === undefined ? availableParallelism() : Number(threads);
  const parsed = await Promise.all(Array.from({ length: count }, () => inThread(task)));
  const files = parsed.reduce((sum, one) => sum + one, 0);
  process.stdout.write(
    `${JSON.stringify({ files, threads: count, maxRssBytes: process.resourceUsage().maxRSS * 1024 })}\n`,
  );
}

if (isMainThread) await main();
else parentPort?.postMessage(await parseFiles(workerData as Task));

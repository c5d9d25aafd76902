import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { CancelledError } from '../model/index.js';
import { SourceParser } from './extract/grammars.js';
import { parseFile, type ParseOutcome, type ParseTask } from './parse-file.js';
import type { ReadLimits } from './walk/index.js';

/** Below this much source the start of threads costs more than they save. */
const THREADS_FROM_BYTES = 192 * 1024;
const BATCH_BYTES = 128 * 1024;
/** A thread's garbage stays small between files; the parser's own memory is outside of this. */
const YOUNG_GENERATION_MB = 8;

const workerFile = new URL('./parse-worker.js', import.meta.url);

export interface ParsePoolOptions {
  /** Threads; 0 parses on the calling thread. Default: the number of processors, at most 8. */
  readonly workers?: number;
  readonly limits: ReadLimits;
  readonly signal?: AbortSignal;
  /** Called as outcomes come in, in no particular order. */
  readonly onOutcome: (outcome: ParseOutcome) => void;
}

/** Parses files on several threads. Resolves when every task had its outcome; rejects with CancelledError on abort. */
export async function parseFiles(tasks: readonly ParseTask[], options: ParsePoolOptions): Promise<void> {
  const threads = chooseThreads(tasks, options.workers);
  if (threads === 0) return parseHere(tasks, options);
  const batches = batchesOf(tasks);
  const running = Array.from({ length: Math.min(threads, batches.length) }, () => runWorker(batches, options));
  await Promise.all(running.map((worker) => worker.done)).catch(async (error: unknown) => {
    await Promise.all(running.map((worker) => worker.stop()));
    throw error;
  });
}

function chooseThreads(tasks: readonly ParseTask[], wanted: number | undefined): number {
  const bytes = tasks.reduce((sum, task) => sum + task.entry.sizeBytes, 0);
  if (wanted === 0 || bytes < THREADS_FROM_BYTES || !existsSync(fileURLToPath(workerFile))) return 0;
  return wanted ?? Math.min(availableParallelism(), 8);
}

/** Of the calling thread; the parsers' memory is never given back, so there is one for all runs. */
let parserHere: SourceParser | undefined;

async function parseHere(tasks: readonly ParseTask[], options: ParsePoolOptions): Promise<void> {
  const parser = (parserHere ??= new SourceParser());
  for (const task of tasks) {
    if (options.signal?.aborted === true) throw new CancelledError();
    options.onOutcome(await parseFile(parser, task, options.limits));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Largest files first, so that no thread is left alone with a long one at the end. */
function batchesOf(tasks: readonly ParseTask[]): ParseTask[][] {
  const bySize = [...tasks].sort((a, b) => b.entry.sizeBytes - a.entry.sizeBytes);
  const batches: ParseTask[][] = [];
  let batch: ParseTask[] = [];
  let bytes = 0;
  for (const task of bySize) {
    batch.push(task);
    bytes += task.entry.sizeBytes;
    if (bytes < BATCH_BYTES) continue;
    batches.push(batch);
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) batches.push(batch);
  return batches.reverse();
}

interface RunningWorker {
  readonly done: Promise<void>;
  stop(): Promise<unknown>;
}

/** One thread that takes batches from the end of the shared list until none is left. */
function runWorker(batches: ParseTask[][], options: ParsePoolOptions): RunningWorker {
  const worker = new Worker(workerFile, {
    workerData: options.limits,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const { signal } = options;
  let abort: (() => void) | undefined;
  const done = new Promise<void>((resolve, reject) => {
    abort = (): void => reject(new CancelledError());
    const next = (): void => {
      const batch = batches.pop();
      if (batch === undefined) resolve();
      else worker.postMessage(batch);
    };
    signal?.addEventListener('abort', abort, { once: true });
    worker.on('message', (outcomes: readonly ParseOutcome[]) => {
      try {
        outcomes.forEach(options.onOutcome);
        next();
      } catch (error) {
        // What the caller's function throws is for the caller, not for the process.
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`A parsing thread ended with status ${code}.`)));
    if (signal?.aborted === true) abort();
    else next();
  }).finally(() => {
    if (abort !== undefined) signal?.removeEventListener('abort', abort);
  });
  return {
    done: done.then(async () => {
      await worker.terminate();
    }),
    stop: () => worker.terminate(),
  };
}

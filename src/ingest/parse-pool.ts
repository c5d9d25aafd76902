import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { CancelledError } from '../model/index.js';
import { SourceParser } from './extract/grammars.js';
import { FactsUnpacker, packOutcomes, type PackedOutcomes } from './packed-facts.js';
import { parseFile, ParserBroken, type ParseOutcome, type ParseTask } from './parse-file.js';
import type { ReadLimits } from './walk/index.js';

/** Below this much source the start of threads costs more than they save. */
const THREADS_FROM_BYTES = 192 * 1024;
const BATCH_BYTES = 64 * 1024;
/** Larger files are left to threads, which can be given up without harm to the process. */
const LARGEST_HERE_BYTES = 256 * 1024;
/** Far more than a batch of real sources takes; a guard against inputs made to be slow. */
const BATCH_TIMEOUT_MS = 30_000;
/** A thread's garbage stays small between files; the parser's own memory is outside of this. */
const YOUNG_GENERATION_MB = 8;

const workerFile = new URL('./parse-worker.js', import.meta.url);

export interface ParsePoolOptions {
  /**
   * Threads that parse. From 2 on the calling thread is one of them, because the others need half a
   * second to warm up; 0 parses on the calling thread alone. Default: the number of processors, at most 8.
   */
  readonly workers?: number;
  readonly limits: ReadLimits;
  /** How long a thread may take for a batch, or for a file that is tried by itself, before it is given up. Default 30 s. */
  readonly batchTimeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Called as outcomes come in, in no particular order. */
  readonly onOutcome: (outcome: ParseOutcome) => void;
}

/** Parses files on several threads. Resolves when every task had its outcome; rejects with CancelledError on abort. */
export async function parseFiles(tasks: readonly ParseTask[], options: ParsePoolOptions): Promise<void> {
  const count = chooseThreads(tasks, options.workers);
  const unpacker = new FactsUnpacker();
  if (count === 0) return parseHere(tasks, unpacker, options);
  const batches = batchesOf(tasks);
  const failure = new AbortController();
  const halt = options.signal === undefined ? failure.signal : AbortSignal.any([options.signal, failure.signal]);
  const started = Array.from({ length: Math.min(Math.max(count - 1, 1), batches.length) }, () =>
    runThread(batches, unpacker, options, halt),
  );
  if (count > 1) started.push(helpHere(batches, unpacker, options, halt));
  const threads = started.map((thread) =>
    thread.catch((error: unknown) => {
      failure.abort();
      throw error;
    }),
  );
  const ends = await Promise.allSettled(threads);
  if (options.signal?.aborted === true) throw new CancelledError();
  // The others were cancelled because of the one that failed.
  const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  const reason = reasons.find((error) => !(error instanceof CancelledError)) ?? reasons[0];
  if (reason !== undefined)
    throw reason instanceof Error ? reason : new Error('A progress function failed.', { cause: reason });
}

function chooseThreads(tasks: readonly ParseTask[], wanted: number | undefined): number {
  const bytes = tasks.reduce((sum, task) => sum + task.entry.sizeBytes, 0);
  if (!hasThreads()) return 0;
  const count = wanted ?? Math.min(availableParallelism(), 8);
  if (isBrokenHere) return Math.max(count, 1);
  return bytes < THREADS_FROM_BYTES ? 0 : count;
}

/** Not so where the sources run as they are, without a build. */
function hasThreads(): boolean {
  return existsSync(fileURLToPath(workerFile));
}

/** Of the calling thread; the parsers' memory is never given back, so there is one for all runs. */
let parserHere: SourceParser | undefined;
/** From then on every file goes to threads. */
let isBrokenHere = false;

/** Takes batches of small files from the other end of the list than the threads do. */
async function helpHere(
  batches: ParseTask[][],
  unpacker: FactsUnpacker,
  options: ParsePoolOptions,
  halt: AbortSignal,
): Promise<void> {
  while (!isBrokenHere && batches[0]?.every((task) => task.entry.sizeBytes <= LARGEST_HERE_BYTES) === true) {
    await parseHere(batches.shift() ?? [], unpacker, options, halt);
  }
}

async function parseHere(
  tasks: readonly ParseTask[],
  unpacker: FactsUnpacker,
  options: ParsePoolOptions,
  halt: AbortSignal | undefined = options.signal,
): Promise<void> {
  const parser = (parserHere ??= new SourceParser());
  for (const [at, task] of tasks.entries()) {
    if (halt?.aborted === true) throw new CancelledError();
    try {
      // Packed and unpacked they share their texts with those of other files, and hold nothing of the source's.
      const packed = packOutcomes([await parseFile(parser, task, options.limits)]);
      unpacker.unpack(packed).forEach(options.onOutcome);
    } catch (error) {
      if (!(error instanceof ParserBroken)) throw error;
      if (hasThreads()) {
        isBrokenHere = true;
        // It may have been a file before that broke the parser; in a thread of its own each has a new one.
        const left = tasks.slice(at).map((each) => [each]);
        return runThread(left, unpacker, options, halt ?? new AbortController().signal);
      }
      options.onOutcome(failed(task, error.message));
    }
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

/** What came back for a batch: its outcomes, or why the thread is of no use any more. */
type Answer = PackedOutcomes | { readonly failure: string };

/** One thread that takes batches from the end of the shared list until none is left. */
async function runThread(
  batches: ParseTask[][],
  unpacker: FactsUnpacker,
  options: ParsePoolOptions,
  halt: AbortSignal,
): Promise<void> {
  let worker = startWorker(options);
  try {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
      const answer = await askWorker(worker, batch, halt, options.batchTimeoutMs ?? BATCH_TIMEOUT_MS);
      if ('outcomes' in answer) {
        unpacker.unpack(answer).forEach(options.onOutcome);
        continue;
      }
      await worker.terminate();
      worker = startWorker(options);
      const [task] = batch;
      // Each file of the batch is tried by itself, so that only the one it was pays for it.
      if (batch.length > 1) batches.push(...batch.map((single) => [single]));
      else if (task !== undefined) options.onOutcome(failed(task, answer.failure));
    }
  } finally {
    await worker.terminate();
  }
}

function startWorker({ limits }: ParsePoolOptions): Worker {
  const worker = new Worker(workerFile, {
    workerData: limits,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  // What a thread says while nobody waits for it is of no interest, but may not go unheard.
  return worker.on('error', () => undefined);
}

function failed({ entry }: ParseTask, reason: string): ParseOutcome {
  return { kind: 'skipped', path: entry.path, code: 'PARSE_FAILED', message: `Not indexed: ${reason}.` };
}

function askWorker(worker: Worker, batch: readonly ParseTask[], halt: AbortSignal, timeoutMs: number): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      halt.removeEventListener('abort', onAbort);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      act();
    };
    const onMessage = (answer: Answer): void => settle(() => resolve(answer));
    const onError = (error: Error & { readonly code?: unknown }): void => {
      const isTooMuch = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      settle(() => (isTooMuch ? resolve({ failure: 'its analysis ran out of memory' }) : reject(error)));
    };
    const onExit = (code: number): void =>
      settle(() => reject(new Error(`A parsing thread ended with status ${code}.`)));
    const onAbort = (): void => settle(() => reject(new CancelledError()));
    const timer = setTimeout(() => {
      settle(() => resolve({ failure: `its analysis took longer than ${timeoutMs} ms` }));
    }, timeoutMs);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    halt.addEventListener('abort', onAbort);
    if (halt.aborted) onAbort();
    else worker.postMessage(batch);
  });
}

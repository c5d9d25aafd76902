import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { BuildRequest } from './build-worker.js';
import { IndexBuild, type BuildPlan, type SavedIndex } from './index-build.js';

const workerFile = new URL('./build-worker.js', import.meta.url);
/** Without a thread the event loop is held up by this many vectors at a time: some tens of milliseconds. */
const VECTORS_PER_TURN = 128;

/** An index file being made, away from the calling thread where that is possible. */
export interface BuildThread {
  /** The arrays are given away and cannot be used afterwards. */
  add(ids: Float64Array, vectors: Float32Array): Promise<void>;
  save(path: string): Promise<SavedIndex>;
  /** Ends it, whatever it is doing. */
  end(): Promise<void>;
}

/** Starts a thread; where the sources run uncompiled there is no file to start, and the work is done here in small parts. */
export function startBuild(plan: BuildPlan): BuildThread {
  return existsSync(fileURLToPath(workerFile)) ? new WorkerBuild(plan) : new BuildHere(plan);
}

class WorkerBuild implements BuildThread {
  private readonly worker: Worker;
  private failure: Error | undefined;

  constructor(plan: BuildPlan) {
    this.worker = new Worker(workerFile, { workerData: plan });
    // A failure between two requests is told with the next one.
    this.worker.on('error', (error: Error) => (this.failure = error));
  }

  async add(ids: Float64Array, vectors: Float32Array): Promise<void> {
    await this.ask({ kind: 'add', ids, vectors }, [ids.buffer as ArrayBuffer, vectors.buffer as ArrayBuffer]);
  }

  async save(path: string): Promise<SavedIndex> {
    return (await this.ask({ kind: 'save', path }, [])) as SavedIndex;
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private ask(request: BuildRequest, transfer: ArrayBuffer[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) return reject(this.failure);
      const settle = (act: () => void): void => {
        this.worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        act();
      };
      const onMessage = (answer: unknown): void => settle(() => resolve(answer));
      const onError = (error: Error): void => settle(() => reject(error));
      const onExit = (code: number): void =>
        settle(() => reject(this.failure ?? new Error(`The thread that builds an index ended with status ${code}.`)));
      this.worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      this.worker.postMessage(request, transfer);
    });
  }
}

class BuildHere implements BuildThread {
  private readonly build: IndexBuild;
  private readonly dimension: number;

  constructor(plan: BuildPlan) {
    this.build = new IndexBuild(plan);
    this.dimension = plan.dimension;
  }

  async add(ids: Float64Array, vectors: Float32Array): Promise<void> {
    for (let from = 0; from < ids.length; from += VECTORS_PER_TURN) {
      const to = Math.min(from + VECTORS_PER_TURN, ids.length);
      this.build.add(ids.subarray(from, to), vectors.subarray(from * this.dimension, to * this.dimension));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async save(path: string): Promise<SavedIndex> {
    return this.build.save(path);
  }

  async end(): Promise<void> {
    // Nothing is under way between two calls.
  }
}

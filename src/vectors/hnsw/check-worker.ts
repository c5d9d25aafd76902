import { parentPort, workerData } from 'node:worker_threads';
import { findDamage } from './block-checksums.js';

/** Entry of the thread that compares checksums: answers with the first damaged block, or undefined. */

export interface CheckTask {
  readonly path: string;
  readonly sizeBytes: number;
  readonly checksums: readonly number[];
  readonly from: number;
  readonly to: number;
}

const { path, sizeBytes, checksums, from, to } = workerData as CheckTask;
parentPort?.postMessage(findDamage(path, sizeBytes, checksums, from, to));

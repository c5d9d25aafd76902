import { statSync } from 'node:fs';
import type { Index } from 'usearch';
import { computeChecksums } from './block-checksums.js';
import type { HnswSettings } from './hnsw-settings.js';
import { loadUsearch } from './usearch-library.js';

const MATRIX_HEAD_BYTES = 8;

export interface BuildPlan {
  readonly dimension: number;
  readonly settings: HnswSettings;
  /** Threads that add vectors. With one, the same vectors in the same order give the same file. */
  readonly threads: number;
  /** Path of the file to go on from, whose checksums were compared: the library believes what it reads. Null builds from nothing. */
  readonly basePath: string | null;
}

/** What was written to the file. */
export interface SavedIndex {
  readonly sizeBytes: number;
  readonly graphOffset: number;
  readonly checksums: readonly number[];
  readonly rows: number;
}

/** Bytes of a vector in the index file. */
export function bytesPerVector(dimension: number, quantization: HnswSettings['quantization']): number {
  return dimension * { i8: 1, f16: 2, f32: 4 }[quantization];
}

/** Where the graph begins in an index file: after the vectors, which stand after their number and size. */
export function graphOffsetOf(rows: number, dimension: number, quantization: HnswSettings['quantization']): number {
  return MATRIX_HEAD_BYTES + rows * bytesPerVector(dimension, quantization);
}

/** The making of an index file. Every method holds up its thread while it works. */
export class IndexBuild {
  private readonly index: Index;

  constructor(private readonly plan: BuildPlan) {
    this.index = loadUsearch().create(plan.dimension, plan.settings);
    if (plan.basePath !== null) this.index.load(plan.basePath);
  }

  add(ids: Float64Array, vectors: Float32Array): void {
    if (ids.length > 0) this.index.add(BigUint64Array.from(ids, BigInt), vectors, this.plan.threads);
  }

  /** Writes the file, then reads it back to see that all of it is there. */
  save(path: string): SavedIndex {
    this.index.save(path);
    const rows = this.index.size();
    const written = loadUsearch().create(this.plan.dimension, this.plan.settings);
    written.view(path);
    if (written.size() !== rows) throw new Error(`The index file has ${written.size()} of ${rows} vectors.`);
    const sizeBytes = statSync(path).size;
    const graphOffset = graphOffsetOf(rows, this.plan.dimension, this.plan.settings.quantization);
    return { sizeBytes, graphOffset, checksums: computeChecksums(path, sizeBytes), rows };
  }
}

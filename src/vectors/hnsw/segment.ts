import type { Index } from 'usearch';
import { BLOCK_BYTES } from './block-checksums.js';
import { checkBlocks } from './check-blocks.js';
import type { HnswSettings } from './hnsw-settings.js';
import { graphOffsetOf } from './index-build.js';
import type { IndexManifest } from './index-manifest.js';
import { loadUsearch } from './usearch-library.js';

/** An index file that is mapped into memory. */
export class Segment {
  private constructor(
    private readonly index: Index,
    readonly manifest: IndexManifest,
  ) {}

  /**
   * Maps an index file whose size is as its manifest says. The library follows numbers in the graph as addresses,
   * already while it maps the file, so the graph is compared with its checksums before. Damage in the vectors, which
   * are most of the file, can only cost recall; it is found by `verify` and before the file is extended. Returns the
   * problem of a damaged file as a sentence.
   */
  static async open(path: string, manifest: IndexManifest, settings: HnswSettings): Promise<Segment | string> {
    const { sizeBytes, checksums, rows, graphOffset, dimension, quantization } = manifest;
    if (graphOffset !== graphOffsetOf(rows, dimension, quantization)) return 'The index file has odd proportions.';
    const task = { path, sizeBytes, checksums };
    const graph = Math.floor(graphOffset / BLOCK_BYTES);
    const damaged =
      (await checkBlocks({ ...task, from: 0, to: 1 })) ??
      (await checkBlocks({ ...task, from: graph, to: checksums.length }));
    if (damaged !== undefined) return `Block ${damaged} of the index file is damaged.`;
    const index = loadUsearch().create(dimension, settings);
    try {
      index.view(path);
    } catch (error) {
      return `The index file cannot be opened: ${String(error)}.`;
    }
    const isAsSaid = index.size() === rows && index.dimensions() === dimension;
    return isAsSaid ? new Segment(index, manifest) : 'The index file is not what its manifest says.';
  }

  get rows(): number {
    return this.manifest.rows;
  }

  /** For each id whether the file has a vector of it. */
  contains(ids: Float64Array): boolean[] {
    if (ids.length === 0) return [];
    const found = this.index.contains(BigUint64Array.from(ids, BigInt));
    return Array.isArray(found) ? found : [found];
  }

  /** Up to `wanted` ids, nearest first by the stored vectors. `wanted` is also the number that is kept in view. */
  search(query: Float32Array, wanted: number): number[] {
    if (this.rows === 0) return [];
    // One thread: starting more takes longer than the search.
    const { keys } = this.index.search(query, Math.min(wanted, this.rows), 1);
    const ids = new Set<number>();
    for (const key of keys) ids.add(Number(key));
    return [...ids];
  }
}

import type { Index } from 'usearch';
import { BLOCK_BYTES } from './block-checksums.js';
import { checkBlocks } from './check-blocks.js';
import type { HnswSettings } from './hnsw-settings.js';
import { graphOffsetOf } from './index-build.js';
import type { IndexManifest } from './index-manifest.js';
import { loadUsearch } from './usearch-library.js';

/** Number, version and sizes at the start of the graph; after them two bytes of each row. */
const GRAPH_HEAD_BYTES = 64 + 40;
const BYTES_PER_LEVEL = 2;

/** An index file that is mapped into memory. */
export class Segment {
  private constructor(
    private readonly index: Index,
    readonly manifest: IndexManifest,
  ) {}

  /**
   * Maps an index file whose size is as its manifest says. The library follows numbers in the graph as addresses,
   * so the graph is compared with its checksums before anything is searched: what places the rows before the
   * file is mapped, the rest meanwhile. Damage in the vectors, which are most of the file, can only cost recall,
   * and is found by `verify` and before the file is extended. Returns the problem of a damaged file as a sentence.
   */
  static async open(path: string, manifest: IndexManifest, settings: HnswSettings): Promise<Segment | string> {
    const { sizeBytes, checksums, rows, graphOffset, dimension, quantization } = manifest;
    if (graphOffset !== graphOffsetOf(rows, dimension, quantization)) return 'The index file has odd proportions.';
    const task = { path, sizeBytes, checksums };
    const graph = Math.floor(graphOffset / BLOCK_BYTES);
    const links = Math.ceil((graphOffset + GRAPH_HEAD_BYTES + rows * BYTES_PER_LEVEL) / BLOCK_BYTES);
    const damagedHead =
      (await checkBlocks({ ...task, from: 0, to: 1 })) ??
      (await checkBlocks({ ...task, from: graph, to: Math.min(links, checksums.length) }));
    if (damagedHead !== undefined) return damage(damagedHead);
    const checking = checkBlocks({ ...task, from: Math.min(links, checksums.length), to: checksums.length });
    const index = loadUsearch().create(dimension, settings);
    // Both go on until they are done; a failure of the one must not leave the other's unheard.
    const [checked, viewed] = await Promise.allSettled([checking, Promise.resolve().then(() => index.view(path))]);
    if (checked.status === 'rejected') throw checked.reason;
    if (checked.value !== undefined) return damage(checked.value);
    if (viewed.status === 'rejected') return `The index file cannot be opened: ${String(viewed.reason)}.`;
    if (index.size() !== rows || index.dimensions() !== dimension)
      return 'The index file is not what its manifest says.';
    return new Segment(index, manifest);
  }

  get rows(): number {
    return this.manifest.rows;
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

function damage(block: number): string {
  return `Block ${block} of the index file is damaged.`;
}

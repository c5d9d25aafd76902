/**
 * A directed graph in compressed sparse rows, both ways. Node `n` has the outgoing edges at positions
 * `outOffsets[n]` up to `outOffsets[n + 1]` of `outTargets` and `outTypes`, sorted by target and then by
 * type; the incoming ones likewise, sorted by source and then by type.
 */
export interface Adjacency {
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** `nodeCount + 1` entries. */
  readonly outOffsets: Uint32Array;
  readonly outTargets: Uint32Array;
  /** Position of each edge's type in `EDGE_TYPES`. */
  readonly outTypes: Uint8Array;
  /** `nodeCount + 1` entries. */
  readonly inOffsets: Uint32Array;
  readonly inSources: Uint32Array;
  readonly inTypes: Uint8Array;
}

/** Whole numbers from 0; in four bytes each where all of them fit. */
export type NumberColumn = Uint32Array | Float64Array;

/**
 * A graph in columns: row `n` of a column belongs to node `n`, or to edge `n`. Nodes are in the order of
 * their keys by UTF-8 bytes; edges in that of their caller, their callee and their type.
 *
 * A column of texts holds numbers of texts in a table; where a text may be absent, the number plus 1, and
 * 0 for none. A table is a column of offsets and one of UTF-8 bytes; those of paths and names are in
 * order, without repetition.
 */
export interface PdgColumns {
  /** Position in `NODE_TYPES`. */
  readonly nodeTypes: Uint8Array;
  /** Position in `VISIBILITIES`. */
  readonly visibilities: Uint8Array;
  readonly filePaths: Uint32Array;
  readonly symbolNames: Uint32Array;
  readonly qualifiedNames: Uint32Array;
  readonly languages: Uint32Array;
  readonly signatures: Uint32Array;
  readonly documentations: Uint32Array;
  readonly valueTypes: Uint32Array;
  readonly ownerNames: Uint32Array;
  /** The node it is written in plus 1; 0 for none. */
  readonly parents: Uint32Array;
  readonly ordinals: NumberColumn;
  /** The complexity plus 1; 0 for none. */
  readonly complexities: NumberColumn;
  readonly startBytes: NumberColumn;
  readonly endBytes: NumberColumn;
  readonly startLines: NumberColumn;
  readonly endLines: NumberColumn;
  /** 32 bytes for each node. */
  readonly contentHashes: Uint8Array;
  readonly interfaceHashes: Uint8Array;
  readonly outOffsets: Uint32Array;
  readonly outTargets: Uint32Array;
  readonly outTypes: Uint8Array;
  /** The number of each edge's metadata plus 1; 0 for none. */
  readonly edgeMetadata: Uint32Array;
  readonly pathOffsets: Uint32Array;
  readonly pathBytes: Uint8Array;
  readonly nameOffsets: Uint32Array;
  readonly nameBytes: Uint8Array;
  /** All texts of nodes but paths and names. */
  readonly textOffsets: Uint32Array;
  readonly textBytes: Uint8Array;
  /** JSON. */
  readonly metadataOffsets: Uint32Array;
  readonly metadataBytes: Uint8Array;
}

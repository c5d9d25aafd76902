import type { BulkStatement, Statement } from '../sql/index.js';
import type { EdgeMetadata, EdgeType, NodeHash, NodeId, NodeRecord, ProjectId, ReferenceKind } from '../model/index.js';

/** What is remembered of a source file between two runs. */
export interface FileRecord {
  readonly path: string;
  /** Null for files that are known but not parsed. */
  readonly language: string | null;
  /** BLAKE3 of the file's bytes. */
  readonly contentHash: NodeHash;
  readonly sizeBytes: number;
  /** Size, times and inode as one text; null when the file may have changed within the clock's grain. */
  readonly statKey: string | null;
  readonly errorCount: number;
  readonly firstErrorLine: number;
  /** Version of the extractor that made the stored facts. */
  readonly factsVersion: number;
}

/** A node with the id that was reserved or already stored for it. */
export interface DeltaNode {
  readonly id: NodeId;
  readonly parentId: NodeId | null;
  /** For a member that is written outside its type: the last part of the type's name. */
  readonly ownerName?: string | null;
  readonly record: NodeRecord;
  /** Name, signature and documentation are what is stored already, so its words for search stay. */
  readonly keepsWords?: boolean;
}

/** A durable reference of one node, in source order. */
export interface ReferenceRow {
  readonly kind: ReferenceKind;
  readonly name: string;
  readonly receiver: string | null;
  readonly alias: string | null;
  readonly count: number;
  readonly line: number;
}

export interface DeltaEdge {
  readonly callerId: NodeId;
  readonly calleeId: NodeId;
  readonly edgeType: EdgeType;
  readonly metadata: EdgeMetadata | null;
}

export type DeltaEdgeKey = Pick<DeltaEdge, 'callerId' | 'calleeId' | 'edgeType'>;

/**
 * Everything one indexing run changes in a project, committed as one atomic batch.
 *
 * Order of application: deletions of nodes (references and edges of a deleted node go with it),
 * nodes, references, deletions of edges, edges, files, then the new generation.
 */
export interface ProjectDelta {
  readonly projectId: ProjectId;
  readonly root: string | null;
  /** The project's generation when the run read the store; the commit fails with `STALE_GENERATION` if it moved. */
  readonly expectedGeneration: number;
  readonly deletedNodes: readonly NodeId[];
  readonly nodes: Iterable<DeltaNode>;
  /** Is none of the nodes stored already? Default false. */
  readonly areNodesNew?: boolean;
  /** All references of each named source; they replace what was stored for it. */
  readonly references: Iterable<{
    readonly sourceId: NodeId;
    readonly rows: readonly ReferenceRow[];
    readonly isNew: boolean;
  }>;
  readonly deletedEdges: Iterable<DeltaEdgeKey>;
  readonly edges: Iterable<DeltaEdge>;
  readonly deletedFiles: Iterable<string>;
  readonly files: Iterable<FileRecord>;
  /** How many nodes and edges the project has afterwards. Left out: not known. Nodes are null when not all are as indexed. */
  readonly counts?: {
    readonly nodes: number | null;
    readonly edges: number;
    /** The store's generation when edges were counted. Whoever commits after that may have changed those between projects. */
    readonly countedAt?: number;
  };
  /** What must hold for the batch to be applied, and what is written with it. */
  readonly guards?: readonly Statement[];
  readonly alongside?: readonly (Statement | BulkStatement)[];
  /** False when only `files.stat_key` changed: the answers stay the same, so the generation does. */
  readonly advancesGeneration: boolean;
}

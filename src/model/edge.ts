import type { NodeId } from './node.js';

export const EDGE_TYPES = ['call', 'inheritance', 'import', 'containment', 'data_dependency', 'reference'] as const;
export type EdgeType = (typeof EDGE_TYPES)[number];

/** What is known about an edge besides its ends. Stored as JSON; absent fields are not written. */
export interface EdgeMetadata {
  /** How many references of the caller this edge stands for. */
  readonly callCount?: number;
  /** The variable a data dependency goes through. */
  readonly variableName?: string;
  /** How a data dependency touches the variable. */
  readonly access?: 'read' | 'write' | 'readwrite';
  /** From 0 (a guess) to 1 (certain). */
  readonly confidence?: number;
  /** The rule of the binder that made the edge. */
  readonly strategy?: string;
  readonly [field: string]: unknown;
}

/** From caller to callee: the caller depends on the callee. Ends and type together are the key. */
export interface Edge {
  readonly callerId: NodeId;
  readonly calleeId: NodeId;
  readonly edgeType: EdgeType;
  readonly metadata: EdgeMetadata | null;
}

import type { NodeInput } from '../../src/graph/index.js';
import { NodeHash, type NodeId } from '../../src/model/index.js';

/** A node to insert; what a test does not care about has a plain value. */
export function nodeInput(symbolName: string, fields: Partial<NodeInput> = {}): NodeInput {
  return {
    projectId: 'p',
    filePath: 'a.ts',
    symbolName,
    nodeType: 'function',
    contentHash: NodeHash.of(symbolName),
    ...fields,
  };
}

/** An id that no node of a small test has. */
export const ABSENT = 999_999 as NodeId;

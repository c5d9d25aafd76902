import { ownerOf, type Bound } from '../../binding/index.js';
import type { DeltaEdge, DeltaEdgeKey, StateEdge } from '../../graph/index.js';
import type { NodeId } from '../../model/index.js';
import type { NumberedFile } from './changed-things.js';

/** The edges that differ. */
export interface EdgesDelta {
  readonly deletedEdges: readonly DeltaEdgeKey[];
  readonly edges: Iterable<DeltaEdge>;
  /** How many more edges there are. */
  readonly growth: number;
}

export interface EdgesInput {
  /**
   * Files as they were and as they are, whose edges to what is written in a symbol are worked out from
   * both. Without the files as they were, these edges are among the stored ones.
   */
  readonly filesBefore: readonly NumberedFile[];
  readonly filesNow: readonly NumberedFile[];
  readonly bound: ReadonlyMap<NodeId, Bound>;
  /** The edges that start at bound symbols that were there before, and at deleted ones. */
  readonly stored: readonly StateEdge[];
  readonly deleted: ReadonlySet<NodeId>;
}

/**
 * Compares the edges of bound symbols, and what is written in what, with the stored edges of those symbols.
 */
export function edgesDelta(input: EdgesInput): EdgesDelta {
  const { filesBefore, filesNow, bound, stored, deleted } = input;
  if (stored.length === 0 && filesBefore.length === 0) return newEdges(input);
  const before = new Map(stored.map((edge) => [keyOf(edge), edge]));
  const edges: DeltaEdge[] = [];
  let growth = -before.size;
  const keep = (edge: DeltaEdge): void => {
    const key = keyOf(edge);
    const known = before.get(key);
    before.delete(key);
    growth++;
    if (known?.metadata !== (edge.metadata === null ? null : JSON.stringify(edge.metadata))) edges.push(edge);
  };
  for (const [callerId, { edges: list }] of bound) {
    for (const { target, edgeType, metadata } of list) {
      keep({ callerId, calleeId: target as NodeId, edgeType, metadata });
    }
  }
  const containedBefore = containedSymbols(filesBefore);
  const containedNow = containedSymbols(filesNow);
  growth -= containedBefore.size;
  for (const [calleeId, callerId] of containedNow) {
    if (containedBefore.get(calleeId) === callerId) growth++;
    else keep({ callerId, calleeId, edgeType: 'containment', metadata: null });
  }
  const deletedEdges: DeltaEdgeKey[] = [...before.values()].filter((edge) => !deleted.has(edge.callerId));
  for (const [calleeId, callerId] of containedBefore) {
    if (containedNow.get(calleeId) === callerId || deleted.has(calleeId) || deleted.has(callerId)) continue;
    deletedEdges.push({ callerId, calleeId, edgeType: 'containment' });
  }
  return { deletedEdges, edges, growth };
}

/** All edges of a new graph, made while they are read. */
function newEdges({ filesNow, bound }: EdgesInput): EdgesDelta {
  let growth = 0;
  for (const each of bound.values()) growth += each.edges.length;
  for (const file of filesNow) growth += [...containedIn(file)].length;
  return { deletedEdges: [], edges: { [Symbol.iterator]: () => edgesOfNew(filesNow, bound) }, growth };
}

function* edgesOfNew(files: readonly NumberedFile[], bound: EdgesInput['bound']): Generator<DeltaEdge, void, void> {
  for (const [callerId, { edges: list }] of bound) {
    for (const { target, edgeType, metadata } of list) {
      yield { callerId, calleeId: target as NodeId, edgeType, metadata };
    }
  }
  for (const file of files) {
    for (const [calleeId, callerId] of containedIn(file)) {
      yield { callerId, calleeId, edgeType: 'containment', metadata: null };
    }
  }
}

/** Children by what they are written in. */
function containedSymbols(files: readonly NumberedFile[]): Map<NodeId, NodeId> {
  const contained = new Map<NodeId, NodeId>();
  for (const file of files) for (const [child, parent] of containedIn(file)) contained.set(child, parent);
  return contained;
}

function* containedIn({ facts, ids }: NumberedFile): Generator<readonly [child: NodeId, parent: NodeId], void, void> {
  for (const [position, symbol] of facts.symbols.entries()) {
    const parent = facts.symbols[symbol.parent];
    // A member that is written outside its type belongs to the type: that is for binding to find.
    if (parent === undefined || ownerOf(symbol, parent) !== null) continue;
    yield [ids[position] as NodeId, ids[symbol.parent] as NodeId];
  }
}

function keyOf({ callerId, calleeId, edgeType }: DeltaEdgeKey): string {
  return `${callerId} ${calleeId} ${edgeType}`;
}

import type { Adjacency } from './adjacency.js';
import { EDGE_TYPES, type EdgeMetadata, type EdgeType } from './edge.js';
import { UsageError } from './errors.js';
import { NODE_TYPES, nodeKey, VISIBILITIES, type NodeRecord, type NodeType, type Visibility } from './node.js';
import { NodeHash } from './node-hash.js';
import type { PdgColumns } from './pdg-columns.js';
import { groupRows, type Groups } from './row-groups.js';
import { compareText } from './text-order.js';
import { TextTable } from './text-table.js';

/** A node of a graph that is not bound to a store: it is named by its key. */
export interface PdgNode extends Omit<NodeRecord, 'projectId'> {
  readonly key: string;
  /** Key of the node it is written in. */
  readonly parentKey: string | null;
  /** For a member that is written outside its type: the last part of the type's name. */
  readonly ownerName: string | null;
}

/** An edge of such a graph, from the caller's key to the callee's. */
export interface PdgEdge {
  readonly from: string;
  readonly to: string;
  readonly edgeType: EdgeType;
  readonly metadata: EdgeMetadata | null;
}

export type EdgeDirection = 'out' | 'in';
/** Called for an edge at a node with the node at its other end and the edge's type as a position in `EDGE_TYPES`. */
export type NeighbourVisitor = (neighbour: number, edge: number, type: number) => void;
export type EdgeVisitor = (edge: number, caller: number, callee: number, type: number) => void;

/** The reverse direction: at each position of the incoming rows the edge that lies there. */
interface Incoming {
  readonly offsets: Uint32Array;
  readonly sources: Uint32Array;
  readonly types: Uint8Array;
  readonly edges: Uint32Array;
}

/**
 * A program dependence graph in memory: nodes are numbered from 0 in the order of their keys, edges from 0
 * in the order of caller, callee and type. It does not change; `PdgBuilder` makes one from another.
 *
 * Everything lies in typed arrays. Texts, hashes and metadata are decoded when they are asked for, and
 * the indexes over names, files and incoming edges are made at their first use.
 */
export class Pdg implements Adjacency {
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly outOffsets: Uint32Array;
  readonly outTargets: Uint32Array;
  readonly outTypes: Uint8Array;
  readonly #paths: TextTable;
  readonly #names: TextTable;
  readonly #texts: TextTable;
  readonly #metadata: TextTable;
  #incoming: Incoming | undefined;
  #byName: Groups | undefined;
  #byFile: Groups | undefined;

  /** `embeddings` by the number of the node; a graph may have been read without them. */
  constructor(
    readonly columns: PdgColumns,
    readonly embeddings: ReadonlyMap<number, Uint8Array> = new Map(),
  ) {
    this.nodeCount = columns.nodeTypes.length;
    this.edgeCount = columns.outTypes.length;
    this.outOffsets = columns.outOffsets;
    this.outTargets = columns.outTargets;
    this.outTypes = columns.outTypes;
    this.#paths = new TextTable(columns.pathOffsets, columns.pathBytes);
    this.#names = new TextTable(columns.nameOffsets, columns.nameBytes);
    this.#texts = new TextTable(columns.textOffsets, columns.textBytes);
    this.#metadata = new TextTable(columns.metadataOffsets, columns.metadataBytes);
  }

  get inOffsets(): Uint32Array {
    return this.#in().offsets;
  }

  get inSources(): Uint32Array {
    return this.#in().sources;
  }

  get inTypes(): Uint8Array {
    return this.#in().types;
  }

  /** At each position of `inSources` the number of the edge. */
  get inEdges(): Uint32Array {
    return this.#in().edges;
  }

  /** All node numbers, ascending. */
  nodeIndices(): Iterable<number> {
    return new Range(0, this.nodeCount);
  }

  /** All edge numbers, ascending. */
  edgeIndices(): Iterable<number> {
    return new Range(0, this.edgeCount);
  }

  /** Writes the caller and the callee of an edge into `ends` and gives it; hand one in to allocate nothing. */
  edgeEndpoints(edge: number, ends: Uint32Array = new Uint32Array(2)): Uint32Array {
    requireIndex('edge', edge, this.edgeCount);
    ends[0] = this.#callerOf(edge);
    ends[1] = this.outTargets[edge] ?? 0;
    return ends;
  }

  edgeType(edge: number): EdgeType {
    requireIndex('edge', edge, this.edgeCount);
    return typeAt(EDGE_TYPES, this.outTypes[edge] ?? 0);
  }

  /** Decoded anew with every call. */
  edgeMetadata(edge: number): EdgeMetadata | null {
    const text = this.edgeMetadataText(edge);
    return text === null ? null : (JSON.parse(text) as EdgeMetadata);
  }

  /** The metadata as the JSON text it is stored as. */
  edgeMetadataText(edge: number): string | null {
    requireIndex('edge', edge, this.edgeCount);
    return optionalText(this.#metadata, this.columns.edgeMetadata[edge]);
  }

  /** The number of the edge with these ends and this type, or -1. */
  edgeIndex(caller: number, callee: number, type: EdgeType): number {
    requireIndex('node', caller, this.nodeCount);
    const wanted = EDGE_TYPES.indexOf(type);
    let low = this.outOffsets[caller] ?? 0;
    let high = (this.outOffsets[caller + 1] ?? 0) - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = (this.outTargets[middle] ?? 0) - callee || (this.outTypes[middle] ?? 0) - wanted;
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  edge(edge: number): PdgEdge {
    const [caller = 0, callee = 0] = this.edgeEndpoints(edge);
    return {
      from: this.nodeKey(caller),
      to: this.nodeKey(callee),
      edgeType: this.edgeType(edge),
      metadata: this.edgeMetadata(edge),
    };
  }

  /** Calls `visit` for every edge, in order. Allocates nothing. */
  forEachEdge(visit: EdgeVisitor): void {
    for (let caller = 0; caller < this.nodeCount; caller++) {
      const end = this.outOffsets[caller + 1] ?? 0;
      for (let edge = this.outOffsets[caller] ?? 0; edge < end; edge++) {
        visit(edge, caller, this.outTargets[edge] ?? 0, this.outTypes[edge] ?? 0);
      }
    }
  }

  /** Calls `visit` for the edges that leave a node or reach it, all or those of one type. Allocates nothing. */
  forEachNeighbour(node: number, direction: EdgeDirection, visit: NeighbourVisitor, type?: EdgeType): void {
    requireIndex('node', node, this.nodeCount);
    const isOut = direction === 'out';
    const offsets = isOut ? this.outOffsets : this.inOffsets;
    const ends = isOut ? this.outTargets : this.inSources;
    const types = isOut ? this.outTypes : this.inTypes;
    const edges = isOut ? undefined : this.inEdges;
    const wanted = type === undefined ? -1 : EDGE_TYPES.indexOf(type);
    const end = offsets[node + 1] ?? 0;
    for (let at = offsets[node] ?? 0; at < end; at++) {
      const found = types[at] ?? 0;
      if (wanted < 0 || found === wanted) visit(ends[at] ?? 0, edges === undefined ? at : (edges[at] ?? 0), found);
    }
  }

  /** The nodes at the other ends of a node's edges, as a view; a node stands there once for each edge. */
  neighbours(node: number, direction: EdgeDirection): Uint32Array {
    requireIndex('node', node, this.nodeCount);
    const offsets = direction === 'out' ? this.outOffsets : this.inOffsets;
    return (direction === 'out' ? this.outTargets : this.inSources).subarray(offsets[node], offsets[node + 1]);
  }

  /** The types of the edges of `neighbours`, in the same order. */
  neighbourTypes(node: number, direction: EdgeDirection): Uint8Array {
    requireIndex('node', node, this.nodeCount);
    const offsets = direction === 'out' ? this.outOffsets : this.inOffsets;
    return (direction === 'out' ? this.outTypes : this.inTypes).subarray(offsets[node], offsets[node + 1]);
  }

  /** The number of the node with this key, or -1. */
  indexOf(key: string): number {
    let low = 0;
    let high = this.nodeCount - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = compareText(this.nodeKey(middle), key);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** The nodes with this symbol name, as a view. */
  nodesByName(name: string): Uint32Array {
    this.#byName ??= groupRows(this.columns.symbolNames, this.#names.count);
    return groupAt(this.#byName, this.#names.find(name));
  }

  /** The nodes of this file, as a view. */
  nodesInFile(path: string): Uint32Array {
    this.#byFile ??= groupRows(this.columns.filePaths, this.#paths.count);
    return groupAt(this.#byFile, this.#paths.find(path));
  }

  /** The paths of all files that have nodes, in the order of their bytes. */
  *filePaths(): Generator<string, void, void> {
    for (let path = 0; path < this.#paths.count; path++) yield this.#paths.get(path);
  }

  nodeKey(node: number): string {
    return nodeKey({
      filePath: this.filePath(node),
      qualifiedName: this.qualifiedName(node),
      nodeType: this.nodeType(node),
      ordinal: this.columns.ordinals[node] ?? 1,
    });
  }

  nodeType(node: number): NodeType {
    requireIndex('node', node, this.nodeCount);
    return typeAt(NODE_TYPES, this.columns.nodeTypes[node] ?? 0);
  }

  symbolName(node: number): string {
    requireIndex('node', node, this.nodeCount);
    return this.#names.get(this.columns.symbolNames[node] ?? 0);
  }

  qualifiedName(node: number): string {
    requireIndex('node', node, this.nodeCount);
    return this.#texts.get(this.columns.qualifiedNames[node] ?? 0);
  }

  filePath(node: number): string {
    requireIndex('node', node, this.nodeCount);
    return this.#paths.get(this.columns.filePaths[node] ?? 0);
  }

  language(node: number): string {
    requireIndex('node', node, this.nodeCount);
    return this.#texts.get(this.columns.languages[node] ?? 0);
  }

  visibility(node: number): Visibility {
    requireIndex('node', node, this.nodeCount);
    return typeAt(VISIBILITIES, this.columns.visibilities[node] ?? 0);
  }

  signature(node: number): string | null {
    requireIndex('node', node, this.nodeCount);
    return optionalText(this.#texts, this.columns.signatures[node]);
  }

  complexity(node: number): number | null {
    requireIndex('node', node, this.nodeCount);
    const stored = this.columns.complexities[node] ?? 0;
    return stored === 0 ? null : stored - 1;
  }

  contentHash(node: number): NodeHash {
    requireIndex('node', node, this.nodeCount);
    return NodeHash.fromDigest(this.columns.contentHashes.subarray(node * 32, node * 32 + 32));
  }

  /** The node it is written in, or -1. */
  parent(node: number): number {
    requireIndex('node', node, this.nodeCount);
    return (this.columns.parents[node] ?? 0) - 1;
  }

  embedding(node: number): Uint8Array | null {
    requireIndex('node', node, this.nodeCount);
    return this.embeddings.get(node) ?? null;
  }

  /** All of a node, decoded anew with every call. */
  node(node: number): PdgNode {
    const { columns } = this;
    const parent = this.parent(node);
    return {
      key: this.nodeKey(node),
      parentKey: parent < 0 ? null : this.nodeKey(parent),
      ownerName: optionalText(this.#texts, columns.ownerNames[node]),
      filePath: this.filePath(node),
      symbolName: this.symbolName(node),
      qualifiedName: this.qualifiedName(node),
      nodeType: this.nodeType(node),
      ordinal: columns.ordinals[node] ?? 1,
      language: this.language(node),
      signature: this.signature(node),
      documentation: optionalText(this.#texts, columns.documentations[node]),
      visibility: this.visibility(node),
      complexity: this.complexity(node),
      contentHash: this.contentHash(node),
      interfaceHash: NodeHash.fromDigest(columns.interfaceHashes.subarray(node * 32, node * 32 + 32)),
      valueType: optionalText(this.#texts, columns.valueTypes[node]),
      startByte: columns.startBytes[node] ?? 0,
      endByte: columns.endBytes[node] ?? 0,
      startLine: columns.startLines[node] ?? 0,
      endLine: columns.endLines[node] ?? 0,
      embedding: this.embedding(node),
    };
  }

  #callerOf(edge: number): number {
    let low = 0;
    let high = this.nodeCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.outOffsets[middle] ?? 0) <= edge) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #in(): Incoming {
    return (this.#incoming ??= reversed(this));
  }
}

/** The edges by callee; they come in the order of their callers and types, which grouping keeps. */
function reversed(graph: Pdg): Incoming {
  const { offsets, rows: edges } = groupRows(graph.outTargets, graph.nodeCount);
  const callers = new Uint32Array(graph.edgeCount);
  for (let node = 0; node < graph.nodeCount; node++) {
    callers.fill(node, graph.outOffsets[node], graph.outOffsets[node + 1]);
  }
  const sources = new Uint32Array(edges.length);
  const types = new Uint8Array(edges.length);
  for (let at = 0; at < edges.length; at++) {
    const edge = edges[at] ?? 0;
    sources[at] = callers[edge] ?? 0;
    types[at] = graph.outTypes[edge] ?? 0;
  }
  return { offsets, sources, types, edges };
}

function groupAt({ offsets, rows }: Groups, group: number): Uint32Array {
  return group < 0 ? new Uint32Array(0) : rows.subarray(offsets[group], offsets[group + 1]);
}

function optionalText(table: TextTable, stored: number | undefined): string | null {
  return stored === undefined || stored === 0 ? null : table.get(stored - 1);
}

function typeAt<T>(types: readonly T[], position: number): T {
  const type = types[position];
  if (type === undefined) throw new RangeError(`There is no type number ${position}.`);
  return type;
}

function requireIndex(what: 'node' | 'edge', index: number, count: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new UsageError('INVALID_ARGUMENT', `There is no ${what} number ${index} in a graph with ${count}.`, {
      details: { field: what, value: index, count },
    });
  }
}

/** Counts up; hands out one and the same result object, so that a loop over it allocates nothing. */
class Range implements Iterable<number> {
  constructor(
    private readonly start: number,
    private readonly end: number,
  ) {}

  [Symbol.iterator](): Iterator<number> {
    const { end } = this;
    const result = { done: false, value: this.start - 1 };
    return {
      next: () => {
        result.value++;
        result.done = result.value >= end;
        return result as IteratorResult<number>;
      },
    };
  }
}

import { EDGE_TYPES } from './edge.js';
import { UsageError } from './errors.js';
import { nodeKey, NODE_TYPES, VISIBILITIES, type NodeRecord } from './node.js';
import { Pdg } from './pdg.js';
import type { NumberColumn, PdgColumns } from './pdg-columns.js';
import { groupRows } from './row-groups.js';
import { compareText } from './text-order.js';
import { textTable } from './text-table.js';

const HASH_BYTES = 32;
const LARGEST_UINT32 = 0xffff_ffff;

/** A node with its hashes as 32 bytes each. */
export interface AssembledNode extends Omit<NodeRecord, 'projectId' | 'contentHash' | 'interfaceHash'> {
  readonly ownerName: string | null;
  readonly contentHash: Uint8Array;
  readonly interfaceHash: Uint8Array;
}

/** Collects checked nodes and edges in any order and puts them into the columns of a graph. @internal */
export class PdgAssembler {
  private readonly keys: string[] = [];
  private readonly paths = new Interner();
  private readonly names = new Interner();
  private readonly texts = new Interner();
  private readonly metadata = new Interner();
  private readonly parents: number[] = [];
  private readonly node = {
    nodeTypes: [] as number[],
    visibilities: [] as number[],
    filePaths: [] as number[],
    symbolNames: [] as number[],
    qualifiedNames: [] as number[],
    languages: [] as number[],
    signatures: [] as number[],
    documentations: [] as number[],
    valueTypes: [] as number[],
    ownerNames: [] as number[],
    ordinals: [] as number[],
    complexities: [] as number[],
    startBytes: [] as number[],
    endBytes: [] as number[],
    startLines: [] as number[],
    endLines: [] as number[],
  };
  private readonly contentHashes = new GrowingBytes();
  private readonly interfaceHashes = new GrowingBytes();
  private readonly embeddings = new Map<number, Uint8Array>();
  private readonly edge = {
    callers: [] as number[],
    callees: [] as number[],
    types: [] as number[],
    metadata: [] as number[],
  };
  /** Edges that stand in for an earlier one with the same ends and type. */
  private readonly replacing = new Set<number>();

  /** Gives the node's position, which edges and parents are told by. */
  addNode(node: AssembledNode): number {
    const { node: columns, texts } = this;
    const position = this.keys.push(nodeKey(node)) - 1;
    columns.nodeTypes.push(NODE_TYPES.indexOf(node.nodeType));
    columns.visibilities.push(VISIBILITIES.indexOf(node.visibility));
    columns.filePaths.push(this.paths.idOf(node.filePath));
    columns.symbolNames.push(this.names.idOf(node.symbolName));
    columns.qualifiedNames.push(texts.idOf(node.qualifiedName));
    columns.languages.push(texts.idOf(node.language));
    columns.signatures.push(texts.idOrNone(node.signature));
    columns.documentations.push(texts.idOrNone(node.documentation));
    columns.valueTypes.push(texts.idOrNone(node.valueType));
    columns.ownerNames.push(texts.idOrNone(node.ownerName));
    columns.ordinals.push(node.ordinal);
    columns.complexities.push(node.complexity === null ? 0 : node.complexity + 1);
    columns.startBytes.push(node.startByte);
    columns.endBytes.push(node.endByte);
    columns.startLines.push(node.startLine);
    columns.endLines.push(node.endLine);
    this.contentHashes.push(node.contentHash);
    this.interfaceHashes.push(node.interfaceHash);
    this.parents.push(-1);
    if (node.embedding !== null) this.embeddings.set(position, node.embedding);
    return position;
  }

  setParent(position: number, parent: number): void {
    this.parents[position] = parent;
  }

  /** `type` is a position in `EDGE_TYPES`; `metadata` is the JSON text of an object. */
  addEdge(caller: number, callee: number, type: number, metadata: string | null, replaces = false): void {
    const edge = this.edge.callers.push(caller) - 1;
    this.edge.callees.push(callee);
    this.edge.types.push(type);
    this.edge.metadata.push(this.metadata.idOrNone(metadata));
    if (replaces) this.replacing.add(edge);
  }

  /** Does any edge have this metadata already? */
  knowsMetadata(text: string): boolean {
    return this.metadata.has(text);
  }

  /** Throws UsageError `INVALID_ARGUMENT` for a key or an edge that is there twice. */
  build(): Pdg {
    const order = this.nodeOrder();
    const places = new Uint32Array(order.length);
    for (let at = 0; at < order.length; at++) places[order[at] ?? 0] = at;
    const embeddings = new Map([...this.embeddings].map(([node, bytes]) => [places[node] ?? 0, bytes]));
    return new Pdg({ ...this.nodeColumns(order, places), ...this.edgeColumns(places) }, embeddings);
  }

  private nodeOrder(): Uint32Array {
    const { keys } = this;
    const order = Uint32Array.from(keys.keys());
    const isBefore = (at: number): boolean => compareText(keys[at - 1] ?? '', keys[at] ?? '') < 0;
    if (keys.every((_, at) => at === 0 || isBefore(at))) return order;
    // Where no surrogate is near, the order of UTF-16 is that of UTF-8, and much faster to tell.
    const isPlain = keys.every((key) => !/[\ud800-\uffff]/.test(key));
    order.sort((a, b) => {
      const left = keys[a] ?? '';
      const right = keys[b] ?? '';
      return isPlain ? (left < right ? -1 : left > right ? 1 : 0) : compareText(left, right);
    });
    for (let at = 1; at < order.length; at++) {
      const key = keys[order[at] ?? 0] ?? '';
      if (key === keys[order[at - 1] ?? 0]) {
        throw new UsageError('INVALID_ARGUMENT', `The node '${key}' is there twice.`, { details: { key } });
      }
    }
    return order;
  }

  private nodeColumns(order: Uint32Array, places: Uint32Array): Omit<PdgColumns, EdgeColumn> {
    const { node } = this;
    const ids = (column: readonly number[]): Uint32Array => permuted(column, order, Uint32Array);
    const bytes = (column: readonly number[]): Uint8Array => permuted(column, order, Uint8Array);
    const paths = this.paths.sorted();
    const names = this.names.sorted();
    const texts = textTable([...this.texts.texts()]);
    return {
      nodeTypes: bytes(node.nodeTypes),
      visibilities: bytes(node.visibilities),
      filePaths: ids(node.filePaths).map((id) => paths.places[id] ?? 0),
      symbolNames: ids(node.symbolNames).map((id) => names.places[id] ?? 0),
      qualifiedNames: ids(node.qualifiedNames),
      languages: ids(node.languages),
      signatures: ids(node.signatures),
      documentations: ids(node.documentations),
      valueTypes: ids(node.valueTypes),
      ownerNames: ids(node.ownerNames),
      parents: ids(this.parents.map((parent) => (parent < 0 ? 0 : (places[parent] ?? 0) + 1))),
      ordinals: numbers(node.ordinals, order),
      complexities: numbers(node.complexities, order),
      startBytes: numbers(node.startBytes, order),
      endBytes: numbers(node.endBytes, order),
      startLines: numbers(node.startLines, order),
      endLines: numbers(node.endLines, order),
      contentHashes: this.contentHashes.permuted(order),
      interfaceHashes: this.interfaceHashes.permuted(order),
      pathOffsets: paths.table.offsets,
      pathBytes: paths.table.bytes,
      nameOffsets: names.table.offsets,
      nameBytes: names.table.bytes,
      textOffsets: texts.offsets,
      textBytes: texts.bytes,
    };
  }

  /** Sorts by type, then callee, then caller; each pass keeps what the one before did. */
  private edgeColumns(places: Uint32Array): Pick<PdgColumns, EdgeColumn> {
    const { edge } = this;
    const placeOf = (node: number): number => places[node] ?? 0;
    const callers = Uint32Array.from(edge.callers, placeOf);
    const callees = Uint32Array.from(edge.callees, placeOf);
    const types = Uint8Array.from(edge.types);
    let rows = groupRows(types, EDGE_TYPES.length).rows;
    rows = groupRows(callees, places.length, rows).rows;
    rows = groupRows(callers, places.length, rows).rows;
    rows = this.withoutReplaced(rows, callers, callees, types);
    const outOffsets = new Uint32Array(places.length + 1);
    const outTargets = new Uint32Array(rows.length);
    const outTypes = new Uint8Array(rows.length);
    const edgeMetadata = new Uint32Array(rows.length);
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] ?? 0;
      outOffsets[(callers[row] ?? 0) + 1] = at + 1;
      outTargets[at] = callees[row] ?? 0;
      outTypes[at] = types[row] ?? 0;
      edgeMetadata[at] = edge.metadata[row] ?? 0;
    }
    // Where a node has no edges, its rows end where those of the node before do.
    for (let node = 1; node < outOffsets.length; node++) {
      outOffsets[node] = Math.max(outOffsets[node] ?? 0, outOffsets[node - 1] ?? 0);
    }
    const { offsets: metadataOffsets, bytes: metadataBytes } = textTable([...this.metadata.texts()]);
    return { outOffsets, outTargets, outTypes, edgeMetadata, metadataOffsets, metadataBytes };
  }

  private withoutReplaced(
    rows: Uint32Array,
    callers: Uint32Array,
    callees: Uint32Array,
    types: Uint8Array,
  ): Uint32Array {
    let kept = 0;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] ?? 0;
      const before = at === 0 ? -1 : (rows[kept - 1] ?? 0);
      const isSame =
        before >= 0 &&
        callers[row] === callers[before] &&
        callees[row] === callees[before] &&
        types[row] === types[before];
      if (isSame && !this.replacing.has(row)) throw this.repeatedEdge(row);
      if (isSame) rows[kept - 1] = row;
      else rows[kept++] = row;
    }
    return kept === rows.length ? rows : rows.slice(0, kept);
  }

  private repeatedEdge(row: number): UsageError {
    const from = this.keys[this.edge.callers[row] ?? 0] ?? '';
    const to = this.keys[this.edge.callees[row] ?? 0] ?? '';
    const edgeType = EDGE_TYPES[this.edge.types[row] ?? 0] ?? '';
    return new UsageError('INVALID_ARGUMENT', `The ${edgeType} edge from '${from}' to '${to}' is there twice.`, {
      details: { from, to, edgeType },
    });
  }
}

type EdgeColumn = 'outOffsets' | 'outTargets' | 'outTypes' | 'edgeMetadata' | 'metadataOffsets' | 'metadataBytes';

/** Numbers for texts, in the order in which they come. */
class Interner {
  private readonly ids = new Map<string, number>();

  idOf(text: string): number {
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    const id = this.ids.size;
    this.ids.set(text, id);
    return id;
  }

  idOrNone(text: string | null): number {
    return text === null ? 0 : this.idOf(text) + 1;
  }

  has(text: string): boolean {
    return this.ids.has(text);
  }

  texts(): Iterable<string> {
    return this.ids.keys();
  }

  /** A table in order, and where in it each number's text lies. */
  sorted(): { readonly table: ReturnType<typeof textTable>; readonly places: Uint32Array } {
    const texts = [...this.ids].sort(([a], [b]) => compareText(a, b));
    const places = new Uint32Array(texts.length);
    for (const [place, [, id]] of texts.entries()) places[id] = place;
    return { table: textTable(texts.map(([text]) => text)), places };
  }
}

/** Hashes one after the other. */
class GrowingBytes {
  private bytes = new Uint8Array(64 * HASH_BYTES);
  private used = 0;

  push(hash: Uint8Array): void {
    if (this.used + HASH_BYTES > this.bytes.length) {
      const larger = new Uint8Array(this.bytes.length * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes.set(hash, this.used);
    this.used += HASH_BYTES;
  }

  permuted(order: Uint32Array): Uint8Array {
    const all = new Uint8Array(order.length * HASH_BYTES);
    for (let at = 0; at < order.length; at++) {
      const start = (order[at] ?? 0) * HASH_BYTES;
      all.set(this.bytes.subarray(start, start + HASH_BYTES), at * HASH_BYTES);
    }
    return all;
  }
}

function permuted<T extends Uint8Array | NumberColumn>(
  column: readonly number[],
  order: Uint32Array,
  columnType: new (length: number) => T,
): T {
  const all = new columnType(order.length);
  for (let at = 0; at < order.length; at++) all[at] = column[order[at] ?? 0] ?? 0;
  return all;
}

function numbers(column: readonly number[], order: Uint32Array): NumberColumn {
  const isSmall = column.every((value) => value <= LARGEST_UINT32);
  return isSmall ? permuted(column, order, Uint32Array) : permuted(column, order, Float64Array);
}

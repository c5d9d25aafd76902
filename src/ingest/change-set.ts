import { Binder, MemoryProgram } from '../binding/index.js';
import type { DeltaEdge, DeltaEdgeKey, DeltaNode, NodeStore, ProjectState, ReferenceRow } from '../graph/index.js';
import {
  compareSourceOrder,
  nodeKey,
  type FileFacts,
  type Node,
  type NodeId,
  type NodeRecord,
  type ProjectId,
  type ReferenceFact,
  type SymbolFact,
} from '../model/index.js';

/** The difference between what is stored of a project and what its files say now. */
export interface ChangeSet {
  readonly deletedNodes: readonly NodeId[];
  readonly nodes: readonly DeltaNode[];
  readonly references: readonly {
    readonly sourceId: NodeId;
    readonly rows: readonly ReferenceRow[];
    readonly isNew: boolean;
  }[];
  readonly deletedEdges: readonly DeltaEdgeKey[];
  readonly edges: readonly DeltaEdge[];
  /** Totals after the change. */
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** How many symbols' analysis and bindings were computed. */
  readonly analysed: number;
  readonly bound: number;
}

export interface ChangeInput {
  readonly projectId: ProjectId;
  readonly state: ProjectState;
  /** New facts of the files that were parsed. */
  readonly parsed: readonly FileFacts[];
  /** Files that are no longer part of the project. */
  readonly removed: ReadonlySet<string>;
}

/**
 * Works out the change set: stored facts of untouched files and new facts of parsed ones make one
 * program; its edges are bound anew and compared with the stored ones. What ends up in the store
 * depends on the files alone, never on what was stored before.
 */
export async function computeChanges(input: ChangeInput, nodes: NodeStore): Promise<ChangeSet> {
  const { state, parsed, removed } = input;
  const replaced = new Set(parsed.map((facts) => facts.path));
  const kept = state.nodes.filter((node) => !replaced.has(node.filePath) && !removed.has(node.filePath));
  const files = [...factsOfNodes(kept, state), ...parsed].sort((a, b) => (a.path < b.path ? -1 : 1));
  const stored = new Map(state.nodes.map((node) => [node.key, node]));
  const identified = await identify(files, stored, nodes);
  const present = new Set(identified.ids);
  const edges = bindEdges(files, identified.ids, state);
  return {
    deletedNodes: state.nodes.filter((node) => !present.has(node.id)).map((node) => node.id),
    ...changedFacts(input, identified, files, replaced, stored),
    ...edges,
    nodeCount: identified.ids.length,
    analysed: parsed.reduce(
      (sum, facts) => sum + facts.symbols.filter((symbol) => symbol.complexity !== null).length,
      0,
    ),
    bound: identified.ids.length,
  };
}

interface Identified {
  /** Ids of all symbols: files in order, each file's symbols in order. */
  readonly ids: readonly NodeId[];
  readonly keys: readonly string[];
}

/** Symbols keep the id of the node that is stored under their key; others get new ones. */
async function identify(
  files: readonly FileFacts[],
  stored: ReadonlyMap<string, Node>,
  nodes: NodeStore,
): Promise<Identified> {
  const keys = files.flatMap((file) =>
    file.symbols.map((symbol) => nodeKey({ ...identityOf(symbol), filePath: file.path })),
  );
  const missing = keys.reduce((count, key) => count + (stored.has(key) ? 0 : 1), 0);
  let next = missing > 0 ? await nodes.reserveIds(missing) : 0;
  const ids = keys.map((key) => stored.get(key)?.id ?? (next++ as NodeId));
  return { ids, keys };
}

function identityOf({
  qualifiedName,
  nodeType,
  ordinal,
}: SymbolFact): Pick<NodeRecord, 'qualifiedName' | 'nodeType' | 'ordinal'> {
  return { qualifiedName, nodeType, ordinal };
}

function changedFacts(
  input: ChangeInput,
  { ids, keys }: Identified,
  files: readonly FileFacts[],
  replaced: ReadonlySet<string>,
  stored: ReadonlyMap<string, Node>,
): Pick<ChangeSet, 'nodes' | 'references'> {
  const nodes: DeltaNode[] = [];
  const references: { sourceId: NodeId; rows: readonly ReferenceRow[]; isNew: boolean }[] = [];
  let base = 0;
  for (const file of files) {
    if (replaced.has(file.path)) {
      const rows = rowsBySymbol(file);
      file.symbols.forEach((symbol, position) => {
        const id = ids[base + position] as NodeId;
        const parentId = symbol.parent < 0 ? null : (ids[base + symbol.parent] as NodeId);
        const before = stored.get(keys[base + position] ?? '');
        const record = recordOf(input.projectId, file, symbol);
        if (before === undefined || !isSameNode(before, record, parentId)) nodes.push({ id, parentId, record });
        const now = rows[position] ?? [];
        const isNew = before === undefined;
        if (isNew ? now.length > 0 : !isSameRows(input.state.references.get(id) ?? [], now)) {
          references.push({ sourceId: id, rows: now, isNew });
        }
      });
    }
    base += file.symbols.length;
  }
  return { nodes, references };
}

function recordOf(projectId: ProjectId, file: FileFacts, { name, parent, ...symbol }: SymbolFact): NodeRecord {
  void parent; // stored as the parent's id
  return { ...symbol, projectId, filePath: file.path, symbolName: name, language: file.language, embedding: null };
}

const COMPARED: readonly (keyof NodeRecord & keyof Node)[] = [
  'symbolName',
  'signature',
  'documentation',
  'visibility',
  'complexity',
  'contentHash',
  'interfaceHash',
  'valueType',
  'language',
  'startByte',
  'endByte',
  'startLine',
  'endLine',
];

function isSameNode(before: Node, record: NodeRecord, parentId: NodeId | null): boolean {
  return before.parentId === parentId && COMPARED.every((field) => before[field] === record[field]);
}

function rowsBySymbol(file: FileFacts): ReferenceRow[][] {
  const rows: ReferenceRow[][] = file.symbols.map(() => []);
  for (const reference of file.references) rows[reference.source]?.push(rowOf(reference));
  return rows;
}

function rowOf({ kind, name, receiver, alias, count, line }: ReferenceFact): ReferenceRow {
  return { kind, name, receiver, alias, count, line };
}

function isSameRows(before: readonly ReferenceRow[], now: readonly ReferenceRow[]): boolean {
  return (
    before.length === now.length &&
    before.every((row, at) => {
      const other = now[at];
      return (
        other !== undefined &&
        row.name === other.name &&
        row.kind === other.kind &&
        row.receiver === other.receiver &&
        row.alias === other.alias &&
        row.count === other.count &&
        row.line === other.line
      );
    })
  );
}

/** Rebuilds the facts of files that were not parsed from their stored rows. */
function factsOfNodes(nodes: readonly Node[], state: ProjectState): FileFacts[] {
  const byFile = new Map<string, Node[]>();
  for (const node of nodes) {
    const list = byFile.get(node.filePath);
    if (list === undefined) byFile.set(node.filePath, [node]);
    else list.push(node);
  }
  return [...byFile].map(([path, members]) => fileFactsOf(path, members.sort(compareSourceOrder), state));
}

function fileFactsOf(path: string, nodes: readonly Node[], state: ProjectState): FileFacts {
  const positions = new Map(nodes.map((node, position) => [node.id, position]));
  const symbols = nodes.map((node): SymbolFact => ({
    ...node,
    name: node.symbolName,
    parent: node.parentId === null ? -1 : (positions.get(node.parentId) ?? 0),
  }));
  const references = nodes.flatMap((node, source) =>
    (state.references.get(node.id) ?? []).map((row): ReferenceFact => ({ ...row, source })),
  );
  const language = nodes[0]?.language ?? '';
  return { path, language, symbols, references, errorCount: 0, firstErrorLine: 0 };
}

/** Binds the whole program and splits the result into what is new, what changed and what is gone. */
function bindEdges(
  files: readonly FileFacts[],
  ids: readonly NodeId[],
  state: ProjectState,
): Pick<ChangeSet, 'edges' | 'deletedEdges' | 'edgeCount'> {
  const program = new MemoryProgram(files);
  const binder = new Binder(program);
  const before = new Map(state.edges.map((edge) => [`${edge.callerId} ${edge.calleeId} ${edge.edgeType}`, edge]));
  const edges: DeltaEdge[] = [];
  let edgeCount = 0;
  for (const { index } of program.symbols) {
    const callerId = ids[index] as NodeId;
    for (const bound of binder.bind(index, program.allReferences(index))) {
      edgeCount++;
      const calleeId = ids[bound.target] as NodeId;
      const key = `${callerId} ${calleeId} ${bound.edgeType}`;
      const stored = before.get(key);
      before.delete(key);
      const text = bound.metadata === null ? null : JSON.stringify(bound.metadata);
      if (stored !== undefined && stored.metadata === text) continue;
      edges.push({ callerId, calleeId, edgeType: bound.edgeType, metadata: bound.metadata });
    }
  }
  const present = new Set(ids);
  // Edges of a deleted node go with the node.
  const deletedEdges = [...before.values()].filter((edge) => present.has(edge.callerId) && present.has(edge.calleeId));
  return { edges, deletedEdges, edgeCount };
}

import { lastSegment, ownerOf } from '../../binding/index.js';
import type { DeltaNode, NodeStore, ReferenceRow, WholeFile } from '../../graph/index.js';
import {
  nodeKey,
  type FileFacts,
  type Node,
  type NodeId,
  type ProjectId,
  type ReferenceFact,
  type SymbolFact,
} from '../../model/index.js';
import type { FileChange, NumberedFile } from './changed-things.js';

/** A source and the references that replace what was stored for it. */
export interface SourceReferences {
  readonly sourceId: NodeId;
  readonly rows: readonly ReferenceRow[];
  readonly isNew: boolean;
}

/** Changes of the facts of files, as rows. */
export interface FactsDelta {
  readonly deletedNodes: readonly NodeId[];
  /** How many nodes are new. */
  readonly created: number;
  readonly nodes: Iterable<DeltaNode>;
  readonly areNodesNew: boolean;
  readonly references: Iterable<SourceReferences>;
}

/** Sets new facts beside stored ones. Symbols keep the id of the node that is stored under their key. */
export async function pairFiles(
  parsed: readonly FileFacts[],
  removed: ReadonlySet<string>,
  stored: ReadonlyMap<string, WholeFile>,
  nodes: NodeStore,
): Promise<FileChange[]> {
  const keyed = parsed.map((facts) => {
    const known = new Map(stored.get(facts.path)?.nodes.map((node) => [node.key, node.id]));
    return { facts, ids: facts.symbols.map((symbol) => known.get(keyOf(facts.path, symbol))) };
  });
  const missing = keyed.reduce((sum, { ids }) => sum + ids.filter((id) => id === undefined).length, 0);
  let next = missing > 0 ? await nodes.reserveIds(missing) : 0;
  const changes = keyed.map(({ facts, ids }): FileChange => ({
    path: facts.path,
    before: stored.get(facts.path),
    after: { facts, ids: ids.map((id) => id ?? (next++ as NodeId)) },
  }));
  const gone = [...removed].map((path): FileChange => ({ path, before: stored.get(path), after: undefined }));
  return [...changes, ...gone];
}

function keyOf(filePath: string, { qualifiedName, nodeType, ordinal }: SymbolFact): string {
  return nodeKey({ filePath, qualifiedName, nodeType, ordinal });
}

/** The rows that differ. Nodes and references are worked out while they are read, file by file. */
export function factsDelta(
  projectId: ProjectId,
  changes: readonly FileChange[],
  stored: ReadonlyMap<string, WholeFile>,
): FactsDelta {
  const deletedNodes: NodeId[] = [];
  let [created, all] = [0, 0];
  for (const { before, after } of changes) {
    const gone = new Set(before?.ids);
    for (const id of after?.ids ?? []) if (!gone.delete(id)) created++;
    all += after?.ids.length ?? 0;
    for (const id of gone) deletedNodes.push(id as NodeId);
  }
  return {
    deletedNodes,
    created,
    areNodesNew: created === all,
    nodes: { [Symbol.iterator]: () => changedNodes(projectId, changes, stored) },
    references: { [Symbol.iterator]: () => changedReferences(changes, stored) },
  };
}

function* changedNodes(
  projectId: ProjectId,
  changes: readonly FileChange[],
  stored: ReadonlyMap<string, WholeFile>,
): Generator<DeltaNode, void, void> {
  for (const { path, after } of changes) {
    if (after === undefined) continue;
    const before = new Map(stored.get(path)?.nodes.map((node) => [node.id, node]));
    for (const [position, symbol] of after.facts.symbols.entries()) {
      const id = after.ids[position] as NodeId;
      const known = before.get(id);
      if (known === undefined || !isSameNode(known, symbol, after)) {
        const node = nodeOf(projectId, after.facts, symbol, id, after.ids as readonly NodeId[]);
        yield known !== undefined && hasSameTexts(known, symbol) ? { ...node, keepsWords: true } : node;
      }
    }
  }
}

function* changedReferences(
  changes: readonly FileChange[],
  stored: ReadonlyMap<string, WholeFile>,
): Generator<SourceReferences, void, void> {
  for (const { path, after } of changes) {
    if (after === undefined) continue;
    const before = stored.get(path);
    const known = new Set<number>(before?.ids);
    const rowsBefore = rowsBySource(before);
    const rowsNow = rowsBySource(after);
    for (const id of after.ids as readonly NodeId[]) {
      const rows = rowsNow.get(id) ?? [];
      const isNew = !known.has(id);
      if (isNew ? rows.length > 0 : !isSameRows(rowsBefore.get(id) ?? [], rows)) yield { sourceId: id, rows, isNew };
    }
  }
}

function nodeOf(
  projectId: ProjectId,
  file: FileFacts,
  symbol: SymbolFact,
  id: NodeId,
  ids: readonly NodeId[],
): DeltaNode {
  const { name, parent, ...rest } = symbol;
  const owner = parent < 0 ? null : ownerOf(symbol, file.symbols[parent]);
  return {
    id,
    parentId: parent < 0 ? null : (ids[parent] as NodeId),
    ownerName: owner === null ? null : lastSegment(owner),
    record: { ...rest, projectId, filePath: file.path, symbolName: name, language: file.language, embedding: null },
  };
}

/** Nodes are paired by their keys, which hold path and qualified name. */
function hasSameTexts(node: Node, symbol: SymbolFact): boolean {
  return (
    node.symbolName === symbol.name &&
    node.signature === symbol.signature &&
    node.documentation === symbol.documentation
  );
}

const COMPARED: readonly (keyof SymbolFact & keyof Node)[] = [
  'signature',
  'documentation',
  'visibility',
  'complexity',
  'contentHash',
  'interfaceHash',
  'valueType',
  'startByte',
  'endByte',
  'startLine',
  'endLine',
];

/** What an owner is follows from the parent and the names. */
function isSameNode(before: Node, symbol: SymbolFact, { facts, ids }: NumberedFile): boolean {
  const parentId = symbol.parent < 0 ? null : ids[symbol.parent];
  return (
    before.parentId === parentId &&
    before.symbolName === symbol.name &&
    before.language === facts.language &&
    COMPARED.every((field) => before[field] === symbol[field])
  );
}

function rowsBySource(
  file: { readonly facts: FileFacts; readonly ids: readonly number[] } | undefined,
): Map<NodeId, ReferenceRow[]> {
  const rows = new Map<NodeId, ReferenceRow[]>();
  for (const reference of file?.facts.references ?? []) {
    const id = file?.ids[reference.source] as NodeId;
    const list = rows.get(id);
    if (list === undefined) rows.set(id, [rowOf(reference)]);
    else list.push(rowOf(reference));
  }
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

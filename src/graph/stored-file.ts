import {
  compareSourceOrder,
  type FileFacts,
  type Node,
  type NodeId,
  type ProjectId,
  type ReferenceFact,
  type ReferenceKind,
  type SymbolFact,
} from '../model/index.js';
import type { Snapshot } from '../sql/index.js';
import type { ReferenceRow } from './project-delta.js';
import { decodeNode, type NodeRow } from './row-codecs.js';
import { grouped, list, type Wanted } from './wanted-rows.js';

/** The facts of a stored file; `ids[i]` is the node of `facts.symbols[i]`. */
export interface StoredFile {
  readonly facts: FileFacts;
  readonly ids: readonly NodeId[];
}

/** A stored file with its nodes, in the order of its symbols. */
export interface WholeFile extends StoredFile {
  readonly nodes: readonly Node[];
}

/** The files at these paths with their references of the given kinds; absent ones are left out. */
export async function readFiles(
  snapshot: Snapshot,
  project: ProjectId,
  paths: readonly string[],
  kinds: readonly ReferenceKind[],
): Promise<Map<string, WholeFile>> {
  const wanted = list(paths);
  const nodeRows = await snapshot.all<NodeRow>(
    `SELECT n.id, n.project_id, n.file_path, n.symbol_name, n.node_type, n.signature, n.complexity, n.content_hash,
       NULL AS embedding, n.created_at, n.updated_at, n.node_key, n.qualified_name, n.ordinal, n.language, n.visibility,
       n.interface_hash, n.value_type, n.documentation, n.parent_id, n.start_byte, n.end_byte, n.start_line, n.end_line
     FROM json_each(?) AS w CROSS JOIN intel_nodes AS n ON n.file_path = w.value AND n.project_id = ? ORDER BY n.id`,
    [wanted, project],
  );
  const referenceRows = await snapshot.all<Wanted<ReferenceRow, NodeId>>(
    `SELECT r.source_id AS wanted, r.kind, r.name, r.receiver, r.alias, r.count, r.line
     FROM json_each(?) AS w
     CROSS JOIN intel_nodes AS n ON n.file_path = w.value AND n.project_id = ?
     CROSS JOIN symbol_refs AS r ON r.source_id = n.id
     WHERE r.kind IN (SELECT value FROM json_each(?)) ORDER BY r.source_id, r.ordinal`,
    [wanted, project, list(kinds)],
  );
  const errorRows = await snapshot.all<Pick<FileFacts, 'path' | 'errorCount' | 'firstErrorLine'>>(
    `SELECT f.path, f.error_count AS errorCount, f.first_error_line AS firstErrorLine
     FROM json_each(?) AS w CROSS JOIN files AS f ON f.project_id = ? AND f.path = w.value`,
    [wanted, project],
  );
  const references = grouped(referenceRows);
  const errors = new Map(errorRows.map((row) => [row.path, row]));
  const nodes = grouped(nodeRows.map((row) => ({ wanted: row.file_path, node: decodeNode(row) })));
  return new Map(
    [...nodes].map(([path, rows]) => {
      const ordered = rows.map(({ node }) => node).sort(compareSourceOrder);
      const { errorCount = 0, firstErrorLine = 0 } = errors.get(path) ?? {};
      const facts = { ...factsOf(path, ordered, references), errorCount, firstErrorLine };
      return [path, { facts, ids: ordered.map((node) => node.id), nodes: ordered }];
    }),
  );
}

function factsOf(
  path: string,
  nodes: readonly Node[],
  references: ReadonlyMap<NodeId, readonly ReferenceRow[]>,
): Pick<FileFacts, 'path' | 'language' | 'symbols' | 'references'> {
  const positions = new Map(nodes.map((node, position) => [node.id, position]));
  return {
    path,
    language: nodes[0]?.language ?? '',
    symbols: nodes.map((node) => symbolOf(node, node.parentId === null ? -1 : (positions.get(node.parentId) ?? 0))),
    references: nodes.flatMap((node, source) =>
      (references.get(node.id) ?? []).map(({ kind, name, receiver, alias, count, line }): ReferenceFact => ({
        source,
        kind,
        name,
        receiver,
        alias,
        count,
        line,
      })),
    ),
  };
}

function symbolOf(node: Node, parent: number): SymbolFact {
  const { symbolName, qualifiedName, nodeType, ordinal, signature, documentation, visibility, complexity } = node;
  const { contentHash, interfaceHash, valueType, startByte, endByte, startLine, endLine } = node;
  return {
    name: symbolName,
    qualifiedName,
    nodeType,
    parent,
    ordinal,
    signature,
    documentation,
    visibility,
    complexity,
    contentHash,
    interfaceHash,
    valueType,
    startByte,
    endByte,
    startLine,
    endLine,
  };
}

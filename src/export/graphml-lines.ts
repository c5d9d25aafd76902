import type { NodeId, ProjectId } from '../model/index.js';
import {
  exportedEdges,
  exportedNeighbours,
  exportedNodes,
  type ExportedEdge,
  type ExportedNode,
} from '../graph/index.js';
import type { Snapshot } from '../sql/index.js';
import { NodeNumbers } from './node-numbers.js';
import { replaceUnprintable } from './unprintable.js';

/** A typed attribute of GraphML: its id in the file, the name that programs show, and where the value comes from. */
interface Attribute<T> {
  readonly id: string;
  readonly name: string;
  readonly type: 'string' | 'int' | 'double';
  readonly read: (item: T) => unknown;
}

/** `nodeType` and `edgeType`, because Gephi calls something else `type`. */
const NODE_ATTRIBUTES: readonly Attribute<ExportedNode>[] = [
  { id: 'label', name: 'label', type: 'string', read: (node) => node.name },
  { id: 'project', name: 'project', type: 'string', read: (node) => node.project },
  { id: 'key', name: 'key', type: 'string', read: (node) => node.key },
  { id: 'nodeType', name: 'nodeType', type: 'string', read: (node) => node.type },
  { id: 'language', name: 'language', type: 'string', read: (node) => node.language },
  { id: 'file', name: 'file', type: 'string', read: (node) => node.file },
  { id: 'startLine', name: 'startLine', type: 'int', read: (node) => node.startLine },
  { id: 'endLine', name: 'endLine', type: 'int', read: (node) => node.endLine },
  { id: 'visibility', name: 'visibility', type: 'string', read: (node) => node.visibility },
  { id: 'signature', name: 'signature', type: 'string', read: (node) => node.signature },
  { id: 'complexity', name: 'complexity', type: 'int', read: (node) => node.complexity },
];

const EDGE_ATTRIBUTES: readonly Attribute<ExportedEdge>[] = [
  { id: 'edgeType', name: 'edgeType', type: 'string', read: (edge) => edge.type },
  { id: 'confidence', name: 'confidence', type: 'double', read: (edge) => numberOf(edge.metadata?.['confidence']) },
  { id: 'strategy', name: 'strategy', type: 'string', read: (edge) => edge.metadata?.['strategy'] },
  { id: 'callCount', name: 'callCount', type: 'int', read: (edge) => integerOf(edge.metadata?.['callCount']) },
];

/**
 * A directed graph in GraphML 1.0: http://graphml.graphdrawing.org/specification.html. The ids of nodes are
 * numbers in canonical order, since GraphML allows no free text there. Characters that XML has no place for are
 * written as `\u` and four hexadecimal digits.
 */
export async function* graphMlLines(
  snapshot: Snapshot,
  project: ProjectId | undefined,
): AsyncGenerator<string, void, void> {
  yield '<?xml version="1.0" encoding="UTF-8"?>';
  yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
  yield '  xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">';
  for (const attribute of NODE_ATTRIBUTES) yield keyLine('node', attribute);
  for (const attribute of EDGE_ATTRIBUTES) yield keyLine('edge', attribute);
  yield '<graph id="lestockage" edgedefault="directed">';
  const numbers = new NodeNumbers();
  for await (const node of exportedNodes(snapshot, project)) yield nodeLine(numbers.add(node.id), node);
  if (project !== undefined) {
    for await (const node of exportedNeighbours(snapshot, project)) yield nodeLine(numbers.add(node.id), node);
  }
  for await (const edge of exportedEdges(snapshot, project)) {
    const [source, target] = [nodeName(numbers, edge.fromId), nodeName(numbers, edge.toId)];
    yield `<edge source="${source}" target="${target}">${dataOf(edge, EDGE_ATTRIBUTES)}</edge>`;
  }
  yield '</graph>';
  yield '</graphml>';
}

function keyLine<T>(of: 'node' | 'edge', { id, name, type }: Attribute<T>): string {
  return `<key id="${id}" for="${of}" attr.name="${name}" attr.type="${type}"/>`;
}

function nodeLine(number: number, node: ExportedNode): string {
  return `<node id="n${number}">${dataOf(node, NODE_ATTRIBUTES)}</node>`;
}

function nodeName(numbers: NodeNumbers, id: NodeId): string {
  const number = numbers.of(id);
  if (number === undefined) throw new RangeError(`The end ${id} of an edge was not among the nodes of its state.`);
  return `n${number}`;
}

function dataOf<T>(item: T, attributes: readonly Attribute<T>[]): string {
  let data = '';
  for (const { id, read } of attributes) {
    const value = read(item);
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    data += `<data key="${id}">${escaped(String(value))}</data>`;
  }
  return data;
}

/** Metadata is anybody's; a value of another type than its key says would make the file unreadable. */
function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** An `int` of GraphML is one of Java, of 32 bits. */
function integerOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? value : undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** Control characters that XML knows, as long as they are not written as they are. */
const KNOWN = '\t\n\r';

function escaped(text: string): string {
  const quoted = text.replace(/[&<>]/g, (char) => ENTITIES[char] ?? char);
  return replaceUnprintable(quoted, (hex, char) =>
    KNOWN.includes(char) || (char >= '\u007f' && char <= '\u009f') ? `&#x${hex};` : `\\u${hex}`,
  );
}

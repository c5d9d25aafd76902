import { compareText, EDGE_TYPES, type Pdg, type ProjectId } from '../model/index.js';
import { escaped, sortedKeys } from './dump.js';

/**
 * The canonical form of a graph, a line at a time: what `dump` says of a project that holds it and has no
 * edges to other projects. Equal graphs give equal lines, whatever way they came about. Embeddings are
 * left out.
 */
export function* pdgLines(pdg: Pdg, project: ProjectId): Generator<string, void, void> {
  for (const node of pdg.nodeIndices()) yield nodeLine(pdg, node, project);
  for (const node of pdg.nodeIndices()) yield* edgeLines(pdg, node, project);
}

function nodeLine(pdg: Pdg, index: number, project: ProjectId): string {
  const node = pdg.node(index);
  const attributes: readonly (readonly [string, string | number | null])[] = [
    ['parent', node.parentKey],
    ['type', node.nodeType],
    ['language', node.language],
    ['visibility', node.visibility],
    ['signature', node.signature],
    ['complexity', node.complexity],
    ['content', node.contentHash],
    ['interface', node.interfaceHash],
    ['value', node.valueType],
    ['bytes', `${node.startByte}-${node.endByte}`],
    ['lines', `${node.startLine}-${node.endLine}`],
    ['documentation', node.documentation],
  ];
  const fields = ['node', escaped(project), escaped(node.key)];
  for (const [name, value] of attributes) if (value !== null) fields.push(`${name}=${escaped(String(value))}`);
  return fields.join('\t');
}

/** By type and then by callee; callees are in order already. */
function* edgeLines(pdg: Pdg, caller: number, project: ProjectId): Generator<string, void, void> {
  for (const type of [...EDGE_TYPES].sort(compareText)) {
    const callees: (readonly [callee: number, edge: number])[] = [];
    pdg.forEachNeighbour(caller, 'out', (callee, edge) => callees.push([callee, edge]), type);
    for (const [callee, edge] of callees) {
      const metadata = pdg.edgeMetadata(edge);
      const text = metadata === null ? '' : JSON.stringify(sortedKeys(metadata));
      yield ['edge', project, pdg.nodeKey(caller), type, pdg.nodeKey(callee), text].map(escaped).join('\t');
    }
  }
}

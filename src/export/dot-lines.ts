import type { ProjectId } from '../model/index.js';
import { exportedEdges, exportedNeighbours, exportedNodes, type ExportedNode } from '../graph/index.js';
import type { Snapshot } from '../sql/index.js';
import { replaceUnprintable } from './unprintable.js';

/** How Graphviz draws nodes of a type; others are boxes. */
const SHAPES: Readonly<Record<string, string>> = {
  module: 'folder',
  class: 'component',
  interface: 'component',
  struct: 'component',
  trait: 'component',
  enum: 'component',
  function: 'ellipse',
  method: 'ellipse',
  variable: 'note',
  external: 'cds',
};

/** How it draws edges of a type; others are plain arrows. */
const STYLES: Readonly<Record<string, string>> = {
  containment: 'style=dotted, arrowhead=none',
  inheritance: 'arrowhead=empty',
  import: 'style=dashed',
  data_dependency: 'style=dashed, arrowhead=vee',
  reference: 'arrowhead=vee',
};

/**
 * A directed graph in DOT, the language of Graphviz: https://graphviz.org/doc/info/lang.html. A node is called
 * `project//key`, which its tooltip shows, and labelled with its name; `class` has the type of a node or an edge.
 */
export async function* dotLines(
  snapshot: Snapshot,
  project: ProjectId | undefined,
): AsyncGenerator<string, void, void> {
  yield 'digraph lestockage {';
  yield '  node [shape=box];';
  for await (const node of exportedNodes(snapshot, project)) yield nodeLine(node);
  if (project !== undefined) {
    for await (const node of exportedNeighbours(snapshot, project)) yield nodeLine(node);
  }
  for await (const edge of exportedEdges(snapshot, project)) {
    const style = STYLES[edge.type];
    const attributes = [`class=${quotedText(edge.type)}`, ...(style === undefined ? [] : [style])];
    yield `  ${quotedName(edge.project, edge.from)} -> ${quotedName(edge.toProject, edge.to)} [${attributes.join(', ')}];`;
  }
  yield '}';
}

function nodeLine({ project, key, name, type }: ExportedNode): string {
  const shape = SHAPES[type];
  const attributes = [
    `label=${quotedText(name)}`,
    `tooltip=${quotedText(`${project}//${key}`)}`,
    `class=${quotedText(type)}`,
    ...(shape === undefined ? [] : [`shape=${shape}`]),
  ];
  return `  ${quotedName(project, key)} [${attributes.join(', ')}];`;
}

/**
 * What a node is called. Graphviz takes a backslash here as it stands, so that doubled ones and those before
 * numbers keep different names apart. Into SVG it writes names as they are where they look like entities.
 */
function quotedName(project: ProjectId, key: string): string {
  return `"${escaped(`${project}//${key}`, '\\')}"`;
}

/** A text to be shown: Graphviz reads escapes and entities of HTML in it. */
function quotedText(text: string): string {
  return `"${escaped(text, '\\\\')}"`;
}

function escaped(text: string, beforeNumber: string): string {
  const quoted = text.replaceAll('&', '&amp;').replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return replaceUnprintable(quoted, (hex) => `${beforeNumber}u${hex}`);
}

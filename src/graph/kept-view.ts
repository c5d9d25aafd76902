import { compareText, type NodeId, type ProjectId } from '../model/index.js';
import type { Direction } from './breadth-first.js';
import type { Border, BorderEdge, KeptGraph } from './kept-graph.js';
import type { NodePlace } from './symbol-lookup.js';

/** The edges of a graph in one direction. */
export interface Rows {
  readonly offsets: Uint32Array;
  readonly ends: Uint32Array;
  readonly types: Uint8Array;
  readonly border: Border;
}

/** One of the graphs of a view; its node `n` has the number `base + n`. */
export interface KeptPart {
  readonly graph: KeptGraph;
  readonly base: number;
  readonly outgoing: Rows;
  readonly incoming: Rows;
}

/**
 * Several graphs as one. Numbers follow each other by project and key, so that the order of numbers is
 * the order of answers.
 */
export class KeptView {
  readonly nodeCount: number;
  readonly #parts: readonly KeptPart[];
  readonly #byProject: ReadonlyMap<ProjectId, KeptPart>;

  constructor(graphs: readonly KeptGraph[]) {
    let base = 0;
    this.#parts = [...graphs]
      .sort((a, b) => compareText(a.project, b.project))
      .map((graph) => {
        const part = partOf(graph, base);
        base += graph.pdg.nodeCount;
        return part;
      });
    this.#byProject = new Map(this.#parts.map((part) => [part.graph.project, part]));
    this.nodeCount = base;
  }

  has(project: ProjectId): boolean {
    return this.#byProject.has(project);
  }

  /** The graph that a number belongs to. */
  partAt(number: number): KeptPart {
    let at = this.#parts.length - 1;
    // The first part begins at 0, so that the search ends there.
    while (at > 0 && this.#parts[at]!.base > number) at--;
    return this.#parts[at]!;
  }

  /** -1 for what is in none of the graphs. */
  numberOf({ project, key }: NodePlace): number {
    const part = this.#byProject.get(project);
    const node = part === undefined ? -1 : part.graph.pdg.indexOf(key);
    return part === undefined || node < 0 ? -1 : part.base + node;
  }

  /** The number of the node across the border, or -1 when its graph is not here. */
  numberAcross({ project, id }: BorderEdge): number {
    const part = this.#byProject.get(project);
    const node = part === undefined ? -1 : part.graph.indexOfId(id);
    return part === undefined || node < 0 ? -1 : part.base + node;
  }

  placeOf(number: number): NodePlace {
    const { graph, base } = this.partAt(number);
    // Every node of a graph has an id.
    const id = graph.ids[number - base]! as NodeId;
    return { id, project: graph.project, key: graph.pdg.nodeKey(number - base) };
  }

  /** The smallest number whose node comes after a place; the place itself need not exist. */
  firstAfter({ project, key }: Pick<NodePlace, 'project' | 'key'>): number {
    for (const { graph, base } of this.#parts) {
      const order = compareText(graph.project, project);
      if (order > 0) return base;
      if (order < 0) continue;
      let low = 0;
      let high = graph.pdg.nodeCount;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (compareText(graph.pdg.nodeKey(middle), key) > 0) high = middle;
        else low = middle + 1;
      }
      return base + low;
    }
    return this.nodeCount;
  }
}

/** The rows that a walk follows, and with the other direction those that lead back. */
export function rowsToward(part: KeptPart, direction: Direction): Rows {
  return direction === 'callers' ? part.incoming : part.outgoing;
}

function partOf(graph: KeptGraph, base: number): KeptPart {
  const { pdg } = graph;
  return {
    graph,
    base,
    outgoing: { offsets: pdg.outOffsets, ends: pdg.outTargets, types: pdg.outTypes, border: graph.outgoing },
    incoming: { offsets: pdg.inOffsets, ends: pdg.inSources, types: pdg.inTypes, border: graph.incoming },
  };
}

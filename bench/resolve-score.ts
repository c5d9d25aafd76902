import { projectOf, type EdgeKind, type MeasuredEdge } from './resolve-graph.js';
import type { TrueEdge, Truth } from './resolve-truth.js';

/** How the edges of the store compare with those of an index. */
export interface Score {
  /** Edges of the index, and those of them that the store has. */
  readonly truth: number;
  readonly hits: number;
  /** Edges of the store, those of them that the index has, and those that it says nothing about. */
  readonly claimed: number;
  readonly right: number;
  readonly unjudged: number;
}

export interface Comparison {
  readonly scores: Readonly<Record<EdgeKind | 'all', Score>>;
  readonly missed: readonly TrueEdge[];
  readonly wrong: readonly MeasuredEdge[];
  readonly unjudged: readonly MeasuredEdge[];
}

/**
 * Compares the edges from one project to one project. Both sides are sets: how often a symbol is used by
 * another is not measured. Where a name can mean several symbols, one edge to one of them is what counts.
 */
export function compareEdges(
  truth: Truth,
  stored: readonly MeasuredEdge[],
  from: string,
  to: string,
  isIndexed: (identity: string) => boolean,
): Comparison {
  const wanted = truth.edges
    .filter((edge) => projectOf(edge.from) === from)
    .map((edge) => ({ ...edge, to: edge.to.filter((target) => projectOf(target) === to) }))
    .filter((edge) => edge.to.length > 0);
  const claimed = stored.filter(
    (edge) =>
      projectOf(edge.from) === from &&
      projectOf(edge.to) === to &&
      isIndexed(edge.from) &&
      (edge.kind === 'call' || edge.from !== edge.to),
  );
  const trueKeys = new Set(wanted.flatMap((edge) => edge.to.map((target) => keyOf(edge, target))));
  const claimedKeys = new Set(claimed.map((edge) => keyOf(edge, edge.to)));
  const missed = wanted.filter((edge) => !edge.to.some((target) => claimedKeys.has(keyOf(edge, target))));
  const other = claimed.filter((edge) => !trueKeys.has(keyOf(edge, edge.to)));
  const unjudged = other.filter((edge) => isSilent(truth, edge));
  const silent = new Set(unjudged);
  const wrong = other.filter((edge) => !silent.has(edge));
  const scoreOf = (kind: EdgeKind | 'all'): Score => {
    const count = (edges: readonly { readonly kind: EdgeKind }[]): number =>
      kind === 'all' ? edges.length : edges.filter((edge) => edge.kind === kind).length;
    return {
      truth: count(wanted),
      hits: count(wanted) - count(missed),
      claimed: count(claimed),
      right: count(claimed) - count(other),
      unjudged: count(unjudged),
    };
  };
  return {
    scores: { call: scoreOf('call'), reference: scoreOf('reference'), all: scoreOf('all') },
    missed,
    wrong,
    unjudged,
  };
}

/** Does the edge's name stand in its source at a place of which the index says nothing? */
function isSilent({ silent, aliases }: Truth, { from, to, kind }: MeasuredEdge): boolean {
  const names = silent.get(from);
  if (names === undefined) return false;
  const name = to.slice(Math.max(to.lastIndexOf('.'), to.indexOf('#')) + 1);
  const others = [...(aliases.get(to) ?? [])];
  return names.has(name) || others.some((alias) => names.has(alias)) || (kind === 'call' && names.has('super'));
}

/** Of the edges that the index can judge, the share that it has. */
export function precisionOf({ claimed, right, unjudged }: Score): number | null {
  return claimed === unjudged ? null : right / (claimed - unjudged);
}

/** The share of the index's edges that the store has. */
export function recallOf({ truth, hits }: Score): number | null {
  return truth === 0 ? null : hits / truth;
}

function keyOf({ from, kind }: { readonly from: string; readonly kind: EdgeKind }, to: string): string {
  return `${from}\0${kind}\0${to}`;
}

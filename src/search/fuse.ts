import type { NodeId } from '../model/index.js';
import type { ListItem, RankedNode } from './ranked-list.js';

export const LIST_MODES = ['name', 'text', 'semantic'] as const;
export type ListMode = (typeof LIST_MODES)[number];

/** Where a symbol stands in the list of a mode. */
export interface Place {
  /** From 1; equally good ones share it. */
  readonly rank: number;
  readonly item: ListItem;
}

export interface FusedItem {
  readonly node: RankedNode;
  /** Above 0; 1 for what is first in every list. */
  readonly score: number;
  readonly places: Readonly<Partial<Record<ListMode, Place>>>;
}

// The constants were chosen by two measurements, the retrieval of code by its documentation and questions that were
// written down, see docs/benchmarks.md, as far as these tell them apart.

/** How soon ranks stop to matter. */
const RANK_CONSTANT = 60;
/** What the rank in each list counts; that of a name counts less the looser the name fits. */
const RANK_WEIGHTS: Readonly<Record<ListMode, number>> = { name: 2, text: 0.6, semantic: 1 };
/** What a score counts, as a share of the best of its list: ranks do not tell how far the first is ahead. */
const SCORE_WEIGHTS: Readonly<Record<ListMode, number>> = { name: 0, text: 2, semantic: 1 };

/**
 * Reciprocal rank fusion ("Reciprocal rank fusion outperforms Condorcet and individual rank learning methods",
 * Cormack, Clarke and Büttcher, 2009) with weights, and shares of scores besides, whose sum does better where scores
 * mean something ("An analysis of fusion functions for hybrid retrieval", Bruch, Gai and Ingber, 2022); in no
 * particular order.
 */
export function fuse(lists: Readonly<Partial<Record<ListMode, readonly ListItem[]>>>): FusedItem[] {
  const places = new Map<NodeId, { node: RankedNode; places: Partial<Record<ListMode, Place>> }>();
  const best: Partial<Record<ListMode, number>> = {};
  for (const mode of LIST_MODES) {
    let rank = 1;
    let last: ListItem | undefined;
    best[mode] = lists[mode]?.[0]?.score ?? 0;
    for (const [at, item] of (lists[mode] ?? []).entries()) {
      if (last !== undefined && item.score < last.score) rank = at + 1;
      last = item;
      const known = places.get(item.id);
      if (known === undefined) places.set(item.id, { node: item, places: { [mode]: { rank, item } } });
      else known.places[mode] = { rank, item };
    }
  }
  return [...places.values()].map(({ node, places: held }) => ({ node, places: held, score: scoreOf(held, best) }));
}

const MOST = LIST_MODES.reduce((sum, mode) => sum + RANK_WEIGHTS[mode] + SCORE_WEIGHTS[mode], 0);

function scoreOf(
  places: Readonly<Partial<Record<ListMode, Place>>>,
  best: Readonly<Partial<Record<ListMode, number>>>,
): number {
  let score = 0;
  for (const mode of LIST_MODES) {
    const place = places[mode];
    if (place === undefined) continue;
    const fit = mode === 'name' ? place.item.score : 1;
    score += (RANK_WEIGHTS[mode] * fit * (RANK_CONSTANT + 1)) / (RANK_CONSTANT + place.rank);
    const most = best[mode] ?? 0;
    if (most > 0) score += (SCORE_WEIGHTS[mode] * Math.max(0, place.item.score)) / most;
  }
  return score / MOST;
}

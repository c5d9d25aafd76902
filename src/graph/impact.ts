import type { NodeId } from '../model/index.js';
import type { Reached, ReachedPage } from './breadth-first.js';
import { readSymbols, type CodeSymbol } from './code-symbol.js';
import { keyAsSeenFrom, type NodePlace } from './symbol-lookup.js';

/** A symbol that depends on what was asked about, how many edges away it is, and why. */
export interface ImpactItem {
  readonly symbol: CodeSymbol;
  readonly depth: number;
  /**
   * Keys from the symbol itself back to the one asked about, `depth + 1` of them; each depends on the
   * next. A key of another project than the item's symbol is `project//key`.
   */
  readonly path: readonly string[];
}

/** The symbols of a page with their paths. */
export async function impactItems({ snapshot, page, all }: ReachedPage): Promise<ImpactItem[]> {
  const reachedById = new Map(all.map((item) => [item.id, item]));
  const symbols = await readSymbols(
    snapshot,
    page.map((item) => item.id),
  );
  return page.flatMap((item) => {
    const symbol = symbols.get(item.id);
    const places = pathOf(item, reachedById);
    return symbol === undefined
      ? []
      : [{ symbol, depth: item.depth, path: places.map((place) => keyAsSeenFrom(item.project, place)) }];
  });
}

function pathOf(item: Reached, reachedById: ReadonlyMap<NodeId, Reached>): NodePlace[] {
  const path: NodePlace[] = [item];
  // A symbol asked about can be reached itself, so it is the depth that tells where a path ends.
  for (let step: Reached | undefined = item; step !== undefined;) {
    path.push(step.via);
    step = step.depth > 1 ? reachedById.get(step.via.id) : undefined;
  }
  return path;
}

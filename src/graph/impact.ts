import type { WalkedPage } from './breadth-first.js';
import type { CodeSymbol } from './code-symbol.js';
import { keyAsSeenFrom } from './symbol-lookup.js';

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
export async function impactItems(page: WalkedPage): Promise<ImpactItem[]> {
  const [symbols, paths] = [await page.symbols(), await page.paths()];
  return page.items.flatMap((item, at) => {
    const symbol = symbols[at];
    const places = paths[at] ?? [];
    return symbol === undefined
      ? []
      : [{ symbol, depth: item.depth, path: places.map((place) => keyAsSeenFrom(item.project, place)) }];
  });
}

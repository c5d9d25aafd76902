import { EXIT, isDeciding, reversed, successors, type Cfg } from './cfg.js';
import { immediateDominators } from './dominators.js';

/** For each block the next one that every way from it to the exit passes; the exit has itself. */
export function postDominators(cfg: Cfg): Int32Array {
  return immediateDominators(EXIT, reversed(successors(cfg, isDeciding)));
}

/**
 * For each block, in rising order, the blocks whose last step decides whether it runs (Ferrante,
 * Ottenstein and Warren, 1987).
 */
export function controlDependence(cfg: Cfg, postDominatorOf: Int32Array): number[][] {
  const deciders: Set<number>[] = cfg.blocks.map(() => new Set());
  successors(cfg, isDeciding).forEach((targets, from) => {
    const end = postDominatorOf[from] ?? -1;
    for (const to of targets) {
      for (let at = to; at !== end && at >= 0;) {
        deciders[at]?.add(from);
        const up = postDominatorOf[at] ?? -1;
        if (up === at) break;
        at = up;
      }
    }
  });
  return deciders.map((each) => [...each].sort((a, b) => a - b));
}

import type { FlowStep } from './statement.js';

/**
 * How control passes along an edge.
 *
 * - `next`, `true`, `false`, `jump`: as the code says; `exception`: from the head of a `try` to a handler;
 * - `never`: the end of a loop that has no condition;
 * - `perhaps`: as the code says, but nothing that is counted: an operator that may leave the function, and
 *   a `throw` to a handler that is not the nearest one;
 * - `throws`: from inside a `try` to where its errors lead; `resume`: from the end of a `finally` block
 *   to where a jump through it was bound; both are implied by the edges above and not counted;
 * - `fall`: where control would go if a jump were not there. It makes what follows a jump depend on it
 *   (Ball and Horwitz, 1993).
 */
export const FLOW_EDGE_KINDS = [
  'next',
  'true',
  'false',
  'jump',
  'exception',
  'never',
  'perhaps',
  'throws',
  'resume',
  'fall',
] as const;
export type FlowEdgeKind = (typeof FLOW_EDGE_KINDS)[number];

export interface FlowEdge {
  readonly from: number;
  readonly to: number;
  readonly kind: FlowEdgeKind;
}

/** Steps `[from, to)` of the function, which run one after the other. */
export interface FlowBlock {
  readonly from: number;
  readonly to: number;
}

/** The control flow graph of a function. Block {@link ENTRY} is the first, block {@link EXIT} the last to run. */
export interface Cfg {
  readonly steps: readonly FlowStep[];
  readonly blocks: readonly FlowBlock[];
  readonly edges: readonly FlowEdge[];
}

export const ENTRY = 0;
export const EXIT = 1;

/** The edges that control can take. */
export function isTaken(kind: FlowEdgeKind): boolean {
  return kind !== 'never' && kind !== 'fall';
}

/** The edges that decide what runs, errors that may come from anywhere left aside. */
export function isDeciding(kind: FlowEdgeKind): boolean {
  return kind !== 'throws';
}

function isCounted(kind: FlowEdgeKind): boolean {
  return kind !== 'perhaps' && kind !== 'throws' && kind !== 'resume' && kind !== 'fall';
}

/** McCabe's number, E − N + 2P: of the counted edges, the blocks, and the connected parts they form. */
export function cyclomatic(cfg: Cfg): number {
  const counted = cfg.edges.filter(({ kind }) => isCounted(kind));
  const part = cfg.blocks.map((_, block) => block);
  const find = (block: number): number => {
    let root = block;
    for (let up = part[root]; up !== undefined && up !== root; up = part[root]) root = up;
    part[block] = root;
    return root;
  };
  let parts = cfg.blocks.length;
  for (const { from, to } of counted) {
    const [a, b] = [find(from), find(to)];
    if (a === b) continue;
    part[a] = b;
    parts--;
  }
  return counted.length - cfg.blocks.length + 2 * parts;
}

/** For each block, the blocks that its edges of some kinds lead to. */
export function successors(cfg: Cfg, wanted: (kind: FlowEdgeKind) => boolean): number[][] {
  const lists: number[][] = cfg.blocks.map(() => []);
  for (const { from, to, kind } of cfg.edges) if (wanted(kind)) lists[from]?.push(to);
  return lists;
}

/** The same graph with every edge turned round. */
export function reversed(lists: readonly (readonly number[])[]): number[][] {
  const turned: number[][] = lists.map(() => []);
  lists.forEach((targets, from) => targets.forEach((to) => turned[to]?.push(from)));
  return turned;
}

import type { FunctionFlow } from './function-flow.js';

/** `backward`: what the lines depend on; `forward`: what depends on them. */
export type SliceDirection = 'backward' | 'forward';

/**
 * The lines that some lines depend on, or that depend on them, over control and data dependence, in
 * rising order and with the lines themselves. Empty when none of the lines has code.
 */
export function slice(flow: FunctionFlow, lines: readonly number[], direction: SliceDirection): number[] {
  const wanted = new Set(lines);
  const { steps } = flow.cfg;
  const next = direction === 'backward' ? dependences(flow) : turned(dependences(flow));
  const reached = new Set<number>();
  steps.forEach((step, at) => {
    if (step.lines.some((line) => wanted.has(line))) reached.add(at);
  });
  // A set gives what is added to it while it is gone through.
  for (const at of reached) for (const to of next[at] ?? []) reached.add(to);
  const found = new Set<number>();
  for (const at of reached) for (const line of steps[at]?.lines ?? []) found.add(line);
  return [...found].sort((a, b) => a - b);
}

/** For each step the steps it depends on. */
export function dependences({ cfg, control, data }: FunctionFlow): number[][] {
  const all = data.map((each) => [...each]);
  cfg.blocks.forEach(({ from, to }, block) => {
    const deciders = (control[block] ?? []).map((decider) => (cfg.blocks[decider]?.to ?? 0) - 1);
    for (let step = from; step < to; step++) all[step]?.push(...deciders.filter((decider) => decider !== step));
  });
  return all;
}

function turned(lists: readonly (readonly number[])[]): number[][] {
  const result: number[][] = lists.map(() => []);
  lists.forEach((targets, from) => targets.forEach((to) => result[to]?.push(from)));
  return result;
}

import { buildCfg } from './build-cfg.js';
import { ENTRY, isTaken, successors, type Cfg } from './cfg.js';
import { resolveCalls } from './closures.js';
import { controlDependence, postDominators } from './control-dependence.js';
import { immediateDominators } from './dominators.js';
import { dataDependence } from './reaching-definitions.js';
import type { FlowStatement } from './statement.js';

/** The program dependence graph of one function. */
export interface FunctionFlow {
  readonly cfg: Cfg;
  /** Immediate dominator of each block; the entry has itself, -1 stands for blocks that never run. */
  readonly dominators: Int32Array;
  /** Immediate post-dominator of each block; the exit has itself. */
  readonly postDominators: Int32Array;
  /** For each block, in rising order, the blocks whose last step decides whether it runs. */
  readonly control: readonly (readonly number[])[];
  /** For each step, in rising order, the steps whose value of a variable it may see. */
  readonly data: readonly (readonly number[])[];
}

/** Analyses a function from its statements, those that bind its parameters first. */
export function analyzeFlow(statements: readonly FlowStatement[]): FunctionFlow {
  const cfg = resolveCalls(buildCfg(statements));
  const after = postDominators(cfg);
  return {
    cfg,
    dominators: immediateDominators(ENTRY, successors(cfg, isTaken)),
    postDominators: after,
    control: controlDependence(cfg, after),
    data: dataDependence(cfg),
  };
}

import { buildCfg } from './build-cfg.js';
import type { Cfg } from './cfg.js';
import type { FlowClosure, FlowHolding, FlowStatement, FlowStep } from './statement.js';

/**
 * The same graph with each call of a local function seen as what the function does: its caller uses and
 * may define what it uses and may define, and so do the functions that it calls in turn.
 *
 * Which functions a variable has is one answer for the whole function, whatever it was given last.
 */
export function resolveCalls(cfg: Cfg): Cfg {
  const held = heldClosures(cfg.steps);
  if (held.size === 0) return cfg;
  return { ...cfg, steps: cfg.steps.map((step) => withEffects(step, held)) };
}

type Held = ReadonlyMap<string, ReadonlySet<FlowClosure>>;

/** The functions of each variable that has any: the least solution of all holdings. */
function heldClosures(steps: readonly FlowStep[]): Held {
  const held = new Map<string, Set<FlowClosure>>();
  const holdings = steps.flatMap((step) => step.holdings);
  for (let isNew = true; isNew;) {
    isNew = false;
    for (const { variables, closures, from } of holdings) {
      const given = [...closures, ...from.flatMap((variable) => [...(held.get(variable) ?? [])])];
      if (given.length === 0) continue;
      for (const variable of variables) {
        const known = held.get(variable) ?? new Set();
        const before = known.size;
        for (const closure of given) known.add(closure);
        held.set(variable, known);
        if (known.size > before) isNew = true;
      }
    }
  }
  return held;
}

function withEffects(step: FlowStep, held: Held): FlowStep {
  const called = new Set<FlowClosure>();
  const call = (variables: readonly string[]): void => {
    for (const variable of variables) for (const closure of held.get(variable) ?? []) called.add(closure);
  };
  call(step.calls);
  // A set gives what is added to it while it is gone through.
  for (const closure of called) call(closure.calls);
  if (called.size === 0) return step;
  const uses = new Set(step.uses);
  const mayDefs = new Set(step.mayDefs);
  for (const closure of called) {
    for (const variable of closure.uses) uses.add(variable);
    for (const variable of closure.mayDefs) mayDefs.add(variable);
  }
  return { ...step, uses: [...uses], mayDefs: [...mayDefs] };
}

/** What statements do as the body of a function that is a value. */
export interface Summary {
  readonly closure: FlowClosure;
  /** Of the variables inside, whose functions it may call. */
  readonly holdings: readonly FlowHolding[];
}

/** Sums up statements by what they do to variables from outside of them. */
export function summarize(statements: readonly FlowStatement[], isOutside: (variable: string) => boolean): Summary {
  const uses = new Set<string>();
  const mayDefs = new Set<string>();
  const calls = new Set<string>();
  const { steps } = buildCfg(statements);
  for (const step of steps) {
    for (const variable of step.uses) if (isOutside(variable)) uses.add(variable);
    for (const variable of [...step.defs, ...step.mayDefs]) if (isOutside(variable)) mayDefs.add(variable);
    for (const variable of step.calls) calls.add(variable);
  }
  return {
    closure: { uses: [...uses], mayDefs: [...mayDefs], calls: [...calls] },
    holdings: steps.flatMap((step) => step.holdings),
  };
}

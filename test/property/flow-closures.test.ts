import fc from 'fast-check';
import { expect, it } from 'vitest';
import { analyzeFlow, type FlowClosure, type FlowHolding, type FlowStep } from '../../src/flow/index.js';
import { cases } from '../support/cases.js';

// The law: a step has the effects of every function that it may call, whatever the functions were given to.

const variables = fc.subarray(['a', 'b', 'c', 'd', 'e'], { maxLength: 2 });
const closure: fc.Arbitrary<FlowClosure> = fc.record({ uses: variables, mayDefs: variables, calls: variables });
const holding: fc.Arbitrary<FlowHolding> = fc.record({
  variables,
  closures: fc.array(closure, { maxLength: 2 }),
  from: variables,
});
const step: fc.Arbitrary<FlowStep> = fc.record({
  lines: fc.constant([1]),
  uses: variables,
  defs: variables,
  mayDefs: variables,
  calls: variables,
  holdings: fc.array(holding, { maxLength: 2 }),
});

/** The functions that can be reached from some variables, over holdings, other variables and calls. */
function reachable(steps: readonly FlowStep[], from: readonly string[]): Set<FlowClosure> {
  const holdings = steps.flatMap((each) => each.holdings);
  const seen = new Set<string | FlowClosure>(from);
  for (const each of seen) {
    if (typeof each !== 'string') for (const variable of each.calls) seen.add(variable);
    for (const { variables: holders, closures, from: others } of holdings) {
      if (typeof each === 'string' && holders.includes(each))
        for (const more of [...closures, ...others]) seen.add(more);
    }
  }
  return new Set([...seen].filter((each) => typeof each !== 'string'));
}

it('calls add what all functions do that may be called, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
      const { cfg } = analyzeFlow(steps.map((each) => ({ kind: 'step', step: each })));
      cfg.steps.forEach((found, at) => {
        const { uses = [], defs, mayDefs = [], calls = [] } = steps[at] ?? {};
        const called = [...reachable(steps, calls)];
        expect(new Set(found.uses)).toEqual(new Set([...uses, ...called.flatMap((each) => each.uses)]));
        expect(new Set(found.mayDefs)).toEqual(new Set([...mayDefs, ...called.flatMap((each) => each.mayDefs)]));
        expect(found.defs).toEqual(defs);
      });
    }),
    cases(200),
  );
});

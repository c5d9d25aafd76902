import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  analyzeFlow,
  cyclomatic,
  decodeFlow,
  encodeFlow,
  ENTRY,
  EXIT,
  slice,
  type Cfg,
  type FlowEdgeKind,
  type FlowStatement,
  type FlowStep,
} from '../../src/flow/index.js';
import { NodeHash } from '../../src/model/index.js';
import { cases } from '../support/cases.js';

const names = fc.subarray(['a', 'b', 'c'], { maxLength: 2 });
const step: fc.Arbitrary<FlowStep> = fc.record({
  lines: fc.integer({ min: 0, max: 30 }).map((line) => [line]),
  uses: names,
  defs: names,
  mayDefs: names,
  calls: fc.constant([]),
  holdings: fc.constant([]),
});

/** Statements as languages write them, with jumps to wherever there is something to leave. */
const { statements } = fc.letrec<{ statements: FlowStatement[]; statement: FlowStatement }>((tie) => ({
  statements: fc.array(tie('statement'), { minLength: 1, maxLength: 3, depthIdentifier: 'flow' }),
  statement: fc.oneof(
    { depthSize: 'small', depthIdentifier: 'flow', withCrossShrink: true },
    step.map((each): FlowStatement => ({ kind: 'step', step: each })),
    fc.record({
      kind: fc.constant('jump' as const),
      to: fc.constantFrom('return', 'throw', 'break', 'continue'),
      label: fc.constantFrom(null, 'l'),
      step,
      taken: fc.constantFrom('always', 'always', 'sometimes', 'never'),
    }),
    fc.record({ kind: fc.constant('if' as const), test: step, then: tie('statements'), otherwise: tie('statements') }),
    fc.record({
      kind: fc.constant('loop' as const),
      labels: fc.constantFrom([], ['l']),
      before: fc.constant([]),
      test: step,
      testing: fc.constantFrom('first', 'last', 'never'),
      body: tie('statements'),
      update: fc.constant([]),
      otherwise: tie('statements'),
    }),
    fc.record({
      kind: fc.constant('switch' as const),
      labels: fc.constant([]),
      isExhaustive: fc.boolean(),
      breakable: fc.boolean(),
      cases: fc.array(
        fc.record({
          before: fc.constant([]),
          test: step,
          guard: fc.option(fc.record({ before: fc.constant([]), test: step })),
          body: tie('statements'),
          fallsThrough: fc.boolean(),
        }),
        { maxLength: 3 },
      ),
    }),
    fc.record({
      kind: fc.constant('try' as const),
      head: step,
      body: tie('statements'),
      handlers: fc.array(tie('statements'), { maxLength: 2 }),
      catchesAll: fc.boolean(),
      otherwise: tie('statements'),
      last: fc.option(tie('statements')),
    }),
    fc.record({ kind: fc.constant('label' as const), label: fc.constant('l'), body: tie('statements') }),
  ),
}));

const taken = (kind: FlowEdgeKind): boolean => kind !== 'never' && kind !== 'fall';
const deciding = (kind: FlowEdgeKind): boolean => kind !== 'throws';

/** Blocks that can be reached from one of them without passing another one. */
function reach(cfg: Cfg, from: number, to: 'to' | 'from', wanted: (kind: FlowEdgeKind) => boolean, without = -1) {
  const seen = new Set(from === without ? [] : [from]);
  const back = to === 'to' ? 'from' : 'to';
  for (const block of seen) {
    for (const edge of cfg.edges) {
      if (edge[back] === block && wanted(edge.kind) && edge[to] !== without) seen.add(edge[to]);
    }
  }
  return seen;
}

/** All dominators of a block, by the tree of immediate ones. */
function chain(tree: Int32Array, block: number): number[] {
  const all = [block];
  for (let at = block; tree[at] !== at && (tree[at] ?? -1) >= 0; all.push(at)) at = tree[at] ?? at;
  return all.sort((a, b) => a - b);
}

describe('flow graphs of random functions', () => {
  it('lead from every block to the exit, and count one more than the decisions', () => {
    fc.assert(
      fc.property(statements, (body) => {
        const { cfg } = analyzeFlow(body);
        expect(reach(cfg, EXIT, 'from', deciding).size).toBe(cfg.blocks.length);
        expect(cyclomatic(cfg)).toBe(1 + decisions(body));
      }),
      cases(100),
    );
  });

  it('have the dominators of the definition: what cannot be reached without them', () => {
    fc.assert(
      fc.property(statements, (body) => {
        const { cfg, dominators, postDominators } = analyzeFlow(body);
        const reached = reach(cfg, ENTRY, 'to', taken);
        const all = cfg.blocks.map((_, block) => block);
        const without = all.map((block) => reach(cfg, ENTRY, 'to', taken, block));
        const unended = all.map((block) => reach(cfg, EXIT, 'from', deciding, block));
        for (const block of all) {
          expect(chain(postDominators, block)).toEqual(all.filter((each) => unended[each]?.has(block) === false));
          if (!reached.has(block)) expect(dominators[block]).toBe(-1);
          else expect(chain(dominators, block)).toEqual(all.filter((each) => without[each]?.has(block) === false));
        }
      }),
      cases(100),
    );
  });

  it('have the control dependence of the definition: a decision that one way on makes run what another may not', () => {
    fc.assert(
      fc.property(statements, (body) => {
        const { cfg, control } = analyzeFlow(body);
        const unended = cfg.blocks.map((_, block) => reach(cfg, EXIT, 'from', deciding, block));
        const postDominates = (block: number, each: number): boolean => unended[block]?.has(each) === false;
        cfg.blocks.forEach((_, block) => {
          const expected = cfg.edges
            .filter(({ kind, to }) => deciding(kind) && postDominates(block, to))
            .filter(({ from }) => from === block || !postDominates(block, from))
            .map(({ from }) => from);
          expect(control[block]).toEqual([...new Set(expected)].sort((a, b) => a - b));
        });
      }),
      cases(100),
    );
  });

  it('chain a use to every definition that a path without another one leads from, all paths tried', () => {
    let tried = 0;
    fc.assert(
      fc.property(statements, (body) => {
        const { cfg, data } = analyzeFlow(body);
        fc.pre(cfg.steps.length <= 12);
        const expected = pathsTried(cfg);
        // Too many paths to try them all.
        fc.pre(expected !== undefined);
        tried++;
        expect(data).toEqual(expected);
      }),
      cases(100),
    );
    expect(tried).toBeGreaterThan(0);
  });

  it('chain a use to the definitions from which a path leads to it that defines nothing in between', () => {
    fc.assert(
      fc.property(statements, (body) => {
        const { cfg, data } = analyzeFlow(body);
        cfg.steps.forEach(({ uses }, at) => {
          const expected = new Set(uses.flatMap((name) => definitionsBefore(cfg, at, name)));
          expect(data[at]).toEqual([...expected].sort((a, b) => a - b));
        });
      }),
      cases(100),
    );
  });

  it('are equal after they were written and read', () => {
    fc.assert(
      fc.property(statements, (body) => {
        const flow = analyzeFlow(body);
        const read = decodeFlow(encodeFlow({ textHash: NodeHash.of('x'), flow }));
        const bare = flow.cfg.steps.map(({ lines }) => ({
          lines,
          uses: [],
          defs: [],
          mayDefs: [],
          calls: [],
          holdings: [],
        }));
        expect(read).toEqual({ textHash: NodeHash.of('x'), flow: { ...flow, cfg: { ...flow.cfg, steps: bare } } });
      }),
      cases(100),
    );
  });

  it('are not read from bytes that are not what was written', () => {
    const damage = fc.record({ at: fc.nat(), bit: fc.nat(7), cut: fc.nat(), more: fc.uint8Array({ minLength: 1 }) });
    fc.assert(
      fc.property(statements, damage, (body, { at, bit, cut, more }) => {
        const bytes = encodeFlow({ textHash: NodeHash.of('x'), flow: analyzeFlow(body) });
        const flipped = Uint8Array.from(bytes);
        flipped[at % bytes.length] = (flipped[at % bytes.length] ?? 0) ^ (1 << bit);
        const shorter = bytes.subarray(0, cut % bytes.length);
        for (const each of [flipped, shorter, Uint8Array.of(...bytes, ...more)])
          expect(decodeFlow(each)).toBeUndefined();
      }),
      cases(100),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeFlow(bytes)).toBeUndefined();
      }),
      cases(100),
    );
  });
});

describe('slices of random functions', () => {
  it('are closed, and forward is backward seen from the other end', () => {
    fc.assert(
      fc.property(statements, (body) => {
        // With a line for each step, a slice of lines is one of steps.
        const { cfg, ...rest } = analyzeFlow(body);
        const flow = { ...rest, cfg: { ...cfg, steps: cfg.steps.map((each, at) => ({ ...each, lines: [at] })) } };
        const backward = cfg.steps.map((_, at) => new Set(slice(flow, [at], 'backward')));
        const forward = cfg.steps.map((_, at) => new Set(slice(flow, [at], 'forward')));
        backward.forEach((reached, at) => {
          expect(reached.has(at)).toBe(true);
          expect((flow.data[at] ?? []).filter((from) => !reached.has(from))).toEqual([]);
          for (const from of reached) {
            expect([...(backward[from] ?? [])].filter((further) => !reached.has(further))).toEqual([]);
          }
          expect(cfg.steps.flatMap((_, from) => (forward[from]?.has(at) === true ? [from] : []))).toEqual(
            [...reached].sort((a, b) => a - b),
          );
        });
      }),
      cases(100),
    );
  });
});

function decisions(body: readonly FlowStatement[]): number {
  return body.reduce((sum, each) => sum + decisionsOf(each), 0);
}

function decisionsOf(each: FlowStatement): number {
  switch (each.kind) {
    case 'step':
    case 'jump':
      return 0;
    case 'label':
      return decisions(each.body);
    case 'if':
      return 1 + decisions(each.then) + decisions(each.otherwise);
    case 'loop':
      return 1 + decisions([...each.body, ...each.otherwise]);
    case 'switch':
      return each.cases.reduce((sum, { guard, body }) => sum + 1 + (guard === null ? 0 : 1) + decisions(body), 0);
    case 'try':
      return (
        decisions([...each.body, ...each.otherwise, ...(each.last ?? []), ...each.handlers.flat()]) +
        each.handlers.length
      );
  }
}

/** How many places all paths of a function may pass before it is left out. */
const PATH_BUDGET = 20_000;

/**
 * For each step the definitions it may see, by going along every path from every definition that can run
 * until the variable is defined anew, each place at most once a path; undefined beyond the budget.
 */
function pathsTried(cfg: Cfg): number[][] | undefined {
  const reached = reach(cfg, ENTRY, 'to', taken);
  const found = cfg.steps.map(() => new Set<number>());
  let budget = PATH_BUDGET;
  /** Goes on from before the step `at` of a block, and from its end; `own` is the step that defined the name. */
  const path = new Set<string>();
  const walk = (name: string, own: number, block: number, at: number): void => {
    const place = `${block} ${at}`;
    if (path.has(place) || budget-- < 0) return;
    path.add(place);
    const end = cfg.blocks[block]?.to ?? 0;
    const isEnd = at === end;
    for (const { from, to, kind } of cfg.edges) {
      // An error comes up before or after any step; everything else at the end.
      if (from !== block || !taken(kind) || (kind !== 'throws' && !isEnd)) continue;
      walk(name, own, to, cfg.blocks[to]?.from ?? 0);
    }
    const step = isEnd ? undefined : cfg.steps[at];
    if (step?.uses.includes(name) === true) found[at]?.add(own);
    if (step?.defs.includes(name) === false) walk(name, own, block, at + 1);
    path.delete(place);
  };
  cfg.blocks.forEach(({ from, to }, block) => {
    for (let at = from; at < to && reached.has(block); at++) {
      const { defs = [], mayDefs = [] } = cfg.steps[at] ?? {};
      for (const name of new Set([...defs, ...mayDefs])) walk(name, at, block, at + 1);
    }
  });
  return budget < 0 ? undefined : found.map((each) => [...each].sort((a, b) => a - b));
}

/** Walks backwards from a step, one step at a time, until a definition of the name ends each path. */
function definitionsBefore(cfg: Cfg, target: number, name: string): number[] {
  const reached = reach(cfg, ENTRY, 'to', taken);
  const blockOf = (at: number): number => cfg.blocks.findIndex(({ from, to }) => from <= at && at < to);
  const found = new Set<number>();
  const seen = new Set<number>();
  /** Goes back from before the step `at` of a block. */
  const back = (block: number, at: number): void => {
    for (let each = at - 1; each >= (cfg.blocks[block]?.from ?? 0); each--) {
      const { defs = [], mayDefs = [] } = cfg.steps[each] ?? {};
      if (defs.includes(name) || mayDefs.includes(name)) found.add(each);
      if (defs.includes(name)) return;
    }
    if (seen.has(block)) return;
    seen.add(block);
    for (const { from, to, kind } of cfg.edges) {
      if (to !== block || !taken(kind) || !reached.has(from)) continue;
      const { from: first = 0, to: end = 0 } = cfg.blocks[from] ?? {};
      // An error may come up before a step of the block took effect.
      for (let place = kind === 'throws' ? first : end; place <= end; place++) back(from, place);
    }
  };
  const block = blockOf(target);
  if (reached.has(block)) back(block, target);
  return [...found];
}

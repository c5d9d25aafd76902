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
      { numRuns: 100 },
    );
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
      { numRuns: 100 },
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
    );
  });

  it('are read from damaged bytes as nothing or as a graph that can be sliced', () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(statements, fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(), (body, changes, cut) => {
        const bytes = encodeFlow({ textHash: NodeHash.of('x'), flow: analyzeFlow(body) });
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const shorter = bytes.subarray(0, cut % bytes.length);
        for (const each of [bytes, shorter]) {
          const read = decodeFlow(each);
          if (read !== undefined) expect(slice(read.flow, [0], 'forward')).toBeInstanceOf(Array);
        }
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeFlow(bytes)).toBeUndefined();
      }),
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
        cfg.steps.forEach((_, at) => {
          const backward = slice(flow, [at], 'backward');
          expect(backward).toContain(at);
          expect(slice(flow, backward, 'backward')).toEqual(backward);
          for (const from of backward) expect(slice(flow, [from], 'forward')).toContain(at);
          for (const from of flow.data[at] ?? []) expect(backward).toContain(from);
        });
      }),
      { numRuns: 100 },
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

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineInput, defineQuery, openStore, type Query, type QueryAsk, type QueryEvent } from '../../src/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/**
 * The law: a kept result is what computing it directly gives, and of all results below a root exactly those are
 * computed of which something that they read, in the order of reading, is not what it was when they were kept.
 */

const NODES = 7;
const INPUTS = 4;

/** What a node of the graph reads: inputs, and nodes before it. */
interface NodeRule {
  readonly reads: readonly { readonly of: 'input' | 'node'; readonly at: number }[];
  /** What its result is taken modulo: a small one makes results stay what they were. */
  readonly modulus: number;
  /** Stops reading after an odd value. */
  readonly isLazy: boolean;
}

type Step =
  | { readonly do: 'set'; readonly input: number; readonly value: number | undefined }
  | { readonly do: 'say'; readonly input: number }
  | { readonly do: 'get'; readonly node: number }
  | { readonly do: 'restart' };

const ruleOf = (node: number): fc.Arbitrary<NodeRule> =>
  fc.record({
    reads: fc.array(
      fc.oneof(
        fc.record({ of: fc.constant('input' as const), at: fc.nat(INPUTS - 1) }),
        ...(node === 0 ? [] : [fc.record({ of: fc.constant('node' as const), at: fc.nat(node - 1) })]),
      ),
      { maxLength: 5 },
    ),
    modulus: fc.constantFrom(2, 3, 1000),
    isLazy: fc.boolean(),
  });

const graph = fc.tuple(...Array.from({ length: NODES }, (_, node) => ruleOf(node)));
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('get' as const), node: fc.nat(NODES - 1) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('set' as const),
        input: fc.nat(INPUTS - 1),
        value: fc.option(fc.nat(5), { nil: undefined }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('say' as const), input: fc.nat(INPUTS - 1) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  ),
  { minLength: 5, maxLength: 25 },
) satisfies fc.Arbitrary<Step[]>;

/** One result with its readings, as the rule says. */
function apply(rule: NodeRule, read: (of: 'input' | 'node', at: number) => number): number {
  let sum = 1;
  for (const { of, at } of rule.reads) {
    const value = read(of, at);
    sum = (sum * 31 + value) % rule.modulus;
    if (rule.isLazy && value % 2 === 1) break;
  }
  return sum;
}

/** All results below a root, computed directly: each with the text of its readings. */
function trace(
  rules: readonly NodeRule[],
  inputs: readonly (number | undefined)[],
  root: number,
): Map<number, [number, string]> {
  const found = new Map<number, [number, string]>();
  const visit = (node: number): number => {
    const known = found.get(node);
    if (known !== undefined) return known[0];
    const readings: string[] = [];
    const value = apply(rules[node] as NodeRule, (of, at) => {
      const read = of === 'input' ? inputs[at] : visit(at);
      const reading = `${of} ${at} = ${read}`;
      // A thing that is read twice is one reading.
      if (!readings.includes(reading)) readings.push(reading);
      return read ?? 7;
    });
    found.set(node, [value, readings.join()]);
    return value;
  };
  visit(root);
  return found;
}

async function play(
  rules: readonly NodeRule[],
  script: readonly Step[],
  isAsync: boolean,
  path: string,
): Promise<void> {
  const inputs: (number | undefined)[] = Array.from({ length: INPUTS }, () => 0);
  const kept = new Map<number, Map<number, [number, string]>>();
  let computed: string[] = [];
  let events: QueryEvent[] = [];
  const cell = defineInput<number | undefined>({
    name: 'cell',
    read: (key) => (isAsync ? Promise.resolve(inputs[Number(key)]) : inputs[Number(key)]),
  });
  const node: Query<number> = defineQuery<number>({
    name: 'node',
    version: 1,
    compute(ask: QueryAsk, key) {
      computed.push(key);
      return apply(rules[Number(key)] as NodeRule, (of, at) =>
        of === 'input' ? (ask.input(cell, String(at)) ?? 7) : ask.get(node, String(at)),
      );
    },
  });
  const open = async () => {
    const store = await openStore({ path, durability: 'off' });
    return { store, space: store.queries('graph', [cell, node], { onEvent: (event) => events.push(event) }) };
  };
  let opened = await open();
  try {
    for (const step of script) {
      if (step.do === 'restart') {
        await opened.store.close();
        opened = await open();
      } else if (step.do === 'get') {
        [computed, events] = [[], []];
        const now = trace(rules, inputs, step.node);
        expect(await opened.space.get(node, String(step.node))).toBe(now.get(step.node)?.[0]);
        const before = kept.get(step.node);
        const expected = [...now].filter(([each, [, readings]]) => before?.get(each)?.[1] !== readings);
        const names = expected.map(([each]) => String(each)).sort();
        const executed = events.filter(({ action }) => action !== 'validated');
        expect(executed.map(({ key }) => key).sort()).toEqual(names);
        for (const { key, action } of executed) {
          const isSame = before?.get(Number(key))?.[0] === now.get(Number(key))?.[0];
          expect(action).toBe(isSame ? 'backdated' : 'executed');
        }
        // A computation may be started anew while something is fetched.
        expect([...new Set(computed)].sort()).toEqual(names);
        kept.set(step.node, now);
      } else {
        if (step.do === 'set') inputs[step.input] = step.value;
        await opened.space.changed(cell, [String(step.input)]);
      }
    }
  } finally {
    await opened.store.close();
  }
}

describe('a space of queries over random graphs', () => {
  it.each([
    ['read at once', false],
    ['read asynchronously', true],
  ])(
    '[I4] computes what changed and nothing else, across restarts: inputs %s',
    async (_how, isAsync) => {
      const folder = temporaryFolder();
      let count = 0;
      await fc.assert(
        fc.asyncProperty(graph, steps, async (rules, script) => {
          const path = join(folder, `${count++}.db`);
          await play(rules, script, isAsync, path);
          for (const ending of ['', '-wal', '-shm']) rmSync(path + ending, { force: true });
        }),
        { numRuns: 60 },
      );
    },
    120_000,
  );
});

import { describe, expect, it } from 'vitest';
import { factsOf } from '../support/facts.js';
import { fuzzOnce } from '../support/trust/fuzz/fuzz.js';
import { TARGETS } from '../support/trust/fuzz/targets.js';

/** The law: input from outside ends in an answer or in an error of this project. Many more: `npm run test:fuzz`. */

const ROUNDS = 2;
const SEED = 1100;

describe('hostile input', () => {
  it('[U8] of a name with very many parts is read whole', async () => {
    const path = Array.from({ length: 6000 }, (_, at) => `a${at}`).join('.');
    const { symbols } = await factsOf('A.java', `import ${path};\nclass A { void f(${path} x) {} }\n`);
    expect(symbols.map(({ qualifiedName }) => qualifiedName)).toEqual(['', 'A', 'A.f']);
  });

  it('[U8] of one declaration with very many names is read in the time of a file', async () => {
    const names = Array.from({ length: 10_000 }, (_, at) => `a${at}`);
    const { symbols } = await factsOf('a.h', `int ${names.join(', ')};\n`);
    expect(symbols).toHaveLength(names.length + 1);
  });

  it.each(TARGETS.map(({ name }, at) => [`${at} ${name}`, at] as const))(
    '[U8] is taken or refused by target %s',
    async (_, at) => {
      for (let round = 0; round < ROUNDS; round++) {
        const seed = SEED * TARGETS.length + round * TARGETS.length + at;
        expect(await fuzzOnce(seed)).toBe(TARGETS[at]?.name);
      }
    },
  );
});

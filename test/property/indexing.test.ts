import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkConvergence } from '../support/convergence/check.js';
import { play } from '../support/convergence/play.js';
import { reduce } from '../support/convergence/reduce.js';
import type { Script } from '../support/convergence/script.js';
import { WRITERS } from '../support/convergence/spellings/index.js';

/**
 * The law: what a store holds of a folder depends on the folder's files, not on how they came to be so.
 * `npm run test:convergence` plays many more scripts.
 */

const KEPT = fileURLToPath(new URL('../fixtures/convergence/', import.meta.url));
const STEPS = 50;
const LIMIT_MS = 120_000;

describe('after every edit an incremental run leaves what a run from scratch gives', () => {
  it.each(Object.keys(WRITERS))(
    '[I5] in random programs: %s',
    async (language) => {
      const [seed = 0] = fc.sample(fc.nat(), 1);
      const { steps, edges } = await checkConvergence(language, seed, STEPS);
      expect(steps).toBeGreaterThanOrEqual(STEPS);
      expect(edges).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );

  it.each(readdirSync(KEPT).filter((name) => name.endsWith('.json')))(
    '[I5] in the script %s, which once failed or is made to be hard',
    async (name) => {
      const script = JSON.parse(readFileSync(KEPT + name, 'utf8')) as Script;
      expect(script.title, `${basename(name)} says what it is about`).toBeTypeOf('string');
      expect((await play(script)).steps).toBe(script.steps.length);
    },
  );
});

describe('a failing script', () => {
  it('is made shorter until nothing can go', async () => {
    const files = { 'a.ts': 'export const a = 1;\nexport const b = 2;\n', 'c.ts': 'export const c = 3;\n' };
    const script: Script = {
      store: 'file',
      steps: [
        { files, run: {} },
        { files: { 'a.ts': 'export const b = 2;\n' }, run: { force: true } },
        { files: { 'c.ts': null }, run: { reopen: true } },
      ],
    };
    const fails = async ({ steps }: Script): Promise<boolean> =>
      steps.some(({ files }) => Object.values(files).some((text) => text?.includes('const b') === true));
    expect(await reduce(script, fails, 5_000)).toEqual({
      store: 'memory',
      steps: [{ files: { 'a.ts': 'export const b = 2;\n' }, run: {} }],
    });
  });
});

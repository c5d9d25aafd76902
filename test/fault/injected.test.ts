import { expect, it, onTestFinished } from 'vitest';
import { Dice } from '../support/trust/dice.js';
import { Injection } from '../support/trust/injection.js';
import { OPERATIONS } from '../support/trust/operations.js';

/** The law: a write that fails anywhere leaves a state between two commits, says why, and succeeds the next time. */

/** Many more: `npm run test:injected -- --runs 600`. */
const TRIES = 2;
const SEED = 17;

it.each(OPERATIONS.map((operation) => [operation.name, operation] as const))(
  '[U8] to %s leaves nothing half-written when the database fails',
  async (_, operation) => {
    const injection = new Injection(operation);
    onTestFinished(() => injection.delete());
    await injection.prepare();
    const dice = new Dice(SEED);
    for (let left = TRIES; left > 0; left--) await injection.tryOnce(dice);
    expect(injection.counts.tries).toBe(TRIES);
  },
);

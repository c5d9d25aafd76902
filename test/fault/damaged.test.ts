import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAMAGE_KINDS, DamagedStores } from '../support/trust/damage.js';
import { Dice } from '../support/trust/dice.js';

/** The law: altered bytes are refused, do no harm, or are found by `verify`; see docs/reliability.md for what that promises. */

/** Many more: `npm run test:damaged -- --runs 600`. */
const TRIES = 10;

const stores = new DamagedStores();
beforeAll(() => stores.prepare());
afterAll(() => stores.delete());

describe('[U8] a store whose bytes were altered', () => {
  it.each(DAMAGE_KINDS)('[U8] gives no wrong answer that nothing notices: %s', async (kind) => {
    for (let seed = 1; seed <= TRIES; seed++) {
      const outcome = await stores.tryOnce(kind, new Dice(seed));
      expect(outcome.noticed, JSON.stringify({ seed, ...outcome })).not.toBe('not at all');
    }
  });

  it('[U8] is told by verify --deep where only the vectors are others', async () => {
    const { noticed } = await stores.tryOnce('file', new Dice(76));
    expect(['harmless', 'refused', 'verify', 'verify deep']).toContain(noticed);
  });
});

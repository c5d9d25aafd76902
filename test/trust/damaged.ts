/**
 * Alters files of a store at random bytes and looks who notices: `npm run test:damaged -- [--runs N] [--seed S]`.
 * Fails when an answer is wrong and not even `verify --deep` notices, except where docs/reliability.md says so.
 */
import { DAMAGE_KINDS, DamagedStores, NOTICED } from '../support/trust/damage.js';
import { Dice } from '../support/trust/dice.js';
import { print, runTrustProgram } from './arguments.js';

const DEFAULT_RUNS = 600;

await runTrustProgram({ option: 'runs', otherwise: DEFAULT_RUNS }, async ({ amount: runs, seed }) => {
  print(`seed ${seed}: ${runs} damages`);
  const stores = new DamagedStores();
  await stores.prepare();
  const each = Math.ceil(runs / DAMAGE_KINDS.length);
  const unnoticed: string[] = [];
  let orders = 0;
  for (const [at, kind] of DAMAGE_KINDS.entries()) {
    const counts = new Map<string, number>(NOTICED.map((name) => [name, 0]));
    for (let run = 0; run < each; run++) {
      const own = (seed + at * 1_000_003 + run) % 2 ** 30;
      const { noticed, wrong, what } = await stores.tryOnce(kind, new Dice(own)).catch((error: unknown) => {
        throw new Error(`${kind} with the dice ${own}: ${String(error)}`, { cause: error });
      });
      counts.set(noticed, (counts.get(noticed) ?? 0) + 1);
      if (noticed !== 'not at all') continue;
      // FTS5 counts all words, and forgets none with a row: these numbers cannot be checked, and only order answers.
      if (wrong.every((question) => question === 'words' || question === 'search')) orders++;
      else unnoticed.push(`${what} (dice ${own}): ${wrong.join(', ')}`);
    }
    print(`${kind}: ${JSON.stringify(Object.fromEntries(counts))}`);
  }
  stores.delete();
  print(`of those not noticed at all, ${orders} changed the order of answers by words alone`);
  for (const line of unnoticed) print(`unnoticed: ${line}`);
  if (unnoticed.length > 0) throw new Error(`${unnoticed.length} damages gave a wrong answer that nothing notices`);
});

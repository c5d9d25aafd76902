/**
 * Lets the database fail at random places in everything that writes: `npm run test:injected -- [--runs N] [--seed S]`.
 * Prints the seed first, and at a failure the operation and the fault.
 */
import { Dice } from '../support/trust/dice.js';
import { Injection } from '../support/trust/injection.js';
import { OPERATIONS } from '../support/trust/operations.js';
import { print, runTrustProgram } from './arguments.js';

const DEFAULT_RUNS = 600;

await runTrustProgram({ option: 'runs', otherwise: DEFAULT_RUNS }, async ({ amount: runs, seed }) => {
  print(`seed ${seed}: ${runs} failures`);
  const each = Math.ceil(runs / OPERATIONS.length);
  let faults = 0;
  for (const [at, operation] of OPERATIONS.entries()) {
    const injection = new Injection(operation);
    try {
      await injection.prepare();
      const dice = new Dice((seed + at) % 2 ** 30);
      for (let left = each; left > 0; left--) await injection.tryOnce(dice);
    } catch (error) {
      const again = `npm run test:injected -- --runs ${runs} --seed ${seed}`;
      print(`${String(error instanceof Error ? error.stack : error)}\nAgain: ${again}`);
      faults++;
    } finally {
      print(`${operation.name}: ${JSON.stringify(injection.counts)}`);
      injection.delete();
    }
  }
  if (faults > 0) throw new Error(`${faults} operations left something that they may not leave`);
  print('no failure left anything half-written, and every next try came to its end');
});

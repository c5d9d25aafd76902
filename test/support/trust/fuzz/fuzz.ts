import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dice } from '../dice.js';
import { TARGETS } from './targets.js';

/** Something took input in a way that it may not. The seed alone repeats it. */
export class FuzzFailure extends Error {
  override readonly name = 'FuzzFailure';
}

/** A few files, each up to the time that the indexer gives a file. */
const MOST_MS = 80_000;

/** Gives hostile input to the one target that the seed chooses; gives its name. Throws {@link FuzzFailure}. */
export async function fuzzOnce(seed: number): Promise<string> {
  const target = TARGETS[seed % TARGETS.length];
  if (target === undefined) throw new RangeError('There are no targets.');
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lestockage-fuzz-')));
  const started = performance.now();
  try {
    await target.run(new Dice(seed), folder);
    const took = performance.now() - started;
    if (took > MOST_MS) throw new Error(`it took ${took.toFixed(0)} ms`);
    const polluted = Object.keys(Object.prototype);
    if (polluted.length > 0) throw new Error(`the prototype of all objects has got ${polluted.join(', ')}`);
  } catch (error) {
    const text = String(error instanceof Error ? error.stack : error);
    throw new FuzzFailure(`${target.name}, seed ${seed}: ${text}`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return target.name;
}

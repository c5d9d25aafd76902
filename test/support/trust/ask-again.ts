import { pathToFileURL } from 'node:url';
import type * as Library from '../../../src/index.js';
import { Dice } from './dice.js';
import { askOne } from './questions.js';

/**
 * Asks a store one thing after another until it is told `stop`, and checks each answer in itself. Prints a line of
 * JSON when it begins, and at its end how long each answer took and what all answers with a generation came to.
 */

interface AskAgain {
  readonly library: string;
  readonly database: string;
  readonly projects: readonly string[];
  readonly seed: number;
}

let isStopped = false;
process.stdin.setEncoding('utf8').on('data', () => (isStopped = true));

async function run(given: AskAgain): Promise<void> {
  const { openStore } = (await import(pathToFileURL(given.library).href)) as typeof Library;
  const dice = new Dice(given.seed);
  const store = await openStore({ path: given.database, readOnly: true });
  process.stdout.write('{"begun":true}\n');
  const latencies: Record<string, number[]> = {};
  const answers = new Map<string, string>();
  const faults: string[] = [];
  while (!isStopped && faults.length === 0) {
    const started = performance.now();
    try {
      const asked = await askOne(store, dice, given.projects);
      (latencies[asked.question] ??= []).push(performance.now() - started);
      faults.push(...asked.faults);
      for (const [key, digest] of asked.digests) {
        const before = answers.get(key) ?? digest;
        if (before !== digest) faults.push(`${key} had two answers`);
        answers.set(key, digest);
      }
    } catch (error) {
      faults.push(String(error instanceof Error ? error.stack : error));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await store.close();
  process.stdout.write(`${JSON.stringify({ latencies, faults, answers: [...answers] })}\n`);
  process.stdin.destroy();
}

await run(JSON.parse(process.argv[2] ?? '') as AskAgain);

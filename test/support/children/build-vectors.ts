/**
 * Changes vectors and maintains their index without end: `build-vectors <database> <folder> <dimension> <round>`.
 * Prints a line at every step, so that it can be killed anywhere.
 */
import { openDatabase } from '../../../src/sql/index.js';
import { openVectorIndex } from '../../../src/vectors/index.js';
import { SqlVectorSource } from '../vectors/sql-vector-source.js';

const [path = '', folder = '', dimension = '', round = ''] = process.argv.slice(2);
const PUTS = 60;

function say(step: unknown): void {
  process.stdout.write(`${JSON.stringify(step)}\n`);
}

const database = await openDatabase({ path });
const source = await SqlVectorSource.open(database, Number(dimension));
const index = openVectorIndex({
  source,
  model: 'test',
  folder,
  exactBelow: 100,
  recentLimit: PUTS,
  threads: 2,
  maintenance: 'manual',
});
for (let step = 0; ; step++) {
  const from = (Number(round) * 101 + step * 37) % 2500;
  const ids = Array.from({ length: PUTS }, (_, i) => from + i);
  const vectors = [...(await source.get(ids)).values()];
  // Replaced by their neighbours' values, and once more under ids of their own.
  await source.put(
    ids.map((id, i) => [i % 2 === 0 ? id : 10_000 + id, vectors[(i + 1) % vectors.length] ?? new Float32Array()]),
  );
  await source.delete(ids.filter((id) => id % 20 === 0));
  say('changed');
  await index.maintain({ mode: step % 3 === 2 ? 'rebuild' : 'due', onProgress: say });
  say('maintained');
}

/**
 * Searches with each of several index folders: `search-vectors <database> <dimension> <queries> <folder…>`. Prints for each
 * what became of the file and the share of the true best that was found.
 */
import { openDatabase } from '../../../src/sql/index.js';
import { openVectorIndex } from '../../../src/vectors/index.js';
import { recallOf } from '../vectors/recall.js';
import { SqlVectorSource } from '../vectors/sql-vector-source.js';

const [path = '', dimension = '', queries = '', ...folders] = process.argv.slice(2);

const database = await openDatabase({ path });
const source = await SqlVectorSource.open(database, Number(dimension));
const stored = await source.get(Array.from({ length: Number(queries) }, (_, i) => i * 7));
for (const folder of folders) {
  const index = openVectorIndex({ source, model: 'test', folder, exactBelow: 100, maintenance: 'manual' });
  const recall = await recallOf(index, [...stored.values()]);
  const { file, strategy } = await index.status();
  const { ok } = await index.verify();
  process.stdout.write(`${JSON.stringify({ folder, file, strategy, recall, ok })}\n`);
  await index.close();
}
await database.close();

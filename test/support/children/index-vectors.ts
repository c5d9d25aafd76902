/**
 * Changes the vectors of nodes and maintains their index without end: `index-vectors <database> <round>`. The database has
 * nodes and the model `tested`. Prints a line at every step, so that it can be killed anywhere.
 */
import { NodeSelection } from '../../../src/graph/index.js';
import { openDatabase } from '../../../src/sql/index.js';
import { EmbeddingIndexes, EmbeddingStore, type NodeVector } from '../../../src/vectors/index.js';
import { NodeRowEmbeddings } from '../../../src/graph/index.js';
import type { NodeId } from '../../../src/model/index.js';

const [path = '', round = ''] = process.argv.slice(2);
const MODEL = { model: 'tested', dimension: 32 };
const CHANGES = 60;

function say(step: unknown): void {
  process.stdout.write(`${JSON.stringify(step)}\n`);
}

const database = await openDatabase({ path });
const embeddings = new EmbeddingStore(database, NodeRowEmbeddings);
const indexes = new EmbeddingIndexes(database, NodeSelection, {
  folder: `${path}.vectors`,
  follower: '',
  exactBelow: 100,
  recentLimit: CHANGES,
  threads: 2,
  maintenance: 'manual',
});
const vectors: NodeVector[] = [];
for await (const each of embeddings.vectors(MODEL)) vectors.push(each);
const nodes = (await database.all<{ id: NodeId }>('SELECT id FROM intel_nodes ORDER BY id')).map(({ id }) => id);
for (let step = 0; ; step++) {
  const from = Number(round) * 101 + step * 37;
  const entries = Array.from({ length: CHANGES }, (_, i) => ({
    // One node gets another's vector: some are shared then, and some are left.
    nodeId: nodes[(from + i * 7) % nodes.length] as NodeId,
    vector: (vectors[(from + i * 11) % vectors.length]?.vector ?? new Float32Array()).map(
      (value) => value * (1 + step / 64),
    ),
  }));
  await embeddings.put('p', MODEL, entries);
  say('put');
  if (step % 4 === 3) {
    const gone = JSON.stringify(nodes.slice(from % 50, (from % 50) + 3));
    await database.write([
      { sql: 'DELETE FROM node_embeddings WHERE node_id IN (SELECT value FROM json_each(?))', parameters: [gone] },
    ]);
    say('deleted');
  }
  const found = await indexes.find(MODEL);
  await found?.index.maintain({ mode: step % 3 === 2 ? 'rebuild' : 'due', onProgress: say });
  say('maintained');
}

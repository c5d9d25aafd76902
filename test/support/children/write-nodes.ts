import { NodeStore } from '../../../src/graph/node-store.js';
import { NodeHash } from '../../../src/model/index.js';
import { openDatabase } from '../../../src/sql/index.js';

// Arguments: path, project, batches, rows in a batch. Prints the ids of each batch once it is
// committed, and ends when all are; it is made to be killed at any moment as well.

const [path = '', projectId = '', batches = '0', rows = '0'] = process.argv.slice(2);
const database = await openDatabase({ path, busyTimeoutMs: 30_000 });
const nodes = new NodeStore(database);
for (let batch = 0; batch < Number(batches); batch++) {
  const ids = await nodes.batchInsert(
    Array.from({ length: Number(rows) }, (_, row) => ({
      projectId,
      filePath: `batch-${batch}.ts`,
      symbolName: `symbol${row}`,
      nodeType: 'function' as const,
      contentHash: NodeHash.of(`${projectId} ${batch} ${row}`),
    })),
  );
  process.stdout.write(`${JSON.stringify(ids)}\n`);
}
await database.close();

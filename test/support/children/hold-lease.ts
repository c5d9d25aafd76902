import { acquireLease } from '../../../src/incremental/acquire-lease.js';
import { openDatabase } from '../../../src/sql/index.js';

// Arguments: path, project, rounds, 'hold' or 'commit'. Takes the lease of the project, says with which
// fence, and holds it until it is killed; or commits under it and gives it back, so many times.

const [path = '', projectId = '', rounds = '1', what = 'hold'] = process.argv.slice(2);
const database = await openDatabase({ path, busyTimeoutMs: 30_000 });
for (let round = 0; round < Number(rounds); round++) {
  const lease = await acquireLease(database, projectId);
  if (what === 'commit') {
    const [row] = await database.all<{ generation: number }>('SELECT generation FROM projects WHERE id = ?', [
      projectId,
    ]);
    // The guards alone keep two from writing what both have read.
    await new Promise((resolve) => setImmediate(resolve));
    await database.write([
      ...lease.guards(),
      { sql: 'UPDATE projects SET generation = ? WHERE id = ?', parameters: [(row?.generation ?? 0) + 1, projectId] },
    ]);
    await lease.release();
  }
  process.stdout.write(`${JSON.stringify(lease.fence)}\n`);
}
if (what === 'commit') await database.close();
else process.stdin.resume();

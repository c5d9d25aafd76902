import { expect, it } from 'vitest';
import { openDatabase } from '../../src/sql/index.js';
import { isLestockageError } from '../../src/model/index.js';
import { emptyServer, serverForTests } from '../support/servers/in-tests.js';

// The law: a batch that a server works on for long, while others want to write, is applied whole and once or not at
// all, and nothing of its failure is left to nobody.

const server = serverForTests();
const SLOW = `INSERT INTO id_blocks (name, next_id) SELECT ?, (
  WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3000000) SELECT count(*) FROM c)`;

it('a long batch that loses its lock to another writer is busy, and leaves nothing', { timeout: 120_000 }, async () => {
  await emptyServer(server().url);
  const long = await openDatabase({ path: server().url, busyTimeoutMs: 500 });
  const short = await openDatabase({ path: server().url, busyTimeoutMs: 60_000 });
  const batch = Array.from({ length: 40 }, (_, at) => ({ sql: SLOW, parameters: [`long ${at}`] }));
  let isDone = false;
  const writing = long
    .write(batch, { extraTimeMs: 90_000 })
    .then(({ changes }) => changes)
    .catch((error: unknown) => {
      if (isLestockageError(error)) return error.code;
      throw error;
    })
    .finally(() => (isDone = true));
  let written = 0;
  while (!isDone) {
    await short.bulk('INSERT INTO id_blocks (name, next_id) VALUES (?, ?)', [[`short ${written++}`, 1]]);
  }
  expect(await writing).toBe('DATABASE_BUSY');
  const counts = `SELECT count(*) FILTER (WHERE name LIKE 'long %') AS long,
    count(*) FILTER (WHERE name LIKE 'short %') AS short FROM id_blocks`;
  expect(await short.first(counts)).toEqual({ long: 0, short: written });
  await long.close();
  await short.close();
});

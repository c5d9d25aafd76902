import { expect, it } from 'vitest';
import { dumpPieces } from '../../src/graph/index.js';
import { databaseOf } from '../../src/store/database-of.js';
import { dumpOf, testStore } from '../support/indexing.js';
import { nodeInput } from '../support/records.js';

it('the canonical dump in pieces has the same lines in the same order, also at the ends of pieces', async () => {
  const store = await testStore();
  // Names whose order by bytes is not that of their numbers; 8000 fill two pieces to the end.
  const records = Array.from({ length: 8000 }, (_, at) => nodeInput(`s${(at * 7919) % 8000}é`));
  const ids = await store.nodes.batchInsert(records);
  await store.edges.batchInsert(
    ids.map((callerId, at) => ({
      callerId,
      calleeId: ids[(at * 31) % ids.length] ?? callerId,
      edgeType: 'call' as const,
    })),
  );
  const other = await store.nodes.insert(nodeInput('elsewhere', { projectId: 'q' }));
  await store.edges.insert({ callerId: ids[5] ?? other, calleeId: other, edgeType: 'call' });
  const pieces: string[][] = [];
  await databaseOf(store).snapshot(async (snapshot) => {
    for await (const lines of dumpPieces(snapshot, 'p')) pieces.push(lines);
  });
  expect(pieces.length).toBeGreaterThan(5);
  const whole = await dumpOf(store, 'p');
  expect(pieces.flat()).toEqual(whole.filter((line) => !line.includes('\tq//')));
});

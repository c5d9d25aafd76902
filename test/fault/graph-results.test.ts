import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Analytics } from '../../src/analytics/index.js';
import { openDatabase } from '../../src/sql/index.js';
import { indexFolder, sourceFolder, testStore } from '../support/indexing.js';
import { temporaryFolder } from '../support/temporary-folder.js';

// The law: a kept result that is not, byte for byte, what was made of this graph for this question is not looked at.

const CALLS = {
  'a.ts': "import { b } from './b.js';\nexport function a(n: number): number {\n  return n > 0 ? b(n - 1) : 0;\n}\n",
  'b.ts': "import { a } from './a.js';\nexport function b(n: number): number {\n  return a(n);\n}\n",
};

describe('a kept result', () => {
  let path: string;
  let computed: string[];
  beforeEach(async () => {
    path = join(temporaryFolder(), 'store.db');
    const store = await testStore(path);
    await indexFolder(store, sourceFolder(CALLS), { projectId: 'p' });
    computed = [];
    await ask();
  });

  const file = (): Sqlite.Database => {
    const database = new Sqlite(path);
    onTestFinished(() => void database.close());
    return database;
  };
  /** Every kind of question, asked anew by a process of its own as it were. */
  const ask = async (readOnly = false): Promise<string> => {
    const database = await openDatabase({ path, readOnly });
    try {
      computed = [];
      const measures = new Analytics(database, { onComputed: (query) => void computed.push(query) });
      const answers: object[] = [];
      for (const scope of [{ project: 'p' }, {}]) {
        answers.push(await measures.getCentrality(scope));
        answers.push(await measures.getCentrality({ ...scope, measure: 'betweenness', sampleSize: 3 }));
        answers.push(await measures.getCycles(scope));
        answers.push(await measures.getImportCycles(scope));
      }
      return JSON.stringify(answers);
    } finally {
      await database.close();
    }
  };
  const rows = (): unknown[] => file().prepare('SELECT * FROM graph_results ORDER BY project_id, query').all();

  it('[A4] is what an answer comes from after a restart, and an index run that changes nothing', async () => {
    const first = await ask();
    expect(computed).toEqual([]);
    expect(JSON.parse(first)).toMatchObject([{ total: 4 }, { total: 4 }, { total: 1 }, { total: 1 }, {}, {}, {}, {}]);
  });

  it('[A4] is computed again after a run that changed something, and not after one that did not', async () => {
    const store = await testStore(path);
    const [project] = await store.projects.list();
    await indexFolder(store, String(project?.root), { projectId: 'p' });
    await ask();
    expect(computed).toEqual([]);
    const other = sourceFolder({ ...CALLS, 'c.ts': 'export function c(): void {}\n' });
    await indexFolder(store, other, { projectId: 'p' });
    expect(JSON.parse(await ask())).toMatchObject([{ total: 6 }, {}, {}, {}, {}, {}, {}, {}]);
    expect(computed).toHaveLength(8);
    await ask();
    expect(computed).toEqual([]);
  });

  it('[A4] is not believed when a bit of it flipped or its end is missing', async () => {
    const expected = await ask();
    const kept = rows();
    const list = file().prepare('SELECT rowid, data FROM graph_results').all() as { rowid: number; data: Buffer }[];
    const change = file().prepare('UPDATE graph_results SET data = ? WHERE rowid = ?');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...list), fc.nat(), fc.boolean(), async ({ rowid, data }, place, isCut) => {
        const damaged = Buffer.from(isCut ? data.subarray(0, place % data.length) : data);
        if (!isCut) damaged[place % data.length] = (damaged[place % data.length] ?? 0) ^ (1 << (place & 7));
        change.run(damaged, rowid);
        expect(await ask()).toBe(expected);
        expect(computed).toHaveLength(1);
        expect(rows()).toEqual(kept);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['is text', "UPDATE graph_results SET data = 'text', checksum = 'text'", 8],
    ['has another checksum', 'UPDATE graph_results SET checksum = zeroblob(32)', 8],
    ['is of another generation', 'UPDATE graph_results SET generation = generation - 1', 8],
    ['is gone', "DELETE FROM graph_results WHERE project_id = 'p'", 4],
    [
      'belongs to another question',
      `UPDATE graph_results AS r SET (data, checksum) = (SELECT data, checksum FROM graph_results AS o
         WHERE o.project_id = r.project_id AND o.query LIKE '%pageRank%') WHERE query LIKE '%betweenness%'`,
      2,
    ],
    [
      'belongs to another project',
      `UPDATE graph_results AS r SET (data, checksum) = (SELECT data, checksum FROM graph_results AS o
         WHERE o.project_id = 'p' AND o.query = r.query) WHERE project_id = ''`,
      4,
    ],
  ])('[A4] is made again when it %s', async (_what, sql, times) => {
    const expected = await ask();
    const kept = rows();
    file().exec(sql);
    expect(await ask()).toBe(expected);
    expect(computed).toHaveLength(times);
    expect(rows()).toEqual(kept);
  });

  it('[A4] is read by a store that is open for reading only, which writes none', async () => {
    const expected = await ask(true);
    expect(computed).toEqual([]);
    file().exec('DELETE FROM graph_results');
    expect(await ask(true)).toBe(expected);
    expect(computed).toHaveLength(8);
    expect(rows()).toEqual([]);
  });
});

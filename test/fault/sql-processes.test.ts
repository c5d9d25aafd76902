import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NodeStore } from '../../src/graph/index.js';
import { openDatabase, type Database } from '../../src/sql/index.js';
import { compileChildPrograms, startChildProgram } from '../support/child-program.js';
import { nodeInput } from '../support/records.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { makeV1Database, V1_NODES } from '../support/v1-database.js';

let programs = '';
beforeAll(() => {
  programs = mkdtempSync(join(tmpdir(), 'lestockage-programs-'));
  compileChildPrograms(programs);
});
afterAll(() => rmSync(programs, { recursive: true, force: true }));

async function countNodes(database: Database, projectId: string): Promise<number> {
  const row = await database.first<{ count: number }>(
    'SELECT count(*) AS count FROM intel_nodes WHERE project_id = ?',
    [projectId],
  );
  return row?.count ?? 0;
}

describe('while other processes write', () => {
  it('[S7] readers and writers work, see whole batches only, and no id is given twice', async () => {
    const path = join(temporaryFolder(), 'a.db');
    const [batches, rows] = [60, 20];
    const writers = ['one', 'two'].map((project) => {
      return startChildProgram(programs, 'write-nodes', path, project, String(batches), String(rows));
    });
    const ids = new Set<unknown>();
    await Promise.all(writers.map(async (writer) => ((await writer.next()) as number[]).forEach((id) => ids.add(id))));
    const database = await openDatabase({ path, busyTimeoutMs: 30_000 });
    const nodes = new NodeStore(database);
    let own = 0;
    const rest = writers.map(async (writer) => {
      for (let batch = 1; batch < batches; batch++) ((await writer.next()) as number[]).forEach((id) => ids.add(id));
    });
    let running = true;
    const ended = Promise.all(writers.map((writer) => writer.ended)).finally(() => (running = false));
    while (running) {
      const [before, after] = await database.snapshot(async (snapshot) => {
        const count = 'SELECT count(*) AS count FROM intel_nodes';
        const first = await snapshot.first<{ count: number }>(count);
        await nodes.insert(nodeInput(`own${own++}`));
        return [first?.count ?? 0, (await snapshot.first<{ count: number }>(count))?.count];
      });
      expect(after).toBe(before);
      expect((before - (own - 1)) % rows).toBe(0);
      // Gives the pipes from the children a turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await ended).toEqual([0, 0]);
    await Promise.all(rest);
    expect(ids.size).toBe(2 * batches * rows);
    expect([await countNodes(database, 'one'), await countNodes(database, 'two')]).toEqual([1200, 1200]);
    expect(await countNodes(database, 'p')).toBe(own);
    await database.close();
  });

  it('[S7] one that opens an old database at the same time waits for the other to upgrade it', async () => {
    const path = join(temporaryFolder(), 'v1.db');
    makeV1Database(path);
    const writers = ['one', 'two', 'three'].map((project) =>
      startChildProgram(programs, 'write-nodes', path, project, '1', '5'),
    );
    expect(await Promise.all(writers.map((writer) => writer.ended))).toEqual([0, 0, 0]);
    const database = await openDatabase({ path });
    const row = await database.first<{ count: number }>('SELECT count(*) AS count FROM intel_nodes');
    expect(row?.count).toBe(V1_NODES.length + 15);
    await database.close();
  });

  it('[S7] readers go on, and a writer fails with a retryable error only when its wait is used up', async () => {
    const path = join(temporaryFolder(), 'a.db');
    const database = await openDatabase({ path, busyTimeoutMs: 50 });
    const nodes = new NodeStore(database);
    const id = await nodes.insert(nodeInput('before'));
    const holder = startChildProgram(programs, 'hold-lock', path);
    expect(await holder.next()).toBe('locked');
    expect(await nodes.get(id)).toMatchObject({ symbolName: 'before' });
    await expect(nodes.insert(nodeInput('during'))).rejects.toMatchObject({ code: 'DATABASE_BUSY', retryable: true });
    holder.tell('let go');
    await holder.ended;
    expect(await nodes.insert(nodeInput('after'))).toBeGreaterThan(id);
    expect(await nodes.getByKey('p', 'a.ts#during(function)')).toBeUndefined();
    await database.close();
  });

  it('[S7] a database without a write-ahead log bounds the wait of a writer for its own readers', async () => {
    const database = await openDatabase({ path: join(temporaryFolder(), 'a.db'), wal: false, busyTimeoutMs: 40 });
    const nodes = new NodeStore(database);
    await database.snapshot(async () => {
      await expect(nodes.insert(nodeInput('f'))).rejects.toMatchObject({ code: 'DATABASE_BUSY' });
    });
    let goOn: () => void = () => undefined;
    const reading = database.snapshot(() => new Promise<void>((resolve) => (goOn = resolve)));
    const writing = nodes.insert(nodeInput('f'));
    goOn();
    await reading;
    expect(await writing).toBe(1);
    await database.close();
  });
});

describe('a writer that is killed', () => {
  it('[U8] leaves every batch it reported and no part of another', async () => {
    const path = join(temporaryFolder(), 'a.db');
    const writer = startChildProgram(programs, 'write-nodes', path, 'one', '100000', '50');
    const reported: number[] = [];
    while (reported.length < 20 * 50) reported.push(...((await writer.next()) as number[]));
    writer.process.kill('SIGKILL');
    expect(await writer.ended).toBe('SIGKILL');
    const database = await openDatabase({ path });
    const rows = await database.all<{ id: number }>('SELECT id FROM intel_nodes');
    const present = new Set(rows.map((row) => row.id));
    expect(reported.filter((id) => !present.has(id))).toEqual([]);
    expect(rows.length % 50).toBe(0);
    expect(await database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    await database.close();
  });
});

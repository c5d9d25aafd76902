import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireLease } from '../../src/incremental/acquire-lease.js';
import { openDatabase } from '../../src/sql/index.js';
import { compileChildPrograms, startChildProgram } from '../support/child-program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let programs = '';
beforeAll(() => {
  programs = mkdtempSync(join(tmpdir(), 'lestockage-programs-'));
  compileChildPrograms(programs);
});
afterAll(() => rmSync(programs, { recursive: true, force: true }));

describe('processes that want the same project', () => {
  it('[U8] wait for a living holder, and take over from one that was killed without waiting for the expiry', async () => {
    const path = join(temporaryFolder(), 'a.db');
    const holder = startChildProgram(programs, 'hold-lease', path, 'shop');
    expect(await holder.next()).toBe(1);
    const database = await openDatabase({ path });
    // Time stands still, so that the lease never expires.
    const now = Date.now();
    const options = { clock: () => now, sleep: () => Promise.resolve() };
    await expect(acquireLease(database, 'shop', { ...options, waitMs: 2000 })).rejects.toMatchObject({
      code: 'PROJECT_BUSY',
      details: { pid: holder.process.pid },
    });
    holder.process.kill('SIGKILL');
    expect(await holder.ended).toBe('SIGKILL');
    const lease = await acquireLease(database, 'shop', { ...options, waitMs: 0 });
    expect(lease.fence).toBe(2);
    await database.write(lease.guards());
    await lease.release();
    await database.close();
  });

  it('[U8] lose no commit when several take turns, and use no fence twice', async () => {
    const path = join(temporaryFolder(), 'a.db');
    const database = await openDatabase({ path });
    await database.write([{ sql: "INSERT INTO projects (id) VALUES ('shop')" }]);
    const [processes, rounds] = [3, 12];
    const children = Array.from({ length: processes }, () =>
      startChildProgram(programs, 'hold-lease', path, 'shop', String(rounds), 'commit'),
    );
    const fences: unknown[] = [];
    for (const child of children) for (let round = 0; round < rounds; round++) fences.push(await child.next());
    expect(await Promise.all(children.map((child) => child.ended))).toEqual([0, 0, 0]);
    expect(new Set(fences).size).toBe(processes * rounds);
    expect(Math.max(...fences.map(Number))).toBe(processes * rounds);
    const row = await database.first<{ generation: number }>("SELECT generation FROM projects WHERE id = 'shop'");
    expect(row?.generation).toBe(processes * rounds);
    await database.close();
  });
});

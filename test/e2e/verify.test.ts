import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { sourceFolder } from '../support/indexing.js';
import { temporaryFolder } from '../support/temporary-folder.js';

async function verify(db: string, ...options: string[]): Promise<{ status: number | null; report: unknown }> {
  const { status, stdout } = await runCli(['verify', ...options, '--db', db, '--json']);
  return { status, report: JSON.parse(stdout) };
}

describe('lestockage verify', () => {
  it('[U7] ends with 0 for a sound store, 1 for one that differs from its files, 5 for a damaged one', async () => {
    const db = join(temporaryFolder(), 'code.db');
    expect((await runCli(['index', sourceFolder(), '--db', db])).status).toBe(0);
    expect(await verify(db, '--deep')).toMatchObject({ status: 0, report: { ok: true, differences: [] } });

    const raw = new Database(db);
    raw.exec("DELETE FROM intel_edges WHERE edge_type = 'call'");
    expect(await verify(db)).toMatchObject({ status: 0, report: { ok: true } });
    const differing = await verify(db, '--deep');
    expect(differing.status).toBe(1);
    expect(differing.report).toMatchObject({
      ok: false,
      differences: expect.arrayContaining([expect.objectContaining({ kind: 'edge', change: 'missing' })]) as unknown,
    });

    raw.exec("UPDATE intel_edges SET metadata = 'no json'");
    raw.close();
    expect((await verify(db)).status).toBe(5);
  });

  it('ends with 3 for an unknown project and for an absent database', async () => {
    const db = join(temporaryFolder(), 'code.db');
    expect((await verify(db)).status).toBe(3);
    expect((await runCli(['index', sourceFolder(), '--db', db])).status).toBe(0);
    expect((await verify(db, '--deep', '--project', 'absent')).status).toBe(3);
  });
});

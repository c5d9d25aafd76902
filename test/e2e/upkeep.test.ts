import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { sourceFolder } from '../support/indexing.js';
import { ended, runCli, startCli } from '../support/run-cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const V2 = fileURLToPath(new URL('../fixtures/v2.db', import.meta.url));

async function indexed(): Promise<{ folder: string; db: string }> {
  const folder = temporaryFolder();
  const db = join(folder, 'code.db');
  expect((await runCli(['index', sourceFolder(), '--db', db])).status).toBe(0);
  return { folder, db };
}

function versionOf(path: string): unknown {
  const raw = new Sqlite(path, { readonly: true });
  try {
    expect(raw.pragma('quick_check', { simple: true })).toBe('ok');
    return raw.prepare('SELECT max(version) FROM schema_migrations').pluck().get();
  } finally {
    raw.close();
  }
}

describe('the upkeep commands', () => {
  it('[U7] look at, copy, tidy up and upgrade a store, for people and for programs', async () => {
    const { folder, db } = await indexed();
    const seen = await runCli(['doctor', '--db', db]);
    expect(seen).toMatchObject({ status: 0, stderr: '' });
    expect(seen.stdout).toContain('quick check');
    expect(JSON.parse((await runCli(['doctor', '--db', db, '--json'])).stdout)).toMatchObject({
      ok: true,
      database: { backend: 'file', quickCheck: ['ok'] },
      projects: [
        { project: 'p', folder: expect.any(String) as unknown, indexedAt: expect.stringContaining('T') as unknown },
      ],
    });
    const path = join(folder, 'copy.db');
    expect(JSON.parse((await runCli(['backup', path, '--db', db, '--json'])).stdout)).toMatchObject({ path });
    const again = await runCli(['backup', path, '--db', db, '--json']);
    expect(again.status).toBe(2);
    expect(JSON.parse(again.stdout)).toMatchObject({ error: { code: 'TARGET_EXISTS', details: { path } } });
    expect((await runCli(['backup', path, '--db', db, '--force'])).status).toBe(0);
    expect((await runCli(['status', '--db', path])).stdout).toContain('p');
    const gc = await runCli(['gc', '--vacuum', '--keep-generations', '1', '--db', db, '--json']);
    expect(JSON.parse(gc.stdout)).toMatchObject({ vacuumed: true, removed: { memos: 0 } });
    expect((await runCli(['gc', '--keep-generations', '0', '--db', db])).status).toBe(2);
    expect(JSON.parse((await runCli(['upgrade', '--db', db, '--json'])).stdout)).toMatchObject({ backup: null });
    expect((await runCli(['verify', '--deep', '--db', db])).status).toBe(0);
  });

  it('end with the status of what is wrong, and make nothing that was not there', async () => {
    const folder = temporaryFolder();
    const absent = join(folder, 'absent.db');
    for (const command of [['doctor'], ['backup', join(folder, 'copy.db')], ['gc'], ['upgrade']])
      expect([command[0], (await runCli([...command, '--db', absent])).status]).toEqual([command[0], 3]);
    expect(readdirSync(folder)).toEqual([]);
    const text = join(folder, 'text.db');
    writeFileSync(text, 'no database');
    const { status, stdout } = await runCli(['doctor', '--db', text, '--json']);
    expect(status).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, findings: [{ level: 'error', code: 'NOT_A_DATABASE' }] });
  });

  it('print a completion for the shell', async () => {
    const { stdout } = await runCli(['completion', 'bash']);
    expect(stdout).toContain('complete -o default -F _lestockage lestockage');
    expect((await runCli(['completion', 'tcsh'])).status).toBe(2);
  });
});

describe('killed in the middle', () => {
  it('an upgrade leaves the database as it was or upgraded', async () => {
    const newest = versionOf(await upgradedCopy());
    const versions = new Set<unknown>();
    for (let delayMs = 0; versions.size < 2 && delayMs <= 4000; delayMs += delayMs < 400 ? 80 : 40) {
      const path = join(temporaryFolder(), 'code.db');
      copyFileSync(V2, path);
      await killedAfter(['upgrade', '--db', path], delayMs);
      const version = versionOf(path);
      expect([2, newest]).toContain(version);
      versions.add(version);
      const after = await runCli(['upgrade', '--db', path, '--json']);
      expect(JSON.parse(after.stdout)).toMatchObject({ to: newest });
      expect((await runCli(['verify', '--db', path])).status).toBe(0);
    }
    expect(versions).toEqual(new Set([2, newest]));
  }, 300_000);

  it('a backup leaves nothing at its path, or all of it', async () => {
    const { folder, db } = await indexed();
    const raw = new Sqlite(db);
    raw.exec(`CREATE TABLE filler (data BLOB); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
      INSERT INTO filler SELECT randomblob(10000) FROM n`);
    raw.close();
    for (const delayMs of [150, 300, 450, 600]) {
      const target = join(folder, `at-${delayMs}`);
      mkdirSync(target);
      const path = join(target, 'copy.db');
      await killedAfter(['backup', path, '--db', db], delayMs);
      if (existsSync(path)) {
        expect(versionOf(path)).toBe(versionOf(db));
        expect(readFileSync(path).length).toBeGreaterThan(40_000_000);
      }
      expect((await runCli(['backup', path, '--db', db, '--force'])).status).toBe(0);
    }
  }, 120_000);
});

async function upgradedCopy(): Promise<string> {
  const path = join(temporaryFolder(), 'code.db');
  copyFileSync(V2, path);
  expect((await runCli(['upgrade', '--db', path])).status).toBe(0);
  return path;
}

async function killedAfter(commandLine: string[], delayMs: number): Promise<void> {
  const child = startCli(commandLine);
  child.stdin.end();
  const end = ended(child);
  await Promise.race([end, pause(delayMs)]);
  child.kill('SIGKILL');
  await end;
}

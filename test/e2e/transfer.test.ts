import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { serverForTests } from '../support/servers/in-tests.js';
import { JwtKey } from '../support/servers/sqld.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeFileSync } from 'node:fs';

const MODEL = fileURLToPath(new URL('../../src/model', import.meta.url));
const key = new JwtKey();
const server = serverForTests({ jwtKey: key });
/** Processes are started by the dozen, each of which loads the program. */
const TIMEOUT_MS = 120_000;

describe('push and pull', { timeout: TIMEOUT_MS }, () => {
  it('[V4] carry a store to a server and to another machine, and say what was sent', async () => {
    const folder = temporaryFolder();
    const [root, db, laptop, token] = ['model', 'ci.db', 'laptop.db', 'token'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
    ];
    mkdirSync(root);
    cpSync(MODEL, root, { recursive: true });
    writeFileSync(token, `${key.token('rw')}\n`);
    const access = ['--auth-token-file', token];
    expect(await runCli(['index', root, '--db', db])).toMatchObject({ status: 0 });
    const pushed = await runCli(['push', server().url, '--json', '--db', db, ...access]);
    expect(pushed.status, pushed.stderr).toBe(0);
    const document = JSON.parse(pushed.stdout) as Record<string, unknown>;
    expect(Object.keys(document)).toEqual([
      ...['direction', 'generation', 'projects', 'bytes', 'ms', 'verified', 'skipped'],
    ]);
    expect(document).toMatchObject({
      direction: 'push',
      verified: true,
      skipped: [],
      projects: [{ project: 'model' }],
    });
    expect(pushed.stderr).toContain('model: swap');
    expect(pushed.stdout + pushed.stderr).not.toContain(key.token('rw').slice(0, 30));
    const again = await runCli(['push', server().url, '--db', db, ...access]);
    expect(again.stdout).toContain('the same already');
    const pulled = await runCli(['pull', server().webSocketUrl, '--db', laptop, ...access]);
    expect([pulled.status, pulled.stdout]).toEqual([0, expect.stringContaining('pulled 1 project')]);
    const [there, here] = [await runCli(['dump', '--db', laptop]), await runCli(['dump', '--db', db])];
    expect(there.stdout).toBe(here.stdout);
    expect(await runCli(['verify', '--deep', '--db', laptop])).toMatchObject({ status: 0 });
  });

  it('refuse what they cannot do by name', async () => {
    const db = join(temporaryFolder(), 'none.db');
    const absent = await runCli(['push', server().url, '--json', '--db', db]);
    expect([absent.status, absent.stdout]).toEqual([3, expect.stringContaining('DATABASE_NOT_FOUND')]);
    const away = await runCli(['pull', 'http://127.0.0.1:9', '--json', '--db', db]);
    expect([away.status, away.stdout]).toEqual([4, expect.stringContaining('CONNECTION_FAILED')]);
    const barred = await runCli(['pull', server().url, '--json', '--db', db]);
    expect([barred.status, barred.stdout]).toEqual([1, expect.stringContaining('NOT_AUTHORIZED')]);
  });
});

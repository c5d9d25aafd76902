import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { serverForTests } from '../support/servers/in-tests.js';
import { JwtKey } from '../support/servers/sqld.js';

/** Processes are started by the dozen, each of which loads the program. */
const TIMEOUT_MS = 60_000;
const SOURCES = fileURLToPath(new URL('../../src', import.meta.url));
const key = new JwtKey();
const open = serverForTests();
const spare = serverForTests();
const guarded = serverForTests({ jwtKey: key });

let folder: string;
let root: string;
let file: string;
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'lestockage-server-')));
  root = join(folder, 'code');
  mkdirSync(root);
  for (const room of ['model', 'analytics']) cpSync(join(SOURCES, room), join(root, room), { recursive: true });
  file = join(folder, 'local.db');
  expect(await runCli(['index', root, '--db', file])).toMatchObject({ status: 0 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function json(...line: string[]): Promise<unknown> {
  const result = await runCli([...line, '--json']);
  if (result.status !== 0) throw new Error(`${line.join(' ')} failed with ${result.status}: ${result.stdout}`);
  return JSON.parse(result.stdout);
}

describe('what manifests say, on a server', { timeout: TIMEOUT_MS }, () => {
  it('[V1] leads imports as it does in a file, also when they say something else', async () => {
    const { url } = spare();
    const workspace = join(folder, 'workspace');
    const write = (path: string, text: string): void => {
      mkdirSync(join(workspace, path, '..'), { recursive: true });
      writeFileSync(join(workspace, path), text);
    };
    write('core/package.json', '{"name":"core","exports":"./src/a.ts"}');
    write('core/src/a.ts', 'export function c() {}\n');
    write('core/src/b.ts', 'export function c() {}\n');
    write('main.ts', "import { c } from 'core';\nexport function run() {\n  c();\n}\n");
    const calls = async (): Promise<string[]> => {
      expect(await runCli(['index', workspace, '--db', url])).toMatchObject({ status: 0 });
      const { stdout } = await runCli(['dump', '--project', 'workspace', '--db', url]);
      return stdout.split('\n').filter((line) => /^edge\t.*\tcall\t/.test(line) || /^edge\tcall\t/.test(line));
    };
    expect(String(await calls())).toContain('core/src/a.ts#c(function)');
    write('core/package.json', '{"name":"core","exports":"./src/b.ts"}');
    expect(String(await calls())).toContain('core/src/b.ts#c(function)');
    write('core/package.json', '{"name":"other"}');
    expect(await calls()).toEqual([]);
    expect(await runCli(['verify', '--deep', '--project', 'workspace', '--db', url])).toMatchObject({ status: 0 });
  });
});

describe('the commands on a server', { timeout: TIMEOUT_MS }, () => {
  it('[V1] store and answer what they store and answer with a file', async () => {
    const { url } = open();
    expect(await runCli(['index', root, '--db', url])).toMatchObject({ status: 0 });
    const onFile = await runCli(['dump', '--db', file]);
    expect(onFile.stdout.length).toBeGreaterThan(10_000);
    expect((await runCli(['dump', '--db', url])).stdout).toBe(onFile.stdout);
    for (const line of [
      ['callers', 'NodeHash'],
      ['impact', 'UsageError', '--depth', '3'],
      ['search', 'rank'],
      ['stats'],
      ['hotspots', '--top', '5'],
    ]) {
      const [local, remote] = await Promise.all([file, url].map((db) => json(...line, '--db', db)));
      expect(remote, line.join(' ')).toEqual(local);
    }
    expect(await json('verify', '--deep', '--db', url)).toMatchObject({ ok: true, differences: [] });
    expect(await json('status', '--db', open().webSocketUrl)).toMatchObject({ backend: 'server', generation: 1 });
  });

  it('[V1] find nothing to do the second time, and equal a clean rebuild after an edit', async () => {
    const { webSocketUrl } = open();
    const again = await json('index', root, '--db', webSocketUrl);
    expect(again).toMatchObject({ projects: [{ files: { parsed: 0 }, recomputed: { parse: 0, bindings: 0 } }] });
    writeFileSync(
      join(root, 'model', 'more.ts'),
      `import { isLestockageError } from './errors.js';\nisLestockageError(1);\n`,
    );
    for (const db of [webSocketUrl, file])
      expect(await runCli(['index', root, '--db', db])).toMatchObject({ status: 0 });
    const dumps = [await runCli(['dump', '--db', webSocketUrl]), await runCli(['dump', '--db', file])];
    expect(dumps[0]?.stdout).toBe(dumps[1]?.stdout);
    expect(await json('verify', '--deep', '--db', webSocketUrl)).toMatchObject({ ok: true });
  });

  it('[V1] answer from an embedded replica, also while the server is away', async () => {
    const replica = ['--replica', join(folder, 'replica.db'), '--db', open().url];
    const synced = (await json('status', ...replica)) as { replica: { syncedAt: string } };
    expect(synced).toMatchObject({ backend: 'replica', replica: { primary: open().url, isBehind: false } });
    const dump = await runCli(['dump', '--db', file]);
    expect((await runCli(['dump', ...replica])).stdout).toBe(dump.stdout);
    await open().kill();
    try {
      expect((await runCli(['dump', ...replica])).stdout).toBe(dump.stdout);
      const stale = (await json('status', ...replica)) as typeof synced;
      expect(Date.parse(stale.replica.syncedAt)).toBeGreaterThanOrEqual(Date.parse(synced.replica.syncedAt));
    } finally {
      await open().launch();
    }
  });

  it('refuse a replica file that is something else, and leave it as it is', async () => {
    const { status, stdout } = await runCli(['status', '--json', '--replica', file, '--db', open().url]);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'INVALID_OPTION', details: { value: file } } });
    expect(await json('status', '--db', file)).toMatchObject({ backend: 'file' });
  });
});

describe('the exit status', { timeout: TIMEOUT_MS }, () => {
  it('is 4 when no server answers', async () => {
    const { status, stdout } = await runCli(['status', '--json', '--db', 'http://127.0.0.1:9']);
    expect(status).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'CONNECTION_FAILED' } });
  });

  it('is 2 for a token file that is absent or empty', async () => {
    const empty = join(folder, 'empty-token');
    writeFileSync(empty, '\n');
    for (const path of [empty, join(folder, 'no-token')]) {
      const { status, stderr } = await runCli(['status', '--db', open().url, '--auth-token-file', path]);
      expect([status, stderr]).toEqual([2, expect.stringContaining(path)]);
    }
  });

  it('[V1] is 1 for a token that does not do, which is never printed', async () => {
    const tokenFile = join(folder, 'token');
    const cases = [
      [key.token('rw', 1000), 'NOT_AUTHORIZED'],
      [`${key.token('rw').slice(0, -6)}AAAAAA`, 'NOT_AUTHORIZED'],
      [key.token('ro'), 'READ_ONLY'],
    ] as const;
    for (const url of [guarded().url, guarded().webSocketUrl]) {
      for (const [token, code] of cases) {
        writeFileSync(tokenFile, `${token}\n`);
        const line = ['index', root, '--json', '--db', url, '--auth-token-file', tokenFile];
        const { status, stdout, stderr } = await runCli(line);
        expect([status, JSON.parse(stdout)]).toMatchObject([1, { error: { code } }]);
        expect(stdout + stderr).not.toContain(token.slice(0, 30));
      }
    }
    const environment = { LESTOCKAGE_AUTH_TOKEN: key.token('rw') };
    const { status } = await runCli(['status', '--db', guarded().url], { environment });
    expect(status).toBe(0);
  });
});

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, type CliResult } from '../support/run-cli.js';
import { writeTree } from '../support/temporary-folder.js';

/** Processes are started by the dozen, each of which loads the program. */
const TIMEOUT_MS = 120_000;

let folder: string;
let template: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lestockage-shards-'));
  template = join(folder, '{namespace}.db');
  writeTree(folder, {
    'lib/package.json': JSON.stringify({ name: 'lib', version: '1.0.0', main: 'lib.js' }),
    'lib/lib.js': 'export function open() {}\n',
    'app/package.json': JSON.stringify({ name: 'app', version: '1.0.0', dependencies: { lib: '^1.0.0' } }),
    'app/app.js': "import { open } from 'lib';\nexport function start() { open(); }\n",
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ask(...line: string[]): Promise<CliResult> {
  return runCli([...line, '--db', template]);
}

async function json(...line: string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr, status } = await ask(...line, '--json');
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('commands on a template of databases', { timeout: TIMEOUT_MS }, () => {
  it('[V1] [X2] index each project where it lies, and answer across them', async () => {
    const indexed = await ask('index', join(folder, 'app'), join(folder, 'lib'));
    expect([indexed.status, indexed.stdout]).toEqual([0, expect.stringContaining('project')]);
    for (const name of ['app', 'lib', 'shared']) expect(existsSync(join(folder, `${name}.db`)), name).toBe(true);
    expect(await json('callers', 'open')).toMatchObject({
      total: 1,
      behind: [],
      items: [{ symbol: { project: 'app' }, edge: { to: 'lib//lib.js#open(function)' } }],
    });
    const called = { total: 1, items: [{ symbol: { project: 'lib' } }] };
    expect(await json('callees', 'start', '--project', 'app')).toMatchObject(called);
    expect(await json('impact', 'open', '--across')).toMatchObject({ total: 2 });
    expect(await json('impact', 'open')).toMatchObject({ total: 0 });
    expect(await json('symbol', 'start')).toMatchObject({ items: [{ project: 'app', name: 'start' }] });
    expect(await json('search', 'open', '--mode', 'name')).toMatchObject({ items: [{ project: 'lib', name: 'open' }] });
    expect(await json('resolve', 'open', '--from', 'app')).toMatchObject({ items: [{ project: 'lib' }] });
    expect(await json('dependents', 'npm:lib')).toMatchObject({ total: 1 });
    expect(await json('status')).toMatchObject({
      projects: [
        { project: 'app', namespace: 'app', isCurrent: true },
        { project: 'lib', namespace: 'lib', isCurrent: true },
      ],
    });
    const { ok } = (await json('verify', '--deep')) as { ok: boolean };
    expect(ok).toBe(true);
  });

  it('take a store that is pushed, into a namespace for all of it', async () => {
    const [db, target] = [join(folder, 'own.db'), join(folder, 'team-{namespace}.db')];
    expect(await runCli(['index', join(folder, 'app'), join(folder, 'lib'), '--db', db])).toMatchObject({ status: 0 });
    const pushed = await runCli(['push', target, '--namespace', 'all', '--json', '--db', db]);
    expect(pushed.status, pushed.stderr).toBe(0);
    expect(JSON.parse(pushed.stdout)).toMatchObject({ direction: 'push', verified: true, skipped: [] });
    expect(existsSync(join(folder, 'team-all.db'))).toBe(true);
    const callers = await runCli(['callers', 'open', '--db', target]);
    expect([callers.status, callers.stderr, callers.stdout]).toEqual([0, '', expect.stringContaining('start')]);
  });

  it('warn of what the shared namespace does not know yet', async () => {
    writeTree(folder, { 'app/app.js': "import { open } from 'lib';\nexport function begin() { open(); }\n" });
    const direct = ['index', join(folder, 'app'), '--project', 'app', '--db', join(folder, 'app.db')];
    expect(await runCli(direct)).toMatchObject({ status: 0 });
    for (const line of [
      ['callers', 'open'],
      ['symbol', 'open'],
      ['resolve', 'open', '--from', 'app'],
    ]) {
      const { stderr } = await ask(...line);
      expect(stderr).toContain('the links of app are those of an earlier commit');
    }
    expect(await json('symbol', 'open')).toMatchObject({ behind: ['app'] });
    expect((await ask('status')).stdout).toContain('links of an earlier commit');
    expect(await ask('index', join(folder, 'app'))).toMatchObject({ status: 0 });
    expect(await ask('callers', 'open')).toMatchObject({
      stderr: '',
      stdout: expect.stringContaining('begin') as string,
    });
  });

  it('refuse what works on one database alone, and options that need a template', async () => {
    for (const line of [['stats'], ['hotspots'], ['gc'], ['watch', folder], ['vectors', 'status'], ['mcp']]) {
      const { status, stderr } = await ask(...line);
      expect([line[0], status, stderr]).toEqual([line[0], 2, expect.stringContaining('works on one database')]);
    }
    const one = ['--db', join(folder, 'own.db')];
    expect((await runCli(['index', folder, '--namespace', 'x', ...one])).stderr).toContain('goes with a template');
    expect((await runCli(['push', 'other.db', '--namespace', 'x', ...one])).stderr).toContain('goes with a template');
    expect((await ask('callers', 'open', '--vectors', 'v.db')).stderr).toContain('goes with one database');
    expect((await ask('verify', '--project', 'app')).stderr).toContain('goes with one database');
    expect((await ask('index', join(folder, 'app'), '--namespace', 'elsewhere', '--json')).stdout).toContain(
      'INVALID_ARGUMENT',
    );
  });
});

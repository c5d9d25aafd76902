import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/sql/index.js';
import { fillGraph } from '../support/graph-fixture.js';
import { writeTree } from '../support/temporary-folder.js';
import { ended, runCli, startCli, type CliResult } from '../support/run-cli.js';

let folder: string;
let database: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lestockage-cli-'));
  database = join(folder, 'code.db');
  const opened = await openDatabase({ path: database });
  await fillGraph(
    opened,
    [
      { id: 1, name: 'a', qualifiedName: '', type: 'module' },
      { id: 2, name: 'start', complexity: 12, signature: 'start(): void', parentId: 1 },
      { id: 3, name: 'load', complexity: 3, parentId: 1 },
      { id: 4, name: 'loadAll', complexity: 21, parentId: 1 },
      { id: 5, name: 'user', project: 'q', file: 'b.ts', visibility: 'private' },
      { id: 6, name: 'red\x1b[31m\nname' },
    ],
    [
      { from: 2, to: 3, metadata: { callCount: 3, confidence: 1, strategy: 'import' } },
      { from: 4, to: 3 },
      { from: 5, to: 4 },
    ],
  );
  await opened.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command on the filled store. */
async function ask(...commandLine: string[]): Promise<CliResult> {
  return runCli([...commandLine, '--db', database]);
}

/** The one document a command prints with `--json`; `status` is its exit status. */
async function askJson(...commandLine: string[]): Promise<{ status: number | null; body: Record<string, unknown> }> {
  const { status, stdout, stderr } = await ask(...commandLine, '--json');
  expect(stderr).toBe('');
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  return { status, body: JSON.parse(stdout) as Record<string, unknown> };
}

const LOAD = {
  key: 'a.ts#load(function)',
  project: 'p',
  name: 'load',
  qualifiedName: 'load',
  type: 'function',
  language: 'typescript',
  file: 'a.ts',
  startLine: 1,
  endLine: 2,
  signature: null,
  complexity: 3,
  hash: '03'.repeat(32),
};
const WHOLE = { generation: 1, truncated: false, cursor: null };

describe('JSON answers', () => {
  it('gives status', async () => {
    const { status, body } = await askJson('status');
    expect(status).toBe(0);
    const counts = { files: 0, embeddings: 0, indexedAt: '1970-01-01T00:00:01.000Z' };
    expect(body).toEqual({
      schemaVersion: expect.any(Number) as number,
      generation: 1,
      backend: 'file',
      sizeBytes: expect.any(Number) as number,
      projects: [
        { project: 'p', root: '/p', nodes: 5, edges: 2, ...counts },
        { project: 'q', root: '/q', nodes: 1, edges: 1, ...counts },
      ],
    });
  });

  it('gives definitions by name and by key', async () => {
    for (const name of ['load', 'a.ts#load(function)', 'p//a.ts#load(function)']) {
      expect(await askJson('symbol', name)).toEqual({ status: 0, body: { ...WHOLE, total: 1, items: [LOAD] } });
    }
  });

  it('gives callers with depth and edge; keys of other projects carry the project', async () => {
    const { body } = await askJson('callers', 'load', '--depth', '2');
    expect(body).toMatchObject({ ...WHOLE, total: 3 });
    expect(body['items']).toEqual([
      {
        symbol: expect.objectContaining({ key: 'a.ts#loadAll(function)', project: 'p' }) as object,
        depth: 1,
        edge: {
          from: 'a.ts#loadAll(function)',
          to: 'a.ts#load(function)',
          type: 'call',
          confidence: null,
          strategy: null,
          metadata: null,
        },
      },
      {
        symbol: expect.objectContaining({ key: 'a.ts#start(function)' }) as object,
        depth: 1,
        edge: {
          from: 'a.ts#start(function)',
          to: 'a.ts#load(function)',
          type: 'call',
          confidence: 1,
          strategy: 'import',
          metadata: { callCount: 3, confidence: 1, strategy: 'import' },
        },
      },
      {
        symbol: expect.objectContaining({ key: 'b.ts#user(function)', project: 'q' }) as object,
        depth: 2,
        edge: expect.objectContaining({ from: 'b.ts#user(function)', to: 'p//a.ts#loadAll(function)' }) as object,
      },
    ]);
  });

  it('gives callees, and an empty answer is done', async () => {
    expect((await askJson('callees', 'start')).body).toMatchObject({ total: 1, items: [{ symbol: LOAD, depth: 1 }] });
    expect(await askJson('callees', 'load')).toEqual({ status: 0, body: { ...WHOLE, total: 0, items: [] } });
    expect((await askJson('callees', 'start', '--type', 'import,reference')).body).toMatchObject({ total: 0 });
  });

  it('[A1] [A2] gives counts', async () => {
    expect((await askJson('stats')).body).toEqual({
      nodesByType: { function: 5, module: 1 },
      edgesByType: { call: 3 },
      complexity: { simple: 1, moderate: 0, complex: 1, very_complex: 1 },
    });
    expect((await askJson('stats', '--project', 'q')).body).toMatchObject({ nodesByType: { function: 1 } });
  });

  it('[A3] gives hotspots, worst first', async () => {
    const combined = (await askJson('hotspots', '--threshold', '10')).body;
    expect(combined).toMatchObject({ ...WHOLE, total: 2 });
    expect(combined['items']).toMatchObject([
      { name: 'loadAll', fanOut: 1, fanIn: 1, centrality: expect.any(Number) as number, changes: null },
      { name: 'start', fanOut: 1, fanIn: 0, score: expect.any(Number) as number, changes: null },
    ]);
    const { body } = await askJson('hotspots', '--threshold', '10', '--preset', 'plain');
    expect(body).toMatchObject({ ...WHOLE, total: 2 });
    expect(body['items']).toMatchObject([
      { name: 'loadAll', complexity: 21, fanOut: 1, fanIn: 1, centrality: null, score: 22 },
      { name: 'start', complexity: 12, fanOut: 1, fanIn: 0, centrality: null, score: 13 },
    ]);
    expect((await askJson('hotspots', '--top', '1')).body).toMatchObject({ total: 3, truncated: true });
  });

  it('gives ranked symbols with the reason, and says which mode it used', async () => {
    const { body } = await askJson('search', 'load', '-k', '5', '--mode', 'name');
    expect(body).toMatchObject({ ...WHOLE, mode: 'name', total: 2, notes: [] });
    expect(body['items']).toEqual([
      { ...LOAD, score: 1, why: 'exact name', reasons: { name: { rank: 1, fit: 'exact name' } } },
      expect.objectContaining({ name: 'loadAll', why: 'name begins with "load"' }) as object,
    ]);
  });

  it('tells how much there is when it gives less, and goes on at the cursor', async () => {
    const first = (await askJson('callers', 'load', '--limit', '1')).body;
    expect(first).toMatchObject({ total: 2, truncated: true });
    const second = (await askJson('callers', 'load', '--limit', '1', '--cursor', String(first['cursor']))).body;
    expect(second).toMatchObject({ total: 2, truncated: false, cursor: null });
    expect([first['items'], second['items']].flat()).toEqual((await askJson('callers', 'load')).body['items']);
  });
});

describe('answers for people', () => {
  it('shows names without letting them command the terminal', async () => {
    const { stdout, status } = await ask('search', 'red');
    expect(status).toBe(0);
    expect(stdout).toContain('red\\u001b[31m\\u000aname');
    expect(stdout).not.toContain('\x1b');
  });

  it('says on the last line that there is more', async () => {
    const { stdout } = await ask('callers', 'load', '--limit', '1');
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^… 1 of 2 shown; .*--cursor \S+$/);
  });

  it('dumps nodes and then edges as sorted text', async () => {
    const { stdout, status } = await ask('dump');
    const lines = stdout.trimEnd().split('\n');
    expect(status).toBe(0);
    expect(lines.map((line) => line.split('\t')[0])).toEqual([
      ...Array<string>(6).fill('node'),
      ...Array<string>(3).fill('edge'),
    ]);
    expect((await ask('dump', '--project', 'q')).stdout.split('\n').filter((line) => line !== '')).toHaveLength(2);
  });

  it('shows help and version, and help names the options of every command', async () => {
    const help = await runCli(['callers', '--help']);
    expect(help).toMatchObject({ status: 0, stderr: '' });
    expect(help.stdout).toContain('--depth');
    expect(help.stdout).toContain('--db');
    const version = await runCli(['--version']);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe('exit status', () => {
  it.each([
    ['an unknown name', ['symbol', 'absent'], 3, 'SYMBOL_NOT_FOUND'],
    ['callers of an unknown name', ['callers', 'absent'], 3, 'SYMBOL_NOT_FOUND'],
    ['an unknown project', ['stats', '--project', 'absent'], 3, 'PROJECT_NOT_FOUND'],
    ['an unknown command', ['frobnicate'], 2, 'INVALID_ARGUMENT'],
    ['no command', [], 2, 'INVALID_ARGUMENT'],
    ['an unknown option', ['stats', '--frob'], 2, 'INVALID_ARGUMENT'],
    ['a missing argument', ['symbol'], 2, 'INVALID_ARGUMENT'],
    ['an argument too many', ['symbol', 'a', 'b'], 2, 'INVALID_ARGUMENT'],
    ['an empty name', ['symbol', ''], 2, 'INVALID_ARGUMENT'],
    ['a depth of nothing', ['callers', 'load', '--depth', '0'], 2, 'INVALID_ARGUMENT'],
    ['a depth that is no number', ['callers', 'load', '--depth', '2x'], 2, 'INVALID_ARGUMENT'],
    ['an unknown preset', ['hotspots', '--preset', 'loud'], 2, 'INVALID_ARGUMENT'],
    ['a negative threshold', ['hotspots', '--threshold', '-1'], 2, 'INVALID_ARGUMENT'],
    ['a huge limit', ['symbol', 'load', '--limit', '99999999999999999999'], 2, 'INVALID_ARGUMENT'],
    ['an unknown edge type', ['callers', 'load', '--type', 'phone'], 2, 'INVALID_ARGUMENT'],
    ['an unknown node type', ['search', 'load', '--type', 'phone'], 2, 'INVALID_ARGUMENT'],
    ['a foreign cursor', ['symbol', 'load', '--cursor', 'x'], 2, 'INVALID_ARGUMENT'],
    ['an unknown search mode', ['search', 'load', '--mode', 'psychic'], 2, 'INVALID_ARGUMENT'],
    ['an empty search text', ['search', ' '], 2, 'INVALID_ARGUMENT'],
    ['too many results', ['search', 'load', '-k', '10001'], 1, 'LIMIT_EXCEEDED'],
    ['what nothing is similar to', ['similar', 'nowhere'], 3, 'SYMBOL_NOT_FOUND'],
    ['a folder that is not there', ['index', '/nonexistent/folder'], 3, 'FOLDER_NOT_FOUND'],
    ['a file as a folder', ['index', '/etc/hostname'], 2, 'NOT_A_FOLDER'],
    ['one project for two folders', ['index', '/tmp', '/etc', '--project', 'x'], 2, 'INVALID_ARGUMENT'],
    ['a replica of a local file', ['stats', '--replica', '/tmp/r.db'], 2, 'INVALID_ARGUMENT'],
  ])('for %s', async (_what, commandLine, status, code) => {
    const failure = await askJson(...commandLine);
    expect(failure).toMatchObject({ status, body: { error: { code, message: expect.any(String) as string } } });
    expect(failure.body['error']).toHaveProperty('details');
    const spoken = await ask(...commandLine);
    expect(spoken.status).toBe(status);
    expect(spoken.stdout).toBe('');
    expect(spoken.stderr).not.toBe('');
  });

  it('is 3 for a database that is not there, which stays so', async () => {
    const absent = join(folder, 'absent', 'code.db');
    const { status, stdout } = await runCli(['status', '--json', '--db', absent]);
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'DATABASE_NOT_FOUND', details: { path: absent } } });
    expect(existsSync(join(folder, 'absent'))).toBe(false);
  });

  it('is 5 for a file that is no database, which stays as it is', async () => {
    const garbage = join(folder, 'garbage.db');
    writeFileSync(garbage, 'not a database, by any means');
    const { status, stderr } = await runCli(['stats', '--db', garbage]);
    expect(status).toBe(5);
    expect(stderr).toContain(garbage);
    expect(readFileSync(garbage, 'utf8')).toBe('not a database, by any means');
  });

  it('is 2 for a server, and no secret of its URL is printed', async () => {
    const { status, stdout, stderr } = await runCli([
      'stats',
      '--json',
      '--db',
      'libsql://me:s3cret@host/x?authToken=s3cret',
    ]);
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'INVALID_OPTION' } });
    expect(stdout + stderr).not.toContain('s3cret');
  });

  it('is 0 when the reader of the output goes away', async () => {
    const child = startCli(['dump', '--db', database]);
    child.stdout.destroy();
    expect(await ended(child)).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('where the store is', () => {
  it('is LESTOCKAGE_DB when there is no --db', async () => {
    const { status, stdout } = await runCli(['stats', '--json'], { environment: { LESTOCKAGE_DB: database } });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ edgesByType: { call: 3 } });
  });

  it('is in the data folder otherwise', async () => {
    const home = join(folder, 'home');
    mkdirSync(home);
    const inHome = await runCli(['status', '--json'], { environment: { HOME: home } });
    expect(JSON.parse(inHome.stdout)).toMatchObject({
      error: { details: { path: join(home, '.local', 'share', 'lestockage', 'code.db') } },
    });
    const inXdg = await runCli(['status', '--json'], {
      environment: { HOME: home, XDG_DATA_HOME: join(home, 'data') },
    });
    expect(JSON.parse(inXdg.stdout)).toMatchObject({
      error: { details: { path: join(home, 'data', 'lestockage', 'code.db') } },
    });
  });
});

describe('index', () => {
  it('brings folders into a new store, one project each, and reports each', async () => {
    const target = join(folder, 'new', 'indexed.db');
    writeTree(join(folder, 'one'), {
      'a.ts': "import { b } from './b.js';\nexport function a(): void {\n  b();\n}\n",
      'b.ts': 'export function b(): void {}\n',
    });
    writeTree(join(folder, 'two'), { 'c.ts': 'export const c = 1;\n' });
    const paths = [join(folder, 'one'), join(folder, 'two')];
    const { status, stdout } = await runCli(['index', ...paths, '--json', '--db', target]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      generation: 2,
      projects: [
        { project: 'one', files: { seen: 2, parsed: 2, unchanged: 0, removed: 0, skipped: 0 }, warnings: [] },
        { project: 'two', files: { seen: 1, parsed: 1 }, recomputed: { parse: 1, embeddings: 2 } },
      ],
    });
    const callers = await runCli(['callers', 'b', '--json', '--db', target]);
    expect(JSON.parse(callers.stdout)).toMatchObject({ generation: 2, total: 1, items: [{ symbol: { name: 'a' } }] });
    const again = await runCli(['index', ...paths, '--json', '--db', target]);
    expect(JSON.parse(again.stdout)).toMatchObject({
      generation: 2,
      projects: [{ files: { parsed: 0, unchanged: 2 } }, {}],
    });
  });

  it('indexes nothing when one of the folders is not there', async () => {
    const target = join(folder, 'untouched.db');
    const { status } = await runCli(['index', folder, join(folder, 'nowhere'), '--db', target]);
    expect(status).toBe(3);
    expect(existsSync(target)).toBe(false);
  });

  it('ends with 130 when it is interrupted, and leaves no half of a project behind', async () => {
    const body = Array.from({ length: 60 }, (_, at) => `export function f${at}(): number {\n  return ${at};\n}\n`).join(
      '',
    );
    writeTree(join(folder, 'large'), Object.fromEntries(Array.from({ length: 1500 }, (_, at) => [`m${at}.ts`, body])));
    const target = join(folder, 'interrupted', 'code.db');
    mkdirSync(join(folder, 'interrupted'));
    const child = startCli(['index', join(folder, 'large'), '--json', '--db', target]);
    const watcher = watch(join(folder, 'interrupted'), () => {
      watcher.close();
      child.kill('SIGINT');
    });
    const { status, stdout } = await ended(child);
    expect(status).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'CANCELLED' } });
    const after = JSON.parse((await runCli(['status', '--json', '--db', target])).stdout) as Record<string, unknown>;
    expect(after).toMatchObject({ generation: 0, projects: [] });
  });
});
